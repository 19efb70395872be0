#ifndef FF_LIB_ANALYSIS_CALIBRATION_H
#define FF_LIB_ANALYSIS_CALIBRATION_H

/* Is a model as sure as it should be? What its uncertainty predicts for every energy, force and
 * virial of a dataset, held against the true errors.
 *
 * The standard deviation of a prediction comes from the coefficients: exactly from their posterior
 * covariance, |F^T x| for the row x of the observation, or from the members of a committee about
 * the model, or else from POPS. Beside it stands the noise level of the fit, which is what the
 * model could not explain of its training data; both together, root of the sum of squares, is the
 * size of the errors to be expected. POPS also gives bounds. Units as in evaluation.h: eV/atom,
 * eV/A, eV/atom. Force constants are left out, and frames in which atoms are closer than the
 * model was made for: there it is a wall and no function of its coefficients.
 */

#include "lib/ace/basis.h"
#include "lib/regression/pops.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is known of the model; everything is borrowed. */
typedef struct ff_uncertain_model {
    const ff_potential *potential; /* its members, if any, are the committee */
    const ff_ace_basis *basis;     /* of the two below; may be NULL without them */
    const ff_triangle *covariance; /* uncertainty.h; NULL: unknown */
    const ff_pops *pops;           /* NULL: unknown */
    const double *noise; /* [groups of ff_frame_table_from_dataset][FF_KINDS] standard deviation of
                            rows times s_K (rows.h); NaN: unknown */
} ff_uncertain_model;

/* One observation. */
typedef struct ff_prediction {
    uint32_t frame, atom; /* from 0; atom of a force */
    uint8_t kind, axis;   /* enum ff_kind; 0..2 of a force, Voigt 0..5 of a virial */
    double label, error;  /* error: predicted minus label */
    double deviation;     /* standard deviation from the coefficients */
    double noise;         /* standard deviation of the noise; NaN: unknown */
    double lower, upper;  /* of the label minus predicted, by POPS; NaN: unknown */
} ff_prediction;

/* Over the observations of one kind, of a group ("all": of all). */
typedef struct ff_calibration_row {
    char group[64];
    uint8_t kind;
    size_t count;
    double rmse;                       /* of the true errors */
    double deviation, noise, expected; /* root mean squares predicted; expected: of both together */
    double within_1, within_2; /* shares of the errors within once and twice what was expected;
                                  normal: 0.683 and 0.954 */
    double width;              /* mean of (upper - lower) / 2; NaN without POPS */
    double bounded;            /* share of labels within the bounds; NaN likewise */
} ff_calibration_row;

typedef struct ff_calibration {
    size_t rows;
    ff_calibration_row *row;   /* by group and kind, then all */
    size_t predictions;        /* kept when asked for */
    ff_prediction *prediction; /* in order of frames, kinds, atoms, axes */
    size_t skipped;            /* frames with atoms too close */
} ff_calibration;

void ff_calibration_init(ff_calibration *calibration);
void ff_calibration_clear(ff_calibration *calibration);

/* *calibration is initialised by the call. FF_E_USAGE when the model knows nothing of its
 * uncertainty. progress: frames; may be NULL. Bit-identical for any number of threads. */
int ff_calibrate(ff_calibration *calibration, const ff_uncertain_model *model,
                 const ff_dataset *dataset, bool keep, const ff_progress *progress, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
