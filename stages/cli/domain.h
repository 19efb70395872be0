#ifndef FF_STAGES_CLI_DOMAIN_H
#define FF_STAGES_CLI_DOMAIN_H

/* Saying that a potential was asked about atoms closer to each other than it was made for. */

#include "lib/potentials/close_pairs.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A warning about one structure ("the relaxed structure"), when there are such pairs. */
void ff_stage_warn_close(ff_stage_run *stage, const char *structure, const ff_close_pairs *pairs);

/* The same about the frames of a dataset of `frames`: one warning, or, when strict, FF_E_RANGE;
 * both name the closest pair and its frame, and say how many there are. */
int ff_stage_judge_close(ff_stage_run *stage, const ff_close_survey *survey, size_t frames,
                         bool strict, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
