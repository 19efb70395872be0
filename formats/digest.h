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

#ifdef __cplusplus
}
#endif
#endif
