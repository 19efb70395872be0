#ifndef FF_LIB_POTENTIALS_CUBIC_SPLINE_H
#define FF_LIB_POTENTIALS_CUBIC_SPLINE_H

/* Interpolating cubic splines with equidistant knots: twice continuously differentiable, with the
 * not-a-knot condition at both ends (the first two and the last two intervals share one cubic), so
 * cubics are reproduced exactly. C. de Boor, A Practical Guide to Splines (1978), chapter IV.
 *
 * In interval k, with t = x / step - k in [0, 1], the spline is c0 + t (c1 + t (c2 + t c3)).
 */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_SPLINE_TERMS = 4, FF_SPLINE_LEAST_KNOTS = 4 };

/* Fits a spline through values[count], count >= FF_SPLINE_LEAST_KNOTS. The four coefficients of
 * interval k (of count - 1) go to coefficients[k * stride]. */
int ff_cubic_spline_fit(double *coefficients, size_t stride, const double *values, size_t count,
                        ff_error *err);

/* Another interpolation, for comparison with LAMMPS, whose embedded-atom pair styles use it: cubics
 * between the values with given slopes at the knots, which are (f[k-2] - f[k+2] + 8 (f[k+1] -
 * f[k-1])) / 12, at the second knot from either end the central difference, at the ends the one
 * difference there is. Once continuously differentiable. */
int ff_cubic_lammps_fit(double *coefficients, size_t stride, const double *values, size_t count,
                        ff_error *err);

/* Value at t, and the derivative with respect to t. */
static inline double ff_cubic_spline_value(const double c[FF_SPLINE_TERMS], double t, double *slope)
{
    *slope = c[1] + t * (2 * c[2] + t * 3 * c[3]);
    return c[0] + t * (c[1] + t * (c[2] + t * c[3]));
}

/* The second derivative with respect to t. */
static inline double ff_cubic_spline_curvature(const double c[FF_SPLINE_TERMS], double t)
{
    return 2 * c[2] + t * 6 * c[3];
}

#ifdef __cplusplus
}
#endif
#endif
