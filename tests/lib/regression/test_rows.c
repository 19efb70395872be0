/* Passes over rows, and their scales. */

#include "lib/regression/rows.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/lib/regression/row_system.h"
#include "tests/near.h"

static void scales_follow_kind_and_frame(void **state)
{
    (void)state;
    system_of_rows s;
    ff_row_label label = {.frame = 1};
    make(&s, 1, 1);
    ff_frame_table_clear(&s.frames);
    make_table(&s, 2, 1);
    s.frames.atoms[1] = 16;
    s.frames.displacements[1] = 9;
    s.frames.weight[FF_KINDS + FF_KIND_VIRIAL] = 3;
    static const double scale[FF_KINDS] = {1 / 4.0, 1, 3 / 4.0, 1 / 3.0};
    static const double report[FF_KINDS] = {1 / 16.0, 1, 1 / 16.0, 1};
    for (int kind = 0; kind < FF_KINDS; kind++) {
        label.kind = (uint8_t)kind;
        assert_near(ff_row_scale(&s.frames, &label), scale[kind], 1e-15);
        assert_near(ff_row_report_scale(&s.frames, &label), report[kind], 1e-15);
    }
    drop(&s);
}

typedef struct counted_pass {
    const system_of_rows *s;
    size_t rows, blocks, progress;
    int status;
} counted_pass;

static int count_block(void *context, size_t first, ff_design_block *block, const double *scale,
                       ff_error *err)
{
    counted_pass *pass = context;
    assert_int_equal(first, pass->rows);
    for (size_t i = 0; i < block->rows; i++) {
        assert_near(scale[i], weight_of_row(pass->s, first + i, NULL), 1e-15);
        assert_near(block->target[i], pass->s->target[first + i], 0);
    }
    block->matrix[0] = NAN; /* a handler may spoil what it is given */
    pass->rows += block->rows;
    pass->blocks++;
    return pass->status == FF_OK ? FF_OK : ff_fail(err, pass->status, "enough");
}

static void advance(void *context, size_t items)
{
    ((counted_pass *)context)->progress += items;
}

/* Rows of 1,000 columns come 2,097 at a time. */
static void a_pass_hands_out_every_row_in_order(void **state)
{
    (void)state;
    system_of_rows s;
    make_classes(&s, 150, 2, 1000, 1);
    assert_true(s.rows > 2500);
    s.multiplier = calloc(s.rows, sizeof *s.multiplier);
    for (size_t i = 0; i < s.rows; i++)
        s.multiplier[i] = (double)(i % 3);
    counted_pass pass = {.s = &s};
    const ff_progress progress = {advance, &pass};
    ff_rows rows = rows_of(&s);
    rows.progress = &progress;
    assert_int_equal(ff_rows_each(&rows, count_block, &pass, NULL), FF_OK);
    assert_int_equal(pass.rows, s.rows);
    assert_int_equal(pass.blocks, (s.rows + 2096) / 2097);
    assert_int_equal(pass.progress, s.rows);

    ff_error err = {0};
    pass = (counted_pass){.s = &s, .status = FF_E_CHECK};
    rows = rows_of(&s);
    assert_int_equal(ff_rows_each(&rows, count_block, &pass, &err), FF_E_CHECK);
    assert_int_equal(pass.blocks, 1);
    rows = rows_of(&s);
    s.failing_call = 1;
    assert_int_equal(ff_rows_each(&rows, count_block, &pass, &err), FF_E_IO);
    rows.columns = 0;
    assert_int_equal(ff_rows_each(&rows, count_block, &pass, &err), FF_E_RANGE);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_follow_kind_and_frame),
        cmocka_unit_test(a_pass_hands_out_every_row_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
