#include "formats/hdf5_parts.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Chunks of growing and compressed arrays: about this many bytes. */
enum { CHUNK_BYTES = 1 << 18 };

hid_t ff_hdf5_stored_type(ff_element element)
{
    switch (element) {
    case FF_ELEMENT_DOUBLE:
        return H5T_IEEE_F64LE;
    case FF_ELEMENT_INT64:
        return H5T_STD_I64LE;
    case FF_ELEMENT_INT32:
        return H5T_STD_I32LE;
    case FF_ELEMENT_UINT32:
        return H5T_STD_U32LE;
    case FF_ELEMENT_UINT8:
        return H5T_STD_U8LE;
    }
    return -1;
}

hid_t ff_hdf5_memory_type(ff_element element)
{
    switch (element) {
    case FF_ELEMENT_DOUBLE:
        return H5T_NATIVE_DOUBLE;
    case FF_ELEMENT_INT64:
        return H5T_NATIVE_INT64;
    case FF_ELEMENT_INT32:
        return H5T_NATIVE_INT32;
    case FF_ELEMENT_UINT32:
        return H5T_NATIVE_UINT32;
    case FF_ELEMENT_UINT8:
        return H5T_NATIVE_UINT8;
    }
    return -1;
}

int ff_hdf5_fail(ff_error *err, const char *what, const char *name)
{
    return errno ? ff_fail_errno(err, "HDF5 cannot %s '%s'", what, name)
                 : ff_fail(err, FF_E_IO, "HDF5 cannot %s '%s'", what, name);
}

void ff_hdf5_close(hid_t dataset, hid_t space, hid_t settings, hid_t type)
{
    if (dataset >= 0)
        (void)H5Dclose(dataset);
    if (space >= 0)
        (void)H5Sclose(space);
    if (settings >= 0)
        (void)H5Pclose(settings);
    if (type >= 0)
        (void)H5Tclose(type);
}

/* The deflate level the file was created with. */
static unsigned deflate_level(hid_t location)
{
    int64_t level = 0;
    hid_t file = H5Iget_file_id(location);
    if (file < 0)
        return 0;
    (void)ff_attribute_read_integer(file, "deflate", &level, NULL);
    (void)H5Fclose(file);
    return level > 0 && level <= 9 ? (unsigned)level : 0;
}

/* Rows of row_bytes that make a chunk, at least one. */
static hsize_t chunk_rows(size_t row_bytes)
{
    /* The analyser loses sight of the shape. NOLINTNEXTLINE(clang-analyzer-core.Undefined*) */
    size_t rows = row_bytes ? CHUNK_BYTES / row_bytes : CHUNK_BYTES;
    return rows ? rows : 1;
}

static hid_t creation_settings(hid_t location, size_t element_bytes, int rank, const hsize_t *shape,
                               bool growing)
{
    unsigned level = deflate_level(location);
    hid_t settings = H5Pcreate(H5P_DATASET_CREATE);
    bool ready = settings >= 0 && H5Pset_obj_track_times(settings, 0) >= 0;
    size_t row_bytes = element_bytes;
    bool empty = shape[0] == 0;
    for (int i = 1; i < rank; i++) {
        row_bytes *= (size_t)shape[i];
        empty = empty || shape[i] == 0;
    }
    if (ready && rank > 0 && (growing || (level > 0 && !empty))) {
        hsize_t chunk[FF_MAX_RANK];
        for (int i = 0; i < rank; i++)
            chunk[i] = shape[i] ? shape[i] : 1;
        chunk[0] = chunk_rows(row_bytes);
        if (!growing && chunk[0] > shape[0])
            chunk[0] = shape[0];
        ready = H5Pset_chunk(settings, rank, chunk) >= 0;
        if (ready && level > 0)
            ready = H5Pset_shuffle(settings) >= 0 && H5Pset_deflate(settings, level) >= 0;
    }
    if (ready)
        return settings;
    ff_hdf5_close(-1, -1, settings, -1);
    return -1;
}

int ff_hdf5_describe(hid_t dataset, const char *units, const char *description, ff_error *err)
{
    int status = ff_attribute_write_text(dataset, "units", units, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(dataset, "description", description, err);
    return status;
}

int ff_hdf5_create_array(hid_t *out, hid_t location, const char *name, hid_t type, int rank,
                         const size_t *shape, bool growing, ff_error *err)
{
    hsize_t size[FF_MAX_RANK], limit[FF_MAX_RANK];
    assert(rank >= 1 && rank <= FF_MAX_RANK);
    errno = 0;
    for (int i = 0; i < rank; i++)
        size[i] = limit[i] = shape[i];
    if (growing) {
        size[0] = 0;
        limit[0] = H5S_UNLIMITED;
    }
    hid_t settings = creation_settings(location, H5Tget_size(type), rank, size, growing);
    hid_t space = H5Screate_simple(rank, size, limit);
    *out = -1;
    if (settings >= 0 && space >= 0)
        *out = H5Dcreate2(location, name, type, space, H5P_DEFAULT, settings, H5P_DEFAULT);
    ff_hdf5_close(-1, space, settings, -1);
    return *out >= 0 ? FF_OK : ff_hdf5_fail(err, "create the array", name);
}

int ff_array_write(hid_t location, const char *name, ff_element element, int rank,
                   const size_t *shape, const void *data, const char *units,
                   const char *description, ff_error *err)
{
    hid_t dataset;
    size_t count = 1;
    int status = ff_hdf5_create_array(&dataset, location, name, ff_hdf5_stored_type(element), rank,
                                      shape, false, err);
    for (int i = 0; i < rank; i++)
        count *= shape[i];
    if (status == FF_OK && count > 0 &&
        H5Dwrite(dataset, ff_hdf5_memory_type(element), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        status = ff_hdf5_fail(err, "write the array", name);
    if (status == FF_OK)
        status = ff_hdf5_describe(dataset, units, description, err);
    ff_hdf5_close(dataset, -1, -1, -1);
    return status;
}

static bool class_fits(hid_t dataset, ff_element element)
{
    hid_t type = H5Dget_type(dataset);
    H5T_class_t wanted = element == FF_ELEMENT_DOUBLE ? H5T_FLOAT : H5T_INTEGER;
    bool fits = type >= 0 && H5Tget_class(type) == wanted &&
                H5Tget_size(type) == H5Tget_size(ff_hdf5_stored_type(element));
    ff_hdf5_close(-1, -1, -1, type);
    return fits;
}

/* Damaged files may claim any shape; deflate compresses at most 1032:1 (zlib's manual), so what
 * claims more is not worth allocating for. */
static bool size_is_credible(hid_t dataset, size_t bytes)
{
    hsize_t stored = H5Dget_storage_size(dataset);
    return bytes < (1u << 20) || stored >= bytes / 1100;
}

int ff_hdf5_check_shape(hid_t dataset, const char *name, size_t element_bytes, int rank,
                        size_t *shape, ff_error *err)
{
    hsize_t size[H5S_MAX_RANK];
    hid_t space = H5Dget_space(dataset);
    int stored_rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    bool read = stored_rank == rank && H5Sget_simple_extent_dims(space, size, NULL) >= 0;
    ff_hdf5_close(-1, space, -1, -1);
    if (!read)
        return ff_fail(err, FF_E_FORMAT, "the array '%s' has %d dimensions, expected %d", name,
                       stored_rank, rank);
    size_t bytes = element_bytes;
    for (int i = 0; i < rank; i++) {
        if (shape[i] != SIZE_MAX && shape[i] != size[i])
            return ff_fail(err, FF_E_FORMAT,
                           "the array '%s' has %llu entries along dimension %d, expected %zu", name,
                           (unsigned long long)size[i], i + 1, shape[i]);
        shape[i] = (size_t)size[i];
        if (shape[i] && bytes > SIZE_MAX / shape[i])
            return ff_fail(err, FF_E_FORMAT, "the array '%s' claims an impossible size", name);
        bytes *= shape[i];
    }
    if (!size_is_credible(dataset, bytes))
        return ff_fail(err, FF_E_FORMAT, "the array '%s' claims more than the file holds", name);
    return FF_OK;
}

int ff_hdf5_open_array(hid_t *dataset, hid_t location, const char *name, ff_element element,
                       int rank, size_t *shape, ff_error *err)
{
    *dataset = ff_link_exists(location, name) ? H5Dopen2(location, name, H5P_DEFAULT) : -1;
    if (*dataset < 0)
        return ff_fail(err, FF_E_FORMAT, "has no array '%s'", name);
    if (!class_fits(*dataset, element))
        return ff_fail(err, FF_E_FORMAT, "the array '%s' is not of its type", name);
    return ff_hdf5_check_shape(*dataset, name, H5Tget_size(ff_hdf5_stored_type(element)), rank,
                               shape, err);
}

int ff_array_read(hid_t location, const char *name, ff_element element, int rank, size_t *shape,
                  void **data, ff_error *err)
{
    hid_t dataset;
    size_t count = 1;
    *data = NULL;
    int status = ff_hdf5_open_array(&dataset, location, name, element, rank, shape, err);
    for (int i = 0; i < rank && status == FF_OK; i++)
        count *= shape[i];
    if (status == FF_OK) {
        *data = ff_new_array(count, H5Tget_size(ff_hdf5_stored_type(element)), err);
        if (!*data)
            status = FF_E_NOMEM;
        else if (count > 0 && H5Dread(dataset, ff_hdf5_memory_type(element), H5S_ALL, H5S_ALL,
                                      H5P_DEFAULT, *data) < 0)
            status = ff_fail(err, FF_E_FORMAT, "the array '%s' cannot be read: damaged", name);
    }
    if (status != FF_OK) {
        free(*data);
        *data = NULL;
    }
    ff_hdf5_close(dataset, -1, -1, -1);
    return status;
}
