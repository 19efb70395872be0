#ifndef FF_LIB_REGRESSION_EVIDENCE_H
#define FF_LIB_REGRESSION_EVIDENCE_H

/* The evidence of a regression, its derivatives and its maximum; from triangles alone. Part of the
 * solvers (solver.h).
 *
 *     y_k = A_k z + noise of precision beta_k, k = levels;   z_j normal of precision alpha_b(j),
 *     each z_j belonging to a block b.
 * With P = sum beta_k A_k^T A_k + D, D = diag(alpha_b(j)), and z = P^-1 sum beta_k A_k^T y_k,
 *     ln evidence = 1/2 [sum_k N_k ln beta_k + sum_j ln alpha_b(j) - ln det P
 *                        - sum_k beta_k |A_k z - y_k|^2 - z.D z - N ln 2 pi]
 * (D. J. C. MacKay, Neural Comput. 4, 415 (1992), with several noise levels and blocks). Parameters
 * are x = (ln beta of the levels unless they are given, ln alpha of the blocks). Derivatives: with
 * B_i = beta_k A_k^T A_k or D restricted to block b, P = sum B_i, q_i the corresponding term of the
 * last line, and g_i half the gradient of q_i by z,
 *     d/dx_i      = 1/2 [count_i - tr(P^-1 B_i) - q_i],
 *     d2/dx_i dx_j = 1/2 [tr(P^-1 B_i P^-1 B_j) - delta_ij (tr(P^-1 B_i) + q_i)] + g_i.P^-1 g_j.
 */

#include "lib/regression/triangle.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Everything is borrowed. */
typedef struct ff_evidence_problem {
    size_t columns, levels, blocks;
    const ff_triangle *level; /* [levels] of [A_k | y_k], order columns + 1 */
    const double *rows;       /* [levels] N_k */
    bool noise_given;         /* beta_k = 1 */
    const size_t *block;      /* [columns] */
    bool stop_to_prune;       /* the search ends where a block has become irrelevant */
} ff_evidence_problem;

/* One point in the space of parameters. */
typedef struct ff_evidence {
    size_t parameters;
    double *x;        /* [parameters] */
    double value;     /* ln evidence */
    double *z;        /* [columns] */
    ff_triangle p;    /* order columns + 1: R of the stacked system, P = R^T R */
    ff_triangle root; /* order columns: R^-1, upper; P^-1 = root root^T */
    /* Set by ff_evidence_differentiate, as the root is: */
    double *trace;    /* [parameters] tr(P^-1 B_i), levels whose noise is given left out */
    double *gradient; /* [parameters] */
    double *hessian;  /* [parameters][parameters] */
    bool *at_bound;   /* [parameters] where the maximum lies beyond what is searched */
} ff_evidence;

int ff_evidence_init(ff_evidence *evidence, const ff_evidence_problem *problem, ff_error *err);
void ff_evidence_clear(ff_evidence *evidence);

/* Index of the first block in x: the levels before, unless they are given. */
size_t ff_evidence_first_block(const ff_evidence_problem *problem);

/* Sets value, z and p at x. */
int ff_evidence_evaluate(ff_evidence *evidence, const ff_evidence_problem *problem, ff_error *err);

/* Sets root, trace, gradient and hessian; after ff_evidence_evaluate. */
int ff_evidence_differentiate(ff_evidence *evidence, const ff_evidence_problem *problem,
                              ff_error *err);

/* Moves x to a place to start from: noise of a tenth of the targets and a weak prior, then some
 * steps of the fixed point x_i += ln((count_i - tr(P^-1 B_i)) / q_i) (MacKay's). */
int ff_evidence_start(ff_evidence *evidence, const ff_evidence_problem *problem, ff_error *err);

/* From x on uphill, to where no derivative exceeds 1e-6 + 1e-9 count_i (or where rounding hides
 * derivatives of 1e-4 count_i), by Newton's method with a damping that makes every step go up;
 * noise levels are kept above 1e-10 of their targets. *steps is counted up to `most`. All fields
 * are set. FF_E_NUMERIC when it does not get there. */
int ff_evidence_maximise(ff_evidence *evidence, const ff_evidence_problem *problem, int *steps,
                         int most, ff_error *err);

/* Of a block of a single column: the evidence would be highest with its alpha infinite, others
 * unchanged (A. C. Faul and M. E. Tipping, Adv. Neural Inf. Process. Syst. 14 (2002)), and the data
 * determine next to nothing of it as it is. After ff_evidence_differentiate. */
bool ff_evidence_is_irrelevant(const ff_evidence *evidence, const ff_evidence_problem *problem,
                               size_t block);

/* Largest |derivative| of a parameter that is not at a bound. */
double ff_evidence_slope(const ff_evidence *evidence);

#ifdef __cplusplus
}
#endif
#endif
