#ifndef FF_FORMATS_TEXT_READER_H
#define FF_FORMATS_TEXT_READER_H

/* Lines of a text file, plain or gzip (told from its first bytes, not its name), of any length.
 *
 * A line ends at "\n" or "\r\n" or the end of the file; the end is not part of the line. Lines are
 * counted from 1. Errors name the file and, where there is one, the line.
 */

#include "formats/digest.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_text_reader ff_text_reader;

/* Opens a file, or standard input for "-". FF_E_IO when the system refuses. */
int ff_text_reader_open(ff_text_reader **out, const char *path, ff_error *err);

/* Reads size bytes of memory, which must live as long as the reader, as if they were the file
 * `name`. */
int ff_text_reader_open_memory(ff_text_reader **out, const char *name, const void *bytes,
                               size_t size, ff_error *err);

void ff_text_reader_close(ff_text_reader *reader); /* NULL is allowed */

/* The next line: *line points to *length bytes, valid until the next call, and line[*length] is a
 * readable character of the line's end. At the end of the file *line is NULL. FF_E_FORMAT for
 * truncated or damaged gzip. */
int ff_text_reader_next(ff_text_reader *reader, const char **line, size_t *length, ff_error *err);

/* The first bytes of the text (decompressed), to tell the format by before anything is read: at
 * least the first 64 of a file that has as many. *bytes is valid until the next call. */
int ff_text_reader_peek(ff_text_reader *reader, const char **bytes, size_t *size, ff_error *err);

/* The descriptor below, for those who take the file over after a look at its first bytes; -1 when
 * reading memory. Borrowed. */
int ff_text_reader_descriptor(const ff_text_reader *reader);

/* The next bytes of the text as they come, for readers of whole streams: up to size of them to
 * `to`; *got is 0 only at the end. Not to be mixed with lines. */
int ff_text_reader_read(ff_text_reader *reader, void *to, size_t size, size_t *got, ff_error *err);

/* Number of the line last returned (0: none yet); the file's name for messages ("standard input"
 * for "-"). */
int64_t ff_text_reader_line(const ff_text_reader *reader);
const char *ff_text_reader_name(const ff_text_reader *reader);

/* Gives an error, where it has none, the file and the line last returned. column: from 1, or 0. */
void ff_text_reader_locate(const ff_text_reader *reader, ff_error *err, int64_t column);

/* Bytes of the file (compressed, if it is) read so far. */
int64_t ff_text_reader_bytes(const ff_text_reader *reader);

/* For the SHA-256 of a file that can be read only once: call `keep` before the first line and
 * `digest` after the last. */
int ff_text_reader_keep_digest(ff_text_reader *reader, ff_error *err);
int ff_text_reader_digest(char digest[FF_DIGEST_SIZE], ff_text_reader *reader, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
