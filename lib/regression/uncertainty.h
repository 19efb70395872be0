#ifndef FF_LIB_REGRESSION_UNCERTAINTY_H
#define FF_LIB_REGRESSION_UNCERTAINTY_H

/* How sure a regression is: what follows from the posterior covariance of the coefficients, given
 * as ff_solution.covariance: an upper triangle F of order n = columns, covariance = F F^T.
 * Linear functionals: anything that is a row x times the coefficients (an energy, a force, ...).
 */

#include "lib/regression/rows.h"
#include "lib/regression/triangle.h"

#ifdef __cplusplus
extern "C" {
#endif

/* variance[count] of x.c for the rows of x[count][n], |F^T x|^2. The noise of an observation is not
 * in it. */
int ff_posterior_variances(double *variance, const ff_triangle *covariance, size_t count,
                           const double *x, ff_error *err);

/* Adds to covariance products: result[count][count] = x F F^T x^T, for rows x[count][n]. */
int ff_posterior_covariances(double *result, const ff_triangle *covariance, size_t count,
                             const double *x, ff_error *err);

/* members[count][n]: coefficient vectors drawn from the posterior N(mean[n], covariance). Member i
 * depends on the seed and i only. */
int ff_committee_draw(double *members, const double *mean, const ff_triangle *covariance,
                      size_t count, uint64_t seed, ff_error *err);

/* leverage[frames->count][FF_KINDS]: which frames matter. The leverage of a row is the derivative
 * of its fitted value by its target, w^2 |F^T x|^2 / noise^2, between 0 and 1; those of a frame's
 * rows of each kind are summed. The sum over all frames is ff_solution.effective.
 * weight: table (rows.h) of class weights over noise levels, w / noise. One pass over the rows. */
int ff_frame_leverages(double *leverage, const ff_triangle *covariance, const ff_rows *rows,
                       const double *weight, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
