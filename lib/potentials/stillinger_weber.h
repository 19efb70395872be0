#ifndef FF_LIB_POTENTIALS_STILLINGER_WEBER_H
#define FF_LIB_POTENTIALS_STILLINGER_WEBER_H

/* Stillinger-Weber: F. H. Stillinger and T. A. Weber, Phys. Rev. B 31, 5262 (1985), with
 * epsilon = 2.1683 eV. For r < a sigma,
 *   phi2(r) = A epsilon [B (sigma/r)^p - (sigma/r)^q] exp[sigma / (r - a sigma)]
 *   phi3    = lambda epsilon (cos theta_jik - cos theta0)^2
 *             exp[gamma sigma / (r_ij - a sigma) + gamma sigma / (r_ik - a sigma)]
 *   E_i     = 1/2 sum_j phi2(r_ij) + sum_{j<k} phi3(r_ij, r_ik, theta_jik).
 * With several species, as LAMMPS's pair style sw has them: phi2, and the factor of phi3 that
 * belongs to r_ij, are those of the entry (i, j, j); lambda epsilon and theta0 those of (i, j, k).
 * Entries (i, j, k) and (i, k, j) that differ there, or (i, j, j) and (j, i, i) that differ in
 * phi2, would make the energy depend on the numbering of the atoms: within 1e-5 (digits of the
 * table) the mean is taken, more is refused. */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One triplet: the centre's atomic number, then those of two neighbours. */
typedef struct ff_sw_entry {
    int species[3];        /* first, as lib/potentials/triplets.h expects */
    double epsilon, sigma; /* eV, A */
    double a, lambda, gamma, cosine, A, B, p, q;
    double tolerance; /* 0; else terms end where their exponential is worth this much */
} ff_sw_entry;

/* parameter_set: "Si". FF_E_USAGE for any other, listing those known. */
int ff_stillinger_weber_new(ff_potential **out, const char *parameter_set, ff_error *err);

/* A potential of all species named in entries[count] (copied), which must hold each of their
 * triplets once. FF_E_RANGE naming the triplet that is missing, there twice, or without meaning. */
int ff_stillinger_weber_from_entries(ff_potential **out, const ff_sw_entry *entries, size_t count,
                                     ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
