#ifndef FF_LIB_REGRESSION_ELIMINATION_H
#define FF_LIB_REGRESSION_ELIMINATION_H

/* From the coefficients c of a regression to variables z without constraints, in which the prior is
 * isotropic: c = c0 + B z. Part of the solvers (solver.h).
 *
 * Without constraints B = Gamma^-1 and c0 = 0. With constraints C c = d, in terms of u = Gamma c,
 *     orthogonal: Q = [Q1 Q2] from (C Gamma^-1)^T = Q1 R; c0 = Gamma^-1 Q1 R^-T d is the solution
 *                 of C c = d of smallest |Gamma c|, B = Gamma^-1 Q2, and |Gamma c|^2 = |Gamma c0|^2
 *                 + |z|^2: the null-space method (G. H. Golub and C. F. Van Loan, Matrix
 *                 Computations, section 6.2);
 *     by axes:    z are the u_j that the others follow from; which is decided by pivoting.
 * There are columns - rank(C) variables z. Cost of all products: O(rank) times that of the result.
 */

#include "lib/base/error.h"
#include "lib/regression/constraints.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_elimination {
    size_t columns;     /* of c */
    size_t rank;        /* of the constraints */
    double *particular; /* [columns] c0 */
    double *scale;      /* [columns] 1 / gamma */
    double *reflectors; /* orthogonal: [rank][columns], dgeqrf's form of Q; else NULL */
    double *tau;        /* orthogonal: [rank] */
    size_t *axis;       /* by axes: [columns], those that follow first, then those of z */
    double *dependence; /* by axes: [columns - rank][rank]: how the former follow from the latter */
} ff_elimination;

/* *elimination is initialised by the call. constraints and prior as in ff_solver_options, either
 * may be NULL. FF_E_NUMERIC when constraints contradict one another (named) or leave nothing free.
 */
int ff_elimination_find(ff_elimination *elimination, size_t columns,
                        const ff_constraints *constraints, const double *prior, bool by_axes,
                        ff_error *err);
void ff_elimination_clear(ff_elimination *elimination);

/* Replaces the rows of x[columns][stride] (column-major, `rows` of each column count) by x B.
 * *first: where the first of its columns - rank columns is; what is before and behind is of no use.
 */
int ff_elimination_apply(const ff_elimination *elimination, size_t rows, double *x, size_t stride,
                         double **first, ff_error *err);

/* Replaces the vectors z of x[count][stride], columns - rank numbers each, by B z, of `columns`
 * numbers (stride >= columns); c0 is not added. */
int ff_elimination_expand(const ff_elimination *elimination, size_t count, double *x, size_t stride,
                          ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
