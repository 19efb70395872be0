#ifndef FF_FORMATS_COMPARISON_FILE_H
#define FF_FORMATS_COMPARISON_FILE_H

/* Comparisons as HDF5 (kind "comparison", version 1; layout in docs/formats.md). */

#include "formats/container.h"
#include "lib/analysis/comparison.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_COMPARISON_FILE_VERSION = 1 };

int ff_comparison_write(ff_container *container, const ff_comparison *comparison, ff_error *err);
/* *comparison is initialised by the call. */
int ff_comparison_read(ff_comparison *comparison, ff_container *container, ff_error *err);

/* Tags as a group "tags" of text attributes plus their order; shared with evaluations. */
int ff_tags_write(hid_t location, const ff_tags *tags, ff_error *err);
int ff_tags_read(hid_t location, ff_tags *tags, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
