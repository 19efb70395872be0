#ifndef FF_FORMATS_PHONOPY_PARTS_H
#define FF_FORMATS_PHONOPY_PARTS_H

/* The HDF5 half of phonopy_file.h; for its own files only. */

#include "formats/phonopy_file.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether a file begins as HDF5 does (false when it cannot be read). */
bool ff_phonopy_is_hdf5(const char *path);

/* Into a table that is empty. */
int ff_phonopy_read_hdf5(ff_phonopy_table *table, const char *path, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
