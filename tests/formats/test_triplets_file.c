/* Files of pair styles sw and tersoff: layouts that are taken, and what is refused, with its line.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/triplets_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SW      "2.1683 2.0951 1.80 21.0 1.20 -0.333 7.0 0.6 4.0 0.0 0.0"
#define TERSOFF "3 1 0 100390 16.2 -0.598 0.787 1.1e-6 1.73 471.18 2.85 0.15 2.4799 1830.8"

typedef int open_file(ff_potential **out, const char *path, ff_error *err);

static void write_text(const char *text)
{
    FILE *file = fopen("triplets", "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void takes(open_file *open_it, const char *text, double cutoff)
{
    ff_error err = {0};
    ff_potential *potential = NULL;
    write_text(text);
    if (open_it(&potential, "triplets", &err) != FF_OK)
        fail_msg("%s: %s", text, err.message);
    assert_true(fabs(potential->cutoff - cutoff) < 1e-12);
    assert_true(potential->species[14]);
    assert_false(potential->species[6]);
    ff_potential_free(potential);
}

static void refuses(open_file *open_it, const char *text, int code, int64_t line,
                    const char *message)
{
    ff_error err = {0};
    ff_potential *potential = NULL;
    write_text(text);
    assert_int_equal(open_it(&potential, "triplets", &err), code);
    assert_null(potential);
    assert_string_equal(err.file, "triplets");
    if (err.line != line || !strstr(err.message, message))
        fail_msg("line %lld: %s", (long long)err.line, err.message);
}

static void layouts(void **state)
{
    (void)state;
    takes(ff_sw_file_open, "Si Si Si " SW "\n", 1.8 * 2.0951);
    takes(ff_sw_file_open,
          "# UNITS: metal, a comment\n\n  Si\tSi Si 2.1683 2.0951#x\r\n"
          "1.80 21.0 1.20 -0.333 # y\n\n 7.0 0.6 4.0 0.0 0.0",
          1.8 * 2.0951);
    takes(ff_sw_file_open, "Si Si Si 2.1683 2.0951 1.80 21.0 1.20 -0.333 7.0 0.6 4.0 0.0 0.01\n",
          1.8 * 2.0951 + 2.0951 / log(0.01));
    takes(ff_tersoff_file_open, "Si Si Si " TERSOFF "\n", 3.0);
}

static void errors(void **state)
{
    (void)state;
    refuses(ff_sw_file_open, "", FF_E_RANGE, 0, "no parameters");
    refuses(ff_sw_file_open, "# UNITS: real\nSi Si Si " SW "\n", FF_E_FORMAT, 1, "units other");
    refuses(ff_sw_file_open, "\nSi Xx Si " SW "\n", FF_E_FORMAT, 2, "'Xx' is not the symbol");
    refuses(ff_sw_file_open, "Si Si Si 1 2 x\n", FF_E_FORMAT, 1,
            "'x', expected number 3 of the 11");
    refuses(ff_sw_file_open, "Si Si Si " SW " 7\n", FF_E_FORMAT, 1, "'7' after the 14 words");
    refuses(ff_sw_file_open, "Si Si Si 1 2\n", FF_E_FORMAT, 0, "the file ends after 5 of the 14");
    refuses(ff_sw_file_open, "Si Si Si " SW "\nSi Si Si " SW "\n", FF_E_RANGE, 0, "there twice");
    refuses(ff_sw_file_open, "Si Si Si " SW "\nSi Si C " SW "\n", FF_E_RANGE, 0,
            "no entry for the triplet");
    refuses(ff_tersoff_file_open, "Si Si Si " SW "\n", FF_E_FORMAT, 0, "after 14 of the 17");
    refuses(ff_tersoff_file_open, "Si Si Si 2 1 0 1 1 0 1 1 1 1 2 1 1 1\n", FF_E_RANGE, 0,
            "exponent m of 2");
    /* Entries of tersoff/mod have 20 words, those of tersoff/zbl 21, on one line or on several. */
    refuses(ff_tersoff_file_open, "Si Si Si " TERSOFF " 1 2 3\n", FF_E_FORMAT, 1,
            "'1' after the 17 words of an entry (is this a file of tersoff/mod");
    refuses(ff_tersoff_file_open, "Si Si Si " TERSOFF "\n1 2 3\n", FF_E_FORMAT, 2,
            "'1' is not the symbol of an element (is this a file of tersoff/mod");
    ff_error err = {0};
    ff_potential *potential = NULL;
    assert_int_equal(ff_sw_file_open(&potential, "missing", &err), FF_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(layouts), cmocka_unit_test(errors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
