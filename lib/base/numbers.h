#ifndef FF_LIB_BASE_NUMBERS_H
#define FF_LIB_BASE_NUMBERS_H

/* Numbers from text and back: strict, exact, the same in every locale.
 *
 * A text of `length` bytes is read as a whole or not at all: no blanks, no trailing characters, no
 * hexadecimal. Reading rounds to the nearest double (ties to even); what ff_double_format writes is
 * read back bit for bit.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* [+-]digits. Returns FF_OK, FF_E_FORMAT (not an integer) or FF_E_RANGE (beyond 64 bits); *value is
 * set only on success. */
int ff_int64_parse(const char *text, size_t length, int64_t *value);

/* [+-](digits[.digits] | .digits)[exponent], the exponent being e, E, d or D with a signed integer.
 * Returns FF_OK, FF_E_FORMAT (not a number; "nan" and "inf" are none) or FF_E_RANGE (too large for
 * a double; a number too small becomes the nearest subnormal or zero). *value is set only on
 * success. */
int ff_double_parse(const char *text, size_t length, double *value);

/* The same for a number at the start of text..end that other characters may follow. Returns where
 * it ends, or NULL (*value is not set) when there is no number or it is too large. */
const char *ff_double_scan(const char *text, const char *end, double *value);

/* The same for up to `count` numbers, each with blanks or tabs before it (the first may have none)
 * and after it (or the end). *found of them are set; returns where the last of them ends: what
 * follows when *found < count is no number, or too large, or nothing. *width helps with columns: a
 * guess of how far apart numbers end, kept by the caller from one row to the next; 0 at first. */
const char *ff_doubles_scan(const char *text, const char *end, size_t count, double *values,
                            size_t *found, size_t *width);

/* True for [+-]nan, [+-]inf and [+-]infinity in any case; then *value is that. */
bool ff_double_parse_not_finite(const char *text, size_t length, double *value);

enum { FF_DOUBLE_TEXT_SIZE = 32 }; /* any double as text, terminator included */

/* Writes the fewest of 15, 16 or 17 significant digits that are read back as the same double
 * ("0.1", "1e-05", "-0", "nan", "inf"). Returns the length. */
size_t ff_double_format(char buffer[FF_DOUBLE_TEXT_SIZE], double value);

#ifdef __cplusplus
}
#endif
#endif
