#ifndef FF_LIB_ACE_HARMONICS_H
#define FF_LIB_ACE_HARMONICS_H

/* Real orthonormal spherical harmonics of a unit vector (x, y, z) as polynomials, with gradients
 * and without poles:
 *     Y_lm = F_lm Q_l^|m|(z) c_|m|(x, y)   for m >= 0,   with s_|m| instead of c_|m| for m < 0,
 *     c_m + i s_m = (x + i y)^m,   Q_l^m = d^m P_l / dz^m (P_l: Legendre's polynomial),
 *     F_lm^2 = (2 - delta_m0) (2l + 1)/(4 pi) (l - |m|)!/(l + |m|)!.
 * No Condon-Shortley phase: Y_11 ~ x, Y_1-1 ~ y, Y_10 ~ z. The function of (l, m) has index
 * l*l + l + m.
 */

#include "lib/base/vectorise.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_HARMONICS_MAX = 12 }; /* largest l */

typedef struct ff_harmonics {
    int largest;                                               /* l */
    double factor[FF_HARMONICS_MAX + 1][FF_HARMONICS_MAX + 1]; /* F_lm, m >= 0 */
    /* Q_l^m = up z Q_{l-1}^m - down Q_{l-2}^m, m < l */
    double up[FF_HARMONICS_MAX + 1][FF_HARMONICS_MAX + 1];
    double down[FF_HARMONICS_MAX + 1][FF_HARMONICS_MAX + 1];
} ff_harmonics;

/* Needs 0 <= largest <= FF_HARMONICS_MAX. */
void ff_harmonics_init(ff_harmonics *harmonics, int largest);

/* At the unit vectors direction[3][FF_LANES]: values[(largest+1)^2][FF_LANES] and
 * gradients[(largest+1)^2][3][FF_LANES] of the polynomials; only the part of a gradient tangential
 * to the sphere has a meaning: d Y(r/|r|)/dr = (1 - rr/|r|^2) gradient / |r|. */
void ff_harmonics_evaluate(const ff_harmonics *harmonics, const double (*direction)[FF_LANES],
                           double (*values)[FF_LANES], double (*gradients)[3][FF_LANES]);

/* The changes of those values and gradients when the unit vectors change by turn[3][FF_LANES]:
 * directional derivatives of the polynomials. */
void ff_harmonics_change(const ff_harmonics *harmonics, const double (*direction)[FF_LANES],
                         const double (*turn)[FF_LANES], double (*values)[FF_LANES],
                         double (*gradients)[3][FF_LANES]);

#ifdef __cplusplus
}
#endif
#endif
