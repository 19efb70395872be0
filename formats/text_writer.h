#ifndef FF_FORMATS_TEXT_WRITER_H
#define FF_FORMATS_TEXT_WRITER_H

/* Text output: a file that appears whole or not at all, compressed with gzip when its name ends in
 * ".gz", or standard output as it comes, or memory. The bytes depend on the text only.
 */

#include "lib/base/error.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_text_writer ff_text_writer;

/* Starts writing to path ("-": standard output). Errors name the file. */
int ff_text_writer_open(ff_text_writer **out, const char *path, ff_error *err);

/* Starts collecting text in memory. */
int ff_text_writer_open_memory(ff_text_writer **out, ff_error *err);

/* What a writer to memory has collected, not terminated; borrowed until the next call. `restart`
 * throws it away. */
const char *ff_text_writer_bytes(const ff_text_writer *writer, size_t *size);
void ff_text_writer_restart(ff_text_writer *writer);

/* Appends. A failure to write is remembered and reported by commit at the latest, so that code that
 * writes piece by piece need not look at every status. */
void ff_text_writer_add(ff_text_writer *writer, const char *text, size_t length);
void ff_text_writer_text(ff_text_writer *writer, const char *text); /* terminated */
void ff_text_writer_integer(ff_text_writer *writer, int64_t value);
void ff_text_writer_real(ff_text_writer *writer, double value); /* as ff_double_format */

/* The first failure so far. */
int ff_text_writer_status(const ff_text_writer *writer, ff_error *err);

/* Writes out the rest and puts the file in place. The writer must still be closed. */
int ff_text_writer_commit(ff_text_writer *writer, ff_error *err);

/* Discards what was not committed. NULL is allowed. */
void ff_text_writer_close(ff_text_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
