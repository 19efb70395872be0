#ifndef FF_STAGES_EXPORT_EXPORT_H
#define FF_STAGES_EXPORT_EXPORT_H

/* What farfield-export writes of each kind of intermediate. For its own files only. */

#include "formats/extxyz_writer.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The names of labels in extended XYZ that the options ask for. */
ff_extxyz_names export_names(const ff_stage_run *stage);

/* Each appends an opened container of its kind: as extended XYZ, and a model as .yace. */
int export_dataset(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                   ff_error *err);
int export_relaxation(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                      ff_error *err);
int export_model(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                 ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
