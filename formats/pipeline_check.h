#ifndef FF_FORMATS_PIPELINE_CHECK_H
#define FF_FORMATS_PIPELINE_CHECK_H

/* How the pieces of a pipeline fit together; what a schema cannot say. */

#include "formats/pipeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Checks names, references, cycles and the use of every sweep, and fills what follows from them:
 * the sources of inputs, the sweeps of variables and stages, the order. Errors have a place. */
int ff_pipeline_check(ff_pipeline *pipeline, ff_error *err);

/* FF_OK when a sweep's values are distinct, else FF_E_FORMAT at the variable's place. */
int ff_variable_check_distinct(const ff_variable *sweep, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
