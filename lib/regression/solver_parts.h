#ifndef FF_LIB_REGRESSION_SOLVER_PARTS_H
#define FF_LIB_REGRESSION_SOLVER_PARTS_H

/* What the methods of solver.h see: a regression in standard form, without constraints and with an
 * isotropic prior,
 *     y_K = A_K z + noise of standard deviation noise[K], for the kinds K of observations,
 * of which there is a triangle for each kind (class weights and the elimination of constraints are
 * in it). A method is one function and one line in the table of solver.c.
 */

#include "lib/regression/evidence.h"
#include "lib/regression/solver.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_standard_problem {
    const ff_solver_options *options;
    enum ff_noise_model noise;  /* COMMON or GIVEN, or for BAYES and ARD PER_KIND */
    size_t columns;             /* m, of z */
    size_t rows[FF_KINDS];      /* of nonzero weight */
    double count[FF_KINDS];     /* observations that they count as; the root of the share is in the
                                   triangle */
    ff_triangle kind[FF_KINDS]; /* order m + 1, of [A_K | y_K]; r NULL where there are no rows */
    bool plain;                 /* z_j is the coefficient of function j, but for a factor */
} ff_standard_problem;

/* Fields without a comment: as in ff_solution. Arrays are allocated by ff_standard_solution_init.
 */
typedef struct ff_standard_solution {
    double *z;         /* [m] */
    double *precision; /* [m] of the prior, absolute; infinite: left out */
    double noise[FF_KINDS];
    ff_triangle root; /* order m: upper triangle F, posterior covariance F F^T; zero where z is not
                         free. NULL from LSQR. Scaled by noise, or (noise NaN) as if noise were 1 */
    double condition, singular_max, singular_min, prior_strength, gradient;
    double log_evidence; /* of the scaled and weighted targets */
    size_t rank;
    int steps;
    bool noise_at_bound;
} ff_standard_solution;

int ff_standard_solution_init(ff_standard_solution *solution, size_t columns, ff_error *err);
void ff_standard_solution_clear(ff_standard_solution *solution);

/* Makes *triangle (initialised by the call) that of all rows, those of kind K times factor[K]. */
int ff_standard_triangle(ff_triangle *triangle, const ff_standard_problem *problem,
                         const double factor[FF_KINDS], ff_error *err);

/* FF_E_RANGE for numbers out of range, weight[weights] included. */
int ff_solver_options_check(const ff_solver_options *options, size_t weights, size_t columns,
                            ff_error *err);

/* Methods. *solution has been initialised. */
int ff_solve_ridge(ff_standard_solution *solution, const ff_standard_problem *problem,
                   ff_error *err); /* QR as well */
int ff_solve_svd(ff_standard_solution *solution, const ff_standard_problem *problem, ff_error *err);
int ff_solve_bayes(ff_standard_solution *solution, const ff_standard_problem *problem,
                   ff_error *err);
int ff_solve_ard(ff_standard_solution *solution, const ff_standard_problem *problem, ff_error *err);
int ff_solve_lsqr(ff_standard_solution *solution, const ff_standard_problem *problem,
                  ff_error *err);

/* |A_K z - y_K|^2. */
double ff_standard_squares(const ff_standard_problem *problem, int kind, const double *z);

/* Sets the noise, common or given, of a solution with z that took so many parameters to fit; scales
 * the root by it. */
void ff_standard_noise(ff_standard_solution *solution, const ff_standard_problem *problem,
                       double effective);

/* Condition number of the triangle without its last row and column, columns scaled to unit length,
 * which says how well data and prior determine the coefficients (A. van der Sluis, Numer. Math. 14,
 * 14 (1969)); an estimate in the 1-norm, infinite when a column is zero. */
int ff_standard_condition(double *condition, const ff_triangle *triangle, ff_error *err);

/* The unknown noise levels of a problem: those of the kinds, or a common one. */
typedef struct ff_levels {
    size_t count;
    ff_triangle triangle[FF_KINDS]; /* [count] borrowed */
    double rows[FF_KINDS];          /* [count] */
    size_t of_kind[FF_KINDS];       /* which level; of kinds that have rows */
    ff_triangle merged;             /* of all rows, when there is a common level */
} ff_levels;
int ff_levels_find(ff_levels *levels, const ff_standard_problem *problem, ff_error *err);
void ff_levels_clear(ff_levels *levels);

/* Noise of a solution from the levels' precisions in evidence->x. */
void ff_levels_noise(ff_standard_solution *solution, const ff_levels *levels,
                     const ff_standard_problem *problem, const ff_evidence *evidence);

/* Makes *root (initialised by the call, order n) the upper triangle F with F F^T = G G^T, of
 * g[columns][stride], column-major, n rows of each column count, columns <= n. */
int ff_upper_root(ff_triangle *root, size_t n, size_t columns, const double *g, size_t stride,
                  ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
