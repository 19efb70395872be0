#ifndef FF_FORMATS_YAML_H
#define FF_FORMATS_YAML_H

/* YAML read piece by piece: the start of a list or mapping, a scalar, the end of a list or mapping.
 * Nothing of the file is kept, so files of any size take little memory. Anchors and aliases, with
 * which a small file can stand for a huge one, are refused. Mappings are keys and values in turn.
 */

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_yaml ff_yaml;

typedef enum ff_yaml_kind {
    FF_YAML_SCALAR,
    FF_YAML_LIST,
    FF_YAML_MAPPING,
    FF_YAML_END,     /* of a list or mapping */
    FF_YAML_FINISHED /* the document */
} ff_yaml_kind;

/* Opens a file and goes to its first piece. Errors of this and all functions below name the file,
 * and the line and column of the piece at hand. */
int ff_yaml_open(ff_yaml **out, const char *path, ff_error *err);
void ff_yaml_close(ff_yaml *yaml); /* NULL is allowed */

/* Goes to the next piece. FF_E_FORMAT where the text is not YAML. */
int ff_yaml_next(ff_yaml *yaml, ff_error *err);

/* The piece at hand. */
ff_yaml_kind ff_yaml_at(const ff_yaml *yaml);
bool ff_yaml_is(const ff_yaml *yaml, const char *text);        /* whether it is that scalar */
const char *ff_yaml_text(const ff_yaml *yaml, size_t *length); /* of a scalar; borrowed */
int64_t ff_yaml_line(const ff_yaml *yaml);                     /* from 1 */

/* Sets err to the formatted message with file, line and column. Returns code. */
int ff_yaml_fail(const ff_yaml *yaml, ff_error *err, int code, const char *format, ...)
    FF_PRINTF(4, 5);

/* FF_E_FORMAT unless the piece at hand is of that kind. what: for the message, "a list of .." */
int ff_yaml_expect(const ff_yaml *yaml, ff_yaml_kind kind, const char *what, ff_error *err);

/* The scalar at hand as a number. FF_E_FORMAT when it is none, FF_E_RANGE beyond low..high or what
 * a double holds. */
int ff_yaml_integer(const ff_yaml *yaml, int64_t *value, int64_t low, int64_t high,
                    const char *what, ff_error *err);
int ff_yaml_real(const ff_yaml *yaml, double *value, const char *what, ff_error *err);

/* Goes from the start of a list or mapping to its end; stays at a scalar. */
int ff_yaml_skip(ff_yaml *yaml, ff_error *err);

/* Numbers of lists; all zero is empty. Free value. */
typedef struct ff_yaml_reals {
    double *value;
    size_t count, capacity;
} ff_yaml_reals;
typedef struct ff_yaml_integers {
    int *value;
    size_t count, capacity;
} ff_yaml_integers;

/* Reads the list at hand to its end, replacing what was there (reals: appending to it). */
int ff_yaml_real_list(ff_yaml *yaml, ff_yaml_reals *list, const char *what, ff_error *err);
int ff_yaml_integer_list(ff_yaml *yaml, ff_yaml_integers *list, int64_t low, int64_t high,
                         const char *what, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
