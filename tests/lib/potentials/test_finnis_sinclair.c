/* Finnis-Sinclair tungsten: derivatives, invariances, and what is known of the potential. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/finnis_sinclair.h"
#include "tests/lib/potentials/potential_checks.h"

static const int tungsten = 74;

static ff_potential *open_potential(void)
{
    ff_potential *potential = NULL;
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    return potential;
}

static void holds_as_every_potential(void **state)
{
    (void)state;
    ff_potential *potential = open_potential();
    ff_check_case c = {.potential = potential,
                       .crystal = "bcc",
                       .species = &tungsten,
                       .species_count = 1,
                       .lattice_constant = 3.1652,
                       .cells = {2, 3, 2},
                       .kinks = {3.25, 4.400224}};
    assert_non_null(potential->class_->hessian_products);
    check_everything(&c);
    ff_potential_free(potential);
}

/* What the potential was fitted to (Finnis and Sinclair 1984, table 1): a0 3.1652 A, cohesive
 * energy 8.90 eV, C11 522.4, C12 204.4, C44 160.6 GPa: the printed parameters give that to its
 * digits. */
static void crystal(void **state)
{
    (void)state;
    double pressure, constants[3];
    ff_potential *potential = open_potential();
    double a0 = check_equilibrium(potential, "bcc", tungsten, 3.1, 3.22);
    assert_true(fabs(a0 - 3.1652) < 1e-5);
    double energy = check_crystal_energy(potential, "bcc", tungsten, a0, &pressure);
    assert_true(fabs(energy - -8.90) < 1e-4);
    check_elastic(constants, NULL, potential, "bcc", tungsten, a0);
    assert_true(fabs(constants[0] - 522.4) < 0.05);
    assert_true(fabs(constants[1] - 204.4) < 0.05);
    assert_true(fabs(constants[2] - 160.6) < 0.05);
    ff_potential_free(potential);
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
    assert_int_equal(ff_point_defect(&frame, &site, centre, ff_crystal_find("bcc"), tungsten, a0,
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
        cmocka_unit_test(unrelaxed_vacancy),
        cmocka_unit_test(isolated_atom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
