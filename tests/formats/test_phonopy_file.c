/* Force constants in phonopy's files: round trips of both kinds, full and compact, and what is
 * refused, with its line. tests/cli/phonopy_files.sh holds them against phonopy itself. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/phonopy_file.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_text(const char *text)
{
    FILE *file = fopen("fc", "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void read_table(ff_phonopy_table *table, const char *path)
{
    ff_error err = {0};
    if (ff_phonopy_read(table, path, &err) != FF_OK)
        fail_msg("%s", err.message);
}

static void check_same(const ff_phonopy_table *a, const ff_phonopy_table *b)
{
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->atoms, b->atoms);
    assert_memory_equal(a->atom, b->atom, a->rows * sizeof *a->atom);
    assert_memory_equal(a->matrix, b->matrix, 9 * a->rows * a->atoms * sizeof *a->matrix);
}

static void write_both(const ff_phonopy_table *table)
{
    ff_text_writer *writer = NULL;
    assert_int_equal(ff_text_writer_open(&writer, "again", NULL), FF_OK);
    assert_int_equal(ff_phonopy_write(writer, table, NULL), FF_OK);
    assert_int_equal(ff_text_writer_commit(writer, NULL), FF_OK);
    ff_text_writer_close(writer);
    assert_int_equal(ff_phonopy_write_hdf5("again.hdf5", table, NULL), FF_OK);
}

static void round_trips(void **state)
{
    (void)state;
    static const char *const texts[2] = {
        "2\n1 1\n 0.1 2 3\n 4 5 6\n 7 8 9e-3\n1 2\n-1 -2 -3\n-4 -5 -6\n-7 -8 -9\n"
        "2 1\n-1 -4 -7\n-2 -5 -8\n-3 -6 -9\n2 2\n 1 4 7\n2 5 8\n 3 6 0.3333333333333333\n",
        "  1   3\r\n\n2 1\n1 2 3\n4 5 6\n7 8 9\n2 2\n1 2 3\n4 5 6\n7 8 9\n2 3\n1 2 3\n4 5 6\n7 8 "
        "10"};
    for (int k = 0; k < 2; k++) {
        ff_phonopy_table table, again;
        write_text(texts[k]);
        read_table(&table, "fc");
        assert_int_equal(table.atom[0], k);
        assert_true(table.matrix[5] == 6);
        write_both(&table);
        read_table(&again, "again");
        check_same(&table, &again);
        ff_phonopy_table_clear(&again);
        read_table(&again, "again.hdf5");
        check_same(&table, &again);
        ff_phonopy_table_clear(&again);
        ff_phonopy_table_clear(&table);
    }
}

/* Row i of a block is the response to moving the atom along axis i. */
static void frames(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_frame frame;
    ff_phonopy_table table, back;
    write_text("2\n1 1\n1 2 3\n4 5 6\n7 8 9\n1 2\n11 12 13\n14 15 16\n17 18 19\n"
               "2 1\n21 22 23\n24 25 26\n27 28 29\n2 2\n31 32 33\n34 35 36\n37 38 39\n");
    read_table(&table, "fc");
    assert_int_equal(ff_frame_init(&frame, 3, NULL), FF_OK);
    assert_int_equal(ff_phonopy_label(&frame, &table, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "of 2 atoms for a structure of 3"));
    assert_int_equal(ff_phonopy_of_frame(&back, &frame, 1e-5, &err), FF_E_RANGE);
    ff_frame_clear(&frame);
    assert_int_equal(ff_frame_init(&frame, 2, NULL), FF_OK);
    assert_int_equal(ff_phonopy_label(&frame, &table, NULL), FF_OK);
    assert_int_equal(frame.displacements, 6);
    assert_int_equal(frame.displacement[4].atom, 1);
    assert_true(frame.displacement[4].direction[1] == 1);
    assert_true(frame.force_constants[3 * (2 * 4 + 0) + 2] == 26); /* d2E / dy_2 dz_1 */
    assert_int_equal(ff_phonopy_of_frame(&back, &frame, 1e-5, NULL), FF_OK);
    check_same(&table, &back);
    ff_phonopy_table_clear(&back);
    ff_phonopy_table_clear(&table);
    ff_frame_clear(&frame);
}

static void refuses(const char *text, int64_t line, const char *message)
{
    ff_error err = {0};
    ff_phonopy_table table;
    write_text(text);
    assert_int_equal(ff_phonopy_read(&table, "fc", &err), FF_E_FORMAT);
    assert_null(table.matrix);
    assert_string_equal(err.file, "fc");
    if (err.line != line || !strstr(err.message, message))
        fail_msg("line %lld: %s", (long long)err.line, err.message);
}

static void errors(void **state)
{
    (void)state;
    refuses("", 0, "the file ends");
    refuses("two\n", 1, "'two', expected the numbers of rows");
    refuses("0 2\n", 1, "'0', expected");
    refuses("2 1\n", 1, "2 rows of 1 atoms");
    refuses("1 2 3\n", 1, "more than 2 words");
    refuses("1\n1\n", 2, "out of order");
    refuses("1\n1 2\n", 2, "out of order");
    refuses("1 2\n3 1\n", 2, "out of order");
    refuses("1\n1 1\n1 2\n", 3, "2 numbers, expected three");
    refuses("1\n1 1\n1 2 nan\n", 3, "'nan', expected a number");
    refuses("1\n1 1\n1 2 3\n1 2 3\n", 4, "the file ends within a block");
    refuses("1\n1 1\n1 2 3\n1 2 3\n1 2 3\n1 2\n", 6, "more than 1 words");
    refuses("1000000\n1 1\n1 2 3\n1 2 3\n1 2 3\n", 5, "the file ends");
}

/* A file that is not one of force constants, one without the atoms of its rows, and one whose shape
 * promises more than it stores. */
static void other_hdf5(void **state)
{
    (void)state;
    static const double numbers[2 * 9] = {1};
    static const char *const messages[3] = {"no dataset force_constants", "without a p2s_map",
                                            "no dataset force_constants"};
    for (int k = 0; k < 3; k++) {
        ff_error err = {0};
        ff_phonopy_table table;
        hsize_t shape[4] = {1, k == 2 ? 1000000 : 2, 3, 3};
        hid_t file = H5Fcreate("other.hdf5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        hid_t space = H5Screate_simple(4, shape, NULL);
        hid_t set = H5Dcreate2(file, k ? "force_constants" : "else", H5T_IEEE_F64LE, space,
                               H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        if (k != 2)
            assert_true(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >=
                        0);
        assert_true(H5Dclose(set) >= 0 && H5Sclose(space) >= 0 && H5Fclose(file) >= 0);
        assert_int_equal(ff_phonopy_read(&table, "other.hdf5", &err), FF_E_FORMAT);
        if (!strstr(err.message, messages[k]))
            fail_msg("%s", err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trips), cmocka_unit_test(frames),
                                       cmocka_unit_test(errors), cmocka_unit_test(other_hdf5)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
