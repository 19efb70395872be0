#ifndef FF_LIB_REGRESSION_FOLDS_H
#define FF_LIB_REGRESSION_FOLDS_H

/* Folds of a cross-validation: each frame, with all its rows, belongs to one. */

#include "lib/regression/design_matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* fold[frames->count], from 0. The frames of each group, in order, are taken `folds` at a time, and
 * each time dealt to the folds in a random order, so that the folds hold equally many frames of
 * every group, but for one. Depends on the seed, the group and the place within the group only:
 * frames appended later do not move those before them. FF_E_RANGE when folds is 0. */
int ff_assign_folds(uint32_t *fold, const ff_frame_table *frames, uint32_t folds, uint64_t seed,
                    ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
