#ifndef FF_LIB_ANALYSIS_ELASTIC_H
#define FF_LIB_ANALYSIS_ELASTIC_H

/* Elastic constants of a cubic crystal under a potential, at a given lattice constant.
 *
 * C_ij = d(sigma_i)/d(strain_j), the Cauchy stress per strain (shear strains are the engineering
 * ones, 2 epsilon), so at a pressure P these are the coefficients that govern stability and sound,
 * which differ from second derivatives of the energy by terms of order P (T. H. K. Barron and
 * M. L. Klein, Proc. Phys. Soc. 85, 523 (1965)). Units: GPa, eV/atom, A. Pressure is positive when
 * the crystal wants to expand. Internal relaxation: where a strain pushes the atoms of the cell
 * against each other (shear of diamond), they follow.
 */

#include "lib/potentials/potential.h"
#include "lib/structure/crystal.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_elastic {
    bool known;
    char crystal[32];
    double lattice_constant; /* A */
    double energy;           /* eV/atom */
    double pressure_GPa;
    double c11_GPa, c12_GPa, c44_GPa; /* with internal relaxation */
    double c44_unrelaxed_GPa;
} ff_elastic;

/* Fills *elastic from stresses at strains of 0.05 % and 0.1 % either way (central differences of
 * fourth order). *uncertainty_GPa, unless NULL, receives the largest difference between these and
 * those of second order: an upper bound of the error for a smooth potential. Internal relaxation to
 * first order in the strain, which is exact for elastic constants: C - g K^+ g / volume with the
 * forces g per unit strain and the Hessian K of the conventional cell, translations left out (M.
 * Born and K. Huang, Dynamical Theory of Crystal Lattices, 1954). FF_E_USAGE for a crystal that is
 * not cubic or takes several species, FF_E_RANGE for a species the potential does not know or a
 * lattice constant <= 0. */
int ff_elastic_cubic(ff_elastic *elastic, double *uncertainty_GPa, const ff_potential *potential,
                     const ff_crystal *crystal, int species, double lattice_constant,
                     ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
