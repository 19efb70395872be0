/* Tables of frames and blocks of rows. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/regression/design_matrix.h"
#include "tests/near.h"

static void append(ff_dataset *dataset, size_t atoms, const char *group, double force_weight)
{
    ff_frame frame;
    assert_int_equal(ff_frame_init(&frame, atoms, NULL), FF_OK);
    assert_int_equal(ff_frame_set_group(&frame, group, NULL), FF_OK);
    frame.weight[FF_KIND_FORCE] = force_weight;
    assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
}

static void groups_are_numbered_by_first_appearance(void **state)
{
    ff_dataset dataset;
    ff_frame_table table;
    (void)state;
    ff_dataset_init(&dataset);
    append(&dataset, 8, "liquid", 1);
    append(&dataset, 2, "crystal", 2);
    append(&dataset, 5, "liquid", 3);
    const ff_displacement displacement[2] = {{0, {1, 0, 0}}, {6, {0, 1, 0}}};
    assert_int_equal(ff_frame_set_displacements(&dataset.frames[0], 2, displacement, NULL), FF_OK);
    assert_int_equal(ff_frame_table_from_dataset(&table, &dataset, NULL), FF_OK);
    assert_int_equal(table.count, 3);
    assert_int_equal(table.group_count, 2);
    assert_string_equal(table.group_names[0], "liquid");
    assert_string_equal(table.group_names[1], "crystal");
    assert_int_equal(table.group[0], 0);
    assert_int_equal(table.group[1], 1);
    assert_int_equal(table.group[2], 0);
    assert_int_equal(table.atoms[2], 5);
    assert_int_equal(table.displacements[0], 2);
    assert_int_equal(table.displacements[1], 0);
    assert_near(table.weight[2 * FF_KINDS + FF_KIND_FORCE], 3, 0);
    assert_near(table.weight[2 * FF_KINDS + FF_KIND_ENERGY], 1, 0);
    ff_frame_table_clear(&table);
    ff_dataset_clear(&dataset);
}

static void an_empty_dataset_gives_an_empty_table(void **state)
{
    ff_dataset dataset;
    ff_frame_table table;
    (void)state;
    ff_dataset_init(&dataset);
    assert_int_equal(ff_frame_table_from_dataset(&table, &dataset, NULL), FF_OK);
    assert_int_equal(table.count + table.group_count, 0);
    ff_frame_table_clear(&table);
}

static void only_labelled_and_wanted_rows_count(void **state)
{
    const unsigned all = (1u << FF_KINDS) - 1;
    ff_frame frame;
    (void)state;
    assert_int_equal(ff_frame_init(&frame, 7, NULL), FF_OK);
    assert_int_equal(ff_frame_row_count(&frame, all), 0);
    frame.labels = FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_SITE_ENERGIES;
    assert_int_equal(ff_frame_row_count(&frame, all), 1 + 21);
    frame.labels |= FF_LABEL_VIRIAL;
    assert_int_equal(ff_frame_row_count(&frame, all), 1 + 21 + 6);
    assert_int_equal(ff_frame_row_count(&frame, 1u << FF_KIND_VIRIAL), 6);
    assert_int_equal(ff_frame_row_count(&frame, 1u << FF_KIND_ENERGY), 1);
    assert_int_equal(ff_frame_row_count(&frame, 0), 0);
    const ff_displacement displacement[2] = {{0, {1, 0, 0}}, {6, {0, 1, 0}}};
    assert_int_equal(ff_frame_set_displacements(&frame, 2, displacement, NULL), FF_OK);
    assert_int_equal(ff_frame_row_count(&frame, all), 1 + 21 + 6 + 42);
    assert_int_equal(ff_frame_row_count(&frame, 1u << FF_KIND_FORCE_CONSTANT), 42);
    ff_frame_clear(&frame);
}

static void blocks_start_at_zero_and_refuse_overflow(void **state)
{
    ff_design_block block;
    ff_error err = {0};
    (void)state;
    assert_int_equal(ff_design_block_init(&block, 4, 3, NULL), FF_OK);
    for (int i = 0; i < 12; i++)
        assert_near(block.matrix[i], 0, 0);
    ff_design_block_clear(&block);
    assert_null(block.matrix);
    assert_int_equal(ff_design_block_init(&block, SIZE_MAX / 8, 1 << 20, &err), FF_E_NOMEM);
    ff_design_block_clear(&block);
    assert_int_equal(ff_design_block_init(&block, 0, 0, NULL), FF_OK);
    ff_design_block_clear(&block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_numbered_by_first_appearance),
        cmocka_unit_test(an_empty_dataset_gives_an_empty_table),
        cmocka_unit_test(only_labelled_and_wanted_rows_count),
        cmocka_unit_test(blocks_start_at_zero_and_refuse_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
