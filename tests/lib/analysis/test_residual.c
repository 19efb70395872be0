/* The predicted geometry error against that found, for manufactured mismatches: the reference plus
 * a small pair term. */

#include "lib/analysis/residual.h"
#include "lib/base/parallel.h"
#include "lib/defects/prepare.h"
#include "lib/defects/relax.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/analysis/perturbed_potential.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

typedef struct fixture {
    ff_potential *silicon;
    ff_relaxation reference;
} fixture;

static int set_up(void **state)
{
    static fixture f;
    static const int cells[3] = {3, 3, 3};
    ff_relax_options options = ff_relax_defaults();
    assert_int_equal(ff_stillinger_weber_new(&f.silicon, "Si", NULL), FF_OK);
    ff_relaxation_init(&f.reference);
    assert_int_equal(prepare_defect(&f.reference, "diamond", 14, 5.43095, cells,
                                    "interstitial-tetrahedral", NULL),
                     FF_OK);
    options.tolerance = 1e-10;
    assert_int_equal(ff_relax(&f.reference, f.silicon, &options, NULL, NULL), FF_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ff_relaxation_clear(&f->reference);
    ff_potential_free(f->silicon);
    return 0;
}

/* Relaxes with the perturbation, starting from the reference's equilibrium, and compares. */
static void compare(ff_comparison *comparison, ff_relaxation *model, const fixture *f,
                    double amplitude, double training_radius)
{
    perturbed parameters = {f->silicon, amplitude, 3.7, NULL};
    ff_potential potential = perturbed_potential(&parameters);
    ff_relax_options options = ff_relax_defaults();
    options.tolerance = 1e-10;
    ff_residual_report report = {.unstable_modes = 1};
    ff_error err = {0};
    ff_relaxation_init(model);
    assert_int_equal(ff_relaxation_prepare_like(model, &f->reference, &err), FF_OK);
    memcpy(model->displacement, f->reference.displacement,
           3 * model->reference.atoms * sizeof(double));
    assert_int_equal(ff_relax(model, &potential, &options, NULL, &err), FF_OK);
    ff_comparison_init(comparison);
    assert_int_equal(ff_compare(comparison, &f->reference, model, &err), FF_OK);
    assert_int_equal(
        ff_compare_residual(comparison, &f->reference, &potential, training_radius, &report, &err),
        FF_OK);
    assert_int_equal(report.unstable_modes, 0);
    assert_int_equal(report.close.count, 0);
}

/* predicted / found tends to a limit linearly in the amplitude, and the limit is near 1. */
static void test_effectivity(void **state)
{
    const fixture *f = *state;
    double effectivity[3];
    for (int i = 0; i < 3; i++) {
        ff_comparison c;
        ff_relaxation model;
        compare(&c, &model, f, 0.1 / (1 << i), NAN);
        effectivity[i] = c.effectivity;
        assert_near(c.predicted_error / c.geometry_error, c.effectivity, 1e-14);
        assert_true(isnan(c.predicted_core) && isnan(c.training_radius));
        ff_comparison_clear(&c);
        ff_relaxation_clear(&model);
    }
    double first = effectivity[0] - effectivity[1], second = effectivity[1] - effectivity[2];
    assert_near(first / second, 2.0, 0.1);
    assert_near(effectivity[2] - second, 0.93, 0.01);
}

/* E~(u_reference) - E~(u_model) = 1/2 <r, u_model - u_reference> + O(t^3). */
static void test_energy_is_the_square(void **state)
{
    const fixture *f = *state;
    static const double amplitude = 1e-3;
    perturbed parameters = {f->silicon, amplitude, 3.7, NULL};
    ff_potential potential = perturbed_potential(&parameters);
    ff_comparison c;
    ff_relaxation model;
    ff_frame frame;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    compare(&c, &model, f, amplitude, NAN);
    assert_int_equal(ff_relaxation_frame(&f->reference, &frame, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, &potential, 0, NULL), FF_OK);
    assert_int_equal(ff_calculator_evaluate(calculator, &frame, FF_WANT_FORCES, &result, NULL),
                     FF_OK);
    double product = 0.0, squared = 0.0;
    for (size_t i = 0; i < 3 * frame.atoms; i++) {
        product += result.forces[i] * (model.displacement[i] - f->reference.displacement[i]);
        squared += result.forces[i] * result.forces[i];
    }
    assert_near(c.residual_norm, sqrt(squared), 1e-12);
    double fallen = -model.history[model.steps - 1].energy_change;
    assert_near(fallen / (0.5 * product), 1.0, 1e-2);
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
    ff_comparison_clear(&c);
    ff_relaxation_clear(&model);
}

static void test_split(void **state)
{
    const fixture *f = *state;
    ff_comparison c;
    ff_relaxation model;
    static const double radii[3] = {5.0, 100.0, 1e-3};
    double total = 0.0;
    for (int i = 0; i < 3; i++) {
        compare(&c, &model, f, 0.01, radii[i]);
        total = c.predicted_error;
        assert_near(c.training_radius, radii[i], 0.0);
        assert_true(total <= c.predicted_core + c.predicted_far + 1e-15);
        assert_true(total >= fabs(c.predicted_core - c.predicted_far) - 1e-15);
        if (i == 0) {
            assert_true(c.predicted_far > 0.0 && c.predicted_far < c.predicted_core);
            assert_true(c.decay[0].residual >= 0.0);
            assert_true(c.decay[1].residual > c.decay[c.bins - 1].residual);
        }
        if (i == 1) {
            assert_near(c.predicted_core, total, 1e-15);
            assert_near(c.predicted_far, 0.0, 1e-15);
        }
        ff_comparison_clear(&c);
        ff_relaxation_clear(&model);
    }
}

static void test_no_mismatch(void **state)
{
    const fixture *f = *state;
    ff_comparison c;
    ff_relaxation model;
    compare(&c, &model, f, 0.0, 5.0);
    assert_true(c.residual_norm < 1e-8 && c.predicted_error < 1e-8);
    assert_near(c.geometry_error, 0.0, 1e-8);
    assert_near(c.energy_error, 0.0, 1e-12);
    ff_comparison_clear(&c);
    ff_relaxation_clear(&model);
}

static int not_a_number(const ff_potential *potential, const ff_environment *environment,
                        void *workspace, double *energy, double *gradient, ff_error *err)
{
    (void)potential;
    (void)workspace;
    (void)err;
    *energy = 0.0;
    for (size_t i = 0; gradient && i < 3 * environment->count; i++)
        gradient[i] = NAN;
    return FF_OK;
}

static void test_refusals(void **state)
{
    const fixture *f = *state;
    static const ff_potential_class class_ = {.kind = "nan", .site = not_a_number};
    ff_potential broken = {.class_ = &class_, .cutoff = 4.0};
    broken.species[14] = true;
    ff_comparison c;
    ff_error err = {0};
    ff_comparison_init(&c);
    assert_int_equal(ff_compare_residual(&c, &f->reference, &broken, NAN, NULL, &err),
                     FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "not finite"));
    assert_int_equal(ff_compare_residual(&c, &f->reference, f->silicon, NAN, NULL, &err),
                     FF_E_USAGE); /* nothing was compared */
    ff_comparison_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_effectivity), cmocka_unit_test(test_energy_is_the_square),
        cmocka_unit_test(test_split),       cmocka_unit_test(test_no_mismatch),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
