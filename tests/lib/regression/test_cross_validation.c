/* Cross-validation from reductions against fits of the rows that are left. */

#include "lib/regression/cross_validation.h"

#include "lib/regression/folds.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/lib/regression/row_system.h"
#include "tests/near.h"

enum { COLUMNS = 9, FOLDS = 4, GROUPS = 3, MOST_CLASSES = GROUPS * FF_KINDS * FOLDS };

static const double table[GROUPS * FF_KINDS] = {20, 1, 3, 0.2, 5, 2, 0.5, 0.1, 10, 1, 0, 0.3};

typedef struct setting {
    system_of_rows rows;
    ff_reduction reduction;
    uint32_t *fold;
    double weight[MOST_CLASSES];
    ff_solver_options options;
} setting;

static void make_setting(setting *t)
{
    make_classes(&t->rows, 48, GROUPS, COLUMNS, 90);
    t->reduction = reduced(&t->rows, FOLDS);
    t->fold = calloc(t->rows.frames.count, sizeof *t->fold);
    assert_int_equal(ff_assign_folds(t->fold, &t->rows.frames, FOLDS, 42, NULL), FF_OK);
    ff_class_weights(t->weight, &t->reduction, table);
    t->options = (ff_solver_options){.method = FF_SOLVER_QR, .weight = t->weight};
}

static void drop_setting(setting *t)
{
    ff_reduction_clear(&t->reduction);
    free(t->fold);
    drop(&t->rows);
}

/* Which rows a part fits and predicts. */
typedef int (*row_role)(const setting *t, size_t frame, size_t part); /* 1 fit, 2 predict, 0 */

static int by_fold(const setting *t, size_t frame, size_t part)
{
    return t->fold[frame] == part ? 2 : 1;
}

static int by_group(const setting *t, size_t frame, size_t part)
{
    return t->rows.frames.group[frame] == part ? 2 : 1;
}

static int by_size(const setting *t, size_t frame, size_t part)
{
    return t->fold[frame] == FOLDS - 1 ? 2 : t->fold[frame] < part;
}

/* Fits what a part fits by dgels and adds up the scaled errors of what it predicts. */
static size_t refit(const setting *t, row_role role, size_t part, double squares[FF_KINDS],
                    size_t count[FF_KINDS], double *noise)
{
    const system_of_rows *s = &t->rows;
    double *target = NULL, *a = weighted_rows(s, table, 0, &target), c[COLUMNS];
    double *rows = calloc(s->rows * COLUMNS, sizeof *rows), *y = calloc(s->rows, sizeof *y);
    size_t fitted = 0;
    for (size_t i = 0; i < s->rows; i++)
        if (role(t, s->label[i].frame, part) == 1 && weight_of_row(s, i, table) > 0) {
            memcpy(rows + fitted * COLUMNS, a + i * COLUMNS, COLUMNS * sizeof *rows);
            y[fitted++] = target[i];
        }
    dgels(fitted, COLUMNS, rows, y, c);
    double chi2 = cblas_ddot((int)(fitted - COLUMNS), y + COLUMNS, 1, y + COLUMNS, 1);
    *noise = sqrt(chi2 / (double)(fitted - COLUMNS));
    for (size_t i = 0; i < s->rows; i++)
        if (role(t, s->label[i].frame, part) == 2) {
            double error = cblas_ddot(COLUMNS, s->matrix + i * COLUMNS, 1, c, 1) - s->target[i];
            squares[s->label[i].kind] += pow(weight_of_row(s, i, NULL) * error, 2);
            count[s->label[i].kind]++;
        }
    free(a);
    free(target);
    free(rows);
    free(y);
    return fitted;
}

static void check_parts(const setting *t, const ff_cross_validation *found, row_role role,
                        size_t first, size_t parts)
{
    size_t at = 0;
    for (size_t part = first; part < first + parts; part++) {
        double squares[FF_KINDS] = {0}, noise = 0;
        size_t count[FF_KINDS] = {0}, fitted = refit(t, role, part, squares, count, &noise);
        for (size_t kind = 0; kind < FF_KINDS; kind++) {
            if (count[kind] == 0)
                continue;
            const ff_held_out *error = &found->errors[at++];
            assert_int_equal(error->part, part);
            assert_int_equal(error->kind, kind);
            assert_int_equal(error->fitted, fitted);
            assert_int_equal(error->count, count[kind]);
            assert_near(error->squares, squares[kind], 1e-10 * squares[kind]);
            /* Only frames of group 0 have force constants: without them their noise is unknown. */
            if (role == by_group && part == 0 && kind == FF_KIND_FORCE_CONSTANT)
                assert_true(isnan(error->noise));
            else
                assert_near(error->noise, noise, 1e-10 * noise);
        }
    }
}

static void folds_are_left_out_one_by_one(void **state)
{
    (void)state;
    setting t;
    ff_cross_validation found;
    make_setting(&t);
    assert_int_equal(ff_cross_validate_folds(&found, &t.reduction, &t.options, NULL), FF_OK);
    assert_int_equal(found.parts, FOLDS);
    check_parts(&t, &found, by_fold, 0, FOLDS);
    /* The sum over parts comes last and has every row once. */
    size_t rows = 0;
    for (size_t i = found.count - FF_KINDS; i < found.count; i++) {
        double squares = 0, reported = 0, density = 0;
        const ff_held_out *sum = &found.errors[i];
        assert_int_equal(sum->part, UINT32_MAX);
        rows += sum->count;
        for (size_t k = 0; k < found.count - FF_KINDS; k++)
            if (found.errors[k].kind == sum->kind) {
                squares += found.errors[k].squares;
                reported += pow(found.errors[k].rmse, 2) * (double)found.errors[k].count;
                density += found.errors[k].log_density;
            }
        assert_near(sum->squares, squares, 1e-12 * squares);
        assert_near(sum->rmse, sqrt(reported / (double)sum->count), 1e-12 * sum->rmse);
        if (sum->kind == FF_KIND_VIRIAL) /* group 2 gives it no weight: its noise is unknown */
            assert_true(isnan(sum->log_density));
        else
            assert_near(sum->log_density, density, 1e-9 * fabs(density));
    }
    assert_int_equal(rows, t.rows.rows);
    ff_cross_validation_clear(&found);
    drop_setting(&t);
}

static void groups_are_left_out_one_by_one(void **state)
{
    (void)state;
    setting t;
    ff_cross_validation found;
    make_setting(&t);
    assert_int_equal(ff_cross_validate_groups(&found, &t.reduction, &t.options, NULL), FF_OK);
    assert_int_equal(found.parts, GROUPS);
    check_parts(&t, &found, by_group, 0, GROUPS);
    ff_cross_validation_clear(&found);
    drop_setting(&t);
}

static void learning_curves_add_fold_after_fold(void **state)
{
    (void)state;
    setting t;
    ff_cross_validation found;
    make_setting(&t);
    assert_int_equal(ff_learning_curve(&found, &t.reduction, &t.options, NULL), FF_OK);
    assert_int_equal(found.parts, FOLDS - 1);
    check_parts(&t, &found, by_size, 1, FOLDS - 1);
    for (size_t i = 1; i < found.count; i++)
        assert_true(found.errors[i].fitted >= found.errors[i - 1].fitted);
    ff_cross_validation_clear(&found);

    /* More functions than the first fold has rows: that fit is left out. */
    drop_setting(&t);
    make_classes(&t.rows, 16, 1, 200, 91);
    t.reduction = reduced(&t.rows, FOLDS);
    t.fold = NULL;
    ff_class_weights(t.weight, &t.reduction, table);
    assert_int_equal(ff_learning_curve(&found, &t.reduction, &t.options, NULL), FF_OK);
    assert_true(found.count > 0 && found.errors[0].part > 1);
    ff_cross_validation_clear(&found);
    drop_setting(&t);
}

/* ln of the normal density of the rows held out, at the noise that the fit found. */
static void log_density_is_that_of_the_rows_held_out(void **state)
{
    (void)state;
    setting t;
    ff_cross_validation found;
    make_setting(&t);
    t.options.method = FF_SOLVER_BAYES;
    t.options.noise = FF_NOISE_PER_KIND;
    assert_int_equal(ff_cross_validate_folds(&found, &t.reduction, &t.options, NULL), FF_OK);
    for (int kind = 0; kind < FF_KINDS; kind += FF_KIND_FORCE) {
        double weight[MOST_CLASSES], sum = 0;
        ff_solution fitted;
        ff_solver_options options = t.options;
        for (size_t k = 0; k < t.reduction.count; k++)
            weight[k] = t.reduction.classes[k].fold == 0 ? 0 : t.weight[k];
        options.weight = weight;
        assert_int_equal(ff_solve(&fitted, &t.reduction, &options, NULL), FF_OK);
        for (size_t i = 0; i < t.rows.rows; i++) {
            const ff_row_label *label = &t.rows.label[i];
            if (label->kind != kind || t.fold[label->frame] != 0)
                continue;
            double level = fitted.noise[kind] / weight_of_row(&t.rows, i, table);
            double error =
                cblas_ddot(COLUMNS, t.rows.matrix + i * COLUMNS, 1, fitted.coefficients, 1) -
                t.rows.target[i];
            sum -= 0.5 * log(2 * acos(-1)) + log(level) + 0.5 * error * error / level / level;
        }
        if (kind != FF_KIND_VIRIAL)
            assert_near(found.errors[kind].log_density, sum, 1e-9 * fabs(sum));
        ff_solution_clear(&fitted);
    }
    ff_cross_validation_clear(&found);
    drop_setting(&t);
}

static void errors_name_the_part(void **state)
{
    (void)state;
    setting t;
    ff_cross_validation found;
    ff_error err = {0};
    make_setting(&t);
    for (size_t k = 0; k < t.reduction.count; k++)
        t.weight[k] = t.reduction.classes[k].group == 1;
    assert_int_equal(ff_cross_validate_groups(&found, &t.reduction, &t.options, &err),
                     FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "without group g1: no observation is left"));
    assert_null(found.errors);
    t.reduction.folds = 1;
    assert_int_equal(ff_cross_validate_folds(&found, &t.reduction, &t.options, &err), FF_E_RANGE);
    assert_int_equal(ff_learning_curve(&found, &t.reduction, &t.options, &err), FF_E_RANGE);
    drop_setting(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_are_left_out_one_by_one),
        cmocka_unit_test(groups_are_left_out_one_by_one),
        cmocka_unit_test(learning_curves_add_fold_after_fold),
        cmocka_unit_test(log_density_is_that_of_the_rows_held_out),
        cmocka_unit_test(errors_name_the_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
