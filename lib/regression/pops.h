#ifndef FF_LIB_REGRESSION_POPS_H
#define FF_LIB_REGRESSION_POPS_H

/* Uncertainty of a model that cannot be exact: pointwise optimal parameter sets (T. D. Swinburne
 * and D. Perez, Mach. Learn.: Sci. Technol. 6, 015008 (2025), arXiv:2402.01810).
 *
 * The posterior covariance shrinks as rows are added, however badly the model fits them. POPS asks
 * instead: of all coefficients that meet one row exactly, which fit the others best? For row x with
 * residual r = y - x.c these are c + d,
 *     d = C x r / (x.C x),   C = F F^T the posterior covariance (its scale cancels),
 * and the set of these corrections over the rows, or over those of high leverage, which are the
 * ones that a model must give way to, spans what the data allow. It is summarised by the principal
 * directions v_k of the corrections and the interval [lower_k, upper_k] of d.v_k along each (the
 * hypercube), and by their second moments (the ellipsoid).
 */

#include "lib/regression/rows.h"
#include "lib/regression/triangle.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_pops_options {
    double leverage_quantile; /* rows of leverage below this quantile, within their kind, are left
                                 out; in [0, 1), 0: none, the method's authors take 0.5 */
    double cutoff; /* directions of singular value below cutoff * the largest are left out; 0: 1e-8
                    */
} ff_pops_options;

typedef struct ff_pops {
    size_t columns;
    size_t rows;       /* whose corrections were taken */
    size_t rank;       /* directions */
    double *direction; /* [rank][columns] unit vectors, of falling spread */
    double *lower;     /* [rank] <= 0 */
    double *upper;     /* [rank] >= 0 */
    double *spread;    /* [rank] root mean square of the corrections along each direction */
} ff_pops;

void ff_pops_init(ff_pops *pops);
void ff_pops_clear(ff_pops *pops);

/* *pops is initialised by the call. coefficients[columns] and covariance: of a solution (solver.h).
 * weight: table (rows.h) of class weights over noise levels; rows of weight 0 are left out. Three
 * passes over the rows. FF_E_NUMERIC when no row has weight. */
int ff_pops_find(ff_pops *pops, const double *coefficients, const ff_triangle *covariance,
                 const ff_rows *rows, const double *weight, const ff_pops_options *options,
                 ff_error *err);

/* members[count][columns]: coefficients + corrections drawn uniformly from the hypercube. Member i
 * depends on the seed and i only. */
int ff_pops_draw(double *members, const double *coefficients, const ff_pops *pops, size_t count,
                 uint64_t seed, ff_error *err);

/* Smallest and largest change of x.c over the hypercube, for rows x[count][columns]; and its
 * standard deviation when corrections are uniform in it. lower, upper, deviation: [count], each may
 * be NULL. */
int ff_pops_bounds(double *lower, double *upper, double *deviation, const ff_pops *pops,
                   size_t count, const double *x, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
