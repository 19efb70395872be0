#ifndef FF_LIB_DEFECTS_ELASTIC_CONSTANTS_H
#define FF_LIB_DEFECTS_ELASTIC_CONSTANTS_H

/* Elastic constants of a crystal of any symmetry, from its force constants.
 *
 * Units: eV/A^3; Voigt order xx yy zz yz xz xy, shear strains the engineering ones (twice the
 * tensor components). The axes are those of the crystal's Cartesian frame. */

#include "lib/defects/force_constants.h"

#ifdef __cplusplus
extern "C" {
#endif

/* stiffness[6][6] = d(stress)/d(strain) by the method of long waves: what resists a displacement
 * wave of the whole crystal to second order in its wave vector, the atoms of the unit cell having
 * followed it against each other (M. Born and K. Huang, Dynamical Theory of Crystal Lattices, 1954,
 * sections 26 and 27). The error is that of the force constants.
 * Under a stress, which the force constants' bulk virial tells, these are the coefficients of T. H.
 * K. Barron and M. L. Klein, Proc. Phys. Soc. 85, 523 (1965), as in lib/analysis/elastic.h, their
 * part that is not symmetric under a stress that is not a pressure left out; the atoms of the unit
 * cell must be free of forces.
 * FF_E_NUMERIC when the crystal does not resist some displacements of the unit cell's atoms against
 * each other (those of a layer out of its plane); stiffness is NaN then, as after any error. */
int ff_elastic_constants(double stiffness[36], const ff_force_constants *constants, ff_error *err);

/* How the atoms of the unit cell follow a strain against each other, to first order: in a crystal
 * whose displacement has the gradient g[3 j + k] = du_j/dx_k, site a is off by sum over j, k of
 * response[27 a + 9 i + 3 j + k] g[3 j + k],   i = x, y, z, in A, from where the gradient alone
 * takes it; the mean over sites is zero. Zero in crystals in which every atom is a centre of
 * symmetry, to rounding, which is taken off. response[27 constants->sites]; unit: the frame that
 * the constants are of. Errors as above. */
int ff_internal_strain(double *response, const ff_force_constants *constants, const ff_frame *unit,
                       ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
