#include "lib/base/numbers.h"

#include "lib/base/decimal.h"
#include "lib/base/error.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MOST_DIGITS = 19 }; /* 10^19 - 1 < 2^64 */

/* Beyond this an exponent only says zero or overflow, for any text that fits in memory. */
static const int64_t exponent_limit = INT64_C(1000000000000000000);

static bool is_digit(char character)
{
    return (unsigned char)(character - '0') < 10;
}

static const char *scan_digits(const char *next, const char *end, uint64_t *mantissa)
{
    uint64_t sum = *mantissa; /* wraps when there are too many digits; then it is not used */
    for (; next < end && is_digit(*next); next++)
        sum = 10 * sum + (uint64_t)(*next - '0');
    *mantissa = sum;
    return next;
}

#if defined(__GNUC__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define EIGHT_AT_ONCE
#endif

#ifdef EIGHT_AT_ONCE
static bool all_digits(uint64_t word)
{
    uint64_t above_nine = word + UINT64_C(0x0606060606060606);
    return ((word | above_nine) & UINT64_C(0xf0f0f0f0f0f0f0f0)) == UINT64_C(0x3030303030303030);
}

/* Bytes, pairs and quadruples of digits are joined in parallel within one word (D. Lemire, Softw.
 * Pract. Exper. 51, 1700 (2021), section 8). */
static uint64_t eight_digits(uint64_t word)
{
    word = (word & UINT64_C(0x0f0f0f0f0f0f0f0f)) * 2561 >> 8;            /* 10 a + b */
    word = (word & UINT64_C(0x00ff00ff00ff00ff)) * 6553601 >> 16;        /* 100 a + b */
    return (word & UINT64_C(0x0000ffff0000ffff)) * 42949672960001 >> 32; /* 10^4 a + b */
}

/* Eight digits at a time as long as there are eight. */
static inline const char *scan_eights(const char *next, const char *end, uint64_t *mantissa)
{
    while (end - next >= 8) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        if (!all_digits(word))
            break;
        *mantissa = 100000000 * *mantissa + eight_digits(word);
        next += 8;
    }
    return next;
}

/* One to seven digits before a point, without a branch for their number, which is hard to predict.
 * Returns the point, or NULL when it is not so. */
static inline const char *scan_to_point(const char *digits, const char *end, uint64_t *mantissa)
{
    uint64_t word;
    if (end - digits < 8)
        return NULL;
    memcpy(&word, digits, sizeof word);
    /* The lowest byte that is a point has its upper bit set, and none below it has. */
    const uint64_t points = word ^ UINT64_C(0x2e2e2e2e2e2e2e2e);
    const uint64_t found =
        (points - UINT64_C(0x0101010101010101)) & ~points & UINT64_C(0x8080808080808080);
    if (!found)
        return NULL;
    const int count = __builtin_ctzll(found) / 8;
    if (count == 0)
        return NULL;
    word = word << 8 * (8 - count) | UINT64_C(0x3030303030303030) >> 8 * count;
    if (!all_digits(word))
        return NULL;
    *mantissa = eight_digits(word);
    return digits + count;
}
#else
static const char *scan_eights(const char *next, const char *end, uint64_t *mantissa)
{
    (void)end;
    (void)mantissa;
    return next;
}

static const char *scan_to_point(const char *digits, const char *end, uint64_t *mantissa)
{
    (void)digits;
    (void)end;
    (void)mantissa;
    return NULL;
}
#endif

/* What follows the e; NULL when it is no exponent. */
static const char *scan_exponent(const char *next, const char *end, int64_t *exponent)
{
    bool negative = next < end && *next == '-';
    if (next < end && (*next == '-' || *next == '+'))
        next++;
    const char *digits = next;
    int64_t value = 0;
    for (; next < end && is_digit(*next); next++)
        if (value < exponent_limit / 10)
            value = 10 * value + (*next - '0');
    *exponent = negative ? -value : value;
    return next > digits ? next : NULL;
}

/* Digits that count, when there are too many to tell from the length alone. */
static bool few_digits(const char *digits, const char *end)
{
    while (digits < end && (*digits == '0' || *digits == '.'))
        digits++;
    bool point = memchr(digits, '.', (size_t)(end - digits)) != NULL;
    return end - digits - point <= MOST_DIGITS;
}

/* Returns where the number ends, NULL when there is none. */
static const char *scan(ff_decimal *number, const char *text, const char *end)
{
    const char *next = text;
    number->negative = next < end && *next == '-';
    next += number->negative || (next < end && *next == '+');
    const char *digits = next;
    number->mantissa = 0;
    next = scan_digits(next, end, &number->mantissa);
    int64_t fraction = 0, count = next - digits;
    if (next < end && *next == '.') {
        const char *point = next++;
        next = scan_eights(next, end, &number->mantissa);
        next = scan_digits(next, end, &number->mantissa);
        fraction = next - point - 1;
        count += fraction;
    }
    if (count == 0)
        return NULL;
    number->digits = digits;
    number->digits_end = next;
    number->exact = count <= MOST_DIGITS || few_digits(digits, next);
    number->written_exponent = 0;
    if (next < end && (*next == 'e' || *next == 'E' || *next == 'd' || *next == 'D'))
        next = scan_exponent(next + 1, end, &number->written_exponent);
    number->exponent = number->written_exponent - fraction;
    return next;
}

/* The common case. */

static bool ends_at(const char *next, const char *end)
{
    return next == end || *next == ' ' || *next == '\t';
}

/* Numbers as files of atoms are full of, -12.34567890: no exponent, and at most 19 digits. Mostly
 * both the mantissa and the power of ten are doubles, whose quotient is then rounded once,
 * correctly (W. D. Clinger, PLDI 1990). Returns where the number ends, or NULL when it is not such
 * a number, or no blank follows. */
static inline const char *scan_plain(const char *text, const char *end, double *value)
{
    enum { FEW_DIGITS = 15 }; /* 10^15 < 2^53 */
    static const double powers[FEW_DIGITS + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    static const double signs[] = {1, -1}; /* a sign is as hard to predict as a number of digits */
    if (text == end)
        return NULL;
    const bool negative = *text == '-';
    const char *digits = text + (negative || *text == '+');
    uint64_t mantissa = 0;
    const char *next = scan_to_point(digits, end, &mantissa);
    if (!next)
        next = scan_digits(digits, end, &mantissa);
    const ptrdiff_t whole = next - digits;
    ptrdiff_t fraction = 0;
    if (next < end && *next == '.') {
        const char *point = next + 1;
        next = scan_eights(point, end, &mantissa);
        if (!ends_at(next, end))
            next = scan_digits(next, end, &mantissa);
        fraction = next - point;
    }
    if (!ends_at(next, end) || whole + fraction == 0 || whole + fraction > MOST_DIGITS)
        return NULL;
    if (whole + fraction <= FEW_DIGITS) {
        *value = signs[negative] * ((double)(int64_t)mantissa / powers[fraction]);
        return next;
    }
    const ff_decimal number = {
        .negative = negative, .exact = true, .mantissa = mantissa, .exponent = -fraction};
    return ff_decimal_by_product(&number, value) ? next : NULL;
}

int ff_double_parse(const char *text, size_t length, double *value)
{
    ff_decimal number;
    return scan(&number, text, text + length) == text + length ? ff_decimal_convert(&number, value)
                                                               : FF_E_FORMAT;
}

const char *ff_double_scan(const char *text, const char *end, double *value)
{
    ff_decimal number;
    const char *plain = scan_plain(text, end, value);
    if (plain)
        return plain;
    const char *next = scan(&number, text, end);
    return next && ff_decimal_convert(&number, value) == FF_OK ? next : NULL;
}

/* Columns are aligned with many blanks: eight are looked at together. */
static inline const char *after_blanks(const char *next, const char *end)
{
#ifdef EIGHT_AT_ONCE
    while (end - next >= 8) {
        uint64_t word;
        memcpy(&word, next, sizeof word);
        word ^= UINT64_C(0x2020202020202020);
        if (word) {
            next += __builtin_ctzll(word) / 8;
            break;
        }
        next += 8;
    }
#endif
    while (next < end && (*next == ' ' || *next == '\t'))
        next++;
    return next;
}

#ifdef EIGHT_AT_ONCE
/* The widths that scan_aligned takes: of a digit, a point and eight more after a blank, up to what
 * two words hold. */
enum { DECIMALS = 8, LEAST_WIDTH = DECIMALS + 3, MOST_WIDTH = 2 * DECIMALS + 1 };

/* Most programs print numbers of eight decimals in columns of one width. Where the last number
 * ended and the width then say where the next has its point, and processors need not wait for one
 * number to be understood before they begin with the next. The characters after `from` must be
 * blanks, at least one, then a sign or none, then digits and the point. */
static inline bool scan_aligned(const char *from, size_t width, double *value)
{
    static const double signs[] = {1, -1};
    const char *point = from + width - DECIMALS - 1;
    const uint64_t zeros = UINT64_C(0x3030303030303030), upper = UINT64_C(0xf0f0f0f0f0f0f0f0);
    uint64_t whole, decimals;
    memcpy(&whole, point - 8, sizeof whole);
    memcpy(&decimals, point + 1, sizeof decimals);
    const uint64_t above_nine = whole + UINT64_C(0x0606060606060606);
    const uint64_t others = ((whole ^ zeros) | (above_nine ^ zeros)) & upper; /* no digits */
    if (*point != '.' || !all_digits(decimals) || others == 0)
        return false;
    const unsigned count = (unsigned)__builtin_clzll(others) / 8; /* digits before the point */
    if (count == 0)
        return false;
    /* What comes before them, less blanks and what came before `from`, with the sign on top. */
    uint64_t before = (whole ^ UINT64_C(0x2020202020202020)) >> 8 * (MOST_WIDTH - width);
    before = before << 8 * (MOST_WIDTH - width) << 8 * count;
    const bool negative = before >> 56 == ('-' ^ ' ');
    const unsigned signed_ = negative || before >> 56 == ('+' ^ ' ');
    if (before << 8 * signed_ != 0 || count + signed_ + LEAST_WIDTH - 1 > width)
        return false;
    whole = (whole >> 8 * (8 - count) << 8 * (8 - count)) | zeros >> 8 * count;
    const uint64_t mantissa = 100000000 * eight_digits(whole) + eight_digits(decimals);
    *value = signs[negative] * ((double)(int64_t)mantissa / 1e8);
    return true;
}
#endif

const char *ff_doubles_scan(const char *text, const char *end, size_t count, double *values,
                            size_t *found, size_t *width)
{
    const char *from = text;
    size_t k = 0;
    for (; k < count; k++) {
#ifdef EIGHT_AT_ONCE
        const size_t size = *width;
        if (size >= LEAST_WIDTH && size <= MOST_WIDTH && size <= (size_t)(end - from) &&
            size + (size_t)(from - text) >= MOST_WIDTH && ends_at(from + size, end) &&
            scan_aligned(from, size, &values[k])) {
            from += size;
            continue;
        }
#endif
        const char *next = after_blanks(from, end), *after = scan_plain(next, end, &values[k]);
        if (!after) {
            double value = 0; /* a number that runs into something else is none */
            after = ff_double_scan(next, end, &value);
            if (!after || !ends_at(after, end))
                break;
            values[k] = value;
        }
        *width = (size_t)(after - from);
        from = after;
    }
    *found = k;
    return from;
}

bool ff_double_parse_not_finite(const char *text, size_t length, double *value)
{
    bool negative = length > 0 && *text == '-';
    if (length > 0 && (*text == '-' || *text == '+')) {
        text++;
        length--;
    }
    bool infinite = (length == 3 && strncasecmp(text, "inf", 3) == 0) ||
                    (length == 8 && strncasecmp(text, "infinity", 8) == 0);
    if (!infinite && !(length == 3 && strncasecmp(text, "nan", 3) == 0))
        return false;
    double magnitude = infinite ? HUGE_VAL : NAN;
    *value = negative ? -magnitude : magnitude;
    return true;
}

int ff_int64_parse(const char *text, size_t length, int64_t *value)
{
    const char *next = text, *end = text + length;
    bool negative = next < end && *next == '-';
    if (next < end && (*next == '-' || *next == '+'))
        next++;
    if (next == end)
        return FF_E_FORMAT;
    const uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t magnitude = 0;
    bool overflow = false;
    for (; next < end; next++) {
        if (!is_digit(*next))
            return FF_E_FORMAT;
        uint64_t digit = (uint64_t)(*next - '0');
        overflow = overflow || magnitude > (limit - digit) / 10;
        magnitude = overflow ? 0 : 10 * magnitude + digit;
    }
    if (overflow)
        return FF_E_RANGE;
    *value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return FF_OK;
}

size_t ff_double_format(char buffer[FF_DOUBLE_TEXT_SIZE], double value)
{
    if (!isfinite(value)) {
        const char *word = isnan(value) ? "nan" : signbit(value) ? "-inf" : "inf";
        return (size_t)snprintf(buffer, FF_DOUBLE_TEXT_SIZE, "%s", word);
    }
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t previous = uselocale(c_locale);
    size_t length = 0;
    for (int digits = 15; digits <= 17; digits++) {
        length = (size_t)snprintf(buffer, FF_DOUBLE_TEXT_SIZE, "%.*g", digits, value);
        double back = 0;
        if (ff_double_parse(buffer, length, &back) == FF_OK && back == value)
            break;
    }
    (void)uselocale(previous);
    freelocale(c_locale);
    return length;
}
