#ifndef FF_LIB_ACE_CHEBYSHEV_FIT_H
#define FF_LIB_ACE_CHEBYSHEV_FIT_H

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
    double inner, cutoff;
    double *coefficient; /* [functions][bases] */
    double *error;       /* [functions] largest error of the derivative, 1/A */
    double *fourth;      /* [functions] largest fourth derivative, 1/A^4 */
    double *size;        /* [functions] sum of |coefficient|: rounding is that times the unit */
} ff_chebyshev_fit;

/* *fit is initialised by the call. FF_E_NUMERIC when the decomposition fails. */
int ff_chebyshev_fit_init(ff_chebyshev_fit *fit, int functions, int bases, double inner,
                          double cutoff, ff_chebyshev_source source, const void *context,
                          ff_error *err);
void ff_chebyshev_fit_clear(ff_chebyshev_fit *fit);

#ifdef __cplusplus
}
#endif
#endif
