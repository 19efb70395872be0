/* Histories: equal runs give equal ids, merges hold each step once, and a file whose record was
 * altered is found out. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/digest.h"
#include "formats/provenance.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs a toy stage: reads inputs, writes a file that descends from them. */
static void run(const char *path, const char *program, const char *parameter,
                const char *const *inputs, size_t count)
{
    ff_provenance *provenance = NULL;
    ff_container *container = NULL;
    assert_int_equal(ff_provenance_new(&provenance, program, NULL), FF_OK);
    assert_int_equal(ff_provenance_parameter(provenance, "value", parameter, NULL), FF_OK);
    for (size_t i = 0; i < count; i++) {
        ff_container *input = NULL;
        assert_int_equal(ff_container_open(&input, inputs[i], NULL, 1, NULL), FF_OK);
        assert_int_equal(ff_provenance_input(provenance, "input", input, NULL), FF_OK);
        ff_container_close(input);
    }
    assert_int_equal(ff_container_create(&container, path, "model", 1, 0, NULL), FF_OK);
    assert_int_equal(ff_provenance_write(provenance, container, NULL), FF_OK);
    assert_int_equal(ff_container_commit(container, NULL), FF_OK);
    ff_container_close(container);
    ff_provenance_free(provenance);
}

static size_t history(const char *path, ff_history_step **steps)
{
    ff_container *container = NULL;
    size_t count = 0;
    assert_int_equal(ff_container_open(&container, path, "model", 1, NULL), FF_OK);
    assert_int_equal(ff_history_read(container, &count, steps, NULL), FF_OK);
    ff_container_close(container);
    return count;
}

static json_t *parse(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    assert_non_null(value);
    return value;
}

/* a -> b, a -> c, (b, c) -> d: d has four steps, itself first and a last. */
static void a_diamond_holds_each_step_once(void **state)
{
    ff_history_step *steps = NULL;
    (void)state;
    run("a.h5", "generate", "1", NULL, 0);
    run("b.h5", "label", "2", (const char *const[]){"a.h5"}, 1);
    run("c.h5", "label", "3", (const char *const[]){"a.h5"}, 1);
    run("d.h5", "fit", "4", (const char *const[]){"b.h5", "c.h5"}, 2);
    size_t count = history("d.h5", &steps);
    assert_int_equal(count, 4);
    assert_non_null(strstr(steps[0].summary, "fit "));
    assert_non_null(strstr(steps[3].summary, "generate "));
    assert_true(strcmp(steps[1].id, steps[2].id) < 0);
    ff_history_free(count, steps);
}

/* d takes a also directly: the long way decides, so that a still comes after what descends from it.
 */
static void a_step_comes_before_all_it_descends_from(void **state)
{
    ff_history_step *steps = NULL;
    (void)state;
    run("a.h5", "generate", "1", NULL, 0);
    run("b.h5", "label", "2", (const char *const[]){"a.h5"}, 1);
    run("c.h5", "fit", "3", (const char *const[]){"b.h5"}, 1);
    run("d.h5", "compare", "4", (const char *const[]){"a.h5", "c.h5"}, 2);
    size_t count = history("d.h5", &steps);
    static const char *const order[] = {"compare", "fit", "label", "generate"};
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++)
        assert_memory_equal(steps[i].summary, order[i], strlen(order[i]));
    ff_history_free(count, steps);
}

static void ids_are_digests_and_inputs_name_steps(void **state)
{
    ff_history_step *steps = NULL;
    char digest[FF_DIGEST_SIZE], file[FF_DIGEST_SIZE];
    (void)state;
    run("a.h5", "generate", "1", NULL, 0);
    run("b.h5", "label", "2", (const char *const[]){"a.h5"}, 1);
    assert_int_equal(ff_digest_file(file, "a.h5", NULL), FF_OK);
    size_t count = history("b.h5", &steps);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ff_digest_bytes(digest, steps[i].json, strlen(steps[i].json), NULL),
                         FF_OK);
        assert_string_equal(steps[i].id, digest);
    }
    json_t *step = parse(steps[0].json);
    json_t *input = json_array_get(json_object_get(step, "inputs"), 0);
    assert_string_equal(json_string_value(json_object_get(input, "step")), steps[1].id);
    assert_string_equal(json_string_value(json_object_get(input, "sha256")), file);
    assert_string_equal(json_string_value(json_object_get(input, "kind")), "model");
    json_decref(step);
    ff_history_free(count, steps);
}

static void equal_runs_give_equal_bytes(void **state)
{
    char first[FF_DIGEST_SIZE], second[FF_DIGEST_SIZE], other[FF_DIGEST_SIZE];
    (void)state;
    run("a.h5", "generate", "1", NULL, 0);
    run("b.h5", "label", "2", (const char *const[]){"a.h5"}, 1);
    run("again.h5", "label", "2", (const char *const[]){"a.h5"}, 1);
    run("other.h5", "label", "3", (const char *const[]){"a.h5"}, 1);
    assert_int_equal(ff_digest_file(first, "b.h5", NULL), FF_OK);
    assert_int_equal(ff_digest_file(second, "again.h5", NULL), FF_OK);
    assert_int_equal(ff_digest_file(other, "other.h5", NULL), FF_OK);
    assert_string_equal(first, second);
    assert_string_not_equal(first, other);
}

/* The order in which options are recorded is nobody's business; that of repeated values is. */
static void parameters_are_sorted_and_repeats_keep_their_order(void **state)
{
    ff_provenance *provenance = NULL;
    ff_container *container = NULL;
    ff_history_step *steps = NULL;
    (void)state;
    assert_int_equal(ff_provenance_new(&provenance, "fit", NULL), FF_OK);
    assert_int_equal(ff_provenance_parameter(provenance, "weight", "b=2", NULL), FF_OK);
    assert_int_equal(ff_provenance_parameter(provenance, "ridge", "0.1", NULL), FF_OK);
    assert_int_equal(ff_provenance_parameter(provenance, "weight", "a=1", NULL), FF_OK);
    assert_int_equal(ff_provenance_parameter(provenance, "weight", "\"\\\n", NULL), FF_OK);
    assert_int_equal(ff_provenance_warning(provenance, "beware", NULL), FF_OK);
    assert_int_equal(ff_provenance_input_digest(provenance, "table", "00ff", 12, NULL), FF_OK);
    assert_int_equal(ff_container_create(&container, "p.h5", "model", 1, 0, NULL), FF_OK);
    assert_int_equal(ff_provenance_write(provenance, container, NULL), FF_OK);
    assert_int_equal(ff_container_commit(container, NULL), FF_OK);
    ff_container_close(container);
    ff_provenance_free(provenance);
    size_t count = history("p.h5", &steps);
    assert_int_equal(count, 1);
    assert_string_equal(steps[0].json,
                        "{\"inputs\":[{\"bytes\":12,\"role\":\"table\",\"sha256\":\"00ff\"}],"
                        "\"parameters\":{\"ridge\":\"0.1\",\"weight\":[\"b=2\",\"a=1\","
                        "\"\\\"\\\\\\n\"]},\"program\":\"fit\",\"version\":\"" FF_VERSION
                        "\",\"warnings\":[\"beware\"]}");
    assert_int_equal(steps[0].warning_count, 1);
    assert_string_equal(steps[0].warnings[0], "beware");
    ff_history_free(count, steps);
}

static void text_that_is_not_unicode_is_refused(void **state)
{
    ff_provenance *provenance = NULL;
    ff_error err = {0};
    (void)state;
    assert_int_equal(ff_provenance_new(&provenance, "fit", NULL), FF_OK);
    assert_int_equal(ff_provenance_parameter(provenance, "title", "\xff", &err), FF_E_USAGE);
    assert_non_null(strstr(err.message, "UTF-8"));
    ff_provenance_free(provenance);
}

static void a_plain_file_is_recorded_by_digest_and_size(void **state)
{
    ff_provenance *provenance = NULL;
    ff_error err = {0};
    (void)state;
    assert_int_equal(ff_provenance_new(&provenance, "ingest", NULL), FF_OK);
    assert_int_equal(ff_provenance_input_file(provenance, "input", "absent.xyz", &err), FF_E_IO);
    assert_string_equal(err.file, "absent.xyz");
    ff_provenance_free(provenance);
}

/* Changes one letter of a step in a finished file. */
static void an_altered_step_is_found_out(void **state)
{
    ff_container *container = NULL;
    ff_history_step *steps = NULL;
    size_t count = 0, size;
    ff_error err = {0};
    static char bytes[1 << 16];
    (void)state;
    run("a.h5", "generate", "1234567", NULL, 0);
    FILE *file = fopen("a.h5", "r+b");
    assert_non_null(file);
    size = fread(bytes, 1, sizeof bytes, file);
    size_t place = 0;
    while (place + 7 < size && memcmp(bytes + place, "1234567", 7) != 0)
        place++;
    assert_true(place + 7 < size);
    assert_int_equal(fseek(file, (long)place, SEEK_SET), 0);
    assert_int_equal(fputc('9', file), '9');
    assert_int_equal(fclose(file), 0);
    assert_int_equal(ff_container_open(&container, "a.h5", "model", 1, NULL), FF_OK);
    assert_int_equal(ff_history_read(container, &count, &steps, &err), FF_E_FORMAT);
    assert_non_null(strstr(err.message, "altered"));
    assert_null(steps);
    ff_container_close(container);
}

static void a_file_without_history_is_an_input_like_others(void **state)
{
    ff_container *container = NULL;
    ff_history_step *steps = NULL;
    (void)state;
    assert_int_equal(ff_container_create(&container, "bare.h5", "model", 1, 0, NULL), FF_OK);
    assert_int_equal(ff_container_commit(container, NULL), FF_OK);
    ff_container_close(container);
    run("b.h5", "label", "2", (const char *const[]){"bare.h5"}, 1);
    size_t count = history("b.h5", &steps);
    assert_int_equal(count, 1);
    ff_history_free(count, steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_diamond_holds_each_step_once),
        cmocka_unit_test(a_step_comes_before_all_it_descends_from),
        cmocka_unit_test(ids_are_digests_and_inputs_name_steps),
        cmocka_unit_test(equal_runs_give_equal_bytes),
        cmocka_unit_test(parameters_are_sorted_and_repeats_keep_their_order),
        cmocka_unit_test(text_that_is_not_unicode_is_refused),
        cmocka_unit_test(a_plain_file_is_recorded_by_digest_and_size),
        cmocka_unit_test(an_altered_step_is_found_out),
        cmocka_unit_test(a_file_without_history_is_an_input_like_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
