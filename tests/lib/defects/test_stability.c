/* The lowest mode of relaxed structures: against a matrix, and on defects that are known to be
 * minima or saddles. */

#include "lib/defects/prepare.h"
#include "lib/defects/relax.h"
#include "lib/defects/stability.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/stillinger_weber.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

enum { ATOMS = 40 };

/* Springs between the atoms of a ring, all of stiffness 2, but one of stiffness *context. */
static int ring(void *context, const double *x, double *gradient, double *energy, double *noise,
                ff_error *err)
{
    (void)err;
    *energy = 0.0;
    *noise = 1e-15;
    memset(gradient, 0, sizeof(double[3 * ATOMS]));
    for (size_t i = 0; i < ATOMS; i++)
        for (size_t k = 0; k < 3; k++) {
            size_t here = 3 * i + k, next = 3 * ((i + 1) % ATOMS) + k;
            double stiffness = i == 7 ? *(double *)context : 2.0, stretch = x[next] - x[here];
            *energy += 0.5 * stiffness * stretch * stretch;
            gradient[next] += stiffness * stretch;
            gradient[here] -= stiffness * stretch;
        }
    return FF_OK;
}

/* The same springs' forces are linear: their Hessian times a vector is the gradient there. */
static int ring_product(void *context, const double *x, const double *vector, double *product,
                        ff_error *err)
{
    (void)x;
    double energy, noise;
    return ring(context, vector, product, &energy, &noise, err);
}

static void identity(void *context, const double *gradient, double *direction)
{
    (void)context;
    memmove(direction, gradient, sizeof(double[3 * ATOMS]));
}

/* With the identity for P the ratio is an eigenvalue of the matrix itself: H v - ratio v is within
 * the uncertainty that is claimed. */
static void test_against_a_matrix(void **state)
{
    (void)state;
    static const size_t where[2] = {7, 8};
    double weak = -2.0, x[3 * ATOMS] = {0}, mode[3 * ATOMS];
    ff_minimise_problem problem = {
        .atoms = ATOMS, .evaluate = ring, .precondition = identity, .context = &weak};
    ff_stability_options options = {.where = where, .count = 2, .seed = 1, .most = 40};
    ff_stability stability;
    assert_int_equal(ff_stability_check(&problem, x, &options, &stability, mode, NULL), FF_OK);
    assert_true(stability.ratio < 0.0);
    assert_true(stability.products <= 40);

    double gradient[3 * ATOMS], energy, noise, residual = 0.0, norm = 0.0;
    assert_int_equal(ring(&weak, mode, gradient, &energy, &noise, NULL), FF_OK);
    for (size_t k = 0; k < sizeof mode / sizeof *mode; k++) {
        residual += pow(gradient[k] - stability.ratio * mode[k], 2.0);
        norm += mode[k] * mode[k];
    }
    assert_true(sqrt(residual / norm) <= 1.01 * stability.uncertainty + 1e-9);
    assert_true(stability.uncertainty <= 0.1 * fabs(stability.ratio));
    assert_near(stability.curvature, stability.ratio, 1e-9);
    assert_near(ff_largest_norm(mode, ATOMS), 1.0, 1e-12);

    weak = 0.5;
    assert_int_equal(ff_stability_check(&problem, x, &options, &stability, NULL, NULL), FF_OK);
    assert_true(stability.ratio > 0.0);

    /* Exact products change nothing but rounding, and need no gradients. */
    double by_differences = stability.ratio;
    problem.multiply = ring_product;
    problem.evaluate = NULL;
    assert_int_equal(ff_stability_check(&problem, x, &options, &stability, NULL, NULL), FF_OK);
    assert_near(stability.ratio, by_differences, 1e-9);
}

static void check(ff_stability *stability, const char *crystal, int cells, const char *defect,
                  double break_symmetry)
{
    bool silicon = strcmp(crystal, "diamond") == 0;
    const int all[3] = {cells, cells, cells};
    ff_potential *potential = NULL;
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    ff_relax_report report;
    ff_error err = {0};
    options.check_stability = true;
    options.break_symmetry = break_symmetry;
    ff_relaxation_init(&relaxation);
    assert_int_equal(silicon ? ff_stillinger_weber_new(&potential, "Si", NULL)
                             : ff_finnis_sinclair_new(&potential, "W", NULL),
                     FF_OK);
    assert_int_equal(ff_relaxation_prepare(&relaxation, crystal, silicon ? 14 : 74,
                                           silicon ? 5.43095 : 3.1652, all, defect, NULL),
                     FF_OK);
    assert_int_equal(ff_relax(&relaxation, potential, &options, &report, &err), FF_OK);
    *stability = report.stability;
    assert_near(relaxation.lowest_curvature, stability->curvature, 0.0);
    assert_true(stability->curvature * stability->ratio > 0.0);
    assert_true(stability->products <= 24);
    assert_int_equal(relaxation.steps, report.evaluations); /* history ends with the search */
    ff_relaxation_clear(&relaxation);
    ff_potential_free(potential);
}

/* The hexagonal interstitial of Stillinger-Weber silicon and, for Finnis-Sinclair tungsten, the
 * 110 dumbbell (it falls to 111) are saddles. */
static void test_minima_and_saddles(void **state)
{
    (void)state;
    static const struct {
        const char *crystal, *defect;
        int cells;
        bool saddle;
    } cases[] = {{"diamond", "interstitial-tetrahedral", 2, false},
                 {"diamond", "interstitial-hexagonal", 2, true},
                 {"bcc", "vacancy", 4, false},
                 {"bcc", "dumbbell-110", 4, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ff_stability stability;
        check(&stability, cases[i].crystal, cases[i].cells, cases[i].defect, 0.0);
        assert_true((stability.ratio < 0.0) == cases[i].saddle);
    }
}

static void test_perfect_crystal_is_as_stiff_as_itself(void **state)
{
    (void)state;
    ff_stability stability;
    check(&stability, "diamond", 2, "none", 0.0);
    assert_near(stability.ratio, 1.0, 1e-8);
}

static void test_size_does_not_matter(void **state)
{
    (void)state;
    ff_stability small, large;
    check(&small, "bcc", 6, "vacancy", 0.0);
    check(&large, "bcc", 10, "vacancy", 0.0);
    assert_near(small.ratio, large.ratio, 0.05 * large.ratio);
    assert_int_equal(small.products, large.products);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_a_matrix),
        cmocka_unit_test(test_minima_and_saddles),
        cmocka_unit_test(test_perfect_crystal_is_as_stiff_as_itself),
        cmocka_unit_test(test_size_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
