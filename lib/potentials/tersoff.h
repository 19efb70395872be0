#ifndef FF_LIB_POTENTIALS_TERSOFF_H
#define FF_LIB_POTENTIALS_TERSOFF_H

/* Tersoff's bond-order potential: J. Tersoff, Phys. Rev. B 37, 6991 (1988); 39, 5566 (1989).
 *   E_i    = 1/2 sum_j fC(r_ij) [A exp(-lambda1 r_ij) - b_ij B exp(-lambda2 r_ij)]
 *   b_ij   = (1 + (beta zeta_ij)^n)^(-1 / 2n)
 *   zeta_ij = sum_k fC(r_ik) g(theta_jik) exp[(lambda3 (r_ij - r_ik))^m],  k not j
 *   g      = gamma [1 + c^2 / d^2 - c^2 / (d^2 + (cos theta - cos theta0)^2)]
 *   fC     = 1 up to R - D, 1/2 - 1/2 sin(pi/2 (r - R) / D) to R + D, then 0.
 * With several species, as LAMMPS's pair style tersoff has them: what belongs to r_ij alone (A, B,
 * lambda1, lambda2, beta, n and its R, D) is of the entry (i, j, j), the rest, with the R and D of
 * r_ik, of (i, j, k). fC is once continuously differentiable at R - D and R + D. */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One triplet: the centre's atomic number, then those of j and k. Units eV, A. */
typedef struct ff_tersoff_entry {
    int species[3]; /* first, as lib/potentials/triplets.h expects */
    double m, gamma, lambda3, c, d, cosine, n, beta, lambda2, B, R, D, lambda1, A;
} ff_tersoff_entry;

/* A potential of all species named in entries[count] (copied), which must hold each of their
 * triplets once. FF_E_RANGE naming the triplet that is missing, there twice, or without meaning
 * (m other than 1 and 3; D not positive; (i, j, j) and (j, i, i) whose repulsion differs by more
 * than 1e-5, since the energy would depend on the order of the atoms). */
int ff_tersoff_from_entries(ff_potential **out, const ff_tersoff_entry *entries, size_t count,
                            ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
