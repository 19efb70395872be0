#ifndef FF_FORMATS_EVALUATION_FILE_H
#define FF_FORMATS_EVALUATION_FILE_H

/* Evaluations as HDF5 (kind "evaluation", version 2; layout in docs/formats.md). */

#include "formats/container.h"
#include "lib/analysis/evaluation.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_EVALUATION_FILE_VERSION = 2 };

int ff_evaluation_write(ff_container *container, const ff_evaluation *evaluation, ff_error *err);
/* *evaluation is initialised by the call. */
int ff_evaluation_read(ff_evaluation *evaluation, ff_container *container, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
