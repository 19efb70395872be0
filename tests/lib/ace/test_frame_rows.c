/* Labels and targets of a frame's rows; what the matrix holds is test_features.c's business. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/frame_rows.h"

static const unsigned ALL = (1u << FF_KINDS) - 1;

/* Three atoms with every label, all numbers different. */
static void full_frame(ff_frame *frame)
{
    const ff_displacement displacement[2] = {{2, {0, 0, 1}}, {0, {1, 0, 0}}};
    assert_int_equal(ff_frame_init(frame, 3, NULL), FF_OK);
    assert_int_equal(
        ff_frame_add_label(frame, FF_LABEL_ENERGY | FF_LABEL_FORCES | FF_LABEL_VIRIAL, NULL),
        FF_OK);
    assert_int_equal(ff_frame_add_label(frame, FF_LABEL_FORCES, NULL), FF_OK);
    assert_int_equal(ff_frame_set_displacements(frame, 2, displacement, NULL), FF_OK);
    frame->energy = -5;
    for (size_t i = 0; i < 9; i++) {
        frame->species[i / 3] = 74;
        frame->forces[i] = 100 + (double)i;
    }
    for (size_t i = 0; i < 6; i++)
        frame->virial[i] = 200 + (double)i;
    for (size_t i = 0; i < 18; i++)
        frame->force_constants[i] = 300 + (double)i;
}

static void make_block(ff_design_block *block, const ff_frame *frame, unsigned kinds)
{
    static const int species[] = {74};
    double one_body[FF_MAX_SPECIES + 1] = {0};
    ff_ace_options options;
    ff_ace_basis *basis = NULL;
    one_body[74] = -1.5;
    ff_ace_options_default(&options, species, 1, 2.74, 2);
    assert_int_equal(ff_ace_basis_new(&basis, &options, NULL), FF_OK);
    assert_int_equal(ff_ace_frame_block(block, basis, frame, 4, kinds, one_body, NULL), FF_OK);
    assert_int_equal(block->columns, ff_ace_basis_size(basis));
    ff_ace_basis_free(basis);
}

static void kinds_follow_one_another(void **state)
{
    ff_frame frame;
    ff_design_block block;
    (void)state;
    full_frame(&frame);
    make_block(&block, &frame, ALL);
    assert_int_equal(block.rows, 1 + 9 + 6 + 18);
    assert_true(block.target[0] == -5 + 3 * 1.5);
    for (size_t row = 0; row < block.rows; row++) {
        const ff_row_label *label = &block.label[row];
        const size_t kind = row < 1 ? 0 : row < 10 ? 1 : row < 16 ? 2 : 3;
        const size_t k = row - (size_t[]){0, 1, 10, 16}[kind];
        const bool atomic = kind % 2 == 1;
        assert_int_equal(label->frame, 4);
        assert_int_equal(label->kind, kind);
        assert_int_equal(label->atom, atomic ? k % 9 / 3 : 0);
        assert_int_equal(label->displacement, kind == FF_KIND_FORCE_CONSTANT ? k / 9 : 0);
        assert_int_equal(label->axis, atomic ? k % 3 : k);
        if (kind > 0)
            assert_true(block.target[row] == 100 * (double)kind + (double)k);
    }
    ff_design_block_clear(&block);
    ff_frame_clear(&frame);
}

static void force_constants_alone_start_at_the_first_row(void **state)
{
    ff_frame frame;
    ff_design_block block;
    (void)state;
    full_frame(&frame);
    make_block(&block, &frame, FF_LABEL_FORCE_CONSTANTS);
    assert_int_equal(block.rows, 18);
    assert_int_equal(block.label[17].displacement, 1);
    assert_int_equal(block.label[17].atom, 2);
    assert_int_equal(block.label[17].axis, 2);
    assert_true(block.target[17] == 317);
    ff_design_block_clear(&block);
    ff_frame_clear(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_follow_one_another),
        cmocka_unit_test(force_constants_alone_start_at_the_first_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
