/* Tags: NAME=VALUE in the order given, each name once. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/analysis/tags.h"

#include <stdio.h>
#include <string.h>

static void tags_keep_their_order_and_values(void **state)
{
    ff_tags tags;
    char text[32], name[16];
    (void)state;
    ff_tags_init(&tags);
    assert_int_equal(ff_tags_add(&tags, "observations=E,F", NULL), FF_OK);
    assert_int_equal(ff_tags_add(&tags, "L=2", NULL), FF_OK);
    assert_int_equal(ff_tags_add(&tags, "note=a=b", NULL), FF_OK);
    for (int i = 0; i < 50; i++) {
        (void)snprintf(text, sizeof text, "t%d=%d", i, i * i);
        assert_int_equal(ff_tags_add(&tags, text, NULL), FF_OK);
    }
    assert_int_equal(tags.count, 53);
    assert_string_equal(tags.list[0].name, "observations");
    assert_string_equal(ff_tags_get(&tags, "L"), "2");
    assert_string_equal(ff_tags_get(&tags, "note"), "a=b");
    (void)snprintf(name, sizeof name, "t%d", 49);
    assert_string_equal(ff_tags_get(&tags, name), "2401");
    assert_null(ff_tags_get(&tags, "l"));
    ff_tags_clear(&tags);
    assert_null(ff_tags_get(&tags, "L"));
}

static void bad_tags_are_refused_and_change_nothing(void **state)
{
    static const char *const bad[] = {"", "L", "=2", "L=", "=", "given=again"};
    ff_tags tags;
    ff_error err;
    (void)state;
    ff_tags_init(&tags);
    assert_int_equal(ff_tags_add(&tags, "given=1", NULL), FF_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (ff_error){0};
        assert_int_equal(ff_tags_add(&tags, bad[i], &err), FF_E_USAGE);
        assert_int_equal(err.code, FF_E_USAGE);
        assert_int_equal(tags.count, 1);
    }
    ff_tags_clear(&tags);
}

/* The longest that fits, and one more, for both parts. */
static void lengths_are_bounded(void **state)
{
    enum { NAME = sizeof((ff_tag *)0)->name, VALUE = sizeof((ff_tag *)0)->value };
    char text[NAME + VALUE + 8];
    ff_tags tags;
    (void)state;
    ff_tags_init(&tags);
    (void)snprintf(text, sizeof text, "%0*d=%0*d", NAME - 1, 7, VALUE - 1, 8);
    assert_int_equal(ff_tags_add(&tags, text, NULL), FF_OK);
    assert_int_equal(strlen(tags.list[0].name), NAME - 1);
    assert_int_equal(strlen(tags.list[0].value), VALUE - 1);
    (void)snprintf(text, sizeof text, "%0*d=1", NAME, 7);
    assert_int_equal(ff_tags_add(&tags, text, NULL), FF_E_USAGE);
    (void)snprintf(text, sizeof text, "L=%0*d", VALUE, 7);
    assert_int_equal(ff_tags_add(&tags, text, NULL), FF_E_USAGE);
    ff_tags_clear(&tags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_keep_their_order_and_values),
        cmocka_unit_test(bad_tags_are_refused_and_change_nothing),
        cmocka_unit_test(lengths_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
