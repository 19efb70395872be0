/* The lowest mode of relaxed structures: against a matrix, and on defects that are known to be
 * minima or saddles. */

#include "lib/defects/green_function.h"
#include "lib/defects/relax.h"
#include "lib/defects/stability.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/defects/prepare_defect.h"

#include <arpack.h>
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
    assert_int_equal(prepare_defect(&relaxation, crystal, silicon ? 14 : 74,
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

/* The same by ARPACK, for the symmetric operator P^(1/2) H P^(1/2) of a crystal whose atoms are
 * displaced at random by up to `size`. */
typedef struct crystal {
    ff_force_constants constants;
    ff_green_function *whole, *root; /* powers -1 and -1/2 */
    ff_potential *potential;
    ff_calculator *calculator;
    ff_relaxation relaxation;
    ff_frame frame;
    size_t products;
} crystal;

static void crystal_init(crystal *c, double size)
{
    static const int cells[3] = {2, 2, 2};
    unsigned state = 7;
    c->products = 0;
    ff_relaxation_init(&c->relaxation);
    assert_int_equal(ff_stillinger_weber_new(&c->potential, "Si", NULL), FF_OK);
    assert_int_equal(prepare_defect(&c->relaxation, "diamond", 14, 5.43095, cells, "none", NULL),
                     FF_OK);
    assert_int_equal(ff_relaxation_frame(&c->relaxation, &c->frame, NULL), FF_OK);
    for (size_t i = 0; i < 3 * c->frame.atoms; i++) {
        state = state * 1664525u + 1013904223u;
        c->frame.positions[i] += size * ((double)(state >> 8) / 8388608.0 - 1.0);
    }
    assert_int_equal(
        ff_force_constants_compute(&c->constants, c->potential, &c->relaxation.unit, NULL), FF_OK);
    assert_int_equal(ff_green_function_new(&c->whole, &c->constants, cells, -1.0, NULL), FF_OK);
    assert_int_equal(ff_green_function_new(&c->root, &c->constants, cells, -0.5, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&c->calculator, c->potential, 0.0, NULL), FF_OK);
}

static void crystal_clear(crystal *c)
{
    ff_calculator_free(c->calculator);
    ff_green_function_free(c->whole);
    ff_green_function_free(c->root);
    ff_force_constants_clear(&c->constants);
    ff_frame_clear(&c->frame);
    ff_relaxation_clear(&c->relaxation);
    ff_potential_free(c->potential);
}

static int crystal_product(void *context, const double *x, const double *vector, double *product,
                           ff_error *err)
{
    crystal *c = context;
    (void)x;
    c->products++;
    return ff_calculator_hessian_product(c->calculator, &c->frame, vector, product, err);
}

static void crystal_precondition(void *context, const double *gradient, double *direction)
{
    ff_green_function_apply(((crystal *)context)->whole, gradient, direction);
}

static double lowest_by_arpack(crystal *c, double tolerance)
{
    enum { BASIS = 12 };
    a_int size = 3 * (a_int)c->frame.atoms, ido = 0, info = 1;
    a_int parameters[11] = {1, 0, 200, 1, 0, 0, 1}, place[11] = {0}, select[BASIS] = {0};
    double *residual = calloc((size_t)size, sizeof *residual);
    double *basis = calloc((size_t)size * BASIS, sizeof *basis);
    double *work = calloc(3 * (size_t)size, sizeof *work),
           *middle = calloc((size_t)size, sizeof *work);
    double small[BASIS * BASIS + 8 * BASIS] = {0}, value = NAN;
    for (a_int i = 0; i < size; i++)
        middle[i] = sin(1.0 + 0.7 * (double)(i * i % 101));
    ff_green_function_apply(c->root, middle, residual); /* without translations */
    while (ido != 99) {
        dsaupd_c(&ido, "I", size, "SA", 1, tolerance, residual, BASIS, basis, size, parameters,
                 place, work, small, (a_int)(sizeof small / sizeof *small), &info);
        if (ido != 1 && ido != -1)
            break;
        double *from = work + place[0] - 1, *to = work + place[1] - 1;
        ff_green_function_apply(c->root, from, middle);
        assert_int_equal(crystal_product(c, NULL, middle, to, NULL), FF_OK);
        ff_green_function_apply(c->root, to, to);
        double mean[3] = {0}; /* translations get the eigenvalue 2 in place of 0 */
        for (a_int k = 0; k < size; k++)
            mean[k % 3] += 3.0 * from[k] / size;
        for (a_int k = 0; k < size; k++)
            to[k] += 2.0 * mean[k % 3];
    }
    assert_int_equal(info, 0);
    dseupd_c(0, "A", select, &value, basis, size, 0.0, "I", size, "SA", 1, tolerance, residual,
             BASIS, basis, size, parameters, place, work, small,
             (a_int)(sizeof small / sizeof *small), &info);
    assert_int_equal(info, 0);
    free(residual);
    free(basis);
    free(work);
    free(middle);
    return value;
}

/* What is found is the lowest eigenvalue to a tenth, and takes fewer products than ARPACK asked for
 * the same accuracy. */
static void test_against_arpack(void **state)
{
    (void)state;
    static const double sizes[2] = {0.05, 0.2};
    for (int i = 0; i < 2; i++) {
        crystal c;
        ff_stability stability;
        crystal_init(&c, sizes[i]);
        size_t where[64];
        for (size_t n = 0; n < 64; n++)
            where[n] = n;
        ff_minimise_problem problem = {.atoms = c.frame.atoms,
                                       .precondition = crystal_precondition,
                                       .multiply = crystal_product,
                                       .context = &c};
        ff_stability_options options = {.where = where, .count = 64, .seed = 3, .most = 60};
        assert_int_equal(
            ff_stability_check(&problem, c.frame.positions, &options, &stability, NULL, NULL),
            FF_OK);
        size_t own = c.products;
        c.products = 0;
        double exact = lowest_by_arpack(&c, 1e-10);
        c.products = 0;
        (void)lowest_by_arpack(&c, 0.1);
        assert_near(stability.ratio, exact, 0.1 * fabs(exact));
        assert_true(fmin(fabs(exact), fabs(exact - 1.0)) > 0.1);
        assert_true(own <= c.products);
        crystal_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_a_matrix),
        cmocka_unit_test(test_against_arpack),
        cmocka_unit_test(test_minima_and_saddles),
        cmocka_unit_test(test_perfect_crystal_is_as_stiff_as_itself),
        cmocka_unit_test(test_size_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
