#ifndef FF_LIB_DEFECTS_STROH_H
#define FF_LIB_DEFECTS_STROH_H

/* The elastic field of a straight dislocation in an infinite anisotropic crystal.
 *
 * Units: A, eV/A^3. The line runs along z through the origin; stiffness in Voigt order xx yy zz yz
 * xz xy, in these axes. Signs as in J. P. Hirth and J. Lothe, Theory of Dislocations (1982): the
 * displacement grows by the Burgers vector on a counterclockwise circuit, so a screw has u_z = b
 * angle / 2 pi, and an edge with b along +x has its extra half plane at y > 0.
 *
 * Stroh's formalism in the integral form of D. M. Barnett and J. Lothe, Physica Norvegica 7, 13
 * (1973): averages over the angle take the place of the eigenvectors of Stroh's sextic, so that an
 * isotropic crystal, where these coincide, is a case like any other (T. C. T. Ting, Anisotropic
 * Elasticity, 1996, chapters 7 and 8). The averages converge exponentially and are taken until they
 * are good to rounding: displacements are good to 1e-12 of the Burgers vector.
 */

#include "lib/base/error.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_STROH_HARMONICS = 256 };

/* u = b angle / 2 pi - Sb ln(r / |b|) / 2 pi + sum over n of cosine[n] cos 2 n angle
 *     + sine[n] sin 2 n angle, n from 1 */
typedef struct ff_stroh {
    double burgers[3]; /* A */
    double radial[3];  /* Sb, A */
    double energy[9];  /* K, eV/A^3, symmetric, positive: the energy per length between radii r
                          and R is (b K b / 4 pi) ln(R / r) */
    size_t harmonics;  /* in use */
    double cosine[FF_STROH_HARMONICS + 1][3], sine[FF_STROH_HARMONICS + 1][3]; /* A */
} ff_stroh;

/* FF_E_NUMERIC for a stiffness that is not positive definite (or NaN), or so anisotropic that the
 * averages do not converge (the lowest stiffness some 1e-4 of the highest); FF_E_USAGE for a
 * Burgers vector of no length. */
int ff_stroh_init(ff_stroh *field, const double stiffness[36], const double burgers[3],
                  ff_error *err);

/* u[3], A, at (x, y) for the given angle: nearer to the line than a thousandth of the Burgers
 * vector it no longer grows. The angle is any value whose sine and cosine point to (x, y); where
 * the field is cut is the caller's choice. */
void ff_stroh_displacement(double u[3], const ff_stroh *field, double x, double y, double angle);

/* gradient[3 i + j] = du_i/dx_j at (x, y); j = 2 is zero. */
void ff_stroh_gradient(double gradient[9], const ff_stroh *field, double x, double y);

/* out = stiffness in axes whose unit vectors, in the old ones, are the rows of `axes`. */
void ff_rotate_stiffness(double out[36], const double stiffness[36], const double axes[9]);

#ifdef __cplusplus
}
#endif
#endif
