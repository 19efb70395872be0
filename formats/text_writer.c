#include "formats/text_writer.h"

#include "formats/temporary_file.h"
#include "lib/base/memory.h"
#include "lib/base/numbers.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK = 1 << 17 };

struct ff_text_writer {
    char *name;
    ff_temporary_file file;
    int descriptor; /* of file, or standard output */
    bool gzip, stream_open;
    z_stream stream;
    char *buffer; /* [capacity] text still to be written; all of it in memory */
    size_t used, capacity;
    bool in_memory;
    unsigned char *packed; /* [BLOCK] compressed bytes */
    ff_error failure;      /* code FF_OK: none yet */
};

static bool ends_with_gz(const char *path)
{
    size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".gz") == 0;
}

static int start_gzip(ff_text_writer *writer, ff_error *err)
{
    /* The header that zlib writes has no name and no time, so equal text gives equal bytes. */
    enum { GZIP_WINDOW = 16 + MAX_WBITS, LEVEL = 6, MEMORY = 8 };
    writer->packed = ff_new_array(BLOCK, 1, err);
    if (!writer->packed)
        return FF_E_NOMEM;
    if (deflateInit2(&writer->stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        return ff_fail(err, FF_E_NOMEM, "out of memory for compression");
    writer->stream_open = true;
    return FF_OK;
}

int ff_text_writer_open(ff_text_writer **out, const char *path, ff_error *err)
{
    bool piped = strcmp(path, "-") == 0;
    ff_text_writer *writer = ff_new_array(1, sizeof *writer, err);
    if (!writer)
        return FF_E_NOMEM;
    ff_temporary_file_init(&writer->file);
    writer->descriptor = STDOUT_FILENO;
    writer->gzip = !piped && ends_with_gz(path);
    writer->name = ff_copy_text(piped ? "standard output" : path, err);
    writer->buffer = ff_new_array(BLOCK, 1, err);
    writer->capacity = BLOCK;
    int status = writer->name && writer->buffer ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK && writer->gzip)
        status = start_gzip(writer, err);
    if (status == FF_OK && !piped) {
        status = ff_temporary_file_create(&writer->file, path, err);
        ff_temporary_file_opened(&writer->file);
        writer->descriptor = writer->file.descriptor;
    }
    if (status != FF_OK) {
        ff_error_in_file(err, writer->name);
        ff_text_writer_close(writer);
        return status;
    }
    *out = writer;
    return FF_OK;
}

int ff_text_writer_open_memory(ff_text_writer **out, ff_error *err)
{
    ff_text_writer *writer = ff_new_array(1, sizeof *writer, err);
    *out = writer;
    if (!writer)
        return FF_E_NOMEM;
    ff_temporary_file_init(&writer->file);
    writer->descriptor = -1;
    writer->in_memory = true;
    return FF_OK;
}

const char *ff_text_writer_bytes(const ff_text_writer *writer, size_t *size)
{
    *size = writer->used;
    return writer->buffer;
}

void ff_text_writer_restart(ff_text_writer *writer)
{
    writer->used = 0;
    writer->failure = (ff_error){0};
}

void ff_text_writer_close(ff_text_writer *writer)
{
    if (!writer)
        return;
    if (writer->stream_open)
        (void)deflateEnd(&writer->stream);
    ff_temporary_file_discard(&writer->file);
    free(writer->packed);
    free(writer->buffer);
    free(writer->name);
    free(writer);
}

static void put(ff_text_writer *writer, const void *bytes, size_t size)
{
    if (writer->failure.code == FF_OK &&
        ff_write_all(writer->descriptor, bytes, size, &writer->failure) != FF_OK)
        ff_error_in_file(&writer->failure, writer->name);
}

static void put_packed(ff_text_writer *writer, int flush)
{
    z_stream *stream = &writer->stream;
    stream->next_in = (Bytef *)writer->buffer;
    stream->avail_in = (uInt)writer->used;
    do {
        stream->next_out = writer->packed;
        stream->avail_out = BLOCK;
        (void)deflate(stream, flush); /* fails only when the stream is not one */
        put(writer, writer->packed, BLOCK - stream->avail_out);
    } while (stream->avail_out == 0);
}

static void empty_buffer(ff_text_writer *writer, int flush)
{
    if (writer->gzip)
        put_packed(writer, flush);
    else
        put(writer, writer->buffer, writer->used);
    writer->used = 0;
}

void ff_text_writer_add(ff_text_writer *writer, const char *text, size_t length)
{
    if (writer->in_memory && writer->failure.code == FF_OK)
        (void)ff_reserve(&writer->buffer, &writer->capacity, writer->used + length, 1,
                         &writer->failure);
    if (writer->in_memory && writer->failure.code != FF_OK)
        return;
    while (length > 0) {
        if (writer->used == writer->capacity)
            empty_buffer(writer, Z_NO_FLUSH);
        size_t room = writer->capacity - writer->used, part = length < room ? length : room;
        memcpy(writer->buffer + writer->used, text, part);
        writer->used += part;
        text += part;
        length -= part;
    }
}

void ff_text_writer_text(ff_text_writer *writer, const char *text)
{
    ff_text_writer_add(writer, text, strlen(text));
}

void ff_text_writer_integer(ff_text_writer *writer, int64_t value)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%lld", (long long)value);
    ff_text_writer_add(writer, text, (size_t)length);
}

void ff_text_writer_real(ff_text_writer *writer, double value)
{
    char text[FF_DOUBLE_TEXT_SIZE];
    ff_text_writer_add(writer, text, ff_double_format(text, value));
}

int ff_text_writer_status(const ff_text_writer *writer, ff_error *err)
{
    if (err && writer->failure.code != FF_OK)
        *err = writer->failure;
    return writer->failure.code;
}

int ff_text_writer_commit(ff_text_writer *writer, ff_error *err)
{
    empty_buffer(writer, Z_FINISH);
    int status = ff_text_writer_status(writer, err);
    if (status == FF_OK && writer->file.descriptor >= 0) {
        status = ff_temporary_file_commit(&writer->file, err);
        ff_error_in_file(err, writer->name);
    }
    return status;
}
