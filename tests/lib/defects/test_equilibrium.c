/* Lattice parameters at equilibrium: published ones, closed forms, cells without symmetry. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/defects/equilibrium.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/morse.h"
#include "lib/potentials/stillinger_weber.h"

#include <math.h>
#include <string.h>

static const int silicon = 14, argon = 18, tungsten = 74;

/* The equilibrium from a start; constants[2] are replaced. */
static void relax(const ff_potential *potential, const char *name, int species, double constants[2],
                  double *energy)
{
    const ff_crystal *crystal = ff_crystal_find(name);
    const int all[FF_CRYSTAL_KINDS] = {species, species};
    ff_frame unit;
    ff_equilibrium found;
    assert_int_equal(ff_crystal_unit(&unit, crystal, all, constants, NULL), FF_OK);
    assert_int_equal(
        ff_equilibrium_find(&unit, &found, potential, ff_equilibrium_freedom(crystal), NULL),
        FF_OK);
    assert_true(found.stress <= 1e-10 && found.evaluations < 100);
    constants[0] = unit.cell[0];
    constants[1] = unit.cell[8];
    *energy = found.energy;
    ff_frame_clear(&unit);
}

/* Stillinger and Weber's silicon: neighbours at 2^(1/6) sigma, each bond with an energy of epsilon;
 * a = 4/sqrt(3) 2^(1/6) 2.0951 A. */
static void silicon_has_its_lattice_constant(void **state)
{
    ff_potential *potential = NULL;
    double constants[2] = {5.2, 0}, energy;
    (void)state;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    relax(potential, "diamond", silicon, constants, &energy);
    assert_true(fabs(constants[0] - 4 / sqrt(3) * pow(2, 1.0 / 6) * 2.0951) < 1e-8);
    assert_true(fabs(energy + 2 * 2.1683) < 1e-5);
    ff_potential_free(potential);
}

static void tungsten_has_its_lattice_constant(void **state)
{
    ff_potential *potential = NULL;
    double constants[2] = {3.3, 0}, energy;
    (void)state;
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    relax(potential, "bcc", tungsten, constants, &energy);
    assert_true(fabs(constants[0] - 3.1652) < 1e-6); /* the potential was fitted to it */
    assert_true(fabs(energy + 8.9) < 1e-4);
    ff_potential_free(potential);
}

/* Lattice sums of Lennard-Jones crystals (J. E. Jones and A. E. Ingham, Proc. R. Soc. Lond. A 107,
 * 636 (1925)): A12 = 12.13188, A6 = 14.45392 in fcc, 12.13229 and 14.45490 in hcp with the ideal
 * c/a; energy -A6^2 / (2 A12) epsilon at the distance (2 A12 / A6)^(1/6) sigma. The rest of the sum
 * beyond the cutoff of 16 sigma, and the shift of the energy, are of order (cutoff)^-3. */
static void lennard_jones_crystals(void **state)
{
    static const double sums[2][2] = {{12.13188, 14.45392}, {12.13229, 14.45490}};
    static const char *const names[2] = {"fcc", "hcp"};
    ff_potential *potential = NULL;
    double energies[2];
    (void)state;
    assert_int_equal(ff_lennard_jones_new(&potential, 1.0, 1.0, 16.0, argon, NULL), FF_OK);
    for (int which = 0; which < 2; which++) {
        double constants[2] = {which ? 1.1 : 1.55, 0};
        const double distance = pow(2 * sums[which][0] / sums[which][1], 1.0 / 6);
        const double energy = -sums[which][1] * sums[which][1] / (2 * sums[which][0]);
        relax(potential, names[which], argon, constants, &energies[which]);
        double nearest = which ? constants[0] : constants[0] / sqrt(2);
        assert_true(fabs(nearest - distance) < 2e-4);
        assert_true(fabs(energies[which] - energy) < 1e-2 * fabs(energy));
        /* c/a is within 0.02 % of the ideal one (F. H. Stillinger, J. Chem. Phys. 115, 5208 (2001):
         * slightly below). */
        if (which) {
            double ratio = constants[1] / constants[0] / sqrt(8.0 / 3);
            assert_true(ratio < 1 && ratio > 0.9997);
        }
    }
    /* hcp is lower by 1e-4 of the energy. */
    assert_true(energies[1] < energies[0] && energies[1] > energies[0] * (1 + 2e-4));
    ff_potential_free(potential);
}

static void guesses_are_near(void **state)
{
    static const struct {
        const char *crystal;
        int species;
        double constant;
    } cases[] = {{"diamond", 14, 5.43095}, {"bcc", 74, 3.1652}};
    static const ff_morse_parameters far = {1, 1, 20, 25};
    (void)state;
    for (size_t c = 0; c < 2; c++) {
        ff_potential *potential = NULL;
        ff_error err = {0};
        double guess;
        int status = c ? ff_finnis_sinclair_new(&potential, "W", NULL)
                       : ff_stillinger_weber_new(&potential, "Si", NULL);
        assert_int_equal(status, FF_OK);
        assert_int_equal(ff_equilibrium_guess(&guess, ff_crystal_find(cases[c].crystal),
                                              &cases[c].species, potential, NULL),
                         FF_OK);
        assert_true(fabs(guess / cases[c].constant - 1) < 0.021);
        ff_potential_free(potential);
        /* Bonds that want to be 20 A long have no minimum where it is looked for. */
        assert_int_equal(ff_morse_new(&potential, &far, 0, NULL), FF_OK);
        assert_int_equal(ff_equilibrium_guess(&guess, ff_crystal_find(cases[c].crystal),
                                              &cases[c].species, potential, &err),
                         FF_E_NUMERIC);
        assert_non_null(strstr(err.message, "where to start"));
        ff_potential_free(potential);
    }
}

/* All six strains and the positions: a distorted supercell of silicon becomes perfect again, with
 * the same energy and volume per atom. */
static void any_cell(void **state)
{
    static const int cells[3] = {2, 1, 1};
    static const double strain[9] = {0.02, 0.01, -0.02, 0.01, -0.015, 0.005, -0.02, 0.005, 0.01};
    ff_potential *potential = NULL;
    ff_frame frame;
    ff_equilibrium found;
    (void)state;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    assert_int_equal(
        ff_crystal_supercell(&frame, ff_crystal_find("diamond"), silicon, 5.4, cells, NULL), FF_OK);
    ff_frame_strain(&frame, strain);
    for (size_t i = 0; i < 3 * frame.atoms; i++)
        frame.positions[i] += 0.08 * sin(1.0 + 2.3 * (double)i);
    assert_int_equal(ff_equilibrium_find(&frame, &found, potential, FF_FREE_CELL, NULL), FF_OK);
    assert_true(found.stress <= 1e-10 && found.force <= 1e-9);
    assert_true(fabs(found.energy + 2 * 2.1683) < 1e-5);
    double edge = 4 / sqrt(3) * pow(2, 1.0 / 6) * 2.0951;
    assert_true(fabs(ff_frame_volume(&frame) - 2 * edge * edge * edge) < 1e-5);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
}

/* Bonds that are cut before they are as long as they want to be push the atoms out of each other's
 * range; a start that is not finite leads nowhere. */
static void crystals_that_do_not_hold_together(void **state)
{
    static const ff_morse_parameters pushing = {1, 1, 20, 8};
    ff_potential *potential = NULL;
    ff_error err = {0};
    ff_frame unit;
    ff_equilibrium found;
    const double constants[2] = {6.0, 0};
    (void)state;
    assert_int_equal(ff_morse_new(&potential, &pushing, 0, NULL), FF_OK);
    assert_int_equal(ff_crystal_unit(&unit, ff_crystal_find("sc"), &tungsten, constants, NULL),
                     FF_OK);
    assert_int_equal(ff_equilibrium_find(&unit, &found, potential, FF_FREE_VOLUME, &err),
                     FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "flies apart"));
    ff_frame_clear(&unit);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silicon_has_its_lattice_constant),
        cmocka_unit_test(tungsten_has_its_lattice_constant),
        cmocka_unit_test(lennard_jones_crystals),
        cmocka_unit_test(guesses_are_near),
        cmocka_unit_test(any_cell),
        cmocka_unit_test(crystals_that_do_not_hold_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
