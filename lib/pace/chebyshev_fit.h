#ifndef FF_LIB_PACE_CHEBYSHEV_FIT_H
#define FF_LIB_PACE_CHEBYSHEV_FIT_H

/* Functions of a distance as combinations of g_k = (1 - T_k(2r/cutoff - 1))/2, k = 1..bases, which
 * span the polynomials of that degree that vanish at the cutoff (ChebPow of pace.h with lambda 1).
 *
 * The functions are given on [inner, cutoff] only. On that part of [0, cutoff] the g_k are nearly
 * dependent; least squares by a truncated singular value decomposition gives coefficients that are
 * no larger than the functions need (B. Adcock and D. Huybrechs, SIAM Rev. 61, 443 (2019)).
 *
 * Units: A. */

#include "lib/base/error.h"
#include "lib/base/vectorise.h"

#ifdef __cplusplus
extern "C" {
#endif

/* values[functions][FF_LANES] and derivatives at distance[FF_LANES] within [inner, cutoff]. */
typedef void (*ff_chebyshev_source)(const void *context, const double *distance,
                                    double (*values)[FF_LANES], double (*derivatives)[FF_LANES]);

typedef struct ff_chebyshev_fit {
    int functions, bases;
    double inner, closest, cutoff; /* A */
    double *coefficient;           /* [functions][bases] */
    /* [functions] Root mean squares over the distances of an ideal gas, density r^2: of the error
     * of the derivative, 1/A, and of the fourth derivative, 1/A^4; and the root of the sum of
     * squares of the coefficients, to which rounding is proportional. */
    double *error, *fourth, *size;
} ff_chebyshev_fit;

/* Fits with the fields functions, bases, inner, closest (inner <= closest < cutoff) and cutoff set;
 * the others need not be. FF_E_NUMERIC when the decomposition fails. */
int ff_chebyshev_fit_make(ff_chebyshev_fit *fit, ff_chebyshev_source source, const void *context,
                          ff_error *err);
/* Frees the arrays. */
void ff_chebyshev_fit_clear(ff_chebyshev_fit *fit);

#ifdef __cplusplus
}
#endif
#endif
