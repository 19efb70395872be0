/* Design matrices: written and read in blocks that need not agree, and labels checked. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/damage.h"
#include "tests/formats/made_up.h"

#include "formats/digest.h"
#include "tests/near.h"

enum { COLUMNS = 11 };

static double entry(size_t row, size_t column)
{
    return made_up_number(COLUMNS * row + column);
}

/* All rows of a frame of the made-up dataset. */
static void frame_rows(ff_design_block *block, const ff_frame *frame, size_t index, size_t first)
{
    assert_int_equal(
        ff_design_block_init(block, ff_frame_row_count(frame, (1u << FF_KINDS) - 1), COLUMNS, NULL),
        FF_OK);
    const size_t numbers = 3 * frame->atoms;
    const size_t rows[FF_KINDS] = {1, numbers, 6, numbers * frame->displacements};
    size_t row = 0;
    for (unsigned kind = 0; kind < FF_KINDS; kind++)
        for (size_t k = 0; (frame->labels & (1u << kind)) && k < rows[kind]; k++, row++) {
            const bool atomic = kind == FF_KIND_FORCE || kind == FF_KIND_FORCE_CONSTANT;
            block->label[row] = (ff_row_label){.frame = (uint32_t)index,
                                               .kind = (uint8_t)kind,
                                               .atom = atomic ? (uint32_t)(k % numbers / 3) : 0,
                                               .displacement = atomic ? (uint32_t)(k / numbers) : 0,
                                               .axis = (uint8_t)(atomic ? k % 3 : k)};
            block->target[row] = entry(first + row, COLUMNS);
            for (size_t column = 0; column < COLUMNS; column++)
                block->matrix[COLUMNS * row + column] = entry(first + row, column);
        }
    assert_int_equal(row, block->rows);
}

static void assert_same_label(const ff_row_label *found, const ff_row_label *expected)
{
    assert_int_equal(found->frame, expected->frame);
    assert_int_equal(found->atom, expected->atom);
    assert_int_equal(found->displacement, expected->displacement);
    assert_int_equal(found->kind, expected->kind);
    assert_int_equal(found->axis, expected->axis);
}

/* The labels of all rows of the made-up dataset, in order. */
static ff_row_label *made_up_labels(void)
{
    ff_dataset dataset;
    size_t rows = 0;
    made_up_dataset(&dataset);
    for (size_t i = 0; i < dataset.count; i++)
        rows += ff_frame_row_count(&dataset.frames[i], (1u << FF_KINDS) - 1);
    ff_row_label *labels = ff_new_array(rows, sizeof *labels, NULL);
    assert_non_null(labels);
    rows = 0;
    for (size_t i = 0; i < dataset.count; i++) {
        ff_design_block block;
        frame_rows(&block, &dataset.frames[i], i, rows);
        memcpy(labels + rows, block.label, block.rows * sizeof *labels);
        rows += block.rows;
        ff_design_block_clear(&block);
    }
    ff_dataset_clear(&dataset);
    return labels;
}

static size_t write_features(const char *path, int deflate)
{
    ff_dataset dataset;
    ff_frame_table table;
    ff_ace_options basis;
    ff_features_writer *writer = NULL;
    double one_body[FF_MAX_SPECIES + 1] = {0};
    size_t rows = 0;
    made_up_dataset(&dataset);
    made_up_basis(&basis);
    one_body[14] = -1.1 / 3;
    one_body[74] = -2.2 / 3;
    assert_int_equal(ff_frame_table_from_dataset(&table, &dataset, NULL), FF_OK);
    ff_container *container = made_up_start(path, "features", deflate);
    assert_int_equal(
        ff_features_writer_new(&writer, container, &basis, COLUMNS, one_body, &table, NULL), FF_OK);
    for (size_t i = 0; i < dataset.count; i++) {
        ff_design_block block;
        frame_rows(&block, &dataset.frames[i], i, rows);
        assert_int_equal(ff_features_writer_append(writer, &block, NULL), FF_OK);
        rows += block.rows;
        ff_design_block_clear(&block);
    }
    assert_int_equal(ff_features_writer_finish(writer, NULL), FF_OK);
    made_up_finish(container);
    ff_frame_table_clear(&table);
    ff_dataset_clear(&dataset);
    return rows;
}

static void rows_come_back_in_any_blocks(void **state)
{
    ff_features_reader reader;
    (void)state;
    size_t rows = write_features("features.h5", 1);
    ff_row_label *labels = made_up_labels();
    ff_container *container = made_up_open("features.h5", "features");
    assert_int_equal(ff_features_reader_open(&reader, container, NULL), FF_OK);
    assert_int_equal(reader.rows, rows);
    assert_int_equal(reader.columns, COLUMNS);
    for (size_t size = 1; size <= rows; size += 13)
        for (size_t first = 0; first < rows; first += size) {
            ff_design_block block;
            size_t here = rows - first < size ? rows - first : size;
            assert_int_equal(ff_design_block_init(&block, here, COLUMNS, NULL), FF_OK);
            assert_int_equal(ff_features_reader_read(&reader, first, &block, NULL), FF_OK);
            for (size_t i = 0; i < here; i++) {
                assert_same_label(&block.label[i], &labels[first + i]);
                assert_near(block.target[i], entry(first + i, COLUMNS), 0);
                for (size_t k = 0; k < COLUMNS; k++)
                    assert_near(block.matrix[COLUMNS * i + k], entry(first + i, k), 0);
            }
            ff_design_block_clear(&block);
        }
    free(labels);
    ff_features_reader_close(&reader);
    ff_container_close(container);
}

static void what_describes_the_rows_comes_back(void **state)
{
    ff_features_reader reader;
    ff_ace_options basis;
    ff_dataset dataset;
    ff_frame_table table;
    (void)state;
    (void)write_features("features.h5", 0);
    made_up_basis(&basis);
    made_up_dataset(&dataset);
    assert_int_equal(ff_frame_table_from_dataset(&table, &dataset, NULL), FF_OK);
    ff_container *container = made_up_open("features.h5", "features");
    assert_int_equal(ff_features_reader_open(&reader, container, NULL), FF_OK);
    assert_memory_equal(&reader.basis, &basis, sizeof basis);
    assert_near(reader.one_body[14], -1.1 / 3, 0);
    assert_near(reader.one_body[74], -2.2 / 3, 0);
    assert_int_equal(reader.frames.count, table.count);
    assert_memory_equal(reader.frames.atoms, table.atoms, table.count * sizeof *table.atoms);
    assert_memory_equal(reader.frames.displacements, table.displacements,
                        table.count * sizeof *table.displacements);
    assert_memory_equal(reader.frames.group, table.group, table.count * sizeof *table.group);
    assert_memory_equal(reader.frames.weight, table.weight,
                        FF_KINDS * table.count * sizeof *table.weight);
    size_t atoms = 0;
    for (size_t i = 0; i < table.count; i++)
        atoms += table.atoms[i];
    assert_non_null(reader.frames.distance);
    assert_memory_equal(reader.frames.distance, table.distance, atoms * sizeof(double));
    assert_int_equal(reader.frames.group_count, table.group_count);
    for (size_t i = 0; i < table.group_count; i++)
        assert_string_equal(reader.frames.group_names[i], table.group_names[i]);
    ff_features_reader_close(&reader);
    ff_container_close(container);
    ff_frame_table_clear(&table);
    ff_dataset_clear(&dataset);
}

static int read_and_clear(ff_container *container, ff_error *err)
{
    ff_features_reader reader;
    ff_design_block block = {0};
    int status = ff_features_reader_open(&reader, container, err);
    if (status != FF_OK)
        return status;
    if (reader.rows > 100000 || reader.columns > 100000)
        fail_msg("%zu rows of %zu columns were accepted", reader.rows, reader.columns);
    status = ff_design_block_init(&block, reader.rows, reader.columns, err);
    if (status == FF_OK)
        status = ff_features_reader_read(&reader, 0, &block, err);
    ff_design_block_clear(&block);
    ff_features_reader_close(&reader);
    return status;
}

static void damage_is_refused(void **state)
{
    (void)state;
    (void)write_features("sound.h5", 1);
    damage_everything(&(damage_case){.path = "sound.h5",
                                     .kind = "features",
                                     .read = read_and_clear,
                                     .optional = (const char *const[]){"deflate", "atoms", NULL}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_in_any_blocks),
        cmocka_unit_test(what_describes_the_rows_comes_back),
        cmocka_unit_test(damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
