#ifndef FF_FORMATS_CALIBRATION_GROUP_H
#define FF_FORMATS_CALIBRATION_GROUP_H

/* Predicted against true errors, kept in the groups "calibration" and "predictions" of an
 * evaluation. */

#include "formats/container.h"
#include "lib/analysis/calibration.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Adds the groups to an evaluation; "predictions" if there are any. */
int ff_calibration_write(ff_container *container, const ff_calibration *calibration, ff_error *err);

/* *calibration is initialised by the call, and empty when the evaluation has none. */
int ff_calibration_read(ff_calibration *calibration, ff_container *container, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
