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
    hsize_t size[FF_MAX_RANK]; /* as stored */
    char name[64];
    /* Of a stream that is written: rows wait until they make a chunk. A call of HDF5 for every
     * frame would take longer than reading the frame, and what a file looks like must not depend on
     * how many rows came at a time. */
    size_t row_bytes, block, waiting; /* bytes in memory; rows of a chunk, and that wait */
    char *rows;                       /* [block][row_bytes] */
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

/* Makes room for the rows of one chunk. */
static int reserve_block(ff_array_stream *stream, ff_error *err)
{
    hsize_t chunk[FF_MAX_RANK] = {0};
    errno = 0;
    const hid_t settings = H5Dget_create_plist(stream->dataset);
    const bool known = settings >= 0 && H5Pget_chunk(settings, stream->rank, chunk) >= 0;
    ff_hdf5_close(-1, -1, settings, -1);
    if (!known)
        return ff_hdf5_fail(err, "create the array", stream->name);
    stream->block = (size_t)chunk[0];
    stream->row_bytes = H5Tget_size(ff_hdf5_memory_type(stream->element));
    for (int i = 1; i < stream->rank; i++)
        stream->row_bytes *= (size_t)stream->size[i];
    stream->rows = ff_new_array(stream->block, stream->row_bytes, err);
    return stream->rows ? FF_OK : FF_E_NOMEM;
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
    if (!*out) {
        ff_hdf5_close(dataset, -1, -1, -1);
        return status;
    }
    (*out)->size[0] = 0;
    status = reserve_block(*out, err);
    if (status != FF_OK) {
        (void)ff_array_stream_close(*out, NULL);
        *out = NULL;
    }
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

static int write_rows(ff_array_stream *stream, size_t rows, const void *data, ff_error *err)
{
    hsize_t first = stream->size[0];
    errno = 0;
    stream->size[0] += rows;
    if (H5Dset_extent(stream->dataset, stream->size) < 0 ||
        !transfer(stream, first, rows, NULL, data))
        return ff_hdf5_fail(err, "write the array", stream->name);
    return FF_OK;
}

static int write_waiting(ff_array_stream *stream, ff_error *err)
{
    const size_t rows = stream->waiting;
    stream->waiting = 0;
    return rows > 0 ? write_rows(stream, rows, stream->rows, err) : FF_OK;
}

int ff_array_stream_append(ff_array_stream *stream, size_t rows, const void *data, ff_error *err)
{
    const char *from = data;
    int status = FF_OK;
    while (rows > 0 && status == FF_OK) {
        size_t taken = rows - rows % stream->block;
        if (stream->waiting == 0 && taken > 0) {
            status = write_rows(stream, taken, from, err);
        } else {
            const size_t room = stream->block - stream->waiting;
            taken = rows < room ? rows : room;
            memcpy(stream->rows + stream->waiting * stream->row_bytes, from,
                   taken * stream->row_bytes);
            stream->waiting += taken;
            if (stream->waiting == stream->block)
                status = write_waiting(stream, err);
        }
        from += taken * stream->row_bytes;
        rows -= taken;
    }
    return status;
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
    int status = write_waiting(stream, err);
    errno = 0;
    const bool closed = H5Dclose(stream->dataset) >= 0;
    if (status == FF_OK && !closed)
        status = ff_hdf5_fail(err, "finish the array", stream->name);
    free(stream->rows);
    free(stream);
    return status;
}
