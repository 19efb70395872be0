#ifndef FF_FORMATS_MODEL_FILE_H
#define FF_FORMATS_MODEL_FILE_H

/* Fitted models as HDF5 (kind "model", version 2; layout in docs/formats.md). */

#include "formats/container.h"
#include "lib/ace/basis.h"
#include "lib/regression/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_MODEL_FILE_VERSION = 2 };

/* fit: what the regression says of itself (weights used, errors per kind and group); may be NULL.
 */
int ff_model_write(ff_container *container, const ff_ace_model *model, const ff_fit_report *fit,
                   ff_error *err);
/* Both are initialised by the call; fit may be NULL when not wanted. */
int ff_model_read(ff_ace_model *model, ff_fit_report *fit, ff_container *container, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
