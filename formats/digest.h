#ifndef FF_FORMATS_DIGEST_H
#define FF_FORMATS_DIGEST_H

/* SHA-256 (by OpenSSL's libcrypto), in lower-case hex. */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_DIGEST_SIZE = 65 }; /* 64 hex digits and the terminator */

int ff_digest_bytes(char digest[FF_DIGEST_SIZE], const void *bytes, size_t size, ff_error *err);
/* Of a file's content; reads it in blocks. */
int ff_digest_file(char digest[FF_DIGEST_SIZE], const char *path, ff_error *err);
/* Of an open descriptor from its start; the position afterwards is the start again. */
int ff_digest_descriptor(char digest[FF_DIGEST_SIZE], int descriptor, ff_error *err);

/* Of bytes as they pass: new, add any number of times, finish (once), free (NULL is allowed). */
typedef struct ff_digest_stream ff_digest_stream;
int ff_digest_stream_new(ff_digest_stream **out, ff_error *err);
int ff_digest_stream_add(ff_digest_stream *stream, const void *bytes, size_t size, ff_error *err);
int ff_digest_stream_finish(char digest[FF_DIGEST_SIZE], ff_digest_stream *stream, ff_error *err);
void ff_digest_stream_free(ff_digest_stream *stream);

#ifdef __cplusplus
}
#endif
#endif
