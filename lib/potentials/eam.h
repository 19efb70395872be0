#ifndef FF_LIB_POTENTIALS_EAM_H
#define FF_LIB_POTENTIALS_EAM_H

/* The embedded-atom method from tables: E_i = F_i(rho_i) + 1/2 sum_j phi_ij(r_ij), rho_i = sum_j
 * rho_{j at i}(r_ij). M. S. Daw and M. I. Baskes, Phys. Rev. B 29, 6443 (1984). The density may
 * depend on both species ("Finnis-Sinclair" form) or on that of the neighbour alone ("alloy").
 *
 * Tables become cubic splines (cubic_spline.h), so that energies are twice continuously
 * differentiable within the tables; LAMMPS instead joins cubics that are once differentiable, and
 * differs by the interpolation error of the table. Beyond either end of its table F goes on as a
 * straight line with its slope there, as LAMMPS does above the largest density. No atom is seen
 * beyond the cutoff or the last knot, whichever is nearer.
 *
 * With `lammps` set everything is as in LAMMPS's pair styles eam/alloy and eam/fs, to rounding: its
 * cubics, also for F below zero density, and between the last knot and the cutoff the values of the
 * last knot.
 */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_EAM_MOST_ELEMENTS = 16 };

/* n = elements. The arrays are owned; ff_eam_tables_clear frees them. */
typedef struct ff_eam_tables {
    size_t elements;
    int species[FF_EAM_MOST_ELEMENTS]; /* atomic numbers, all different */
    size_t densities;                  /* knots of F: rho = 0, step, 2 step, .. */
    double density_step;
    size_t distances;     /* knots of rho and phi: r = 0, step, .. */
    double distance_step; /* A */
    double cutoff;        /* A */
    bool lammps;          /* LAMMPS's interpolation */
    double *embedding;    /* [n][densities] F, eV */
    double *density;      /* [n of the neighbour][n of the centre][distances] */
    double *pair; /* [n (n + 1) / 2][distances] r phi(r), eV A, pairs in the order 11 21 22 31 .. */
} ff_eam_tables;

void ff_eam_tables_init(ff_eam_tables *tables);
void ff_eam_tables_clear(ff_eam_tables *tables);

/* Allocates the arrays (zeroed) for the counts that are set. */
int ff_eam_tables_allocate(ff_eam_tables *tables, ff_error *err);

/* Row of pair for elements a and b (indices, in any order). */
size_t ff_eam_pair_index(size_t a, size_t b);

/* A potential from tables (copied). FF_E_RANGE for too few knots, steps or a cutoff that are not
 * positive, or a cutoff more than a step beyond the last knot. */
int ff_eam_new(ff_potential **out, const ff_eam_tables *tables, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
