#ifndef FF_LIB_DEFECTS_MINIMISE_H
#define FF_LIB_DEFECTS_MINIMISE_H

/* Preconditioned L-BFGS for energies of atoms, with steps of a trust region as long as there are no
 * pairs to go by, if the problem has a model for them.
 *
 * The two-loop recursion (Nocedal 1980) takes the preconditioner as its initial inverse Hessian.
 * The line search looks at the directional derivative; the energy is consulted only where its
 * change exceeds its own rounding, as in the approximate Wolfe conditions of Hager and Zhang
 * (2005), so that convergence is not stopped by the rounding of a total energy.
 *
 * x is [atoms][3] in A, gradients in eV/A.
 */

#include "lib/base/error.h"
#include "lib/defects/trust_region.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_minimise_problem {
    size_t atoms;
    /* Sets gradient[atoms][3] = dE/dx, *energy (eV, from any fixed zero near the energies met) and
     * *noise (eV, what rounding may have added to it). FF_E_RANGE or FF_E_NUMERIC for an x where
     * the energy does not exist: a trial step there is shortened. Other errors end the search. */
    int (*evaluate)(void *context, const double *x, double *gradient, double *energy, double *noise,
                    ff_error *err);
    /* direction = P gradient with P symmetric, positive on gradients that sum to zero. NULL: a
     * multiple of the identity. direction and gradient may be the same array. */
    void (*precondition)(void *context, const double *gradient, double *direction);
    /* step = the one of a trust region (trust_region.h) in a quadratic model of the energy that has
     * this gradient; the arrays are different ones. Used in place of a line search where there are
     * no pairs to go by. NULL: there is no better model than precondition. */
    ff_model_step (*newton)(void *context, const double *gradient, double radius, double *step);
    /* product = H vector with H the second derivatives of the energy at x; errors as evaluate.
     * NULL: those who need it take differences of gradients. The search itself does not. */
    int (*multiply)(void *context, const double *x, const double *vector, double *product,
                    ff_error *err);
    /* Makes precondition and newton better for a search that goes on from x, if that is worth it;
     * *forget tells whether the steps from before are no guide any more. Called before each step,
     * with the x that ff_minimise was given. NULL: nothing to improve. */
    int (*refresh)(void *context, const double *x, bool *forget, ff_error *err);
    void *context;
} ff_minimise_problem;

typedef struct ff_minimise_options {
    double tolerance;       /* eV/A, for the largest |gradient| of an atom */
    size_t max_evaluations; /* of the gradient */
    size_t memory;          /* pairs kept */
    double step_limit;      /* A, largest displacement of an atom in one step to begin with; twice
                               that of the step found when a trial failed, doubled when the first
                               succeeds */
    double longest_step;    /* A, what that may grow to */
    double distance_limit;  /* A, largest displacement of an atom from the start: beyond it the
                               energy is taken to have no minimum near */
} ff_minimise_options;

typedef struct ff_minimise_result {
    bool converged;
    size_t evaluations;
    double max_gradient;     /* eV/A, at the x left */
    double lowest_curvature; /* eV/A^2, smallest seen along a step; NaN if there was none */
} ff_minimise_result;

/* The defaults: 1e-8 eV/A, 500 evaluations, 20 pairs, 0.2 A, 0.8 A, 10 A. */
ff_minimise_options ff_minimise_defaults(void);

/* Minimises from x, in place; x is the best point at the end in every case. FF_OK when converged;
 * FF_E_NUMERIC when not, with a message saying why and *result filled; other errors as evaluate
 * gives them. */
int ff_minimise(const ff_minimise_problem *problem, const ff_minimise_options *options, double *x,
                ff_minimise_result *result, ff_error *err);

/* Sum of a[i] b[i], in blocks of fixed size, so that rounding grows slowly with the count. */
double ff_dot(const double *a, const double *b, size_t count);

/* The largest norm of a 3-vector among vectors[count][3]; NaN if any is not a number. */
double ff_largest_norm(const double *vectors, size_t count);

#ifdef __cplusplus
}
#endif
#endif
