#ifndef FF_LIB_REGRESSION_RIDGE_H
#define FF_LIB_REGRESSION_RIDGE_H

/* Regularised least squares from a triangle: minimise |A c - y|^2 + (ridge sigma)^2 |Gamma c|^2,
 * sigma being the largest singular value of A Gamma^-1 (see fit.h). */

#include "lib/regression/triangle.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Solves for coefficients[order - 1] from the triangle of [A | y], which is destroyed (its memory
 * is not freed). prior: diagonal of Gamma, > 0, or NULL for all ones. *condition: estimate, in the
 * 1-norm, of the condition number of the system solved (columns scaled to unit length).
 * FF_E_NUMERIC, with advice, when that system is singular to working precision. */
int ff_ridge_solve(double *coefficients, double *condition, ff_triangle *triangle,
                   const double *prior, double ridge, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
