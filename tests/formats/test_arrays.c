/* Attributes, arrays, streams and texts: what is written is read back bit by bit, and what is read
 * must have the type, rank and shape asked for. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/container.h"
#include "formats/digest.h"
#include "tests/near.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ff_container *start(const char *path, int deflate)
{
    ff_container *container = NULL;
    assert_int_equal(ff_container_create(&container, path, "model", 1, deflate, NULL), FF_OK);
    return container;
}

static void finish(ff_container *container)
{
    assert_int_equal(ff_container_commit(container, NULL), FF_OK);
    ff_container_close(container);
}

static ff_container *reopen(const char *path)
{
    ff_container *container = NULL;
    assert_int_equal(ff_container_open(&container, path, "model", 1, NULL), FF_OK);
    return container;
}

static void attributes_come_back(void **state)
{
    char long_text[3000], *text = NULL, small[8];
    int64_t integer = 0;
    double number = 0;
    ff_error err = {0};
    (void)state;
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    ff_container *container = start("attributes.h5", 0);
    hid_t root = ff_container_root(container);
    assert_int_equal(ff_attribute_write_text(root, "empty", "", NULL), FF_OK);
    assert_int_equal(ff_attribute_write_text(root, "long", long_text, NULL), FF_OK);
    assert_int_equal(ff_attribute_write_integer(root, "least", INT64_MIN, NULL), FF_OK);
    assert_int_equal(ff_attribute_write_number(root, "tiny", 4.9e-324, NULL), FF_OK);
    assert_int_equal(ff_attribute_write_number(root, "unknown", NAN, NULL), FF_OK);
    finish(container);
    container = reopen("attributes.h5");
    root = ff_container_root(container);
    assert_int_equal(ff_attribute_read_text(root, "empty", &text, NULL), FF_OK);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(ff_attribute_read_text(root, "long", &text, NULL), FF_OK);
    assert_string_equal(text, long_text);
    free(text);
    assert_int_equal(ff_attribute_read_integer(root, "least", &integer, NULL), FF_OK);
    assert_true(integer == INT64_MIN);
    assert_int_equal(ff_attribute_read_number(root, "tiny", &number, NULL), FF_OK);
    assert_near(number, 4.9e-324, 0);
    assert_int_equal(ff_attribute_read_number(root, "unknown", &number, NULL), FF_OK);
    assert_true(isnan(number));
    assert_int_equal(ff_attribute_read_text_into(root, "long", small, sizeof small, &err),
                     FF_E_FORMAT);
    assert_int_equal(ff_attribute_read_text(root, "absent", &text, &err), FF_E_FORMAT);
    assert_null(text);
    assert_int_equal(ff_attribute_read_number(root, "least", &number, &err), FF_E_FORMAT);
    assert_int_equal(ff_attribute_read_integer(root, "tiny", &integer, &err), FF_E_FORMAT);
    assert_int_equal(ff_attribute_read_text(root, "tiny", &text, &err), FF_E_FORMAT);
    assert_false(ff_attribute_exists(root, "absent"));
    assert_true(ff_attribute_exists(root, "tiny"));
    ff_container_close(container);
}

/* Every element type at both ends of its range, plain and deflated. */
static void arrays_come_back_bit_by_bit(void **state)
{
    static const double doubles[] = {-0.0, 1.7976931348623157e308, 4.9e-324, 0.1, INFINITY, NAN};
    static const int64_t longs[] = {INT64_MIN, INT64_MAX, 0, -1, 1, 7};
    static const int32_t ints[] = {INT32_MIN, INT32_MAX, 0, -1, 1, 7};
    static const uint32_t unsigneds[] = {UINT32_MAX, 0, 1, 2, 3, 4};
    static const uint8_t bytes[] = {UINT8_MAX, 0, 1, 2, 3, 4};
    static const struct {
        const char *name;
        ff_element element;
        const void *data;
        size_t size;
    } arrays[] = {{"doubles", FF_ELEMENT_DOUBLE, doubles, sizeof doubles},
                  {"longs", FF_ELEMENT_INT64, longs, sizeof longs},
                  {"ints", FF_ELEMENT_INT32, ints, sizeof ints},
                  {"unsigneds", FF_ELEMENT_UINT32, unsigneds, sizeof unsigneds},
                  {"bytes", FF_ELEMENT_UINT8, bytes, sizeof bytes}};
    (void)state;
    for (int deflate = 0; deflate <= 9; deflate += 9) {
        const size_t shape[3] = {1, 2, 3};
        ff_container *container = start("arrays.h5", deflate);
        for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
            assert_int_equal(ff_array_write(ff_container_root(container), arrays[i].name,
                                            arrays[i].element, 3, shape, arrays[i].data, "eV",
                                            "numbers", NULL),
                             FF_OK);
        finish(container);
        container = reopen("arrays.h5");
        for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
            size_t found[3] = {SIZE_MAX, 2, SIZE_MAX};
            void *data = NULL;
            assert_int_equal(ff_array_read(ff_container_root(container), arrays[i].name,
                                           arrays[i].element, 3, found, &data, NULL),
                             FF_OK);
            assert_memory_equal(found, shape, sizeof shape);
            assert_memory_equal(data, arrays[i].data, arrays[i].size);
            free(data);
        }
        ff_container_close(container);
    }
}

static void arrays_carry_units_and_description(void **state)
{
    const double value = 1;
    const size_t one = 1;
    char units[16], description[32];
    (void)state;
    ff_container *container = start("units.h5", 0);
    assert_int_equal(ff_array_write(ff_container_root(container), "energy", FF_ELEMENT_DOUBLE, 1,
                                    &one, &value, "eV", "total energy", NULL),
                     FF_OK);
    finish(container);
    container = reopen("units.h5");
    hid_t array = H5Dopen2(ff_container_root(container), "energy", H5P_DEFAULT);
    assert_int_equal(ff_attribute_read_text_into(array, "units", units, sizeof units, NULL), FF_OK);
    assert_int_equal(
        ff_attribute_read_text_into(array, "description", description, sizeof description, NULL),
        FF_OK);
    assert_string_equal(units, "eV");
    assert_string_equal(description, "total energy");
    (void)H5Dclose(array);
    ff_container_close(container);
}

static void expect_refusal(hid_t root, const char *name, ff_element element, int rank, size_t first,
                           size_t second, const char *word)
{
    size_t shape[2] = {first, second};
    void *data = NULL;
    ff_error err = {0};
    assert_int_equal(ff_array_read(root, name, element, rank, shape, &data, &err), FF_E_FORMAT);
    assert_null(data);
    if (!strstr(err.message, word))
        fail_msg("'%s' does not say '%s'", err.message, word);
}

static void other_shapes_and_types_are_refused(void **state)
{
    static const double values[6] = {0};
    const size_t shape[2] = {2, 3};
    static const char *const words[] = {"a"};
    (void)state;
    ff_container *container = start("refused.h5", 0);
    hid_t root = ff_container_root(container);
    assert_int_equal(
        ff_array_write(root, "values", FF_ELEMENT_DOUBLE, 2, shape, values, "", "", NULL), FF_OK);
    assert_int_equal(ff_texts_write(root, "words", 1, words, "", NULL), FF_OK);
    finish(container);
    container = reopen("refused.h5");
    root = ff_container_root(container);
    expect_refusal(root, "values", FF_ELEMENT_DOUBLE, 1, SIZE_MAX, 0, "2 dimensions, expected 1");
    expect_refusal(root, "values", FF_ELEMENT_DOUBLE, 2, SIZE_MAX, 4, "3 entries");
    expect_refusal(root, "values", FF_ELEMENT_INT64, 2, SIZE_MAX, 3, "type");
    expect_refusal(root, "words", FF_ELEMENT_UINT8, 1, SIZE_MAX, 0, "type");
    expect_refusal(root, "absent", FF_ELEMENT_DOUBLE, 1, SIZE_MAX, 0, "no array");
    size_t count = 7;
    char **texts = NULL;
    assert_int_equal(ff_texts_read(root, "values", &count, &texts, NULL), FF_E_FORMAT);
    assert_null(texts);
    ff_container_close(container);
}

static void streams_append_and_read_any_block(void **state)
{
    enum { ROWS = 20000, WIDTH = 5 };
    const size_t shape[2] = {0, WIDTH};
    double row[WIDTH], *block = calloc(ROWS * WIDTH, sizeof *block);
    ff_array_stream *stream = NULL;
    (void)state;
    assert_non_null(block);
    ff_container *container = start("stream.h5", 1);
    assert_int_equal(ff_array_stream_create(&stream, ff_container_root(container), "rows",
                                            FF_ELEMENT_DOUBLE, 2, shape, "", "", NULL),
                     FF_OK);
    for (size_t i = 0; i < ROWS; i += 1000) {
        for (size_t k = 0; k < 1000 * WIDTH; k++)
            block[k] = (double)(i * WIDTH + k);
        assert_int_equal(ff_array_stream_append(stream, 1000, block, NULL), FF_OK);
        assert_int_equal(ff_array_stream_append(stream, 0, block, NULL), FF_OK);
    }
    assert_int_equal(ff_array_stream_close(stream, NULL), FF_OK);
    finish(container);
    container = reopen("stream.h5");
    size_t found[2] = {SIZE_MAX, WIDTH};
    assert_int_equal(ff_array_stream_open(&stream, ff_container_root(container), "rows",
                                          FF_ELEMENT_DOUBLE, 2, found, NULL),
                     FF_OK);
    assert_int_equal(found[0], ROWS);
    for (size_t i = 0; i < ROWS; i += 1777) {
        assert_int_equal(ff_array_stream_read(stream, i, 1, row, NULL), FF_OK);
        for (size_t k = 0; k < WIDTH; k++)
            assert_near(row[k], (double)(i * WIDTH + k), 0);
    }
    assert_int_equal(ff_array_stream_read(stream, 0, ROWS, block, NULL), FF_OK);
    assert_near(block[ROWS * WIDTH - 1], ROWS * WIDTH - 1, 0);
    assert_int_equal(ff_array_stream_close(stream, NULL), FF_OK);
    ff_container_close(container);
    free(block);
}

/* An array that grows by so many rows at a time; returns the digest of the file. */
static void write_in_steps(char digest[FF_DIGEST_SIZE], size_t step, int deflate)
{
    enum { ROWS = 100000, WIDTH = 3 };
    size_t shape[2] = {0, WIDTH};
    ff_array_stream *stream = NULL;
    double *back = NULL, *values = calloc(WIDTH * ROWS, sizeof *values);
    assert_non_null(values);
    for (size_t k = 0; k < WIDTH * (size_t)ROWS; k++)
        values[k] = 0.5 * (double)k;
    ff_container *container = start("steps.h5", deflate);
    assert_int_equal(ff_array_stream_create(&stream, ff_container_root(container), "rows",
                                            FF_ELEMENT_DOUBLE, 2, shape, "", "", NULL),
                     FF_OK);
    for (size_t k = 0; k < ROWS; k += step) {
        const size_t rows = k + step < ROWS ? step : ROWS - k;
        assert_int_equal(ff_array_stream_append(stream, rows, values + WIDTH * k, NULL), FF_OK);
    }
    assert_int_equal(ff_array_stream_close(stream, NULL), FF_OK);
    finish(container);
    container = reopen("steps.h5");
    (void)snprintf(digest, FF_DIGEST_SIZE, "%s", ff_container_digest(container));
    shape[0] = ROWS;
    assert_int_equal(ff_array_read(ff_container_root(container), "rows", FF_ELEMENT_DOUBLE, 2,
                                   shape, (void **)&back, NULL),
                     FF_OK);
    assert_memory_equal(back, values, WIDTH * ROWS * sizeof *values);
    ff_container_close(container);
    free(back);
    free(values);
}

static void bytes_do_not_depend_on_the_rows_at_a_time(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 7, 1000, 65536};
    for (int deflate = 0; deflate <= 1; deflate++) {
        char first[FF_DIGEST_SIZE], digest[FF_DIGEST_SIZE];
        write_in_steps(first, steps[0], deflate);
        for (size_t i = 1; i < sizeof steps / sizeof *steps; i++) {
            write_in_steps(digest, steps[i], deflate);
            assert_string_equal(digest, first);
        }
    }
}

static void empty_arrays_and_streams_are_arrays(void **state)
{
    const size_t shape[2] = {0, 3};
    ff_array_stream *stream = NULL;
    (void)state;
    ff_container *container = start("empty-arrays.h5", 6);
    hid_t root = ff_container_root(container);
    assert_int_equal(ff_array_write(root, "none", FF_ELEMENT_DOUBLE, 2, shape, NULL, "", "", NULL),
                     FF_OK);
    assert_int_equal(ff_texts_write(root, "texts", 0, NULL, "", NULL), FF_OK);
    assert_int_equal(
        ff_array_stream_create(&stream, root, "stream", FF_ELEMENT_DOUBLE, 2, shape, "", "", NULL),
        FF_OK);
    assert_int_equal(ff_array_stream_close(stream, NULL), FF_OK);
    finish(container);
    container = reopen("empty-arrays.h5");
    root = ff_container_root(container);
    static const char *const names[] = {"none", "stream"};
    for (int i = 0; i < 2; i++) {
        size_t found[2] = {SIZE_MAX, 3};
        void *data = NULL;
        assert_int_equal(ff_array_read(root, names[i], FF_ELEMENT_DOUBLE, 2, found, &data, NULL),
                         FF_OK);
        assert_int_equal(found[0], 0);
        free(data);
    }
    size_t count = 1;
    char **texts = NULL;
    assert_int_equal(ff_texts_read(root, "texts", &count, &texts, NULL), FF_OK);
    assert_int_equal(count, 0);
    ff_texts_free(count, texts);
    ff_container_close(container);
}

static void texts_come_back(void **state)
{
    static const char *const texts[] = {"default", "", "with blanks  ", "\xce\xb2-Sn", "a\nb"};
    enum { COUNT = sizeof texts / sizeof *texts };
    size_t count = 0;
    char **found = NULL;
    (void)state;
    ff_container *container = start("texts.h5", 0);
    assert_int_equal(
        ff_texts_write(ff_container_root(container), "texts", COUNT, texts, "names", NULL), FF_OK);
    finish(container);
    container = reopen("texts.h5");
    assert_int_equal(ff_texts_read(ff_container_root(container), "texts", &count, &found, NULL),
                     FF_OK);
    assert_int_equal(count, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        assert_string_equal(found[i], texts[i]);
    ff_texts_free(count, found);
    ff_container_close(container);
}

/* An array that claims 8 TB but stores nothing is refused before memory is asked for. */
static void claimed_sizes_are_held_against_the_file(void **state)
{
    const hsize_t shape = (hsize_t)1 << 40, chunk = 1024;
    size_t size = SIZE_MAX;
    void *data = NULL;
    ff_error err = {0};
    (void)state;
    ff_container *container = start("claims.h5", 0);
    hid_t space = H5Screate_simple(1, &shape, NULL), settings = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_chunk(settings, 1, &chunk) >= 0);
    static const char *const names[] = {"chunked", "contiguous"};
    hid_t array = H5Dcreate2(ff_container_root(container), names[0], H5T_IEEE_F64LE, space,
                             H5P_DEFAULT, settings, H5P_DEFAULT);
    assert_true(array >= 0 && H5Dclose(array) >= 0);
    array = H5Dcreate2(ff_container_root(container), names[1], H5T_IEEE_F64LE, space, H5P_DEFAULT,
                       H5P_DEFAULT, H5P_DEFAULT);
    assert_true(array >= 0 && H5Dclose(array) >= 0);
    (void)H5Pclose(settings);
    (void)H5Sclose(space);
    finish(container);
    container = reopen("claims.h5");
    for (int i = 0; i < 2; i++) {
        size = SIZE_MAX;
        assert_int_equal(ff_array_read(ff_container_root(container), names[i], FF_ELEMENT_DOUBLE, 1,
                                       &size, &data, &err),
                         FF_E_FORMAT);
        assert_non_null(strstr(err.message, "claims"));
    }
    ff_container_close(container);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_come_back),
        cmocka_unit_test(arrays_come_back_bit_by_bit),
        cmocka_unit_test(arrays_carry_units_and_description),
        cmocka_unit_test(other_shapes_and_types_are_refused),
        cmocka_unit_test(streams_append_and_read_any_block),
        cmocka_unit_test(bytes_do_not_depend_on_the_rows_at_a_time),
        cmocka_unit_test(empty_arrays_and_streams_are_arrays),
        cmocka_unit_test(texts_come_back),
        cmocka_unit_test(claimed_sizes_are_held_against_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
