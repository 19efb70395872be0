#ifndef FF_STAGES_EVALUATE_CALIBRATE_H
#define FF_STAGES_EVALUATE_CALIBRATE_H

#include "lib/analysis/calibration.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Predicted against true errors, when the potential (of option --potential) is a model that knows
 * of its uncertainty; else *calibration, which is initialised, stays empty. The potential may be
 * given an ensemble. */
int evaluate_calibrate(ff_stage_run *stage, ff_potential *potential, const ff_dataset *dataset,
                       ff_calibration *calibration, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
