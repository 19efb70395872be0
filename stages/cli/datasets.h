#ifndef FF_STAGES_CLI_DATASETS_H
#define FF_STAGES_CLI_DATASETS_H

/* The operands of a stage as one dataset. */

#include "lib/structure/dataset.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads what an opened intermediate holds of frames into *dataset (initialised by the call): a
 * dataset, or the relaxed structure of a relaxation. FF_E_FORMAT for other kinds. */
int ff_stage_read_frames(ff_dataset *dataset, ff_container *container, ff_error *err);

/* Reads every operand ("-" or none at all: standard input), concatenated in order, into *dataset
 * (initialised by the call). A relaxation counts as a dataset of one frame, its relaxed structure.
 * Energies of isolated atoms that differ between operands are FF_E_FORMAT. */
int ff_stage_datasets(ff_stage_run *stage, ff_dataset *dataset, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
