/* Numbers from text and back: against the C library on random numbers, published hard cases of
 * decimal conversion, and everything that is not a number. */

#include "lib/base/error.h"
#include "lib/base/numbers.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t state_of_random = 20211;

/* xorshift64* of S. Vigna, ACM Trans. Math. Softw. 42, 30 (2016). */
static uint64_t random_bits(void)
{
    state_of_random ^= state_of_random >> 12;
    state_of_random ^= state_of_random << 25;
    state_of_random ^= state_of_random >> 27;
    return state_of_random * UINT64_C(2685821657736338717);
}

static double random_double(void)
{
    for (;;) {
        uint64_t bits = random_bits();
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            return value;
    }
}

static void assert_same_bits(const char *text, double found, double expected)
{
    if (memcmp(&found, &expected, sizeof found) != 0)
        fail_msg("%s: read as %.17g, expected %.17g", text, found, expected);
}

static void check_against_library(const char *text)
{
    double value = NAN;
    assert_int_equal(ff_double_parse(text, strlen(text), &value), FF_OK);
    assert_same_bits(text, value, strtod(text, NULL));
}

static void doubles_agree_with_the_library(void **state)
{
    (void)state;
    static const char *const hard[] = {
        "0", "-0", "0.0", "+5", "1.", ".5", "-.5e-3", "1e22", "1e23", "8.5e22", "9007199254740993",
        "9007199254740992.5", "9007199254740993.00000000000000000000000000000001",
        "9007199254740993.0000000000000000000000000000000", "2.2250738585072011e-308",
        "2.2250738585072012e-308", "2.2250738585072014e-308", "4.9406564584124654e-324",
        "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623157e308",
        "1.7976931348623158e308", "6929495644600919.5", "3.7455744005952583e15", "5e-324", "1e-400",
        "00000000000000000000000000000000000000000000000.1", "123456789012345678901234567890",
        "0.000000000000000000000000000000000000000000000000000000000000000000012345678901234567",
        /* cases of V. Paxson's collection of difficult conversions (1991) */
        "5e125", "69e267", "999e-26", "7861e-34", "75569e-254", "928609e-261", "9210917e80",
        "84863171e114", "653777767e273", "5232604057e-298", "27235667517e-109", "653532977297e-123",
        "3142213164987e-294", "46202199371337e-72", "231010996856685e-73", "9324754620109615e212",
        "78459735791271921e49", "272104041512242479e200", "6802601037806061975e198",
        "20505426358836677347e-221", "836168422905420598437e-234", "4891559871276714924261e222"};
    for (size_t i = 0; i < sizeof hard / sizeof hard[0]; i++)
        check_against_library(hard[i]);
    char text[64];
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(text, sizeof text, "%.*e", (int)(random_bits() % 22), random_double());
        check_against_library(text);
        (void)snprintf(text, sizeof text, "%.*f", (int)(random_bits() % 20),
                       ldexp((double)(int64_t)random_bits(), -60));
        check_against_library(text);
        /* integers next to midpoints between doubles */
        (void)snprintf(text, sizeof text, "%lluE%d",
                       (unsigned long long)((random_bits() >> 10 | 1) * 3),
                       (int)(random_bits() % 120) - 60);
        check_against_library(text);
    }
}

/* 1 + 2^-53 is the midpoint of two doubles; a digit 1000 places on decides. */
static void long_numbers_are_rounded_correctly(void **state)
{
    (void)state;
    static const char midpoint[] = "1.00000000000000011102230246251565404236316680908203125";
    char *text = calloc(1, 6000);
    assert_non_null(text);
    memset(text, '0', 5000);
    memcpy(text, midpoint, sizeof midpoint - 1);
    double value = NAN;
    assert_int_equal(ff_double_parse(text, 5000, &value), FF_OK);
    assert_same_bits("midpoint", value, 1.0);
    text[4999] = '1';
    assert_int_equal(ff_double_parse(text, 5000, &value), FF_OK);
    assert_same_bits("above the midpoint", value, nextafter(1.0, 2.0));
    memset(text, '0', 5000);
    memcpy(text, "0.", 2);
    memcpy(text + 4990, "7e4989", 6);
    assert_int_equal(ff_double_parse(text, 4996, &value), FF_OK);
    assert_same_bits("far below the point", value, 7.0);
    free(text);
}

static void fortran_exponents(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"1.0D+03", 1000}, {"-1.d-2", -0.01}, {"1d3", 1000}, {".5D0", 0.5}, {"3.E2", 300}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = NAN;
        assert_int_equal(ff_double_parse(cases[i].text, strlen(cases[i].text), &value), FF_OK);
        assert_same_bits(cases[i].text, value, cases[i].value);
    }
}

static void what_is_not_a_number(void **state)
{
    (void)state;
    static const char *const words[] = {
        "",   "+",  "-",   ".",   "-.",  "e5",  "1e",   "1e+",   "1e5x",  "0x10",  "1_000",
        " 1", "1 ", "1,5", "nan", "inf", "--1", "1..2", "1.2.3", "1e5.0", "1e--5", "T"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        double value = 7;
        assert_int_equal(ff_double_parse(words[i], strlen(words[i]), &value), FF_E_FORMAT);
        assert_true(value == 7);
    }
    static const char *const large[] = {"1e309", "-1e400", "1.7976931348623159e308",
                                        "1e99999999999999999999999"};
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        double value = 7;
        assert_int_equal(ff_double_parse(large[i], strlen(large[i]), &value), FF_E_RANGE);
    }
    double value = 0;
    assert_int_equal(ff_double_parse("1e-99999999999999999999", 23, &value), FF_OK);
    assert_same_bits("tiny", value, 0.0);
    assert_int_equal(ff_double_parse("0e99999999999999999999", 22, &value), FF_OK);
    assert_same_bits("zero", value, 0.0);
}

static void not_finite_words(void **state)
{
    (void)state;
    double value = 0;
    assert_true(ff_double_parse_not_finite("NaN", 3, &value) && isnan(value));
    assert_true(ff_double_parse_not_finite("-Inf", 4, &value) && value == -HUGE_VAL);
    assert_true(ff_double_parse_not_finite("+infinity", 9, &value) && value == HUGE_VAL);
    assert_false(ff_double_parse_not_finite("info", 4, &value));
    assert_false(ff_double_parse_not_finite("", 0, &value));
    assert_false(ff_double_parse_not_finite("nan(1)", 6, &value));
}

static void integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int status;
        int64_t value;
    } cases[] = {{"0", FF_OK, 0},
                 {"-0", FF_OK, 0},
                 {"+12", FF_OK, 12},
                 {"007", FF_OK, 7},
                 {"3000000000", FF_OK, INT64_C(3000000000)},
                 {"9223372036854775807", FF_OK, INT64_MAX},
                 {"-9223372036854775808", FF_OK, INT64_MIN},
                 {"00000000000000000000000000001", FF_OK, 1},
                 {"9223372036854775808", FF_E_RANGE, 0},
                 {"-9223372036854775809", FF_E_RANGE, 0},
                 {"99999999999999999999999", FF_E_RANGE, 0},
                 {"99999999999999999999999x", FF_E_FORMAT, 0},
                 {"", FF_E_FORMAT, 0},
                 {"-", FF_E_FORMAT, 0},
                 {"1.0", FF_E_FORMAT, 0},
                 {" 1", FF_E_FORMAT, 0},
                 {"1_0", FF_E_FORMAT, 0},
                 {"0x1", FF_E_FORMAT, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 42;
        int status = ff_int64_parse(cases[i].text, strlen(cases[i].text), &value);
        if (status != cases[i].status || value != (status == FF_OK ? cases[i].value : 42))
            fail_msg("'%s': status %d, value %lld", cases[i].text, status, (long long)value);
    }
}

static void written_numbers_are_read_back(void **state)
{
    (void)state;
    char text[FF_DOUBLE_TEXT_SIZE];
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {1, "1"},
                 {-0.0, "-0"},
                 {1e-5, "1e-05"},
                 {1e200, "1e+200"},
                 {0.3 - 0.1, "0.19999999999999998"},
                 {NAN, "nan"},
                 {-HUGE_VAL, "-inf"},
                 {-DBL_MAX, "-1.7976931348623157e+308"},
                 {0.1 + 0.2, "0.30000000000000004"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(ff_double_format(text, cases[i].value), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
    for (int i = 0; i < 20000; i++) {
        double value = random_double(), back = 0;
        size_t length = ff_double_format(text, value);
        assert_int_equal(ff_double_parse(text, length, &back), FF_OK);
        assert_same_bits(text, back, value);
    }
}

/* A process may run in a locale that writes 1,5. */
static void locale_does_not_matter(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    const char *set = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !set; i++)
        set = setlocale(LC_ALL, names[i]);
    if (!set)
        skip();
    char text[FF_DOUBLE_TEXT_SIZE];
    double value = 0;
    (void)ff_double_format(text, 1.5);
    assert_string_equal(text, "1.5");
    assert_int_equal(ff_double_parse("1.5e300", 7, &value), FF_OK);
    assert_same_bits("1.5e300", value, 1.5e300);
    (void)setlocale(LC_ALL, "C");
}

/* A number among others: digits before and after the point as they come, with and without room
 * behind; what is read ends where the number ends. */
static void numbers_in_a_line_agree_with_the_library(void **state)
{
    (void)state;
    char line[96];
    for (int i = 0; i < 50000; i++) {
        const int decimals = (int)(random_bits() % 18), digits = (int)(random_bits() % 9);
        const double number =
            ((double)random_bits() / 18446744073709551616.0 - 0.5) * pow(10, digits);
        static const char *const ends[] = {"",   " ",       "\t",
                                           " 1", "   12.5", "      -3.25 7.125   9.5"};
        const char *end = ends[random_bits() % (sizeof ends / sizeof ends[0])];
        const int length = snprintf(line, sizeof line, "%s%.*f", i % 7 ? "" : "+", decimals,
                                    i % 7 ? number : fabs(number));
        (void)snprintf(line + length, sizeof line - (size_t)length, "%s", end);
        /* memory of exactly this size, so that a sanitizer sees what is read beyond it */
        const size_t size = strlen(line);
        char *exact = malloc(size);
        memcpy(exact, line, size);
        double value = NAN;
        assert_ptr_equal(ff_double_scan(exact, exact + size, &value), exact + length);
        free(exact);
        assert_same_bits(line, value, strtod(line, NULL));
    }
    const struct {
        const char *text;
        int length; /* -1: none */
    } cases[] = {{"1.5e3 2", 5},       {"12x", 2},         {"1.2.3 4", 3},
                 {". 1", -1},          {"- 1", -1},        {"", -1},
                 {"1,5", 1},           {".5 1", 2},        {"5. 1", 2},
                 {"-.25 12345678", 4}, {"1234567.5 1", 9}, {"12345678.5 1", 10},
                 {"1 2.5      ", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = cases[i].text;
        double value;
        const char *end = ff_double_scan(text, text + strlen(text), &value);
        if ((end ? end - text : -1) != cases[i].length)
            fail_msg("'%s': ends after %d", text, end ? (int)(end - text) : -1);
    }
}

/* One number in the ways that programs print them; or, rarely, what is none. */
static int write_cell(char *text, size_t size, bool number)
{
    static const char *const words[] = {"nan", "1.5x", "-", "1,5", "1e", "1e999", "..5", "T"};
    const double value = ldexp((double)(int64_t)random_bits(), -40 - (int)(random_bits() % 40));
    const int decimals = (int)(random_bits() % 20);
    if (!number)
        return snprintf(text, size, "%s", words[random_bits() % (sizeof words / sizeof words[0])]);
    switch (random_bits() % 6) {
    case 0:
        return snprintf(text, size, "%.*e", decimals, random_double() / 2);
    case 1:
        return snprintf(text, size, "%+.*f", decimals, value);
    case 2:
        return snprintf(text, size, "%lld", (long long)random_bits() >> random_bits() % 64);
    case 3: /* the midpoint of two doubles, exactly */
        return snprintf(text, size, "%llu.5",
                        (unsigned long long)((UINT64_C(1) << 52) + (random_bits() >> 12)));
    default:
        return snprintf(text, size, "%.*f", decimals % 9, value);
    }
}

/* Rows of cells as files of atoms have them. */
static void rows_of_numbers_agree_with_the_library(void **state)
{
    (void)state;
    enum { MOST = 9 };
    const int rows = getenv("FARFIELD_LONG") ? 4000000 : 60000;
    size_t width = 0;
    for (int row = 0; row < rows; row++) {
        char line[MOST * 400], *cells[MOST];
        const size_t count = random_bits() % (MOST + 1), wanted = random_bits() % (MOST + 1);
        const size_t bad = random_bits() % 4 ? MOST : random_bits() % MOST;
        size_t size = 0, good = count < wanted ? count : wanted;
        for (size_t k = 0; k < count; k++) {
            for (size_t blanks = random_bits() % 12 + (k > 0); blanks > 0; blanks--)
                line[size++] = random_bits() % 16 ? ' ' : '\t';
            cells[k] = line + size;
            size += (size_t)write_cell(cells[k], sizeof line - size, k != bad);
        }
        good = bad < good ? bad : good;
        for (size_t blanks = random_bits() % 3; blanks > 0; blanks--)
            line[size++] = ' ';
        /* memory of exactly this size, so that a sanitizer sees what is read beyond it */
        char *exact = malloc(size ? size : 1);
        memcpy(exact, line, size);
        double values[MOST];
        size_t found = MOST + 1;
        const char *next = ff_doubles_scan(exact, exact + size, wanted, values, &found, &width);
        assert_int_equal(found, good);
        while (next < exact + size && (*next == ' ' || *next == '\t'))
            next++;
        assert_int_equal(next - exact, good < count ? (size_t)(cells[good] - line) : size);
        line[size] = '\0';
        for (size_t k = 0; k < found; k++)
            assert_same_bits(cells[k], values[k], strtod(cells[k], NULL));
        free(exact);
    }
}

/* In columns of one width numbers are read in another way; whatever stands in them, also where a
 * character is another than it should be, comes out as one by one. */
static void columns_are_read_as_single_numbers(void **state)
{
    (void)state;
    enum { CELLS = 6 };
    static const char odd[] = " \t+-.0123456789/:;eEdx\xff\xfa";
    const int rows = getenv("FARFIELD_LONG") ? 4000000 : 100000;
    size_t width = 0, column = 17, aligned = 0;
    for (int row = 0; row < rows; row++) {
        char line[CELLS * 64];
        size_t size = 0;
        if (row % 16 == 0)
            column = 9 + random_bits() % 12;
        const int decimals = row % 16 % 5 == 4 ? (int)(random_bits() % 12) : 8;
        for (int k = 0; k < CELLS; k++) {
            const double value =
                ldexp((double)(int64_t)random_bits(), -63) * pow(10, (int)(random_bits() % 9) - 2);
            size += (size_t)snprintf(line + size, sizeof line - size,
                                     random_bits() % 8 ? " %*.*f" : " %+*.*f", (int)column - 1,
                                     decimals, value);
        }
        for (size_t changes = random_bits() % 3; changes > 0; changes--)
            line[random_bits() % size] = odd[random_bits() % (sizeof odd - 1)];
        char *exact = malloc(size);
        memcpy(exact, line, size);
        double values[CELLS], value = 0;
        size_t found = 0, one = 1, known = 0;
        const char *end = exact + size, *at = exact;
        const size_t before = width;
        const char *next = ff_doubles_scan(exact, end, CELLS, values, &found, &width);
        aligned += before == width && found == CELLS;
        while (known < CELLS) {
            size_t none = 0;
            const char *after = ff_doubles_scan(at, end, 1, &value, &one, &none);
            if (one == 0)
                break;
            assert_true(known < found);
            assert_same_bits(line, values[known++], value);
            at = after;
        }
        assert_int_equal(known, found);
        assert_ptr_equal(at, next);
        free(exact);
    }
    assert_true(aligned > (size_t)rows / 8); /* or nothing has been tested */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_in_a_line_agree_with_the_library),
                                       cmocka_unit_test(rows_of_numbers_agree_with_the_library),
                                       cmocka_unit_test(columns_are_read_as_single_numbers),
                                       cmocka_unit_test(doubles_agree_with_the_library),
                                       cmocka_unit_test(long_numbers_are_rounded_correctly),
                                       cmocka_unit_test(fortran_exponents),
                                       cmocka_unit_test(what_is_not_a_number),
                                       cmocka_unit_test(not_finite_words),
                                       cmocka_unit_test(integers),
                                       cmocka_unit_test(written_numbers_are_read_back),
                                       cmocka_unit_test(locale_does_not_matter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
