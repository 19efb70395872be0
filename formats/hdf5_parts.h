#ifndef FF_FORMATS_HDF5_PARTS_H
#define FF_FORMATS_HDF5_PARTS_H

/* What arrays, streams, texts and attributes of a container share; for those files only. */

#include "formats/container.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Element types as stored and in memory. Borrowed. */
hid_t ff_hdf5_stored_type(ff_element element);
hid_t ff_hdf5_memory_type(ff_element element);

/* Creates an array with the file's settings; growing: along its first dimension, from 0. */
int ff_hdf5_create_array(hid_t *out, hid_t location, const char *name, hid_t type, int rank,
                         const size_t *shape, bool growing, ff_error *err);

/* Opens an array and checks its type, rank and shape as ff_array_read does. */
int ff_hdf5_open_array(hid_t *dataset, hid_t location, const char *name, ff_element element,
                       int rank, size_t *shape, ff_error *err);

/* Rank and shape alone, of elements of so many bytes. */
int ff_hdf5_check_shape(hid_t dataset, const char *name, size_t element_bytes, int rank,
                        size_t *shape, ff_error *err);

/* Writes the attributes `units` and `description`. */
int ff_hdf5_describe(hid_t dataset, const char *units, const char *description, ff_error *err);

/* Closes what is not negative. */
void ff_hdf5_close(hid_t dataset, hid_t space, hid_t settings, hid_t type);

/* FF_E_IO "HDF5 cannot WHAT 'NAME'", with the system's reason when errno (cleared before the call
 * that failed) has one. */
int ff_hdf5_fail(ff_error *err, const char *what, const char *name);

#ifdef __cplusplus
}
#endif
#endif
