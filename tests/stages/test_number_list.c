/* Lists of numbers: fractions, what they are apart by, and what is none. */

#include "stages/cli/number_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void numbers_are_apart_by_blanks_or_commas(void **state)
{
    (void)state;
    double list[3] = {0};
    assert_int_equal(ff_parse_numbers(list, 3, " 1/2 -1.5,\t;2e1 "), 3);
    assert_true(list[0] == 0.5 && list[1] == -1.5 && list[2] == 20);
    assert_int_equal(ff_parse_numbers(list, 3, "-3/4"), 1);
    assert_true(list[0] == -0.75);
    assert_int_equal(ff_parse_numbers(list, 3, " , "), 0);
    assert_int_equal(ff_parse_numbers(list, 3, ""), 0);
}

static void other_things_are_refused(void **state)
{
    static const char *const wrong[] = {"1 2 3 4", "1 x", "1/0", "1/", "/2", "1//2", "4x4", "nan"};
    double list[3];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(ff_parse_numbers(list, 3, wrong[i]), -1);
}

static void integers_are_whole(void **state)
{
    int list[3] = {0};
    (void)state;
    assert_int_equal(ff_parse_integers(list, 3, "1 1 -2"), 3);
    assert_true(list[0] == 1 && list[1] == 1 && list[2] == -2);
    assert_int_equal(ff_parse_integers(list, 3, "1/2"), -1);
    assert_int_equal(ff_parse_integers(list, 3, "1.5 2"), -1);
    assert_int_equal(ff_parse_integers(list, 3, "3000000000"), -1);
    assert_int_equal(ff_parse_integers(list, 3, "1 2 3 4"), -1);
    assert_int_equal(ff_parse_integers(list, 3, "4x4x6"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_apart_by_blanks_or_commas),
        cmocka_unit_test(other_things_are_refused),
        cmocka_unit_test(integers_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
