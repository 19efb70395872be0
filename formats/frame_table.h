#ifndef FF_FORMATS_FRAME_TABLE_H
#define FF_FORMATS_FRAME_TABLE_H

/* The frames that the rows of a design matrix came from: groups "frames" and "atoms" and the list
 * "groups" of a features file. */

#include "formats/container.h"
#include "lib/regression/design_matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

int ff_frame_table_write(hid_t root, const ff_frame_table *table, ff_error *err);

/* version: of the features file. *table is initialised by the call; the caller clears it, after a
 * failure as well. */
int ff_frame_table_read(hid_t root, int version, ff_frame_table *table, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
