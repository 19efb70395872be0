/* Weights that nobody has to choose: noise levels found again, kinds that count as one whatever
 * their units and numbers. */

#include "lib/regression/automatic_weights.h"
#include "lib/regression/cross_validation.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/lib/regression/row_system.h"
#include "tests/near.h"

enum { FRAMES = 60, COLUMNS = 8, FOLDS = 4 };

static ff_weight_search find(system_of_rows *s, uint32_t folds, int expected)
{
    ff_reduction reduction = reduced(s, folds);
    double *weight = calloc(reduction.count, sizeof *weight);
    ff_weight_search search;
    ff_error err = {0};
    for (size_t i = 0; i < reduction.count; i++)
        weight[i] = 1;
    const ff_solver_options options = {.method = FF_SOLVER_RIDGE, .weight = weight};
    if (ff_automatic_weights(&search, &reduction, &options, &err) != expected)
        fail_msg("%s", err.message);
    free(weight);
    ff_reduction_clear(&reduction);
    return search;
}

static void count_rows(size_t rows[FF_KINDS], const system_of_rows *s)
{
    memset(rows, 0, FF_KINDS * sizeof *rows);
    for (size_t i = 0; i < s->rows; i++)
        rows[s->label[i].kind]++;
}

static void levels_are_found_and_kinds_count_as_one(void **state)
{
    system_of_rows s;
    size_t rows[FF_KINDS];
    (void)state;
    make_classes(&s, FRAMES, 2, COLUMNS, 7);
    count_rows(rows, &s);
    const ff_weight_search found = find(&s, FOLDS, FF_OK);
    int most = FF_KIND_FORCE; /* some 600 components, more than of any other kind */
    assert_near(found.factor[most], 1, 1e-15);
    for (int kind = 0; kind < FF_KINDS; kind++) {
        /* Levels from N rows are uncertain by 1/sqrt(2 N), and energies also by what they fit. */
        assert_near(found.noise[kind] / true_noise[kind], 1, 4 / sqrt(2.0 * (double)rows[kind]));
        assert_near(found.start[kind] * found.noise[kind] * sqrt((double)rows[kind]),
                    found.noise[most] * sqrt((double)rows[most]), 1e-12);
    }
    assert_true(found.gain >= 0 && found.fits >= 1 + 2 * 3 * 3);
    drop(&s);
}

/* Sum over kinds of ln of the errors on folds left out, at the weights found times those given. */
static double left_out(system_of_rows *s, const ff_weight_search *found, int kind, double step)
{
    ff_reduction reduction = reduced(s, FOLDS);
    double *weight = calloc(reduction.count, sizeof *weight), sum = 0;
    ff_cross_validation errors;
    for (size_t i = 0; i < reduction.count; i++)
        weight[i] = found->factor[reduction.classes[i].kind] *
                    (reduction.classes[i].kind == kind ? step : 1);
    const ff_solver_options options = {.method = FF_SOLVER_BAYES, .weight = weight};
    assert_int_equal(ff_cross_validate_folds(&errors, &reduction, &options, NULL), FF_OK);
    for (size_t i = 0; i < errors.count; i++)
        if (errors.errors[i].part >= FOLDS)
            sum += 0.5 * log(errors.errors[i].squares);
    ff_cross_validation_clear(&errors);
    free(weight);
    ff_reduction_clear(&reduction);
    return sum;
}

/* No neighbour of the weights found is better, whatever the groups are. */
static void the_choice_is_a_minimum(void **state)
{
    system_of_rows s;
    (void)state;
    make_classes(&s, FRAMES, 3, COLUMNS, 9);
    /* Something that the functions cannot represent, alike in all energies: it is no noise. */
    for (size_t i = 0; i < s.rows; i++)
        if (s.label[i].kind == FF_KIND_ENERGY)
            s.target[i] += 0.5;
    const ff_weight_search found = find(&s, FOLDS, FF_OK);
    double here = left_out(&s, &found, FF_KIND_ENERGY, 1);
    for (int kind = 0; kind < FF_KINDS; kind++)
        if (kind != FF_KIND_FORCE) {
            assert_true(left_out(&s, &found, kind, sqrt(2)) > here - 2e-4);
            assert_true(left_out(&s, &found, kind, 1 / sqrt(2)) > here - 2e-4);
        }
    drop(&s);
}

/* Energies in other units: the weight makes up for it. */
static void units_do_not_matter(void **state)
{
    system_of_rows s;
    (void)state;
    make_classes(&s, FRAMES, 2, COLUMNS, 7);
    const ff_weight_search plain = find(&s, FOLDS, FF_OK);
    for (size_t i = 0; i < s.rows; i++)
        if (s.label[i].kind == FF_KIND_ENERGY) {
            s.target[i] *= 1000;
            cblas_dscal(COLUMNS, 1000, s.matrix + i * COLUMNS, 1);
        }
    const ff_weight_search scaled = find(&s, FOLDS, FF_OK);
    assert_near(1000 * scaled.factor[FF_KIND_ENERGY] / plain.factor[FF_KIND_ENERGY], 1, 1e-6);
    assert_near(scaled.factor[FF_KIND_VIRIAL] / plain.factor[FF_KIND_VIRIAL], 1, 1e-6);
    drop(&s);
}

static void a_single_kind_has_nothing_to_choose(void **state)
{
    system_of_rows s;
    (void)state;
    make_random(&s, 50, COLUMNS, 3);
    const ff_weight_search found = find(&s, 1, FF_OK);
    assert_near(found.factor[FF_KIND_FORCE], 1, 0);
    assert_near(found.factor[FF_KIND_ENERGY], 0, 0);
    assert_true(isnan(found.noise[FF_KIND_ENERGY]) && found.noise[FF_KIND_FORCE] > 0);
    assert_int_equal(found.fits, 0);
    drop(&s);
    make_classes(&s, FRAMES, 2, COLUMNS, 7);
    (void)find(&s, 1, FF_E_RANGE);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_found_and_kinds_count_as_one),
        cmocka_unit_test(the_choice_is_a_minimum),
        cmocka_unit_test(units_do_not_matter),
        cmocka_unit_test(a_single_kind_has_nothing_to_choose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
