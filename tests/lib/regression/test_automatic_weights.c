/* Weights that nobody has to choose: noise levels found again, kinds that count as one whatever
 * their units and numbers. */

#include "lib/regression/automatic_weights.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/lib/regression/row_system.h"
#include "tests/near.h"

enum { FRAMES = 60, COLUMNS = 8 };

/* Factors of a system with equal weights, and the levels behind them; rows by kind. */
static void find(system_of_rows *s, double factor[FF_KINDS], double noise[FF_KINDS],
                 size_t rows[FF_KINDS])
{
    ff_reduction reduction = reduced(s, 1);
    double *weight = calloc(reduction.count, sizeof *weight);
    ff_error err = {0};
    memset(rows, 0, FF_KINDS * sizeof *rows);
    for (size_t i = 0; i < reduction.count; i++) {
        weight[i] = 1;
        rows[reduction.classes[i].kind] += reduction.classes[i].count;
    }
    const ff_solver_options options = {.method = FF_SOLVER_RIDGE, .weight = weight};
    if (ff_automatic_weights(factor, noise, &reduction, &options, &err) != FF_OK)
        fail_msg("%s", err.message);
    free(weight);
    ff_reduction_clear(&reduction);
}

static void levels_are_found_and_kinds_count_as_one(void **state)
{
    system_of_rows s;
    double factor[FF_KINDS], noise[FF_KINDS];
    size_t rows[FF_KINDS];
    (void)state;
    make_classes(&s, FRAMES, 2, COLUMNS, 7);
    find(&s, factor, noise, rows);
    int most = FF_KIND_FORCE; /* some 600 components, more than of any other kind */
    assert_near(factor[most], 1, 1e-15);
    for (int kind = 0; kind < FF_KINDS; kind++) {
        /* Levels from N rows are uncertain by 1/sqrt(2 N), and energies also by what they fit. */
        assert_near(noise[kind] / true_noise[kind], 1, 4 / sqrt(2.0 * (double)rows[kind]));
        assert_near(factor[kind] * noise[kind] * sqrt((double)rows[kind]),
                    noise[most] * sqrt((double)rows[most]), 1e-12);
    }
    drop(&s);
}

/* Energies in other units: the weight makes up for it. */
static void units_do_not_matter(void **state)
{
    system_of_rows s;
    double factor[2][FF_KINDS], noise[FF_KINDS];
    size_t rows[FF_KINDS];
    (void)state;
    make_classes(&s, FRAMES, 2, COLUMNS, 7);
    find(&s, factor[0], noise, rows);
    for (size_t i = 0; i < s.rows; i++)
        if (s.label[i].kind == FF_KIND_ENERGY) {
            s.target[i] *= 1000;
            cblas_dscal(COLUMNS, 1000, s.matrix + i * COLUMNS, 1);
        }
    find(&s, factor[1], noise, rows);
    assert_near(1000 * factor[1][FF_KIND_ENERGY] / factor[0][FF_KIND_ENERGY], 1, 1e-6);
    assert_near(factor[1][FF_KIND_VIRIAL] / factor[0][FF_KIND_VIRIAL], 1, 1e-6);
    drop(&s);
}

static void absent_kinds_have_none(void **state)
{
    system_of_rows s;
    double factor[FF_KINDS], noise[FF_KINDS];
    size_t rows[FF_KINDS];
    (void)state;
    make_random(&s, 50, COLUMNS, 3);
    find(&s, factor, noise, rows);
    assert_near(factor[FF_KIND_FORCE], 1, 0);
    assert_near(factor[FF_KIND_ENERGY], 0, 0);
    assert_true(isnan(noise[FF_KIND_ENERGY]) && noise[FF_KIND_FORCE] > 0);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_found_and_kinds_count_as_one),
        cmocka_unit_test(units_do_not_matter),
        cmocka_unit_test(absent_kinds_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
