#include "lib/base/decimal.h"

#include "lib/base/error.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
bool ff_decimal_by_product(const ff_decimal *number, double *value)
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
bool ff_decimal_by_product(const ff_decimal *number, double *value)
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
static double convert_by_library(const ff_decimal *number)
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

int ff_decimal_convert(const ff_decimal *number, double *value)
{
    if (ff_decimal_by_product(number, value))
        return FF_OK;
    double magnitude = convert_by_library(number);
    if (!isfinite(magnitude))
        return FF_E_RANGE;
    *value = number->negative ? -magnitude : magnitude;
    return FF_OK;
}
