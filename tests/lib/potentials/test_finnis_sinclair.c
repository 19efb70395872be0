/* Finnis-Sinclair potentials: derivatives, invariances, and what is known of them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/finnis_sinclair.h"
#include "tests/lib/potentials/potential_checks.h"
#include "tests/lib/structure/point_defect_in.h"

static const int tungsten = 74;

/* What the sets were fitted to (Finnis and Sinclair 1984, table 1), and the ranges c and d of table
 * 2. */
static const struct {
    const char *name;
    int species;
    double lattice_constant, cohesive, elastic[3]; /* A, eV, GPa */
    double ranges[2];                              /* A */
} published[] = {{"V", 23, 3.0399, 5.31, {227.9, 118.7, 42.6}, {3.8, 3.692767}},
                 {"Nb", 41, 3.3008, 7.57, {246.6, 133.2, 28.1}, {4.2, 3.915354}},
                 {"Ta", 73, 3.3058, 8.10, {266.0, 161.2, 82.4}, {4.2, 4.076980}},
                 {"Cr", 24, 2.8845, 4.10, {387.1, 103.5, 100.8}, {2.9, 3.915720}},
                 {"Mo", 42, 3.1472, 6.82, {464.7, 161.5, 108.9}, {3.25, 4.114825}},
                 {"W", 74, 3.1652, 8.90, {522.4, 204.4, 160.6}, {3.25, 4.400224}},
                 {"Fe", 26, 2.8665, 4.28, {243.1, 138.1, 121.9}, {3.4, 3.569745}}};
enum { SETS = sizeof published / sizeof published[0] };

static ff_potential *open_set(const char *name)
{
    ff_potential *potential = NULL;
    assert_int_equal(ff_finnis_sinclair_new(&potential, name, NULL), FF_OK);
    return potential;
}

static ff_potential *open_potential(void)
{
    return open_set("W");
}

static void holds_as_every_potential(void **state)
{
    (void)state;
    for (size_t k = 0; k < SETS; k++) {
        ff_potential *potential = open_set(published[k].name);
        ff_check_case c = {.potential = potential,
                           .crystal = "bcc",
                           .species = &published[k].species,
                           .species_count = 1,
                           .lattice_constant = published[k].lattice_constant,
                           .cells = {2, 3, 2},
                           .kinks = {published[k].ranges[0], published[k].ranges[1]}};
        assert_non_null(potential->class_->hessian_products);
        check_everything(&c);
        ff_potential_free(potential);
    }
}

/* The printed parameters give what they were fitted to, to its digits. */
static void crystal(void **state)
{
    (void)state;
    for (size_t k = 0; k < SETS; k++) {
        const double a = published[k].lattice_constant;
        const int species = published[k].species;
        double pressure, constants[3];
        ff_potential *potential = open_set(published[k].name);
        double a0 = check_equilibrium(potential, "bcc", species, a - 0.05, a + 0.05);
        if (fabs(a0 - a) > 1e-5)
            fail_msg("%s: lattice constant %.6f", published[k].name, a0);
        double energy = check_crystal_energy(potential, "bcc", species, a0, &pressure);
        if (fabs(energy + published[k].cohesive) > 1e-4)
            fail_msg("%s: energy %.6f", published[k].name, energy);
        check_elastic(constants, NULL, potential, "bcc", species, a0);
        for (int i = 0; i < 3; i++)
            if (fabs(constants[i] - published[k].elastic[i]) > 0.05)
                fail_msg("%s: elastic constants %.3f %.3f %.3f", published[k].name, constants[0],
                         constants[1], constants[2]);
        ff_potential_free(potential);
    }
}

/* A frame of two atoms; 0, or what the evaluation says. */
static int evaluate_pair(const char *set, int species, double distance, double *energy,
                         double *force, ff_error *err)
{
    ff_frame frame;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    ff_potential *potential = open_set(set);
    assert_int_equal(ff_frame_init(&frame, 2, NULL), FF_OK);
    frame.species[0] = frame.species[1] = species;
    frame.positions[3] = distance;
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    int status = ff_calculator_evaluate(calculator, &frame, FF_WANT_FORCES, &result, err);
    if (status == FF_OK) {
        *energy = result.energy;
        *force = result.forces[3];
    }
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
    return status;
}

/* Within c but beyond d there is a pair energy and no density; below d (1 - 1/beta) the density is
 * negative. */
static void pairs_of_atoms(void **state)
{
    (void)state;
    ff_error err = {0};
    double energy = 0, force = 0, r = 4.15; /* Nb: between 3.915 and 4.2 A */
    const double s = r - 4.2, p = -1.5640104 + r * (2.0055779 - r * 0.4663764);
    const double rise = 2.0055779 - 2 * r * 0.4663764;
    assert_int_equal(evaluate_pair("Nb", 41, r, &energy, &force, &err), FF_OK);
    assert_true(fabs(energy - s * s * p) < 1e-15);
    assert_true(fabs(force + 2 * s * p + s * s * rise) < 1e-14);
    assert_int_equal(evaluate_pair("Fe", 26, 1.6, &energy, &force, &err), FF_OK);
    assert_int_equal(evaluate_pair("Fe", 26, 1.5, &energy, &force, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "density is negative"));
}

/* Half of V and the density at distance r, from the formulas of the paper. */
static double half_pair(double r)
{
    return r < 3.25
               ? 0.5 * (r - 3.25) * (r - 3.25) * (47.1346499 + r * (-33.7665655 + r * 6.2541999))
               : 0;
}

static double density(double r)
{
    return r < 4.400224 ? (r - 4.400224) * (r - 4.400224) : 0;
}

/* Only first (8) and second (6) neighbours lie within range, so the unrelaxed vacancy has a closed
 * form: each neighbour loses one bond, and the missing atom its energy. Rounding of sums of 1e2
 * sites of 9 eV: 1e-11. */
static void unrelaxed_vacancy(void **state)
{
    (void)state;
    ff_frame frame;
    int64_t *site = NULL;
    double centre[3], a0 = 3.1652, r1 = a0 * sqrt(0.75), pressure;
    ff_potential *potential = open_potential();
    double rho = 8 * density(r1) + 6 * density(a0);
    double expected = 8 * (1.896373 * (sqrt(rho) - sqrt(rho - density(r1))) - half_pair(r1)) +
                      6 * (1.896373 * (sqrt(rho) - sqrt(rho - density(a0))) - half_pair(a0));
    assert_int_equal(point_defect_in(&frame, &site, centre, ff_crystal_find("bcc"), tungsten, a0,
                                     (int[3]){4, 4, 4}, "vacancy", NULL),
                     FF_OK);
    ff_check_result r = check_results(potential, &frame);
    double bulk = check_crystal_energy(potential, "bcc", tungsten, a0, &pressure);
    assert_true(fabs(r.energy - (double)frame.atoms * bulk - expected) < 1e-10);
    free(r.forces);
    free(site);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
}

/* An isolated atom has no neighbours, no energy, and no division by its zero density. */
static void isolated_atom(void **state)
{
    (void)state;
    ff_frame frame;
    ff_potential *potential = open_potential();
    assert_int_equal(ff_frame_init(&frame, 1, NULL), FF_OK);
    frame.species[0] = tungsten;
    ff_check_result r = check_results(potential, &frame);
    assert_true(r.energy == 0 && r.forces[0] == 0 && r.virial[0] == 0);
    free(r.forces);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_as_every_potential),
        cmocka_unit_test(crystal),
        cmocka_unit_test(pairs_of_atoms),
        cmocka_unit_test(unrelaxed_vacancy),
        cmocka_unit_test(isolated_atom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
