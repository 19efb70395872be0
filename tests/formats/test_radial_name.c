/* Names of radial forms: each notation, what is refused, and names that equal forms share. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/radial_name.h"

#include <string.h>

static void forms_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical; /* NULL: the same */
        ff_radial_form form;
    } cases[] = {
        {"agnesi", NULL, {FF_RADIAL_AGNESI, FF_RADIAL_ORTHOGONAL, 0, 0}},
        {"agnesi:2,4", NULL, {FF_RADIAL_AGNESI, FF_RADIAL_ORTHOGONAL, 2, 4}},
        {"agnesi:2.0,4e0/orthogonal", "agnesi:2,4", {FF_RADIAL_AGNESI, FF_RADIAL_ORTHOGONAL, 2, 4}},
        {"agnesi/chebyshev", NULL, {FF_RADIAL_AGNESI, FF_RADIAL_CHEBYSHEV, 0, 0}},
        {"polynomial:2", NULL, {FF_RADIAL_POLYNOMIAL, FF_RADIAL_ORTHOGONAL, 2, 0}},
        {"polynomial:.5", "polynomial:0.5", {FF_RADIAL_POLYNOMIAL, FF_RADIAL_ORTHOGONAL, 0.5, 0}},
        {"exponential:5.25/chebyshev", NULL, {FF_RADIAL_EXPONENTIAL, FF_RADIAL_CHEBYSHEV, 5.25, 0}},
        {"power:2", NULL, {FF_RADIAL_POWER, FF_RADIAL_ORTHOGONAL, 2, 0}},
        {"power/orthogonal", "power", {FF_RADIAL_POWER, FF_RADIAL_ORTHOGONAL, 0, 0}},
        {"power:-1",
         NULL,
         {FF_RADIAL_POWER, FF_RADIAL_ORTHOGONAL, -1, 0}}, /* the check's business */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ff_radial_form form;
        ff_error err = {0};
        char name[FF_RADIAL_NAME_SIZE];
        if (ff_radial_name_parse(&form, cases[i].text, &err) != FF_OK)
            fail_msg("'%s' is refused: %s", cases[i].text, err.message);
        assert_memory_equal(&form, &cases[i].form, sizeof form);
        ff_radial_name_format(name, &form);
        assert_string_equal(name, cases[i].canonical ? cases[i].canonical : cases[i].text);
    }
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "Agnesi",
        "agnesi:",
        "agnesi:2",
        "agnesi:2,",
        "agnesi:2,4,6",
        "agnesi:,4",
        "agnesi:0,4",
        "agnesi:2,0",
        "agnesi:2;4",
        "agnesi2,4",
        "agnes",
        "agnesi:2,4/",
        "agnesi:2,4/cheb",
        "agnesi:2,4,chebyshev",
        "power:2,3",
        "power:nan",
        "power:1e999",
        "power:2 ",
        " power:2",
        "power:0",
        "power:0x2",
        "polynomial:",
        "exponential/:5",
        "exponential/chebyshev:5",
        "/chebyshev",
        "power//chebyshev",
        "chebyshev",
        ":2",
        "power:2/chebyshev/",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ff_radial_form form;
        ff_error err = {0};
        if (ff_radial_name_parse(&form, cases[i], &err) != FF_E_USAGE)
            fail_msg("'%s' is accepted", cases[i]);
        assert_non_null(strstr(err.message, "agnesi[:P,Q]"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forms_have_names),
                                       cmocka_unit_test(other_texts_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
