#include "formats/hdf5_parts.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    int status = ff_hdf5_create_array(&dataset, location, name, ff_hdf5_stored_type(element), rank,
                                      shape, true, err);
    if (status == FF_OK)
        status = ff_hdf5_describe(dataset, units, description, err);
    if (status == FF_OK && !(*out = stream_new(dataset, name, element, rank, shape, err)))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        (*out)->size[0] = 0;
    else
        ff_hdf5_close(dataset, -1, -1, -1);
    return status;
}

int ff_array_stream_open(ff_array_stream **out, hid_t location, const char *name,
                         ff_element element, int rank, size_t *shape, ff_error *err)
{
    hid_t dataset = -1;
    *out = NULL;
    int status = ff_hdf5_open_array(&dataset, location, name, element, rank, shape, err);
    if (status == FF_OK && !(*out = stream_new(dataset, name, element, rank, shape, err)))
        status = FF_E_NOMEM;
    if (status != FF_OK)
        ff_hdf5_close(dataset, -1, -1, -1);
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
    hid_t type = ff_hdf5_memory_type(stream->element);
    bool done = file_space >= 0 && memory_space >= 0 &&
                H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
    if (done && into)
        done = H5Dread(stream->dataset, type, memory_space, file_space, H5P_DEFAULT, into) >= 0;
    else if (done)
        done = H5Dwrite(stream->dataset, type, memory_space, file_space, H5P_DEFAULT, from) >= 0;
    ff_hdf5_close(-1, file_space, -1, -1);
    ff_hdf5_close(-1, memory_space, -1, -1);
    return done;
}

int ff_array_stream_append(ff_array_stream *stream, size_t rows, const void *data, ff_error *err)
{
    if (rows == 0)
        return FF_OK;
    hsize_t first = stream->size[0];
    errno = 0;
    stream->size[0] += rows;
    if (H5Dset_extent(stream->dataset, stream->size) < 0 ||
        !transfer(stream, first, rows, NULL, data))
        return ff_hdf5_fail(err, "write the array", stream->name);
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
    errno = 0;
    bool closed = H5Dclose(stream->dataset) >= 0;
    int status = closed ? FF_OK : ff_hdf5_fail(err, "finish the array", stream->name);
    free(stream);
    return status;
}
