#ifndef FF_FORMATS_ERROR_ROWS_H
#define FF_FORMATS_ERROR_ROWS_H

/* Errors per group and kind of observation as a group of arrays, one entry a row; shared by models
 * (errors on their training rows) and evaluations. */

#include "formats/container.h"
#include "lib/analysis/evaluation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* extra_name: a further number per row ("spread", "weight"), taken from ff_error_row.spread; with
 * the units of its kind, or "" when extra_is_plain. */
int ff_error_rows_write(hid_t location, const char *name, size_t count, const ff_error_row *rows,
                        const char *extra_name, bool extra_is_plain, const char *extra_description,
                        ff_error *err);

/* *rows is allocated; the caller frees it. */
int ff_error_rows_read(hid_t location, const char *name, const char *extra_name, size_t *count,
                       ff_error_row **rows, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
