/* Kinds of observation as users write them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stages/cli/observations.h"

#include <string.h>

static void expect(const char *text, unsigned kinds)
{
    unsigned found = 99;
    if (ff_parse_observations(&found, text, NULL) != FF_OK)
        fail_msg("'%s' was refused", text);
    assert_int_equal(found, kinds);
}

static void refuse(const char *text)
{
    unsigned found = 0;
    ff_error err = {0};
    if (ff_parse_observations(&found, text, &err) != FF_E_USAGE)
        fail_msg("'%s' was accepted as %u", text, found);
    assert_non_null(strstr(err.message, "E, F, V, FC"));
}

/* F followed by C is never a force. */
static void force_constants_are_read_greedily(void **state)
{
    (void)state;
    expect("E", FF_LABEL_ENERGY);
    expect("EFV", FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_VIRIAL);
    expect("FC", FF_LABEL_FORCE_CONSTANTS);
    expect("FFC", FF_LABEL_FORCES | FF_LABEL_FORCE_CONSTANTS);
    expect("FCF", FF_LABEL_FORCES | FF_LABEL_FORCE_CONSTANTS);
    expect("EFVFC", (1u << FF_KINDS) - 1);
    expect("EF+FC", FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_FORCE_CONSTANTS);
    expect("FC+E+V", FF_LABEL_ENERGY | FF_LABEL_VIRIAL | FF_LABEL_FORCE_CONSTANTS);
}

static void each_kind_comes_once_and_plus_stands_between(void **state)
{
    (void)state;
    refuse("");
    refuse("+");
    refuse("+E");
    refuse("E+");
    refuse("E++F");
    refuse("EE");
    refuse("FCFC");
    refuse("EFC+FC");
    refuse("C");
    refuse("EFX");
    refuse("fc");
    refuse("E F");
    refuse("E,F");
}

static void the_kind_at_the_start_is_named(void **state)
{
    enum ff_kind kind = FF_KIND_VIRIAL;
    (void)state;
    assert_int_equal(ff_kind_scan("F=1", &kind), 1);
    assert_int_equal(kind, FF_KIND_FORCE);
    assert_int_equal(ff_kind_scan("FC=1", &kind), 2);
    assert_int_equal(kind, FF_KIND_FORCE_CONSTANT);
    assert_int_equal(ff_kind_scan("=1", &kind), 0);
    assert_int_equal(ff_kind_scan("", &kind), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(force_constants_are_read_greedily),
        cmocka_unit_test(each_kind_comes_once_and_plus_stands_between),
        cmocka_unit_test(the_kind_at_the_start_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
