/* Tables: full precision for machines, aligned columns for people, and text that means something to
 * a format kept from meaning it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/table.h"
#include "tests/near.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

/* Names with a meaning in every format, numbers without a short form, and an unknown one. */
static void fill(ff_table *table)
{
    static const char *const names[] = {"plain", "a,\"b\"\nc", "<b> & \xc3\xa9", ""};
    static const double numbers[] = {1.0 / 3, NAN, -12345678, 0};
    ff_table_init(table);
    ff_table_add_column(table, "name", "na<me", "", false);
    ff_table_add_column(table, "length", "length", "\xc3\x85", true);
    ff_table_add_column(table, "nothing", "nothing", "eV", true);
    for (int i = 0; i < 4; i++) {
        ff_table_add_text(table, names[i]);
        ff_table_add_number(table, numbers[i]);
        ff_table_add_number(table, NAN);
    }
}

/* What a writer makes of the table, as text to be freed. */
static char *written(int (*write)(const ff_table *, FILE *, ff_error *), const ff_table *table)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    assert_non_null(file);
    assert_int_equal(write(table, file, NULL), FF_OK);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void csv_keeps_every_digit_and_quotes(void **state)
{
    ff_table table;
    (void)state;
    fill(&table);
    char *text = written(ff_table_write_csv, &table);
    assert_string_equal(text, "name,length [\xc3\x85],nothing [eV]\n"
                              "plain,0.33333333333333331,\n"
                              "\"a,\"\"b\"\"\nc\",,\n"
                              "<b> & \xc3\xa9,-12345678,\n"
                              ",0,\n");
    free(text);
    ff_table_clear(&table);
}

static void html_is_well_formed_and_leaves_out_what_is_unknown(void **state)
{
    ff_table table;
    (void)state;
    fill(&table);
    char *text = written(ff_table_write_html, &table);
    xmlDocPtr document = xmlReadMemory(text, (int)strlen(text), NULL, "UTF-8", XML_PARSE_NONET);
    assert_non_null(document);
    xmlFreeDoc(document);
    xmlCleanupParser();
    assert_non_null(strstr(text, "na&lt;me"));
    assert_non_null(strstr(text, "&lt;b&gt; &amp; \xc3\xa9"));
    assert_null(strstr(text, "nothing"));
    assert_null(strstr(text, "nan"));
    free(text);
    ff_table_clear(&table);
}

static void json_holds_numbers_and_null(void **state)
{
    ff_table table;
    json_t *rows = NULL;
    (void)state;
    fill(&table);
    assert_int_equal(ff_table_to_json(&table, &rows, NULL), FF_OK);
    assert_int_equal(json_array_size(rows), 4);
    json_t *first = json_array_get(rows, 0), *second = json_array_get(rows, 1);
    assert_near(json_number_value(json_object_get(first, "length")), 1.0 / 3, 0);
    assert_true(json_is_null(json_object_get(second, "length")));
    assert_string_equal(json_string_value(json_object_get(second, "name")), "a,\"b\"\nc");
    json_decref(rows);
    ff_table_clear(&table);
}

static void text_is_aligned_and_cannot_steer_a_terminal(void **state)
{
    ff_table table;
    (void)state;
    fill(&table);
    char *text = written(ff_table_write_text, &table);
    assert_string_equal(text, "  na<me       length\n"
                              "                   \xc3\x85\n"
                              "  plain     0.333333\n"
                              "  a,\"b\"?c          -\n"
                              "  <b> & \xc3\xa9  -12345678\n"
                              "  -                0\n");
    free(text);
    ff_table_clear(&table);
}

static void text_that_is_not_unicode_is_no_json(void **state)
{
    ff_table table;
    json_t *rows = NULL;
    ff_error err = {0};
    (void)state;
    ff_table_init(&table);
    ff_table_add_column(&table, "name", "name", "", false);
    ff_table_add_text(&table, "\xff");
    assert_int_equal(ff_table_to_json(&table, &rows, &err), FF_E_FORMAT);
    assert_null(rows);
    ff_table_clear(&table);
}

static void an_empty_table_can_be_written(void **state)
{
    ff_table table;
    (void)state;
    ff_table_init(&table);
    ff_table_add_column(&table, "name", "name", "", false);
    char *csv = written(ff_table_write_csv, &table), *html = written(ff_table_write_html, &table);
    assert_string_equal(csv, "name\n");
    free(csv);
    free(html);
    ff_table_clear(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_keeps_every_digit_and_quotes),
        cmocka_unit_test(html_is_well_formed_and_leaves_out_what_is_unknown),
        cmocka_unit_test(json_holds_numbers_and_null),
        cmocka_unit_test(text_is_aligned_and_cannot_steer_a_terminal),
        cmocka_unit_test(text_that_is_not_unicode_is_no_json),
        cmocka_unit_test(an_empty_table_can_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
