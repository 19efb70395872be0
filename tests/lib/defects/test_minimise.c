/* The minimiser on functions whose minima are known, and where there is none. */

#include "lib/defects/minimise.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

/* Rosenbrock's valley in pairs of coordinates, scaled to A: minimum 0 at (1, 1). */
static int rosenbrock(void *context, const double *x, double *gradient, double *energy,
                      double *noise, ff_error *err)
{
    (void)context;
    (void)err;
    *energy = 0.0;
    for (size_t i = 0; i < 6; i += 2) {
        double a = 1.0 - x[i], b = x[i + 1] - x[i] * x[i];
        *energy += a * a + 100.0 * b * b;
        gradient[i] = -2.0 * a - 400.0 * x[i] * b;
        gradient[i + 1] = 200.0 * b;
    }
    *noise = 1e-15;
    return FF_OK;
}

static void test_finds_the_minimum(void **state)
{
    (void)state;
    double x[6] = {-1.2, 1.0, 0.0, 0.0, 2.0, 3.0};
    ff_minimise_problem problem = {.atoms = 2, .evaluate = rosenbrock};
    ff_minimise_options options = ff_minimise_defaults();
    ff_minimise_result result;
    assert_int_equal(ff_minimise(&problem, &options, x, &result, NULL), FF_OK);
    assert_true(result.converged && result.max_gradient <= options.tolerance);
    assert_true(result.evaluations < 200);
    for (size_t i = 0; i < 6; i++)
        assert_near(x[i], 1.0, 1e-7);
}

/* An energy whose total carries an error of 1e-6 eV: a search that compares energies stops at
 * forces of 1e-3, one that goes by the slope does not notice. */
static int noisy_quadratic(void *context, const double *x, double *gradient, double *energy,
                           double *noise, ff_error *err)
{
    static const double stiffness[3] = {1.0, 10.0, 40.0};
    size_t *calls = context;
    (void)err;
    *energy = ++*calls % 2 ? 5e-7 : -5e-7;
    *noise = 5e-7;
    for (size_t i = 0; i < 3; i++) {
        *energy += 0.5 * stiffness[i] * x[i] * x[i];
        gradient[i] = stiffness[i] * x[i];
    }
    return FF_OK;
}

static void test_rounding_of_the_energy_does_not_matter(void **state)
{
    (void)state;
    size_t calls = 0;
    double x[3] = {1.0, -0.3, 0.2};
    ff_minimise_problem problem = {.atoms = 1, .evaluate = noisy_quadratic, .context = &calls};
    ff_minimise_options options = ff_minimise_defaults();
    ff_minimise_result result;
    options.tolerance = 1e-12;
    assert_int_equal(ff_minimise(&problem, &options, x, &result, NULL), FF_OK);
    assert_true(result.max_gradient <= 1e-12);
    assert_int_equal(calls, result.evaluations);
    assert_true(result.lowest_curvature >= 1.0 - 1e-9 && result.lowest_curvature <= 40.0);
}

/* A double well along x, (x^2 - 1)^2, starting near the saddle at 0. */
static int double_well(void *context, const double *x, double *gradient, double *energy,
                       double *noise, ff_error *err)
{
    (void)context;
    (void)err;
    double a = x[0] * x[0] - 1.0;
    *energy = a * a + x[1] * x[1] + x[2] * x[2];
    *noise = 1e-16;
    gradient[0] = 4.0 * a * x[0];
    gradient[1] = 2.0 * x[1];
    gradient[2] = 2.0 * x[2];
    return FF_OK;
}

static void test_leaves_a_saddle_and_says_so(void **state)
{
    (void)state;
    double x[3] = {1e-3, 0.2, 0.1};
    ff_minimise_problem problem = {.atoms = 1, .evaluate = double_well};
    ff_minimise_options options = ff_minimise_defaults();
    ff_minimise_result result;
    assert_int_equal(ff_minimise(&problem, &options, x, &result, NULL), FF_OK);
    assert_near(x[0], 1.0, 1e-8);
    assert_true(result.lowest_curvature < 0.0);
}

/* The same with the exact model at each point: from a hair's breadth beside the saddle, in steps of
 * a trust region. */
static int look_at_well(void *context, const double *x, bool *forget, ff_error *err)
{
    (void)err;
    memcpy(context, x, 3 * sizeof(double));
    *forget = true;
    return FF_OK;
}

static ff_model_step well_step(void *context, const double *gradient, double radius, double *step)
{
    const double *x = context, ratio[3] = {12.0 * x[0] * x[0] - 4.0, 2.0, 2.0};
    double compliance[3];
    ff_quadratic_model model = {.modes = 3, .ratio = ratio, .amount = gradient};
    ff_model_step found = ff_trust_region_step(&model, radius);
    ff_trust_region_compliance(&model, found.shift, compliance);
    for (int k = 0; k < 3; k++)
        step[k] = -compliance[k] * gradient[k];
    return found;
}

static void test_trust_region_leaves_a_saddle(void **state)
{
    (void)state;
    double x[3] = {1e-6, 0.2, 0.1}, here[3];
    ff_minimise_problem problem = {.atoms = 1,
                                   .evaluate = double_well,
                                   .newton = well_step,
                                   .refresh = look_at_well,
                                   .context = here};
    ff_minimise_options options = ff_minimise_defaults();
    ff_minimise_result result;
    assert_int_equal(ff_minimise(&problem, &options, x, &result, NULL), FF_OK);
    assert_near(x[0], 1.0, 1e-9);
    assert_true(result.evaluations <= 15);
    /* On it, by symmetry, it stays. */
    x[0] = 0.0;
    assert_int_equal(ff_minimise(&problem, &options, x, &result, NULL), FF_OK);
    assert_true(x[0] == 0.0);
}

/* No minimum: a slope; beyond x = limit the energy does not exist. */
static int slope(void *context, const double *x, double *gradient, double *energy, double *noise,
                 ff_error *err)
{
    const double *limit = context;
    if (x[0] > *limit)
        return ff_fail(err, FF_E_RANGE, "beyond the edge");
    *energy = -x[0];
    *noise = 1e-16;
    gradient[0] = -1.0;
    gradient[1] = gradient[2] = 0.0;
    return FF_OK;
}

static void test_ends_without_a_minimum(void **state)
{
    (void)state;
    double limits[3] = {INFINITY, 0.5, -1.0};
    const char *words[3] = {"fly apart", "no step lowers the energy", "starting structure"};
    for (int i = 0; i < 3; i++) {
        double x[3] = {0};
        ff_error err = {0};
        ff_minimise_problem problem = {.atoms = 1, .evaluate = slope, .context = &limits[i]};
        ff_minimise_options options = ff_minimise_defaults();
        ff_minimise_result result;
        assert_int_equal(ff_minimise(&problem, &options, x, &result, &err), FF_E_NUMERIC);
        assert_non_null(strstr(err.message, words[i]));
        assert_false(result.converged);
        assert_true(result.evaluations < 150);
        assert_true(isfinite(x[0]));
    }
}

static void test_limit_of_evaluations(void **state)
{
    (void)state;
    double x[6] = {-1.2, 1.0, 0.0, 0.0, 2.0, 3.0};
    ff_error err = {0};
    ff_minimise_problem problem = {.atoms = 2, .evaluate = rosenbrock};
    ff_minimise_options options = ff_minimise_defaults();
    ff_minimise_result result;
    options.max_evaluations = 7;
    assert_int_equal(ff_minimise(&problem, &options, x, &result, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "limit of evaluations"));
    assert_int_equal(result.evaluations, 7);
    options.memory = 0;
    assert_int_equal(ff_minimise(&problem, &options, x, &result, &err), FF_E_USAGE);
}

static int broken(void *context, const double *x, double *gradient, double *energy, double *noise,
                  ff_error *err)
{
    (void)context;
    (void)x;
    (void)gradient;
    (void)energy;
    (void)noise;
    return ff_fail(err, FF_E_NOMEM, "no memory left");
}

static void test_other_errors_pass_through(void **state)
{
    (void)state;
    double x[3] = {0};
    ff_error err = {0};
    ff_minimise_problem problem = {.atoms = 1, .evaluate = broken};
    ff_minimise_options options = ff_minimise_defaults();
    ff_minimise_result result;
    assert_int_equal(ff_minimise(&problem, &options, x, &result, &err), FF_E_NOMEM);
    assert_string_equal(err.message, "no memory left");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_minimum),
        cmocka_unit_test(test_rounding_of_the_energy_does_not_matter),
        cmocka_unit_test(test_leaves_a_saddle_and_says_so),
        cmocka_unit_test(test_trust_region_leaves_a_saddle),
        cmocka_unit_test(test_ends_without_a_minimum),
        cmocka_unit_test(test_limit_of_evaluations),
        cmocka_unit_test(test_other_errors_pass_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
