#ifndef FF_LIB_REGRESSION_SOLVER_H
#define FF_LIB_REGRESSION_SOLVER_H

/* Linear regression from a reduction: one interface for all methods.
 *
 * Model: scaled rows (rows.h) y = A c + noise; the noise of a row of kind K in a class of weight w
 * has standard deviation noise[K] / w. Prior: c normal with mean 0 and precision
 * prior_strength * Gamma^2, Gamma = diag(prior).
 *
 *     FF_SOLVER_QR     no prior; Householder QR
 *     FF_SOLVER_RIDGE  prior_strength = (ridge sigma)^2 / noise^2, sigma being the largest singular
 *                      value of W A Gamma^-1: directions of singular value below ridge * sigma are
 *                      damped (Tikhonov's filter s^2 / (s^2 + (ridge sigma)^2)), whatever the
 *                      units, the number of rows and the scale of Gamma
 *     FF_SOLVER_SVD    no prior but the norm |Gamma c|: directions of singular value of
 *                      W A Gamma^-1 below cutoff * sigma are left out (truncated SVD)
 *     FF_SOLVER_BAYES  prior_strength of highest evidence (D. J. C. MacKay, Neural Comput. 4, 415
 *                      (1992))
 *     FF_SOLVER_ARD    a prior precision of its own for each function, of highest evidence, which
 *                      leaves many functions out (automatic relevance determination: M. E. Tipping,
 *                      J. Mach. Learn. Res. 1, 211 (2001)); Gamma only matters for the start
 *     FF_SOLVER_LSQR   as RIDGE (ridge 0: as QR), by Golub-Kahan bidiagonalisation (C. C. Paige and
 *                      M. A. Saunders, ACM Trans. Math. Softw. 8, 43 (1982)): from rows alone, when
 *                      even a triangle is too large
 *
 * Evidence: ln of the probability density of the targets (of all rows with weight, unscaled, in
 * their units), the coefficients integrated out.
 * BLAS must be serial (lib/base/parallel.h); results do not depend on the number of threads.
 */

#include "lib/regression/constraints.h"
#include "lib/regression/reduction.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ff_solver_method {
    FF_SOLVER_QR,
    FF_SOLVER_RIDGE,
    FF_SOLVER_SVD,
    FF_SOLVER_BAYES,
    FF_SOLVER_ARD,
    FF_SOLVER_LSQR,
    FF_SOLVERS
};

/* Names on the command line and in files: "qr", "ridge", "svd", "bayes", "ard", "lsqr". */
extern const char *const ff_solver_names[FF_SOLVERS];

/* What is assumed of the noise.
 *
 * Errors of a model that cannot be exact are not noise: those of the rows of a frame hang together,
 * and each kind's are what the others leave to it. Taken as independent, the many rows of forces
 * outvote the few energies, whose errors then may grow by factors for a small gain in the forces.
 * With `dependence` d the m rows of a kind in a frame count as m^(1 - d) observations (their
 * logarithmic densities are multiplied by share = (frames / rows)^d, a tempered likelihood): all of
 * them for 0, one for 1. For silicon (Y. Zuo et al., J. Phys. Chem. A 124, 731 (2020): 214 frames;
 * 286 functions) 1/2 brings test errors to where the best weights found by hand do; 0 makes those
 * of the energies ten times larger, 1 those of the forces a third. */
enum ff_noise_model {
    FF_NOISE_COMMON,   /* weights are relative: one unknown level, the same noise[K] for all K */
    FF_NOISE_PER_KIND, /* one unknown level for each kind, of highest evidence, found together with
                          the prior's strength(s); class weights are relative within a kind. QR,
                          RIDGE, SVD and LSQR take the levels that BAYES finds. */
    FF_NOISE_GIVEN     /* weights are 1 / standard deviation: noise[K] = 1 */
};

typedef struct ff_solver_options {
    enum ff_solver_method method;
    enum ff_noise_model noise;
    const double *weight; /* [reduction->count] class weights, >= 0, borrowed */
    const double *prior;  /* [columns] diagonal of Gamma, > 0, borrowed; NULL: all ones */
    const ff_constraints *constraints; /* borrowed; NULL: none */
    double dependence;                 /* PER_KIND: in [0, 1], see above */
    double ridge;                      /* RIDGE, LSQR: a pure number >= 0; 0: none */
    double cutoff;                     /* SVD: relative, in [0, 1) */
    double tolerance; /* LSQR: the cosine between the residual and the columns, or relative length
                         of the residual, at which it stops; 0: 1e-10 */
    int most_steps;   /* passes of LSQR, iterations of BAYES and ARD; 0: 1000 */
    bool without_covariance; /* leaves solution->covariance empty, which saves time */
} ff_solver_options;

/* A class in the light of a solution. */
typedef struct ff_class_fit {
    uint32_t group, fold;
    uint8_t kind;
    size_t count;   /* rows */
    double weight;  /* class weight as given */
    double noise;   /* standard deviation of the scaled rows, noise[kind] / weight; NaN when the
                       class was left out or its noise is unknown */
    double chi2;    /* sum of (scaled error / noise)^2; NaN likewise */
    double squares; /* sum of scaled errors squared; classes left out as well */
    double rmse;    /* in reported units (eV/atom, eV/A, eV/A^2): exact when the frames of the class
                       are of one size and weight, else as if errors and sizes were independent */
} ff_class_fit;

typedef struct ff_solution {
    enum ff_solver_method method;
    size_t columns;
    double *coefficients; /* [columns] */
    size_t observations;  /* rows of nonzero weight */
    double condition;     /* of the system solved, columns scaled to unit length: estimate in the
                             1-norm; SVD: largest over smallest singular value kept; LSQR: NaN */
    double singular_max, singular_min; /* of W A Gamma^-1 (constraints eliminated): of the estimate
                                          that the method makes on its way, or NaN */
    size_t rank;      /* dimensions left to the coefficients by constraints, cut-off or ARD */
    double effective; /* number of parameters that the data determine, the trace of the matrix that
                         takes y to A c, constraints not counted; LSQR with ridge: NaN */
    double noise[FF_KINDS]; /* see above; NaN for kinds without rows of nonzero weight */
    double share[FF_KINDS]; /* of a row's logarithmic density that counts, see dependence; else 1 */
    double kind_effective[FF_KINDS]; /* share of each kind in `effective`; LSQR: NaN */
    double prior_strength;           /* see above; QR, SVD: 0; ARD: NaN */
    double *prior_precision;         /* [columns] of each coefficient; infinite: left out by ARD */
    double log_evidence;             /* NaN for QR, SVD and LSQR */
    double gradient; /* BAYES, ARD, PER_KIND: largest derivative of the evidence by the logarithm of
                        a parameter (0 at the maximum; a unit counts as one effective observation)
                      */
    int steps;       /* taken by BAYES, ARD, LSQR */
    bool noise_at_bound; /* a noise level went to zero: the data agree with the model to rounding */
    size_t fit_count;
    ff_class_fit *fit;      /* [fit_count], one for each class of the reduction, in their order */
    ff_triangle covariance; /* order = columns: upper triangle F, the posterior covariance of the
                               coefficients being F F^T; singular where constraints, cut-off or ARD
                               leave no freedom; r NULL when not asked for, LSQR, or the noise is
                               unknown (as many parameters as observations) */
} ff_solution;

void ff_solution_init(ff_solution *solution);
void ff_solution_clear(ff_solution *solution);

/* *solution is initialised by the call. FF_E_RANGE for options out of range; FF_E_NUMERIC when no
 * row has weight, the system is singular and the method does not mend it, constraints contradict
 * one another (named) or leave nothing to fit, or an iteration does not converge. */
int ff_solve(ff_solution *solution, const ff_reduction *reduction, const ff_solver_options *options,
             ff_error *err);

/* FF_SOLVER_LSQR from rows: one pass over them for each step. options->weight is a weight table
 * (rows.h) of rows->frames; noise: FF_NOISE_COMMON or FF_NOISE_GIVEN. The solution has one
 * ff_class_fit for each group and kind that has rows, and no covariance. */
int ff_solve_rows(ff_solution *solution, const ff_rows *rows, const ff_solver_options *options,
                  ff_error *err);

/* result[group_count][FF_KINDS] = class weight * root of share / noise level, by which passes over
 * the rows turn scaled rows into rows of unit noise; 0 where the weight is 0. weight: table
 * (rows.h). */
void ff_weights_over_noise(double *result, const ff_solution *solution, size_t group_count,
                           const double *weight);

#ifdef __cplusplus
}
#endif
#endif
