#include "formats/text_reader.h"

#include "lib/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK = 1 << 18, LONGEST_LINE = 1 << 30 };

struct ff_text_reader {
    char *name;
    int descriptor;     /* -1 when reading memory */
    const char *memory; /* what is left of it */
    size_t memory_size;
    int64_t bytes, line;
    ff_digest_stream *digest; /* NULL: not wanted */

    bool begun, gzip;
    bool raw_ended; /* the file has no more bytes */
    bool between_members, stream_open;
    z_stream stream;
    unsigned char *raw; /* [BLOCK] compressed bytes; NULL until begun */

    char *buffer; /* text: bytes begin..end are still to be returned */
    size_t begin, end, capacity;
    bool ended; /* no more text follows what is in the buffer */
};

static int reader_new(ff_text_reader **out, const char *name, ff_error *err)
{
    ff_text_reader *reader = ff_new_array(1, sizeof *reader, err);
    if (!reader)
        return FF_E_NOMEM;
    reader->descriptor = -1;
    reader->name = ff_copy_text(name, err);
    reader->raw = ff_new_array(BLOCK, 1, err);
    if (!reader->name || !reader->raw) {
        ff_text_reader_close(reader);
        return FF_E_NOMEM;
    }
    *out = reader;
    return FF_OK;
}

int ff_text_reader_open(ff_text_reader **out, const char *path, ff_error *err)
{
    bool piped = strcmp(path, "-") == 0;
    ff_text_reader *reader = NULL;
    int status = reader_new(&reader, piped ? "standard input" : path, err);
    if (status != FF_OK)
        return status;
    reader->descriptor = piped ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (reader->descriptor < 0) {
        status = ff_fail_errno(err, "cannot be opened");
        ff_error_in_file(err, reader->name);
        ff_text_reader_close(reader);
        return status;
    }
    *out = reader;
    return FF_OK;
}

int ff_text_reader_open_memory(ff_text_reader **out, const char *name, const void *bytes,
                               size_t size, ff_error *err)
{
    ff_text_reader *reader = NULL;
    int status = reader_new(&reader, name, err);
    if (status != FF_OK)
        return status;
    reader->memory = bytes;
    reader->memory_size = size;
    *out = reader;
    return FF_OK;
}

void ff_text_reader_close(ff_text_reader *reader)
{
    if (!reader)
        return;
    if (reader->stream_open)
        (void)inflateEnd(&reader->stream);
    if (reader->descriptor >= 0)
        (void)close(reader->descriptor);
    ff_digest_stream_free(reader->digest);
    free(reader->raw);
    free(reader->buffer);
    free(reader->name);
    free(reader);
}

/* Bytes of the file. */

static int read_descriptor(ff_text_reader *reader, void *to, size_t size, size_t *got,
                           ff_error *err)
{
    ssize_t count;
    while ((count = read(reader->descriptor, to, size)) < 0 && errno == EINTR)
        ;
    if (count < 0)
        return ff_fail_errno(err, "cannot be read");
    *got = (size_t)count;
    return FF_OK;
}

/* Up to size bytes; *got is 0 only at the end. */
static int read_raw(ff_text_reader *reader, void *to, size_t size, size_t *got, ff_error *err)
{
    if (reader->descriptor >= 0) {
        int status = read_descriptor(reader, to, size, got, err);
        if (status != FF_OK)
            return status;
    } else {
        *got = reader->memory_size < size ? reader->memory_size : size;
        if (*got)
            memcpy(to, reader->memory, *got);
        reader->memory = *got ? reader->memory + *got : reader->memory;
        reader->memory_size -= *got;
    }
    reader->raw_ended = *got == 0;
    reader->bytes += (int64_t)*got;
    return reader->digest && *got ? ff_digest_stream_add(reader->digest, to, *got, err) : FF_OK;
}

/* Gzip (RFC 1952): members one after another. */

/* Reads the first bytes and tells gzip from plain text by them. */
static int begin(ff_text_reader *reader, ff_error *err)
{
    size_t held = 0, got = 1;
    while (held < 2 && got > 0) {
        int status = read_raw(reader, reader->raw + held, BLOCK - held, &got, err);
        if (status != FF_OK)
            return status;
        held += got;
    }
    reader->begun = true;
    reader->gzip = held >= 2 && reader->raw[0] == 0x1f && reader->raw[1] == 0x8b;
    if (!reader->gzip) {
        /* one block read, and room for the next: most files need no more */
        if (ff_reserve(&reader->buffer, &reader->capacity, 2 * (size_t)BLOCK, 1, err) != FF_OK)
            return FF_E_NOMEM;
        memcpy(reader->buffer, reader->raw, held);
        reader->end = held;
        return FF_OK;
    }
    enum { GZIP_WINDOW = 16 + MAX_WBITS };
    if (inflateInit2(&reader->stream, GZIP_WINDOW) != Z_OK)
        return ff_fail(err, FF_E_NOMEM, "out of memory for decompression");
    reader->stream_open = true;
    reader->stream.next_in = reader->raw;
    reader->stream.avail_in = (uInt)held;
    return FF_OK;
}

/* After a member: zero padding is allowed, another member begins with the magic bytes. */
static int next_member(ff_text_reader *reader, ff_error *err)
{
    z_stream *stream = &reader->stream;
    while (stream->avail_in > 0 && *stream->next_in == 0) {
        stream->next_in++;
        stream->avail_in--;
    }
    if (stream->avail_in == 0)
        return FF_OK;
    if (*stream->next_in != 0x1f)
        return ff_fail(err, FF_E_FORMAT, "bytes that are not gzip follow the gzip data");
    (void)inflateReset(stream);
    reader->between_members = false;
    return FF_OK;
}

static int refill_compressed(ff_text_reader *reader, ff_error *err)
{
    size_t got = 0;
    int status = read_raw(reader, reader->raw, BLOCK, &got, err);
    reader->stream.next_in = reader->raw;
    reader->stream.avail_in = (uInt)got;
    return status;
}

/* Inflates some text into the free end of the buffer, or finds that there is no more. */
static int inflate_some(ff_text_reader *reader, ff_error *err)
{
    z_stream *stream = &reader->stream;
    size_t free_space = reader->capacity - reader->end, before = reader->end;
    while (reader->end == before && !reader->ended) {
        int status = FF_OK;
        if (stream->avail_in == 0)
            status = refill_compressed(reader, err);
        if (status == FF_OK && reader->between_members)
            status = next_member(reader, err);
        if (status != FF_OK)
            return status;
        if (reader->raw_ended && reader->between_members)
            reader->ended = true;
        else if (reader->raw_ended)
            return ff_fail(err, FF_E_FORMAT, "the gzip data is truncated");
        if (reader->ended || reader->between_members)
            continue;
        stream->next_out = (Bytef *)reader->buffer + reader->end;
        stream->avail_out = free_space < UINT32_MAX ? (uInt)free_space : UINT32_MAX;
        int result = inflate(stream, Z_NO_FLUSH);
        reader->end = (size_t)((char *)stream->next_out - reader->buffer);
        if (result == Z_STREAM_END)
            reader->between_members = true;
        else if (result == Z_MEM_ERROR)
            return ff_fail(err, FF_E_NOMEM, "out of memory for decompression");
        else if (result != Z_OK && result != Z_BUF_ERROR)
            return ff_fail(err, FF_E_FORMAT, "the gzip data is damaged (%s)",
                           stream->msg ? stream->msg : "wrong data");
    }
    return FF_OK;
}

/* Lines. */

/* Moves what is left of the buffer to its start and appends more text to it. */
static int fill(ff_text_reader *reader, ff_error *err)
{
    if (!reader->begun)
        return begin(reader, err);
    size_t held = reader->end - reader->begin;
    if (held > LONGEST_LINE)
        return ff_fail(err, FF_E_RANGE, "the line is longer than %d bytes", (int)LONGEST_LINE);
    if (held > 0 && reader->begin > 0)
        memmove(reader->buffer, reader->buffer + reader->begin, held);
    reader->begin = 0;
    reader->end = held;
    if (ff_reserve(&reader->buffer, &reader->capacity, held + BLOCK, 1, err) != FF_OK)
        return FF_E_NOMEM;
    if (reader->gzip)
        return inflate_some(reader, err);
    size_t got = 0;
    int status = read_raw(reader, reader->buffer + held, reader->capacity - held, &got, err);
    reader->end += got;
    reader->ended = status == FF_OK && got == 0;
    return status;
}

int ff_text_reader_next(ff_text_reader *reader, const char **line, size_t *length, ff_error *err)
{
    size_t searched = 0;
    char *end = NULL;
    reader->line++;
    while (!end) {
        size_t held = reader->end - reader->begin;
        if (held > searched)
            end = memchr(reader->buffer + reader->begin + searched, '\n', held - searched);
        searched = held;
        if (end || reader->ended)
            break;
        int status = fill(reader, err);
        if (status != FF_OK) {
            ff_text_reader_locate(reader, err, 0);
            return status;
        }
    }
    *line = NULL;
    *length = 0;
    if (!end && searched == 0) {
        reader->line--;
        return FF_OK;
    }
    if (!end) { /* the last line; fill has left room behind it */
        end = reader->buffer + reader->end;
        *end = '\n';
        reader->end++;
    }
    *line = reader->buffer + reader->begin;
    *length = (size_t)(end - *line);
    reader->begin += *length + 1;
    if (*length > 0 && (*line)[*length - 1] == '\r')
        --*length;
    return FF_OK;
}

/* Bytes. */

int ff_text_reader_peek(ff_text_reader *reader, const char **bytes, size_t *size, ff_error *err)
{
    enum { ENOUGH = 64 };
    int status = FF_OK;
    while (status == FF_OK && !reader->ended && reader->end - reader->begin < ENOUGH)
        status = fill(reader, err);
    if (status != FF_OK)
        ff_error_in_file(err, reader->name);
    *bytes = reader->buffer ? reader->buffer + reader->begin : "";
    *size = reader->end - reader->begin;
    return status;
}

int ff_text_reader_descriptor(const ff_text_reader *reader)
{
    return reader->descriptor;
}

int ff_text_reader_read(ff_text_reader *reader, void *to, size_t size, size_t *got, ff_error *err)
{
    int status = FF_OK;
    while (status == FF_OK && !reader->ended && reader->end == reader->begin)
        status = fill(reader, err);
    if (status != FF_OK)
        ff_error_in_file(err, reader->name);
    size_t held = reader->end - reader->begin;
    *got = status != FF_OK ? 0 : held < size ? held : size;
    if (*got)
        memcpy(to, reader->buffer + reader->begin, *got);
    reader->begin += *got;
    return status;
}

int64_t ff_text_reader_line(const ff_text_reader *reader)
{
    return reader->line;
}

const char *ff_text_reader_name(const ff_text_reader *reader)
{
    return reader->name;
}

void ff_text_reader_locate(const ff_text_reader *reader, ff_error *err, int64_t column)
{
    ff_error_in_file(err, reader->name);
    ff_error_at_line(err, reader->line, column);
}

int64_t ff_text_reader_bytes(const ff_text_reader *reader)
{
    return reader->bytes;
}

int ff_text_reader_keep_digest(ff_text_reader *reader, ff_error *err)
{
    return reader->digest ? FF_OK : ff_digest_stream_new(&reader->digest, err);
}

int ff_text_reader_digest(char digest[FF_DIGEST_SIZE], ff_text_reader *reader, ff_error *err)
{
    return ff_digest_stream_finish(digest, reader->digest, err);
}
