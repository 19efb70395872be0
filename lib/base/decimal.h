#ifndef FF_LIB_BASE_DECIMAL_H
#define FF_LIB_BASE_DECIMAL_H

/* The nearest double of a decimal number, ties to even: the inside of numbers.h, between scanning
 * text and storing values. */

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A decimal number as scanned: mantissa x 10^exponent. */
typedef struct ff_decimal {
    bool negative;
    bool exact;        /* at most 19 significant digits, so that the mantissa holds them all */
    uint64_t mantissa; /* without meaning unless exact */
    int64_t exponent;  /* of ten */
    const char *digits, *digits_end; /* integer and fraction digits, with the point among them */
    int64_t written_exponent;        /* what follows the e */
} ff_decimal;

/* The usual case, of numbers that are exact with an exponent that is not large, from the first four
 * members alone: one multiplication. False (*value is not set) when that does not decide. */
bool ff_decimal_by_product(const ff_decimal *number, double *value);

/* Every case. FF_E_RANGE (*value is not set) for what is too large for a double; what is too small
 * becomes the nearest subnormal or zero. */
int ff_decimal_convert(const ff_decimal *number, double *value);

#ifdef __cplusplus
}
#endif
#endif
