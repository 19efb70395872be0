#ifndef FF_LIB_ANALYSIS_BONDS_H
#define FF_LIB_ANALYSIS_BONDS_H

/* Bond differences of displacement fields, and shells of sites about a defect.
 *
 * A bond is a directed pair of atoms closer than 1.2 nearest-neighbour distances in the reference
 * configuration; D_rho u(l) = u(l + rho) - u(l). Shells are half a nearest-neighbour distance wide;
 * empty ones are left out. Units: A.
 */

#include "lib/defects/relaxation.h"
#include "lib/structure/neighbour_list.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_bonds {
    ff_neighbour_list list;
    bool *used;            /* [entries of the list] */
    size_t shells;         /* by increasing radius */
    size_t *shell_of_atom; /* [atoms] */
    double *radius;        /* [shells] A, mean distance of the members from the defect */
    size_t *members;       /* [shells] */
} ff_bonds;

/* Zeroes the struct. */
void ff_bonds_init(ff_bonds *bonds);
void ff_bonds_clear(ff_bonds *bonds);

/* The distance of an atom's reference position from the defect, A: from the centre of a point
 * defect, the nearest periodic image counting, from the line of a dislocation. */
double ff_distance_from_defect(const ff_relaxation *relaxation, size_t atom);

/* Finds the bonds and shells of a relaxation's reference configuration. *bonds is initialised. With
 * within_cell, bonds that leave the cell centred on the defect are not used. */
int ff_bonds_build(ff_bonds *bonds, const ff_relaxation *relaxation, bool within_cell,
                   ff_error *err);

/* |Du(l)|^2 = sum over the bonds of atom l of |D_rho u(l)|^2, for u[atoms][3]; site[atoms], A^2.
 * Returns the sum over atoms. longest, when not NULL, receives the largest |D_rho u|, A. */
double ff_bonds_square(const ff_bonds *bonds, const double *u, double *site, double *longest);

#ifdef __cplusplus
}
#endif
#endif
