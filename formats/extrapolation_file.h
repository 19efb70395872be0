#ifndef FF_FORMATS_EXTRAPOLATION_FILE_H
#define FF_FORMATS_EXTRAPOLATION_FILE_H

/* Extrapolations over sizes as HDF5 (kind "extrapolation", version 1; layout in docs/formats.md).
 */

#include "formats/container.h"
#include "lib/analysis/extrapolation.h"
#include "lib/analysis/tags.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_EXTRAPOLATION_FILE_VERSION = 1 };

int ff_extrapolation_write(ff_container *container, const ff_extrapolation *extrapolation,
                           const ff_tags *tags, ff_error *err);
/* Both are initialised by the call. */
int ff_extrapolation_read(ff_extrapolation *extrapolation, ff_tags *tags, ff_container *container,
                          ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
