#ifndef FF_LIB_DEFECTS_EQUILIBRIUM_H
#define FF_LIB_DEFECTS_EQUILIBRIUM_H

/* A unit cell at equilibrium with a potential: the lattice parameters (and, of a cell without known
 * symmetry, the positions in it) at which the energy is lowest and the stress zero.
 *
 * Newton's method on the strain, and the positions where they are free, with second derivatives by
 * central differences of virials and forces; negative ones are taken by modulus, so that each step
 * goes downhill. Units: A, eV, eV/A^3. At zero temperature and without zero-point motion.
 */

#include "lib/potentials/potential.h"
#include "lib/structure/crystal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What may change. */
typedef enum ff_cell_freedom {
    FF_FREE_VOLUME,    /* at fixed shape */
    FF_FREE_HEXAGONAL, /* length along z, and lengths in the xy plane together */
    FF_FREE_PLANE,     /* lengths in the xy plane together */
    FF_FREE_CELL       /* all six strains and all positions; when the cell is not periodic along its
                          third vector, the three strains of the xy plane */
} ff_cell_freedom;

typedef struct ff_equilibrium {
    double energy;      /* eV per atom */
    double stress;      /* eV/A^3, largest component left among those that were free */
    double force;       /* eV/A, largest component left; 0 when positions were not free */
    size_t evaluations; /* of the unit cell's energy and derivatives */
} ff_equilibrium;

/* What is free in a crystal of that name. */
ff_cell_freedom ff_equilibrium_freedom(const ff_crystal *crystal);

/* A start: the lattice constant, of those for which nearest neighbours are 0.65 to 2.2 times as far
 * apart as in a single bond (ff_element_covalent_radius) and not closer than the potential was made
 * for, with the lowest energy, to 2 %. FF_E_NUMERIC when the lowest is the first or last. */
int ff_equilibrium_guess(double *lattice_constant, const ff_crystal *crystal, const int *species,
                         const ff_potential *potential, ff_error *err);

/* Moves the unit cell to its equilibrium: stress below 1e-10 eV/A^3, forces below 1e-9 eV/A; or as
 * near as the potential's rounding allows, at most 1e-6 and 1e-5. FF_E_NUMERIC when that is not
 * reached, e.g. when the crystal flies apart. Errors as ff_calculator_evaluate. Threads: yes, with
 * bit-identical results. */
int ff_equilibrium_find(ff_frame *unit, ff_equilibrium *found, const ff_potential *potential,
                        ff_cell_freedom freedom, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
