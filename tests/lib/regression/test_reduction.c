/* Reductions: triangles and sums of each class against those of its rows, subsets and weights, and
 * the same bits whatever the threads and blocks. */

#include "lib/regression/reduction.h"

#include "lib/base/parallel.h"
#include "lib/regression/folds.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/lib/regression/row_system.h"
#include "tests/near.h"

enum { ALL = (1 << FF_KINDS) - 1 };

/* Difference between R^T R and the Gram matrix of the rows [A | y], each times weight[rows],
 * relative to the largest element. */
static double gram_difference(const ff_triangle *triangle, const system_of_rows *s,
                              const double *weight)
{
    size_t order = triangle->order;
    double *gram = calloc(order * order, sizeof *gram), most = 0, difference = 0;
    for (size_t row = 0; row < s->rows; row++)
        for (size_t i = 0; i < order && weight[row] != 0; i++)
            for (size_t j = 0; j < order; j++) {
                const double *a = s->matrix + row * s->columns;
                double x = i < s->columns ? a[i] : s->target[row];
                double y = j < s->columns ? a[j] : s->target[row];
                gram[i * order + j] += weight[row] * weight[row] * x * y;
            }
    for (size_t i = 0; i < order; i++)
        for (size_t j = 0; j < order; j++) {
            double sum =
                cblas_ddot((int)order, triangle->r + i * order, 1, triangle->r + j * order, 1);
            difference = fmax(difference, fabs(sum - gram[i * order + j]));
            most = fmax(most, fabs(gram[i * order + j]));
        }
    free(gram);
    return difference / most;
}

static void classes_hold_the_triangles_of_their_rows(void **state)
{
    (void)state;
    enum { COLUMNS = 12, FOLDS = 3 };
    system_of_rows s;
    make_classes(&s, 40, 2, COLUMNS, 1);
    ff_reduction reduction = reduced(&s, FOLDS);
    uint32_t *fold = calloc(s.frames.count, sizeof *fold);
    double *weight = calloc(s.rows, sizeof *weight);
    assert_int_equal(ff_assign_folds(fold, &s.frames, FOLDS, 42, NULL), FF_OK);
    assert_int_equal(reduction.columns, COLUMNS);
    size_t rows = 0, before = 0;
    for (size_t k = 0; k < reduction.count; k++) {
        const ff_reduced_class *c = &reduction.classes[k];
        size_t count = 0, frames = 0;
        double targets = 0, squares = 0, ratios = 0, logs = 0;
        uint32_t last = UINT32_MAX;
        size_t place = ((size_t)c->group * FF_KINDS + c->kind) * FOLDS + c->fold;
        assert_true(k == 0 || place > before);
        before = place;
        for (size_t i = 0; i < s.rows; i++) {
            const ff_row_label *label = &s.label[i];
            bool in = s.frames.group[label->frame] == c->group && label->kind == c->kind &&
                      fold[label->frame] == c->fold;
            weight[i] = in ? weight_of_row(&s, i, NULL) : 0;
            if (!in)
                continue;
            double report = ff_row_report_scale(&s.frames, label);
            count++;
            frames += label->frame != last;
            last = label->frame;
            targets += report * s.target[i];
            squares += report * s.target[i] * report * s.target[i];
            ratios += report / weight[i] * report / weight[i];
            logs += log(weight[i]);
        }
        rows += count;
        assert_int_equal(c->count, count);
        assert_int_equal(c->frames, frames);
        assert_int_equal(c->height, count < COLUMNS + 1 ? count : COLUMNS + 1);
        assert_near(c->targets, targets, 1e-12 * sqrt((double)count * squares));
        assert_near(c->target_squares, squares, 1e-12 * squares);
        assert_near(c->ratio_squares, ratios / (double)count, 1e-12 * ratios);
        assert_near(c->log_scale, logs, 1e-11);
        ff_triangle triangle;
        assert_int_equal(ff_triangle_init(&triangle, COLUMNS + 1, NULL), FF_OK);
        ff_triangle_unpack(&triangle, c->height, c->r, 1);
        assert_true(gram_difference(&triangle, &s, weight) < 1e-13);
        ff_triangle_clear(&triangle);
    }
    assert_int_equal(rows, s.rows);
    ff_reduction_clear(&reduction);
    free(fold);
    free(weight);
    drop(&s);
}

static void any_subset_and_weights_need_no_rows(void **state)
{
    (void)state;
    system_of_rows s;
    make_classes(&s, 50, 3, 9, 2);
    ff_reduction reduction = reduced(&s, 1);
    static const double tables[3][3 * FF_KINDS] = {{30, 1, 2, 0.1, 30, 1, 2, 0.1, 30, 1, 2, 0.1},
                                                   {0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0},
                                                   {1, 0, 3, 0, 0, 0, 0, 1e-3, 1e4, 2, 0, 7}};
    double *weight = calloc(s.rows, sizeof *weight), class_weight[3 * FF_KINDS];
    for (size_t t = 0; t < 3; t++) {
        ff_triangle triangle;
        ff_class_weights(class_weight, &reduction, tables[t]);
        assert_int_equal(ff_reduction_triangle(&triangle, &reduction, class_weight, NULL), FF_OK);
        for (size_t i = 0; i < s.rows; i++)
            weight[i] = weight_of_row(&s, i, tables[t]);
        assert_true(gram_difference(&triangle, &s, weight) < 1e-13);
        for (size_t j = 0; j < triangle.order; j++)
            for (size_t i = 0; i < triangle.order; i++)
                assert_true(i <= j || triangle.r[j * triangle.order + i] == 0);
        ff_triangle_clear(&triangle);
    }
    ff_reduction_clear(&reduction);
    free(weight);
    drop(&s);
}

/* Fewer rows than columns, of which the first are zero or dependent, as functions of species that a
 * class does not have are. */
static void classes_of_few_rows_lose_nothing(void **state)
{
    (void)state;
    enum { COLUMNS = 40 };
    system_of_rows s;
    make_classes(&s, 12, 2, COLUMNS, 9);
    for (size_t i = 0; i < s.rows; i++) {
        double *row = s.matrix + i * COLUMNS;
        row[0] = row[3] = 0;
        row[2] = row[1];
        row[5] = row[4] - 2 * row[1];
    }
    ff_reduction reduction = reduced(&s, 3);
    double *weight = calloc(s.rows, sizeof *weight), class_weight[2 * FF_KINDS * 3];
    size_t few = 0;
    for (size_t k = 0; k < reduction.count; k++) {
        few += reduction.classes[k].height < COLUMNS + 1;
        class_weight[k] = 1;
    }
    assert_true(few > 10);
    ff_triangle triangle;
    assert_int_equal(ff_reduction_triangle(&triangle, &reduction, class_weight, NULL), FF_OK);
    for (size_t i = 0; i < s.rows; i++)
        weight[i] = weight_of_row(&s, i, NULL);
    assert_true(gram_difference(&triangle, &s, weight) < 1e-13);
    ff_triangle_clear(&triangle);
    ff_reduction_clear(&reduction);
    free(weight);
    drop(&s);
}

static void squares_of_a_class_are_those_of_its_rows(void **state)
{
    (void)state;
    system_of_rows s;
    make_classes(&s, 30, 2, 11, 3);
    ff_reduction reduction = reduced(&s, 1);
    double c[11];
    for (size_t j = 0; j < 11; j++)
        c[j] = sin((double)j);
    for (size_t k = 0; k < reduction.count; k++) {
        const ff_reduced_class *reduced_class = &reduction.classes[k];
        double sum = 0;
        for (size_t i = 0; i < s.rows; i++) {
            if (s.frames.group[s.label[i].frame] != reduced_class->group ||
                s.label[i].kind != reduced_class->kind)
                continue;
            double error = cblas_ddot(11, s.matrix + i * 11, 1, c, 1) - s.target[i];
            sum += pow(weight_of_row(&s, i, NULL) * error, 2);
        }
        assert_near(ff_reduced_class_squares(reduced_class, 11, c), sum, 1e-12 * sum);
    }
    ff_reduction_clear(&reduction);
    drop(&s);
}

static ff_reduction reduced_in_steps(system_of_rows *s, size_t step, const ff_reducer_options *how)
{
    ff_reducer *reducer = NULL;
    ff_reduction reduction;
    assert_int_equal(ff_reducer_new(&reducer, &s->frames, s->columns, how, NULL), FF_OK);
    for (size_t first = 0; first < s->rows; first += step) {
        ff_design_block block = {.rows = s->rows - first < step ? s->rows - first : step,
                                 .columns = s->columns,
                                 .matrix = s->matrix + first * s->columns,
                                 .target = s->target + first,
                                 .label = s->label + first};
        assert_int_equal(
            ff_reducer_add(reducer, &block, s->multiplier ? s->multiplier + first : NULL, NULL),
            FF_OK);
    }
    assert_int_equal(ff_reducer_finish(reducer, &reduction, NULL), FF_OK);
    ff_reducer_free(reducer);
    return reduction;
}

/* 3,000 frames make 60,000 rows of 21 columns, so that the store of 32,768 is emptied, and the
 * classes of 4 groups, 4 kinds and 5 folds wait at different times. */
static void bits_depend_on_neither_threads_nor_blocks(void **state)
{
    (void)state;
    system_of_rows s;
    static const size_t steps[] = {1000000, 16384, 1009};
    const ff_reducer_options how = {ALL, 5, 7};
    make_classes(&s, 3000, 4, 21, 4);
    assert_true(s.rows > 40000);
    ff_set_threads(1);
    ff_reduction expected = reduced_in_steps(&s, s.rows, &how);
    assert_int_equal(expected.count, 4 * FF_KINDS * 5);
    for (int threads = 1; threads <= 4; threads *= 2)
        for (size_t k = 0; k < 3; k++) {
            ff_set_threads(threads);
            ff_reduction found = reduced_in_steps(&s, steps[k], &how);
            assert_int_equal(found.count, expected.count);
            for (size_t i = 0; i < found.count; i++) {
                ff_reduced_class a = found.classes[i], b = expected.classes[i];
                assert_int_equal(a.height, b.height);
                assert_memory_equal(a.r, b.r, ff_packed_size(a.height, 22) * sizeof(double));
                assert_near(a.log_scale, b.log_scale, 0);
                assert_near(a.ratio_squares, b.ratio_squares, 0);
            }
            ff_reduction_clear(&found);
        }
    /* And of what follows. */
    ff_triangle one, other;
    double weight[4 * FF_KINDS * 5];
    for (size_t i = 0; i < expected.count; i++)
        weight[i] = (double)(i % 3);
    ff_set_threads(1);
    assert_int_equal(ff_reduction_triangle(&one, &expected, weight, NULL), FF_OK);
    ff_set_threads(4);
    assert_int_equal(ff_reduction_triangle(&other, &expected, weight, NULL), FF_OK);
    assert_memory_equal(one.r, other.r, 22 * 22 * sizeof(double));
    ff_triangle_clear(&one);
    ff_triangle_clear(&other);
    ff_set_threads(0);
    ff_reduction_clear(&expected);
    drop(&s);
}

static void multipliers_scale_rows_and_leave_them_out(void **state)
{
    (void)state;
    system_of_rows s;
    make_classes(&s, 30, 1, 6, 5);
    size_t forces = 0;
    double *weight = calloc(s.rows, sizeof *weight), ones[FF_KINDS] = {1, 1, 1, 1};
    s.multiplier = calloc(s.rows, sizeof *s.multiplier);
    for (size_t i = 0; i < s.rows; i++) {
        s.multiplier[i] = i % 4 == 0 ? 0 : 1.0 / (double)(i % 4);
        forces += s.label[i].kind == FF_KIND_FORCE && i % 4 != 0;
        weight[i] = weight_of_row(&s, i, NULL);
    }
    ff_reduction reduction = reduced(&s, 1);
    ff_triangle triangle;
    assert_int_equal(reduction.classes[FF_KIND_FORCE].count, forces);
    assert_int_equal(ff_reduction_triangle(&triangle, &reduction, ones, NULL), FF_OK);
    assert_true(gram_difference(&triangle, &s, weight) < 1e-13);
    ff_triangle_clear(&triangle);
    /* The same, handed over block by block. */
    const ff_reducer_options how = {ALL, 1, 42};
    ff_reduction stepped = reduced_in_steps(&s, 100, &how);
    for (size_t k = 0; k < reduction.count; k++)
        assert_memory_equal(stepped.classes[k].r, reduction.classes[k].r,
                            ff_packed_size(stepped.classes[k].height, 7) * sizeof(double));
    ff_reduction_clear(&stepped);
    ff_reduction_clear(&reduction);
    s.multiplier[20] = -1;
    ff_error err;
    const ff_rows rows = rows_of(&s);
    assert_int_equal(ff_reduce(&reduction, &rows, &how, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "multiplier -1 of row 21"));
    free(weight);
    drop(&s);
}

static void kinds_not_asked_for_are_not_kept(void **state)
{
    (void)state;
    system_of_rows s;
    ff_reduction reduction;
    make_classes(&s, 12, 2, 4, 6);
    const ff_rows rows = rows_of(&s);
    const ff_reducer_options how = {1u << FF_KIND_ENERGY | 1u << FF_KIND_VIRIAL, 1, 0};
    assert_int_equal(ff_reduce(&reduction, &rows, &how, NULL), FF_OK);
    assert_int_equal(reduction.count, 4);
    assert_int_equal(reduction.group_count, 2);
    assert_string_equal(reduction.group_names[1], "g1");
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(reduction.classes[i].kind, i % 2 ? FF_KIND_VIRIAL : FF_KIND_ENERGY);
    ff_reduction_clear(&reduction);
    drop(&s);
}

static void folds_are_balanced_and_stay_when_frames_are_added(void **state)
{
    (void)state;
    system_of_rows s;
    uint32_t fold[103], again[103];
    size_t count[2][7] = {{0}}, moved = 0;
    make(&s, 1, 1);
    ff_frame_table_clear(&s.frames);
    make_table(&s, 103, 2);
    for (size_t f = 0; f < 103; f++)
        s.frames.group[f] = f % 5 == 0;
    assert_int_equal(ff_assign_folds(fold, &s.frames, 7, 11, NULL), FF_OK);
    for (size_t f = 0; f < 103; f++) {
        assert_true(fold[f] < 7);
        count[s.frames.group[f]][fold[f]]++;
    }
    for (size_t k = 0; k < 7; k++) {
        assert_in_range(count[0][k], 82 / 7, 82 / 7 + 1); /* 82 of the 103 frames */
        assert_int_equal(count[1][k], 21 / 7);
    }
    s.frames.count = 60;
    assert_int_equal(ff_assign_folds(again, &s.frames, 7, 11, NULL), FF_OK);
    assert_memory_equal(again, fold, 60 * sizeof *fold);
    assert_int_equal(ff_assign_folds(again, &s.frames, 7, 12, NULL), FF_OK);
    for (size_t f = 0; f < 60; f++)
        moved += again[f] != fold[f];
    assert_true(moved > 30);
    assert_int_equal(ff_assign_folds(again, &s.frames, 0, 12, NULL), FF_E_RANGE);
    drop(&s);
}

static void wrong_blocks_are_refused(void **state)
{
    (void)state;
    system_of_rows s;
    ff_reducer *reducer = NULL;
    ff_reduction reduction;
    ff_error err;
    ff_reducer_options how = {ALL, 1, 0};
    make_classes(&s, 5, 1, 3, 8);
    assert_int_equal(ff_reducer_new(&reducer, &s.frames, 3, &how, NULL), FF_OK);
    ff_design_block block = {s.rows, 4, s.matrix, s.target, s.label};
    assert_int_equal(ff_reducer_add(reducer, &block, NULL, &err), FF_E_USAGE);
    block.columns = 3;
    s.matrix[7] = NAN;
    assert_int_equal(ff_reducer_add(reducer, &block, NULL, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "row 3"));
    ff_reducer_free(reducer);
    how.folds = 0;
    assert_int_equal(ff_reducer_new(&reducer, &s.frames, 3, &how, NULL), FF_E_RANGE);
    assert_int_equal(ff_reducer_new(&reducer, &s.frames, 0, &how, NULL), FF_E_RANGE);
    how.folds = 1;
    s.matrix[7] = 0;
    s.failing_call = 1;
    const ff_rows rows = rows_of(&s);
    assert_int_equal(ff_reduce(&reduction, &rows, &how, &err), FF_E_IO);
    assert_int_equal(reduction.count, 0);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_hold_the_triangles_of_their_rows),
        cmocka_unit_test(any_subset_and_weights_need_no_rows),
        cmocka_unit_test(classes_of_few_rows_lose_nothing),
        cmocka_unit_test(squares_of_a_class_are_those_of_its_rows),
        cmocka_unit_test(bits_depend_on_neither_threads_nor_blocks),
        cmocka_unit_test(multipliers_scale_rows_and_leave_them_out),
        cmocka_unit_test(kinds_not_asked_for_are_not_kept),
        cmocka_unit_test(folds_are_balanced_and_stay_when_frames_are_added),
        cmocka_unit_test(wrong_blocks_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
