/* Limits over sizes: closed forms, what the uncertainty holds, defects in silicon. */

#include "lib/analysis/extrapolation.h"

#include "lib/defects/relax.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/defects/prepare_defect.h"

#include <string.h>

#include "tests/lib/defects/near.h"

static void an_exact_law_is_found(void **state)
{
    (void)state;
    double sites[5], value[5];
    ff_limit limit;
    for (int i = 0; i < 5; i++) {
        sites[i] = 8.0 * pow(2.0 + i, 3.0);
        value[i] = 3.5 + 12.0 / sites[i];
    }
    ff_limit_assume(&limit, sites, value, 5, 3.0);
    assert_near(limit.value, 3.5, 1e-12);
    assert_near(limit.factor, 12.0, 1e-9);
    assert_near(limit.smallest_left_out, 3.5, 1e-12);
    assert_near(limit.uncertainty, 0.0, 1e-10);
    assert_int_equal(limit.sizes, 5);
    for (int i = 0; i < 5; i++)
        value[i] = 3.5 - 2.0 * pow(sites[i], -0.5);
    ff_limit_fit(&limit, sites, value, 5);
    assert_near(limit.exponent, 1.5, 1e-6);
    assert_near(limit.value, 3.5, 1e-7);
    assert_near(limit.factor, -2.0, 1e-5);
    assert_near(limit.high - limit.low, 0.0, 1e-4);
}

/* Nothing is made up where too few sizes are known. */
static void few_sizes_leave_gaps(void **state)
{
    (void)state;
    const double sites[4] = {16.0, 54.0, 128.0, 250.0}, value[4] = {1.2, NAN, 1.1, 1.07};
    ff_limit limit;
    ff_limit_assume(&limit, sites, value, 1, 3.0);
    assert_true(isnan(limit.value) && isnan(limit.exponent));
    ff_limit_assume(&limit, sites, value, 3, 3.0);
    assert_int_equal(limit.sizes, 2);
    assert_near(limit.value, 1.1 - 0.1 / 7.0, 1e-12);
    assert_true(isnan(limit.uncertainty));
    ff_limit_fit(&limit, sites, value, 3);
    assert_true(isnan(limit.exponent));
    ff_limit_fit(&limit, sites, value, 4);
    assert_true(isfinite(limit.exponent) && isnan(limit.low) && isnan(limit.uncertainty));
}

/* With the next term of the theory added and left out of the fit, the limit is within what is
 * claimed. */
static void the_uncertainty_covers_a_term_left_out(void **state)
{
    (void)state;
    double sites[5], value[5];
    ff_limit limit;
    for (int i = 0; i < 5; i++) {
        sites[i] = 8.0 * pow(2.0 + i, 3.0);
        value[i] = 3.5 + 12.0 / sites[i] + 60.0 * pow(sites[i], -5.0 / 3.0) +
                   900.0 * pow(sites[i], -7.0 / 3.0);
    }
    ff_limit_assume(&limit, sites, value, 3, 3.0);
    assert_int_equal(limit.terms, 1);
    assert_true(fabs(limit.value - 3.5) > 1e-3);
    assert_near(limit.value, 3.5, limit.uncertainty);
    ff_limit_assume(&limit, sites, value, 5, 3.0);
    assert_int_equal(limit.terms, 2);
    assert_true(fabs(limit.value - 3.5) > 1e-6);
    assert_near(limit.value, 3.5, limit.uncertainty);
    ff_limit_fit(&limit, sites, value, 5);
    assert_near(limit.value, 3.5, limit.uncertainty);
    assert_true(limit.low < 3.0 && limit.high > 3.0);
    ff_limit_assume(&limit, sites, value, 5, 5.0); /* the next term is the same: not twice */
    assert_int_equal(limit.terms, 1);
}

static void relax(ff_relaxation *relaxation, const ff_potential *potential, int cells,
                  const char *defect, double break_symmetry)
{
    const int all[3] = {cells, cells, cells};
    ff_relax_options options = ff_relax_defaults();
    options.break_symmetry = break_symmetry;
    ff_relaxation_init(relaxation);
    assert_int_equal(prepare_defect(relaxation, "diamond", 14, 5.430950, all, defect, NULL), FF_OK);
    assert_int_equal(ff_relax(relaxation, potential, &options, NULL, NULL), FF_OK);
}

enum { SIZES = 5 };

/* Energies of cells of 2 to 6 approach 2.645 and 4.927 eV (computed independently), as N^-3. */
static void defects_in_silicon(void **state)
{
    (void)state;
    static const struct {
        const char *defect;
        double limit, break_symmetry;
    } cases[2] = {{"vacancy", 2.645, 0.4}, {"interstitial-tetrahedral", 4.927, 0.0}};
    static const int cells[SIZES] = {6, 3, 2, 5, 4};
    ff_potential *potential = NULL;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    for (int d = 0; d < 2; d++) {
        ff_relaxation r[SIZES];
        ff_extrapolation e;
        ff_error err = {0};
        for (int i = 0; i < SIZES; i++) /* the order does not matter */
            relax(&r[i], potential, cells[i], cases[d].defect, cases[d].break_symmetry);
        if (ff_extrapolate(&e, r, SIZES, NULL, &err) != FF_OK)
            fail_msg("%s", err.message);
        assert_string_equal(e.defect, cases[d].defect);
        assert_near(e.energy.value, cases[d].limit, 0.0005);
        assert_true(e.energy.uncertainty < 0.0005);
        assert_near(e.energy_fitted.value, cases[d].limit, e.energy_fitted.uncertainty);
        assert_near(e.energy_fitted.exponent, 3.0, 0.2);
        assert_true(e.energy_fitted.low < 3.0 && e.energy_fitted.high > 3.0);
        assert_int_equal(e.geometry.points, 3); /* 2, 3 and 4 against 6 */
        assert_near(e.geometry.exponent, -1.5, 0.1);
        assert_true(isnan(e.size[SIZES - 1].geometry));
        assert_near(e.without_images.exponent, 6.0, 0.0);
        assert_near(e.without_images.value, e.energy.value, e.energy.uncertainty);
        assert_true(e.without_images.uncertainty < 0.1 * e.energy.uncertainty);
        for (size_t i = 1; i < e.sizes; i++)
            assert_true(e.size[i].sites > e.size[i - 1].sites);
        ff_extrapolation_clear(&e);
        for (int i = 0; i < SIZES; i++)
            ff_relaxation_clear(&r[i]);
    }
    ff_potential_free(potential);
}

static void refuses(ff_relaxation *relaxations, size_t count, int code, size_t at,
                    const char *words)
{
    ff_extrapolation e;
    ff_error err = {0};
    size_t culprit = 99;
    assert_int_equal(ff_extrapolate(&e, relaxations, count, &culprit, &err), code);
    assert_non_null(strstr(err.message, words));
    if (at != 99)
        assert_int_equal(culprit, at);
    ff_extrapolation_clear(&e);
}

static void what_does_not_belong_together_is_refused(void **state)
{
    (void)state;
    static const int cells[4][3] = {{3, 3, 3}, {2, 2, 2}, {2, 2, 3}, {4, 4, 4}};
    ff_relaxation r[4];
    for (int i = 0; i < 4; i++) {
        ff_relaxation_init(&r[i]);
        assert_int_equal(prepare_defect(&r[i], "bcc", 74, 3.165, cells[i],
                                        i == 3 ? "dumbbell-100" : "vacancy", NULL),
                         FF_OK);
    }
    refuses(r, 1, FF_E_USAGE, 99, "two sizes");
    refuses(r, 3, FF_E_FORMAT, 2, "expected the shape of the others");
    ff_relaxation pair[2] = {r[0], r[3]}, twice[2] = {r[1], r[1]};
    refuses(pair, 2, FF_E_FORMAT, 0, "cannot be compared");
    refuses(twice, 2, FF_E_FORMAT, 1, "same 2 x 2 x 2 cells");
    r[1].burgers[2] = 2.7;
    refuses(r, 2, FF_E_FORMAT, 1, "dislocation");
    for (int i = 0; i < 4; i++)
        ff_relaxation_clear(&r[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exact_law_is_found),
        cmocka_unit_test(few_sizes_leave_gaps),
        cmocka_unit_test(the_uncertainty_covers_a_term_left_out),
        cmocka_unit_test(defects_in_silicon),
        cmocka_unit_test(what_does_not_belong_together_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
