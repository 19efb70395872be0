#ifndef FF_LIB_ACE_RADIAL_H
#define FF_LIB_ACE_RADIAL_H

/* Radial functions R_n(r) = p_n(t(r)) t(r)^3, n = 1..count.
 *
 * Transform (Agnesi's curve): x(r) = 1 / (1 + (r/nearest)^2 / 3), steepest at r = nearest, mapped
 * linearly to t in [0, 1] with t = 0 at the cutoff and t = 1 at the inner radius. The envelope t^3
 * gives R_n two continuous derivatives at the cutoff; beyond, R_n = 0. Below the inner radius, R_n
 * is its quadratic continuation times the step of fade.h: zero below 3/4 of that radius, and twice
 * continuously differentiable throughout.
 * Polynomials: p_n of degree n-1 by the three-term recurrence of Stieltjes, orthonormal so that
 *     integral over [inner, cutoff] of R_n R_m density r^2 dr = delta_nm,
 * density = sqrt(2)/nearest^3, that of close packing: with orthonormal angular functions, the sums
 * A over the neighbours in an ideal gas of that density are uncorrelated and have variance 1.
 * (W. Gautschi, Orthogonal Polynomials, OUP 2004, section 2.2.)
 *
 * Units: A. R_n is dimensionless.
 */

#include "lib/base/error.h"
#include "lib/base/vectorise.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_RADIAL_MAX = 40 };

typedef struct ff_radial {
    int count;
    double cutoff, inner, nearest;
    double x_cutoff, x_scale;        /* t = (x - x_cutoff) x_scale */
    double first;                    /* p_1 */
    double shift[FF_RADIAL_MAX];     /* a_n */
    double step[FF_RADIAL_MAX];      /* b_n: b_{n+1} p_{n+1} = (t - a_n) p_n - b_n p_{n-1} */
    double slope[FF_RADIAL_MAX];     /* R_n' at the inner radius */
    double curvature[FF_RADIAL_MAX]; /* R_n'' there */
} ff_radial;

/* Needs 0 <= count <= FF_RADIAL_MAX, 0 < inner < cutoff, nearest > 0. */
int ff_radial_init(ff_radial *radial, int count, double cutoff, double inner, double nearest,
                   ff_error *err);

/* values[count][FF_LANES] = R_n and derivatives[count][FF_LANES] = dR_n/dr (1/A) at
 * distance[FF_LANES] >= 0. */
void ff_radial_evaluate(const ff_radial *radial, const double *distance, double (*values)[FF_LANES],
                        double (*derivatives)[FF_LANES]);

#ifdef __cplusplus
}
#endif
#endif
