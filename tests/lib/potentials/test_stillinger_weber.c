/* Stillinger-Weber silicon: derivatives, invariances, and what is known of the potential. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/potentials/potential_checks.h"
#include "tests/lib/structure/point_defect_in.h"

static const int silicon = 14;

static ff_potential *open_potential(void)
{
    ff_potential *potential = NULL;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    return potential;
}

static void holds_as_every_potential(void **state)
{
    (void)state;
    ff_potential *potential = open_potential();
    ff_check_case c = {.potential = potential,
                       .crystal = "diamond",
                       .species = &silicon,
                       .species_count = 1,
                       .lattice_constant = 5.43,
                       .cells = {2, 1, 2}};
    assert_non_null(potential->class_->hessian_products);
    check_everything(&c);
    c.crystal = "fcc"; /* twelve neighbours and wide angles */
    c.lattice_constant = 4.2;
    check_everything(&c);
    ff_potential_free(potential);
}

/* Two species: every triplet of its own, exponents other than those of silicon. */
static void fill_binary(ff_sw_entry entries[8])
{
    static const int species[2] = {31, 7};
    for (size_t k = 0; k < 8; k++) {
        int kinds = (int)((k >> 2) + ((k >> 1) & 1)); /* of the pair: 0, 1, 2 */
        entries[k] =
            (ff_sw_entry){.species = {species[k >> 2], species[(k >> 1) & 1], species[k & 1]},
                          .epsilon = 1.5 + 0.2 * kinds,
                          .sigma = 2.0 - 0.1 * kinds,
                          .a = 1.8,
                          .lambda = 20 + (double)(k >> 2),
                          .gamma = 1.2 - 0.1 * (double)(k >> 2),
                          .cosine = -0.3,
                          .A = 7,
                          .B = 0.6,
                          .p = 4 + 0.5 * kinds,
                          .q = 0.5 * kinds};
        entries[k].lambda /= entries[k].epsilon;
    }
}

static void holds_for_two_species(void **state)
{
    (void)state;
    static const int species[2] = {31, 7};
    ff_sw_entry entries[8];
    ff_potential *potential = NULL;
    fill_binary(entries);
    assert_int_equal(ff_stillinger_weber_from_entries(&potential, entries, 8, NULL), FF_OK);
    ff_check_case c = {.potential = potential,
                       .crystal = "diamond",
                       .species = species,
                       .species_count = 2,
                       .lattice_constant = 5.0,
                       .cells = {2, 1, 2}};
    check_everything(&c);
    ff_potential_free(potential);
}

static void refuses_tables_that_depend_on_the_order(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_sw_entry entries[8];
    ff_potential *potential = NULL;
    fill_binary(entries);
    entries[1].lambda *= 1.01;
    assert_int_equal(ff_stillinger_weber_from_entries(&potential, entries, 8, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "(Ga, Ga, N) and (Ga, N, Ga) differ in lambda"));
    fill_binary(entries);
    entries[3].B *= 1.01;
    assert_int_equal(ff_stillinger_weber_from_entries(&potential, entries, 8, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "differ in their pair terms"));
    assert_int_equal(ff_stillinger_weber_from_entries(&potential, entries, 5, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "no entry for the triplet"));
    assert_null(potential);
}

/* epsilon and sigma fix the crystal exactly: with a bond length of 2^(1/6) sigma each of the two
 * bonds per atom is -epsilon, and the ideal angles cost nothing (Stillinger and Weber, section II).
 * The rounded parameters A and B move that by some 1e-6. */
static void crystal(void **state)
{
    (void)state;
    double pressure;
    ff_potential *potential = open_potential();
    double a0 = check_equilibrium(potential, "diamond", silicon, 5.2, 5.7);
    assert_true(fabs(a0 - 4 / sqrt(3) * pow(2, 1.0 / 6) * 2.0951) < 1e-4);
    assert_true(fabs(a0 - 5.430950) < 1e-6);
    double energy = check_crystal_energy(potential, "diamond", silicon, a0, &pressure);
    assert_true(fabs(energy - -4.336600) < 1e-6);
    ff_potential_free(potential);
}

/* Three decimals by an independent program; E. R. Cowley, Phys. Rev. Lett. 60, 2379 (1988), rounds
 * to 151.4, 76.4 and 56.4 GPa. The shear yz
 * moves the sublattices against each other along x: C44 = C44_unrelaxed - slope^2 / (stiffness
 * volume). */
static void elastic_constants(void **state)
{
    (void)state;
    const double h = 1e-4, GPa = 160.2176634;
    double constants[3], slope[3], a0 = 5.430950, force[2];
    ff_potential *potential = open_potential();
    check_elastic(constants, slope, potential, "diamond", silicon, a0);
    assert_true(fabs(constants[0] - 151.424) < 2e-3);
    assert_true(fabs(constants[1] - 76.422) < 2e-3);
    assert_true(fabs(constants[2] - 109.757) < 2e-3);
    for (int s = 0; s < 2; s++) {
        ff_frame frame;
        assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find("diamond"), silicon, a0,
                                              (int[3]){1, 1, 1}, NULL),
                         FF_OK);
        for (size_t i = 4; i < 8; i++)
            frame.positions[3 * i] += s ? -h : h;
        ff_check_result r = check_results(potential, &frame);
        force[s] = r.forces[3 * 7];
        free(r.forces);
        ff_frame_clear(&frame);
    }
    /* Per atom pair: stiffness k = -dF/du, and slope is dF/d(strain_yz = strain_zy), which is half
     * the engineering shear; four pairs in a volume a0^3. */
    double stiffness = -(force[0] - force[1]) / (2 * h);
    double relaxed = constants[2] - GPa * slope[0] * slope[0] / stiffness / (a0 * a0 * a0);
    assert_true(fabs(relaxed - 56.449) < 2e-3);
    ff_potential_free(potential);
}

/* The tetrahedral symmetry of the unrelaxed vacancy leaves no force, and its energy is that of four
 * broken bonds: exactly the cohesive energy. */
static void unrelaxed_vacancy(void **state)
{
    (void)state;
    ff_frame frame;
    int64_t *site = NULL;
    double centre[3], a0 = 4 / sqrt(3) * pow(2, 1.0 / 6) * 2.0951, pressure;
    ff_potential *potential = open_potential();
    assert_int_equal(point_defect_in(&frame, &site, centre, ff_crystal_find("diamond"), silicon, a0,
                                     (int[3]){2, 2, 2}, "vacancy", NULL),
                     FF_OK);
    ff_check_result r = check_results(potential, &frame);
    double bulk = check_crystal_energy(potential, "diamond", silicon, a0, &pressure);
    assert_true(fabs(r.energy - (double)frame.atoms * bulk - -bulk) < 1e-10);
    for (size_t k = 0; k < 3 * frame.atoms; k++)
        assert_true(fabs(r.forces[k]) < 1e-4); /* a0 is that of unrounded A and B */
    free(r.forces);
    free(site);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
}

static void refuses_other_species_and_sets(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_frame frame;
    ff_calculator *calculator = NULL;
    ff_evaluation_result r;
    ff_potential *potential = NULL;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Xx", &err), FF_E_USAGE);
    assert_non_null(strstr(err.message, "expected Si"));
    assert_null(potential);
    potential = open_potential();
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find("diamond"), silicon, 5.43,
                                          (int[3]){1, 1, 1}, NULL),
                     FF_OK);
    frame.species[3] = 32;
    assert_int_equal(ff_calculator_evaluate(calculator, &frame, 0, &r, &err), FF_E_RANGE);
    assert_int_equal(err.atom, 4);
    assert_non_null(strstr(err.message, "Ge"));
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_as_every_potential),
        cmocka_unit_test(holds_for_two_species),
        cmocka_unit_test(refuses_tables_that_depend_on_the_order),
        cmocka_unit_test(crystal),
        cmocka_unit_test(elastic_constants),
        cmocka_unit_test(unrelaxed_vacancy),
        cmocka_unit_test(refuses_other_species_and_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
