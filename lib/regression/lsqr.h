#ifndef FF_LIB_REGRESSION_LSQR_H
#define FF_LIB_REGRESSION_LSQR_H

/* Least squares of a matrix that is only known by its products: minimise |A z - y|^2 +
 * (ridge sigma)^2 |z|^2, sigma being the largest singular value of A. Part of the solvers
 * (solver.h).
 *
 * LSQR (C. C. Paige and M. A. Saunders, ACM Trans. Math. Softw. 8, 43 (1982)) with columns of unit
 * length and one-sided reorthogonalisation (H. D. Simon and H. Zha, SIAM J. Sci. Comput. 21, 2257
 * (2000)) against as many of the vectors v as 256 MB hold, so that rounding does not add steps. The
 * two products of a step need one pass over the rows.
 */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* u, which the context keeps, becomes A v - minus u, or y when v is NULL; *squares = |u|^2,
 * product[columns] = A^T u. */
typedef int (*ff_lsqr_pass)(void *context, const double *v, double minus, double *squares,
                            double *product, ff_error *err);

typedef struct ff_lsqr_system {
    size_t columns;
    ff_lsqr_pass pass;
    void *context;
    const double *length; /* [columns] of the columns of A, at least roughly; borrowed */
    double ridge;         /* 0: none */
    double tolerance;     /* as in ff_solver_options; 0: 1e-10 */
    int most_steps;       /* 0: 1000 */
} ff_lsqr_system;

/* Solves for z[columns]. *sigma: set when there is a ridge, to about 1e-9; *steps: passes taken.
 * FF_E_NUMERIC when it does not converge. */
int ff_lsqr(double *z, double *sigma, int *steps, const ff_lsqr_system *system, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
