#ifndef FF_LIB_REGRESSION_CROSS_VALIDATION_H
#define FF_LIB_REGRESSION_CROSS_VALIDATION_H

/* Errors on observations that were not fitted, from a reduction alone: a fit for each part that is
 * left out, none of which touches the rows. */

#include "lib/regression/solver.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Errors of one fit on one kind of observations. */
typedef struct ff_held_out {
    uint32_t part; /* the fold or group held out; learning curves: folds fitted, from 1; a number
                      beyond all of them: the sum over parts */
    uint8_t kind;
    size_t fitted;      /* rows of nonzero weight, of all kinds; in the sum: their mean, rounded */
    size_t count;       /* rows held out, of this kind; those of weight 0 in the fit as well */
    double squares;     /* sum of scaled errors squared */
    double rmse;        /* in reported units, as ff_class_fit.rmse */
    double noise;       /* level found by the fit; NaN in the sum */
    double log_density; /* sum over the rows of ln of the predictive density: that of independent
                           rows, given the coefficients; NaN where the noise is unknown */
} ff_held_out;

typedef struct ff_cross_validation {
    size_t parts;
    size_t count;
    ff_held_out *errors; /* [count] by part, then kind; the sum over parts last */
} ff_cross_validation;

void ff_cross_validation_init(ff_cross_validation *result);
void ff_cross_validation_clear(ff_cross_validation *result);

/* Leaves out one fold after another. *result is initialised by the call. Options as for ff_solve;
 * FF_E_RANGE when there is a single fold. Errors name the fold. */
int ff_cross_validate_folds(ff_cross_validation *result, const ff_reduction *reduction,
                            const ff_solver_options *options, ff_error *err);

/* Leaves out one group after another; groups that the weights leave out anyway are only predicted.
 */
int ff_cross_validate_groups(ff_cross_validation *result, const ff_reduction *reduction,
                             const ff_solver_options *options, ff_error *err);

/* Learning curve: fits folds 0 ... k - 1 for k = 1 ... folds - 1 and predicts the last fold. There
 * is no sum. Fits that the data do not determine (FF_E_NUMERIC) are left out of the result. */
int ff_learning_curve(ff_cross_validation *result, const ff_reduction *reduction,
                      const ff_solver_options *options, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
