#include "formats/container.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Chunks of growing and compressed arrays: about this many bytes. */
enum { CHUNK_BYTES = 1 << 18 };

static hid_t stored_type(ff_element element)
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

static hid_t memory_type(ff_element element)
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

static void close_all(hid_t dataset, hid_t space, hid_t settings, hid_t type)
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
    close_all(-1, -1, settings, -1);
    return -1;
}

static int write_texts_of(hid_t dataset, const char *units, const char *description, ff_error *err)
{
    int status = ff_attribute_write_text(dataset, "units", units, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(dataset, "description", description, err);
    return status;
}

static int create_array(hid_t *out, hid_t location, const char *name, hid_t type, int rank,
                        const size_t *shape, bool growing, ff_error *err)
{
    hsize_t size[FF_MAX_RANK], limit[FF_MAX_RANK];
    assert(rank >= 1 && rank <= FF_MAX_RANK);
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
    close_all(-1, space, settings, -1);
    return *out >= 0 ? FF_OK : ff_fail(err, FF_E_IO, "HDF5 cannot create the array '%s'", name);
}

int ff_array_write(hid_t location, const char *name, ff_element element, int rank,
                   const size_t *shape, const void *data, const char *units,
                   const char *description, ff_error *err)
{
    hid_t dataset;
    size_t count = 1;
    int status =
        create_array(&dataset, location, name, stored_type(element), rank, shape, false, err);
    for (int i = 0; i < rank; i++)
        count *= shape[i];
    if (status == FF_OK && count > 0 &&
        H5Dwrite(dataset, memory_type(element), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        status = ff_fail(err, FF_E_IO, "HDF5 cannot write the array '%s'", name);
    if (status == FF_OK)
        status = write_texts_of(dataset, units, description, err);
    close_all(dataset, -1, -1, -1);
    return status;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static bool class_fits(hid_t dataset, ff_element element)
{
    hid_t type = H5Dget_type(dataset);
    H5T_class_t wanted = element == FF_ELEMENT_DOUBLE ? H5T_FLOAT : H5T_INTEGER;
    bool fits = type >= 0 && H5Tget_class(type) == wanted &&
                H5Tget_size(type) == H5Tget_size(stored_type(element));
    close_all(-1, -1, -1, type);
    return fits;
}

/* Damaged files may claim any shape; deflate compresses at most 1032:1 (zlib's manual), so what
 * claims more is not worth allocating for. */
static bool size_is_credible(hid_t dataset, size_t bytes)
{
    hsize_t stored = H5Dget_storage_size(dataset);
    return bytes < (1u << 20) || stored >= bytes / 1100;
}

static int check_shape(hid_t dataset, const char *name, size_t element_bytes, int rank,
                       size_t *shape, ff_error *err)
{
    hsize_t size[H5S_MAX_RANK];
    hid_t space = H5Dget_space(dataset);
    int stored_rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    bool read = stored_rank == rank && H5Sget_simple_extent_dims(space, size, NULL) >= 0;
    close_all(-1, space, -1, -1);
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

static int open_array(hid_t *dataset, hid_t location, const char *name, ff_element element,
                      int rank, size_t *shape, ff_error *err)
{
    *dataset = ff_link_exists(location, name) ? H5Dopen2(location, name, H5P_DEFAULT) : -1;
    if (*dataset < 0)
        return ff_fail(err, FF_E_FORMAT, "has no array '%s'", name);
    if (!class_fits(*dataset, element))
        return ff_fail(err, FF_E_FORMAT, "the array '%s' is not of its type", name);
    return check_shape(*dataset, name, H5Tget_size(stored_type(element)), rank, shape, err);
}

int ff_array_read(hid_t location, const char *name, ff_element element, int rank, size_t *shape,
                  void **data, ff_error *err)
{
    hid_t dataset;
    size_t count = 1;
    *data = NULL;
    int status = open_array(&dataset, location, name, element, rank, shape, err);
    for (int i = 0; i < rank && status == FF_OK; i++)
        count *= shape[i];
    if (status == FF_OK) {
        *data = ff_new_array(count, H5Tget_size(stored_type(element)), err);
        if (!*data)
            status = FF_E_NOMEM;
        else if (count > 0 &&
                 H5Dread(dataset, memory_type(element), H5S_ALL, H5S_ALL, H5P_DEFAULT, *data) < 0)
            status = ff_fail(err, FF_E_FORMAT, "the array '%s' cannot be read: damaged", name);
    }
    if (status != FF_OK) {
        free(*data);
        *data = NULL;
    }
    close_all(dataset, -1, -1, -1);
    return status;
}

/* ---- streams
 * ------------------------------------------------------------------------------------- */

struct ff_array_stream {
    hid_t dataset;
    ff_element element;
    int rank;
    hsize_t size[FF_MAX_RANK];
    char name[64];
};

static ff_array_stream *stream_new(hid_t dataset, const char *name, ff_element element, int rank,
                                   const size_t *shape, ff_error *err)
{
    ff_array_stream *stream = ff_new_array(1, sizeof *stream, err);
    if (!stream)
        return NULL;
    stream->dataset = dataset;
    stream->element = element;
    stream->rank = rank;
    for (int i = 0; i < rank; i++)
        stream->size[i] = shape[i];
    (void)snprintf(stream->name, sizeof stream->name, "%s", name);
    return stream;
}

int ff_array_stream_create(ff_array_stream **out, hid_t location, const char *name,
                           ff_element element, int rank, const size_t *shape, const char *units,
                           const char *description, ff_error *err)
{
    hid_t dataset = -1;
    *out = NULL;
    int status =
        create_array(&dataset, location, name, stored_type(element), rank, shape, true, err);
    if (status == FF_OK)
        status = write_texts_of(dataset, units, description, err);
    if (status == FF_OK && !(*out = stream_new(dataset, name, element, rank, shape, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        (*out)->size[0] = 0;
    else
        close_all(dataset, -1, -1, -1);
    return status;
}

int ff_array_stream_open(ff_array_stream **out, hid_t location, const char *name,
                         ff_element element, int rank, size_t *shape, ff_error *err)
{
    hid_t dataset = -1;
    *out = NULL;
    int status = open_array(&dataset, location, name, element, rank, shape, err);
    if (status == FF_OK && !(*out = stream_new(dataset, name, element, rank, shape, err)))
        status = FF_E_NOMEM;
    if (status != FF_OK)
        close_all(dataset, -1, -1, -1);
    return status;
}

/* Transfers rows [first, first + rows) in the direction asked for. */
static bool transfer(const ff_array_stream *stream, hsize_t first, hsize_t rows, void *into,
                     const void *from)
{
    hsize_t start[FF_MAX_RANK] = {first}, count[FF_MAX_RANK];
    memcpy(count, stream->size, sizeof count);
    count[0] = rows;
    hid_t file_space = H5Dget_space(stream->dataset);
    hid_t memory_space = H5Screate_simple(stream->rank, count, NULL);
    hid_t type = memory_type(stream->element);
    bool done = file_space >= 0 && memory_space >= 0 &&
                H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
    if (done && into)
        done = H5Dread(stream->dataset, type, memory_space, file_space, H5P_DEFAULT, into) >= 0;
    else if (done)
        done = H5Dwrite(stream->dataset, type, memory_space, file_space, H5P_DEFAULT, from) >= 0;
    close_all(-1, file_space, -1, -1);
    close_all(-1, memory_space, -1, -1);
    return done;
}

int ff_array_stream_append(ff_array_stream *stream, size_t rows, const void *data, ff_error *err)
{
    if (rows == 0)
        return FF_OK;
    hsize_t first = stream->size[0];
    stream->size[0] += rows;
    if (H5Dset_extent(stream->dataset, stream->size) < 0 ||
        !transfer(stream, first, rows, NULL, data))
        return ff_fail(err, FF_E_IO, "HDF5 cannot write the array '%s'", stream->name);
    return FF_OK;
}

int ff_array_stream_read(ff_array_stream *stream, size_t first, size_t rows, void *data,
                         ff_error *err)
{
    assert(first + rows <= stream->size[0]);
    if (rows > 0 && !transfer(stream, first, rows, data, NULL))
        return ff_fail(err, FF_E_FORMAT, "the array '%s' cannot be read: damaged", stream->name);
    return FF_OK;
}

int ff_array_stream_close(ff_array_stream *stream, ff_error *err)
{
    if (!stream)
        return FF_OK;
    bool closed = H5Dclose(stream->dataset) >= 0;
    int status =
        closed ? FF_OK : ff_fail(err, FF_E_IO, "HDF5 cannot finish the array '%s'", stream->name);
    free(stream);
    return status;
}

/* ---- lists of texts
 * ------------------------------------------------------------------------------ */

static hid_t text_type(size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && H5Tset_size(type, size) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0)
        return type;
    close_all(-1, -1, -1, type);
    return -1;
}

int ff_texts_write(hid_t location, const char *name, size_t count, const char *const *texts,
                   const char *description, ff_error *err)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++)
        size = strlen(texts[i]) + 1 > size ? strlen(texts[i]) + 1 : size;
    char *packed = ff_new_array(count, size, err);
    if (!packed)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        memcpy(packed + i * size, texts[i], strlen(texts[i]));
    hid_t dataset = -1, type = text_type(size);
    int status = type >= 0
                     ? create_array(&dataset, location, name, type, 1, &count, false, err)
                     : ff_fail(err, FF_E_INTERNAL, "HDF5 cannot make texts of %zu bytes", size);
    if (status == FF_OK && count > 0 &&
        H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, packed) < 0)
        status = ff_fail(err, FF_E_IO, "HDF5 cannot write the array '%s'", name);
    if (status == FF_OK)
        status = write_texts_of(dataset, "", description, err);
    close_all(dataset, -1, -1, type);
    free(packed);
    return status;
}

static int unpack_texts(char ***texts, size_t count, const char *packed, size_t size, ff_error *err)
{
    *texts = ff_new_array(count, sizeof **texts, err);
    if (!*texts)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        char *text = ff_new_array(size + 1, 1, err);
        if (!text) {
            ff_texts_free(i, *texts);
            *texts = NULL;
            return FF_E_NOMEM;
        }
        memcpy(text, packed + i * size, size);
        (*texts)[i] = text;
    }
    return FF_OK;
}

int ff_texts_read(hid_t location, const char *name, size_t *count, char ***texts, ff_error *err)
{
    *texts = NULL;
    *count = SIZE_MAX;
    hid_t dataset = ff_link_exists(location, name) ? H5Dopen2(location, name, H5P_DEFAULT) : -1;
    if (dataset < 0)
        return ff_fail(err, FF_E_FORMAT, "has no array '%s'", name);
    char *packed = NULL;
    int status = FF_OK;
    hid_t type = H5Dget_type(dataset);
    if (type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0)
        status = ff_fail(err, FF_E_FORMAT, "the array '%s' is not of fixed-length texts", name);
    size_t size = status == FF_OK ? H5Tget_size(type) : 0;
    if (status == FF_OK)
        status = check_shape(dataset, name, size, 1, count, err);
    if (status == FF_OK && !(packed = ff_new_array(*count, size, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK && *count > 0 &&
        H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, packed) < 0)
        status = ff_fail(err, FF_E_FORMAT, "the array '%s' cannot be read: damaged", name);
    if (status == FF_OK)
        status = unpack_texts(texts, *count, packed, size, err);
    if (status != FF_OK)
        *count = 0;
    free(packed);
    close_all(dataset, -1, -1, type);
    return status;
}

void ff_texts_free(size_t count, char **texts)
{
    for (size_t i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
}
