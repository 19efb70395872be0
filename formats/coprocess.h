#ifndef FF_FORMATS_COPROCESS_H
#define FF_FORMATS_COPROCESS_H

/* A program that answers requests: bytes to its standard input, bytes back from its standard
 * output, for as long as it lives. Its standard error is this process's. One thread at a time uses
 * one; several may be in use at once. */

#include "lib/base/error.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_coprocess ff_coprocess;

/* Starts argv[0] (looked for in PATH) with argv, which ends with NULL. FF_E_IO when it cannot be
 * started. */
int ff_coprocess_start(ff_coprocess **out, const char *const *argv, ff_error *err);

/* Whether what has come so far is the whole answer. Called with all of it after each part. */
typedef bool (*ff_coprocess_complete)(void *context, const char *bytes, size_t size);

/* Sends a request and waits for the answer, *reply (borrowed until the next call; a '\0' follows,
 * not counted in *size). FF_E_IO when there is none within `seconds` (then the program is killed),
 * or when the program ends before it, for which *ended is set and the message says how. Once it has
 * failed the process is of no use but to be stopped. */
int ff_coprocess_ask(ff_coprocess *process, const char *request, size_t length, double seconds,
                     ff_coprocess_complete complete, void *context, const char **reply,
                     size_t *size, bool *ended, ff_error *err);

/* Closes its standard input, waits five seconds for its end, then kills it. NULL is allowed. */
void ff_coprocess_stop(ff_coprocess *process);

#ifdef __cplusplus
}
#endif
#endif
