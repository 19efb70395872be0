#ifndef FF_FORMATS_RELAXATION_FILE_H
#define FF_FORMATS_RELAXATION_FILE_H

/* Relaxations as HDF5 (kind "relaxation", version 2; layout in docs/formats.md;
 * version 1 is still read). */

#include "formats/container.h"
#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_RELAXATION_FILE_VERSION = 2 };

int ff_relaxation_write(ff_container *container, const ff_relaxation *relaxation, ff_error *err);
/* *relaxation is initialised by the call. */
int ff_relaxation_read(ff_relaxation *relaxation, ff_container *container, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
