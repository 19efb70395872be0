/* Embedded-atom tables: splines, derivatives, invariances, which density goes where. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/cubic_spline.h"
#include "lib/potentials/eam.h"
#include "tests/lib/potentials/potential_checks.h"

static const int species[2] = {29, 13};

/* A smooth bond function that ends with three vanishing derivatives at the cutoff. */
static double tail(double r, double cutoff)
{
    double s = 1 - r / cutoff;
    return s > 0 ? s * s * s * s : 0;
}

static double density(size_t neighbour, size_t centre, double r)
{
    return (1 + 0.3 * (double)neighbour - 0.2 * (double)centre) * tail(r, 5);
}

/* Two elements; the density depends on both. */
static void make_tables(ff_eam_tables *t, size_t knots)
{
    ff_eam_tables_init(t);
    t->elements = 2;
    t->species[0] = species[0];
    t->species[1] = species[1];
    t->densities = t->distances = knots;
    t->density_step = 4.0 / (double)(knots - 1);
    t->distance_step = 5.0 / (double)(knots - 1);
    t->cutoff = 5;
    assert_int_equal(ff_eam_tables_allocate(t, NULL), FF_OK);
    for (size_t k = 0; k < knots; k++) {
        double rho = (double)k * t->density_step, r = (double)k * t->distance_step;
        for (size_t a = 0; a < 2; a++) {
            t->embedding[a * knots + k] = -(1 + (double)a) * rho / (1 + 0.2 * rho);
            for (size_t b = 0; b < 2; b++) {
                t->density[(a * 2 + b) * knots + k] = density(a, b, r);
                t->pair[ff_eam_pair_index(a, b) * knots + k] =
                    (double)(3 + a + b) * tail(r, 5) * (5 - r);
            }
        }
    }
}

static void holds_as_every_potential(void **state)
{
    (void)state;
    ff_eam_tables tables;
    ff_potential *potential = NULL;
    make_tables(&tables, 60);
    assert_int_equal(ff_eam_new(&potential, &tables, NULL), FF_OK);
    ff_check_case c = {.potential = potential,
                       .crystal = "fcc",
                       .species = species,
                       .species_count = 2,
                       .lattice_constant = 3.8,
                       .cells = {2, 1, 2},
                       .rough = 1e-7}; /* third derivatives jump at the knots */
    assert_non_null(potential->class_->hessian_products);
    check_everything(&c);
    ff_potential_free(potential);
    ff_eam_tables_clear(&tables);
}

/* A dimer of different elements against the functions themselves: each atom sits in the density of
 * the other. A spline of 2001 knots is exact to h^4 f'''' = 4e-11 times some tens. */
static void density_of_the_neighbour_at_the_centre(void **state)
{
    (void)state;
    ff_eam_tables tables;
    ff_potential *potential = NULL;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    ff_frame frame;
    double r = 2.345678, pair = 4 * tail(r, 5) * (5 - r) / r;
    make_tables(&tables, 2001);
    assert_int_equal(ff_eam_new(&potential, &tables, NULL), FF_OK);
    ff_eam_tables_clear(&tables); /* the potential has copied what it needs */
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    assert_int_equal(ff_frame_init(&frame, 2, NULL), FF_OK);
    frame.species[0] = species[0];
    frame.species[1] = species[1];
    frame.positions[5] = r;
    check_evaluate(calculator, &frame, 0, &result);
    double at0 = density(1, 0, r), at1 = density(0, 1, r);
    assert_true(fabs(result.site_energies[0] - (pair / 2 - at0 / (1 + 0.2 * at0))) < 1e-9);
    assert_true(fabs(result.site_energies[1] - (pair / 2 - 2 * at1 / (1 + 0.2 * at1))) < 1e-9);
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
}

/* Energy of a dimer of the first element along x, force on its second atom and stiffness of the
 * bond. */
static double dimer(const ff_potential *potential, double r, double *force, double *stiffness)
{
    static const double second_along_x[6] = {0, 0, 0, 1, 0, 0};
    ff_frame frame;
    assert_int_equal(ff_frame_init(&frame, 2, NULL), FF_OK);
    frame.species[0] = frame.species[1] = species[0];
    frame.positions[3] = r;
    ff_check_result result = check_results(potential, &frame);
    *force = result.forces[3];
    double *product = check_products(potential, &frame, 1, second_along_x);
    *stiffness = product[3];
    assert_true(product[0] == -product[3]);
    free(product);
    free(result.forces);
    ff_frame_clear(&frame);
    return result.energy;
}

/* Beyond the largest density of the table F is a straight line: with a pair term of zero and rho
 * linear in the table's density, the dimer's energy is known. */
static void embedding_is_linear_beyond_its_table(void **state)
{
    (void)state;
    ff_eam_tables tables;
    ff_potential *potential = NULL;
    double force, stiffness, close;
    make_tables(&tables, 40);
    for (size_t k = 0; k < 3 * 40; k++)
        tables.pair[k] = 0;
    for (size_t k = 0; k < 40; k++) { /* F = rho^3 up to 4; rho = 10 - 2 r */
        double rho = (double)k * tables.density_step;
        tables.embedding[k] = rho * rho * rho;
        tables.density[k] = 10 - 2 * (double)k * tables.distance_step;
    }
    assert_int_equal(ff_eam_new(&potential, &tables, NULL), FF_OK);
    double inside = dimer(potential, 3.5, &force, &stiffness); /* rho = 3 */
    assert_true(fabs(inside - 2 * 27) < 1e-10);
    assert_true(fabs(force - 2 * 27 * 2) < 1e-9);      /* -dE/dr = -2 F' rho' = -2 * 27 * -2 */
    assert_true(fabs(stiffness - 2 * 18 * 4) < 1e-8);  /* F'' rho'^2 */
    close = dimer(potential, 1.0, &force, &stiffness); /* rho = 8: 64 + 48 (8 - 4) */
    assert_true(fabs(close - 2 * (64 + 48 * 4)) < 1e-9);
    assert_true(fabs(force - 2 * 48 * 2) < 1e-9);
    assert_true(fabs(stiffness) < 1e-9);
    ff_potential_free(potential);
    ff_eam_tables_clear(&tables);
}

/* Splines reproduce cubics, pass through their knots, and are of fourth order for other functions:
 * half the step, a sixteenth of the error. */
static void splines(void **state)
{
    (void)state;
    double values[81], c[80 * 5], slope;
    for (size_t count = FF_SPLINE_LEAST_KNOTS; count <= 9; count++) {
        for (size_t k = 0; k < count; k++) {
            double x = (double)k;
            values[k] = 2 - x + 0.5 * x * x - 0.25 * x * x * x;
        }
        assert_int_equal(ff_cubic_spline_fit(c, 5, values, count, NULL), FF_OK);
        for (size_t k = 0; k + 1 < count; k++) {
            double x = (double)k + 0.3;
            double value = ff_cubic_spline_value(c + 5 * k, 0.3, &slope);
            assert_true(fabs(ff_cubic_spline_curvature(c + 5 * k, 0.3) - (1 - 1.5 * x)) < 1e-12);
            assert_true(fabs(value - (2 - x + 0.5 * x * x - 0.25 * x * x * x)) < 1e-12);
            assert_true(fabs(slope - (-1 + x - 0.75 * x * x)) < 1e-12);
        }
    }
    double error[2] = {0, 0};
    for (size_t half = 0; half < 2; half++) {
        size_t count = half ? 81 : 41;
        double step = 4.0 / (double)(count - 1);
        for (size_t k = 0; k < count; k++)
            values[k] = exp(-step * (double)k) * sin(step * (double)k);
        assert_int_equal(ff_cubic_spline_fit(c, 4, values, count, NULL), FF_OK);
        for (size_t k = 0; k + 1 < count; k++) {
            double x = step * ((double)k + 0.5), exact = exp(-x) * sin(x);
            double value = ff_cubic_spline_value(c + 4 * k, 0.5, &slope);
            error[half] = fmax(error[half], fabs(value - exact));
            if (k > 0) { /* the second derivative does not jump */
                double before = ff_cubic_spline_curvature(c + 4 * (k - 1), 1);
                assert_true(fabs(before - ff_cubic_spline_curvature(c + 4 * k, 0)) < 1e-14);
            }
        }
    }
    assert_true(error[1] < error[0] / 14 && error[1] < 1e-5);
}

static void refuses_bad_tables(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_eam_tables tables;
    ff_potential *potential = NULL;
    make_tables(&tables, 10);
    tables.cutoff = 5.7; /* ten knots of 5/9 A reach 5 A, and 5.56 A with one step more */
    assert_int_equal(ff_eam_new(&potential, &tables, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "cutoff of 5.7"));
    tables.cutoff = 5.5;
    assert_int_equal(ff_eam_new(&potential, &tables, &err), FF_OK);
    assert_true(fabs(potential->cutoff - 5) < 1e-14);
    ff_potential_free(potential);
    tables.density_step = 0;
    assert_int_equal(ff_eam_new(&potential, &tables, &err), FF_E_RANGE);
    tables.density_step = 1;
    tables.distances = 3;
    assert_int_equal(ff_eam_new(&potential, &tables, &err), FF_E_RANGE);
    assert_null(potential);
    ff_eam_tables_clear(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_as_every_potential),
        cmocka_unit_test(density_of_the_neighbour_at_the_centre),
        cmocka_unit_test(embedding_is_linear_beyond_its_table),
        cmocka_unit_test(splines),
        cmocka_unit_test(refuses_bad_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
