#include "lib/base/numbers.h"

#include "lib/base/error.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A decimal number as scanned: mantissa x 10^exponent. */
typedef struct decimal {
    bool negative;
    bool exact;        /* at most 19 significant digits, so that the mantissa holds them all */
    uint64_t mantissa; /* without meaning unless exact */
    int64_t exponent;  /* of ten */
    const char *digits, *digits_end; /* integer and fraction digits, with the point among them */
    int64_t written_exponent;        /* what follows the e */
} decimal;

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
static const char *scan(decimal *number, const char *text, const char *end)
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

/* Exact conversion by one product. */

enum { LEAST_POWER = -60, MOST_POWER = 60 };

/* The leading 64 bits, truncated, of 10^q for q = LEAST_POWER ... MOST_POWER. */
static const uint64_t power_of_ten[MOST_POWER - LEAST_POWER + 1] = {
    0xcdb02555653131b6, 0x808e17555f3ebf11, 0xa0b19d2ab70e6ed6, 0xc8de047564d20a8b,
    0xfb158592be068d2e, 0x9ced737bb6c4183d, 0xc428d05aa4751e4c, 0xf53304714d9265df,
    0x993fe2c6d07b7fab, 0xbf8fdb78849a5f96, 0xef73d256a5c0f77c, 0x95a8637627989aad,
    0xbb127c53b17ec159, 0xe9d71b689dde71af, 0x9226712162ab070d, 0xb6b00d69bb55c8d1,
    0xe45c10c42a2b3b05, 0x8eb98a7a9a5b04e3, 0xb267ed1940f1c61c, 0xdf01e85f912e37a3,
    0x8b61313bbabce2c6, 0xae397d8aa96c1b77, 0xd9c7dced53c72255, 0x881cea14545c7575,
    0xaa242499697392d2, 0xd4ad2dbfc3d07787, 0x84ec3c97da624ab4, 0xa6274bbdd0fadd61,
    0xcfb11ead453994ba, 0x81ceb32c4b43fcf4, 0xa2425ff75e14fc31, 0xcad2f7f5359a3b3e,
    0xfd87b5f28300ca0d, 0x9e74d1b791e07e48, 0xc612062576589dda, 0xf79687aed3eec551,
    0x9abe14cd44753b52, 0xc16d9a0095928a27, 0xf1c90080baf72cb1, 0x971da05074da7bee,
    0xbce5086492111aea, 0xec1e4a7db69561a5, 0x9392ee8e921d5d07, 0xb877aa3236a4b449,
    0xe69594bec44de15b, 0x901d7cf73ab0acd9, 0xb424dc35095cd80f, 0xe12e13424bb40e13,
    0x8cbccc096f5088cb, 0xafebff0bcb24aafe, 0xdbe6fecebdedd5be, 0x89705f4136b4a597,
    0xabcc77118461cefc, 0xd6bf94d5e57a42bc, 0x8637bd05af6c69b5, 0xa7c5ac471b478423,
    0xd1b71758e219652b, 0x83126e978d4fdf3b, 0xa3d70a3d70a3d70a, 0xcccccccccccccccc,
    0x8000000000000000, 0xa000000000000000, 0xc800000000000000, 0xfa00000000000000,
    0x9c40000000000000, 0xc350000000000000, 0xf424000000000000, 0x9896800000000000,
    0xbebc200000000000, 0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000,
    0xe8d4a51000000000, 0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000,
    0x8e1bc9bf04000000, 0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000,
    0xad78ebc5ac620000, 0xd8d726b7177a8000, 0x878678326eac9000, 0xa968163f0a57b400,
    0xd3c21bcecceda100, 0x84595161401484a0, 0xa56fa5b99019a5c8, 0xcecb8f27f4200f3a,
    0x813f3978f8940984, 0xa18f07d736b90be5, 0xc9f2c9cd04674ede, 0xfc6f7c4045812296,
    0x9dc5ada82b70b59d, 0xc5371912364ce305, 0xf684df56c3e01bc6, 0x9a130b963a6c115c,
    0xc097ce7bc90715b3, 0xf0bdc21abb48db20, 0x96769950b50d88f4, 0xbc143fa4e250eb31,
    0xeb194f8e1ae525fd, 0x92efd1b8d0cf37be, 0xb7abc627050305ad, 0xe596b7b0c643c719,
    0x8f7e32ce7bea5c6f, 0xb35dbf821ae4f38b, 0xe0352f62a19e306e, 0x8c213d9da502de45,
    0xaf298d050e4395d6, 0xdaf3f04651d47b4c, 0x88d8762bf324cd0f, 0xab0e93b6efee0053,
    0xd5d238a4abe98068, 0x85a36366eb71f041, 0xa70c3c40a64e6c51, 0xd0cf4b50cfe20765,
    0x82818f1281ed449f, 0xa321f2d7226895c7, 0xcbea6f8ceb02bb39, 0xfee50b7025c36a08,
    0x9f4f2726179a2245,
};

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* For exponents of normal doubles. */
static double power_of_two(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Rounds mantissa x 10^exponent correctly from one 64 x 64 bit product, the first step of D. Lemire
 * (Softw. Pract. Exper. 51, 1700 (2021)). With p <= 10^q 2^s < p + 1 and a mantissa w below 2^64,
 * the exact product lies in [w p, w p + 2^64): its upper word is known up to one. False when that
 * one decides the rounding, or in the rare case of a tie. */
static bool convert_by_product(const decimal *number, double *value)
{
    if (!number->exact || number->exponent < LEAST_POWER || number->exponent > MOST_POWER)
        return false;
    if (number->mantissa == 0) {
        *value = number->negative ? -0.0 : 0.0;
        return true;
    }
    int power = (int)number->exponent;
    int shift = __builtin_clzll(number->mantissa);
    wide product = (wide)(number->mantissa << shift) * power_of_ten[power - LEAST_POWER];
    uint64_t upper = (uint64_t)(product >> 64), lower = (uint64_t)product;

    int dropped = 10 + (int)(upper >> 63); /* bits of the upper word below the 53 kept */
    uint64_t rest = upper & ((UINT64_C(1) << dropped) - 1), half = UINT64_C(1) << (dropped - 1);
    if (rest == half - 1 || (rest == half && lower == 0))
        return false;
    uint64_t bits = (upper >> dropped) + (rest >= half);
    /* floor(q log2(10)) for |q| < 1650; 10^q = p 2^(floor - 63) */
    int floor_log2 = (int)((INT64_C(217706) * power) >> 16);
    double magnitude = (double)bits * power_of_two(dropped + 64 - shift + floor_log2 - 63);
    static const double sign[] = {1, -1};
    *value = sign[number->negative] * magnitude;
    return true;
}
#else
static bool convert_by_product(const decimal *number, double *value)
{
    (void)number;
    (void)value;
    return false;
}
#endif

/* The general case. */

/* No two neighbouring doubles, and no midpoint of them, need more than 768 significant digits; a
 * digit that is not zero after those says "a little more". */
enum { DECIDING_DIGITS = 780 };

/* strtod of the C locale, whatever locale the process has. */
static double parse_in_c_locale(const char *text)
{
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* a constant of the C library */
    locale_t previous = uselocale(c_locale);
    double value = strtod(text, NULL);
    (void)uselocale(previous);
    freelocale(c_locale);
    return value;
}

/* Rewrites the number as .DIGITSeEXPONENT with a bounded number of digits for strtod. */
static double convert_by_library(const decimal *number)
{
    char buffer[DECIDING_DIGITS + 40];
    size_t used = 0;
    int64_t point = 0; /* exponent that goes with the point before the first digit kept */
    bool more = false, past_point = false;
    buffer[used++] = '.';
    for (const char *next = number->digits; next < number->digits_end; next++) {
        if (*next == '.') {
            past_point = true;
            continue;
        }
        bool leading = used == 1 && *next == '0';
        if (past_point ? leading : !leading)
            point += past_point ? -1 : 1;
        if (!leading && used <= DECIDING_DIGITS)
            buffer[used++] = *next;
        else
            more = more || *next != '0';
    }
    if (used == 1)
        return 0;
    if (more)
        buffer[used++] = '1';
    int64_t exponent = number->written_exponent + point;
    if (exponent > 400 || exponent < -400) /* doubles end at 1.8e308 and 4.9e-324 */
        return exponent > 0 ? HUGE_VAL : 0;
    (void)snprintf(buffer + used, sizeof buffer - used, "e%d", (int)exponent);
    return parse_in_c_locale(buffer);
}

static int convert(const decimal *number, double *value)
{
    if (convert_by_product(number, value))
        return FF_OK;
    double magnitude = convert_by_library(number);
    if (!isfinite(magnitude))
        return FF_E_RANGE;
    *value = number->negative ? -magnitude : magnitude;
    return FF_OK;
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
    const decimal number = {
        .negative = negative, .exact = true, .mantissa = mantissa, .exponent = -fraction};
    return convert_by_product(&number, value) ? next : NULL;
}

int ff_double_parse(const char *text, size_t length, double *value)
{
    decimal number;
    return scan(&number, text, text + length) == text + length ? convert(&number, value)
                                                               : FF_E_FORMAT;
}

const char *ff_double_scan(const char *text, const char *end, double *value)
{
    decimal number;
    const char *plain = scan_plain(text, end, value);
    if (plain)
        return plain;
    const char *next = scan(&number, text, end);
    return next && convert(&number, value) == FF_OK ? next : NULL;
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
