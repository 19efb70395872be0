#ifndef FF_LIB_BASE_ERROR_H
#define FF_LIB_BASE_ERROR_H

/* Errors as values: every function that can fail returns a status and takes a last argument
 * `ff_error *err` that receives where it happened, what was found and what was expected.
 *
 * Conventions: 0 is success, negative is failure. The error is set once, where the cause is known
 * (ff_fail), and may be given a place on its way up (ff_error_in_file and its sisters, which never
 * overwrite a place already known). A NULL err is allowed everywhere. Lines, columns, frames and
 * atoms are counted from 1; 0 means unknown.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ff_status {
    FF_OK = 0,
    FF_E_CHECK = -1,   /* the answer is "no", or a check failed        exit code 1 */
    FF_E_USAGE = -2,   /* wrong command line or wrong call             exit code 2 */
    FF_E_FORMAT = -3,  /* input is not valid                           exit code 3 */
    FF_E_RANGE = -4,   /* input is well formed but out of range        exit code 3 */
    FF_E_NUMERIC = -5, /* not converged, singular                      exit code 4 */
    FF_E_IO = -6,      /* the system refused to read or write          exit code 5 */
    FF_E_NOMEM = -7,   /* out of memory                                exit code 5 */
    FF_E_INTERNAL = -8 /* a library did what its manual rules out      exit code 5 */
};

typedef struct ff_error {
    int code;          /* one of ff_status */
    char message[512]; /* what is wrong and what was expected; one line, no final stop */
    char file[256];    /* the file concerned, or "" */
    int64_t line, column, frame, atom; /* counted from 1; 0 when unknown */
} ff_error;

#if defined(__GNUC__)
#define FF_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define FF_PRINTF(format_index, first)
#endif

/* Sets *err (when not NULL) to code and the formatted message, clearing any place. Returns code. */
int ff_fail(ff_error *err, int code, const char *format, ...) FF_PRINTF(3, 4);

/* As ff_fail(FF_E_IO), with the system's text for errno appended after a colon. */
int ff_fail_errno(ff_error *err, const char *format, ...) FF_PRINTF(2, 3);

#ifdef __clang_analyzer__
/* The analyser sees one file at a time; it must know that these never return FF_OK. */
#define ff_fail(err, code, ...) ((void)ff_fail((err), (code), __VA_ARGS__), (code))
#define ff_fail_errno(err, ...) ((void)ff_fail_errno((err), __VA_ARGS__), (int)FF_E_IO)
#endif

/* Give an error a place, unless it has one already. No effect on a NULL or unset err. */
void ff_error_in_file(ff_error *err, const char *file);
void ff_error_at_line(ff_error *err, int64_t line, int64_t column);
void ff_error_in_frame(ff_error *err, int64_t frame);
void ff_error_at_atom(ff_error *err, int64_t atom);

/* Writes "FILE:LINE:COLUMN: frame F, atom A: message" (leaving out what is unknown) to buffer of
 * size bytes, truncating, always terminated. Returns buffer. */
char *ff_error_describe(const ff_error *err, char *buffer, size_t size);

/* The process exit code for a status: the table of enum ff_status. */
int ff_exit_code(int status);

#ifdef __cplusplus
}
#endif
#endif
