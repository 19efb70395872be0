/* Lennard-Jones and Morse: derivatives, invariances, dimers and lattice sums. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/morse.h"
#include "tests/lib/potentials/potential_checks.h"

static const int metals[] = {13, 29};

static void lennard_jones_holds(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    assert_int_equal(ff_lennard_jones_new(&potential, 0.2, 2.3, 5.5, 0, NULL), FF_OK);
    ff_check_case c = {.potential = potential,
                       .crystal = "fcc",
                       .species = metals,
                       .species_count = 2,
                       .lattice_constant = 3.6,
                       .cells = {2, 2, 1},
                       .kinks = {5.5}};
    assert_non_null(potential->class_->hessian_products);
    check_everything(&c);
    ff_potential_free(potential);
}

static void morse_holds(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_morse_parameters parameters = {0.34, 1.36, 2.87, 6.0};
    assert_int_equal(ff_morse_new(&potential, &parameters, 0, NULL), FF_OK);
    ff_check_case c = {.potential = potential,
                       .crystal = "fcc",
                       .species = metals,
                       .species_count = 2,
                       .lattice_constant = 3.6,
                       .cells = {1, 2, 2},
                       .kinks = {6.0}};
    assert_non_null(potential->class_->hessian_products);
    check_everything(&c);
    ff_potential_free(potential);
}

/* Energy of two atoms at a distance, A. */
static double dimer(const ff_potential *potential, double distance)
{
    ff_frame frame;
    assert_int_equal(ff_frame_init(&frame, 2, NULL), FF_OK);
    frame.species[0] = frame.species[1] = 29;
    frame.positions[4] = distance;
    ff_check_result r = check_results(potential, &frame);
    free(r.forces);
    ff_frame_clear(&frame);
    return r.energy;
}

/* The wells have their depth at their place, less the shift; at the cutoff nothing is left. */
static void dimers(void **state)
{
    (void)state;
    ff_potential *lj = NULL, *morse = NULL;
    ff_morse_parameters parameters = {0.34, 1.36, 2.87, 6.0};
    assert_int_equal(ff_lennard_jones_new(&lj, 0.2, 2.3, 5.5, 29, NULL), FF_OK);
    assert_int_equal(ff_morse_new(&morse, &parameters, 29, NULL), FF_OK);
    double sixth = pow(2.3 / 5.5, 6), decay = exp(-1.36 * (6.0 - 2.87));
    assert_true(fabs(dimer(lj, 2.3 * pow(2, 1.0 / 6)) - (-0.2 - 0.8 * sixth * (sixth - 1))) <
                1e-15);
    assert_true(fabs(dimer(morse, 2.87) - (-0.34 - 0.34 * decay * (decay - 2))) < 1e-15);
    assert_true(fabs(dimer(lj, 5.5 - 1e-9)) < 1e-9 && dimer(lj, 5.5) == 0);
    assert_true(fabs(dimer(morse, 6.0 - 1e-9)) < 1e-9 && dimer(morse, 6.0) == 0);
    ff_potential_free(lj);
    ff_potential_free(morse);
}

/* The Lennard-Jones fcc crystal: lattice sums 12.13188 and 14.45392 over all shells give 1.09018
 * sigma between nearest neighbours and -8.61020 epsilon per atom (J. E. Jones and A. E. Ingham,
 * Proc. R. Soc. A 107, 636 (1925)). Cut at 12 sigma, with the missing tail -16/3 pi n sigma^6 /
 * (2 r^3) and the shift put right, to the spread of shells around a smooth tail. */
static void lattice_sums(void **state)
{
    (void)state;
    double pressure, cutoff = 12, nearest = 1.09018, a0 = nearest * sqrt(2);
    const double pi = 3.14159265358979323846;
    ff_potential *potential = NULL;
    assert_int_equal(ff_lennard_jones_new(&potential, 1, 1, cutoff, 18, NULL), FF_OK);
    double density = 4 / (a0 * a0 * a0), cube = cutoff * cutoff * cutoff;
    double neighbours = 4.0 / 3 * pi * cube * density, shift = -4 / (cube * cube);
    double tail = -8.0 / 3 * pi * density / cube;
    double energy = check_crystal_energy(potential, "fcc", 18, a0, &pressure);
    assert_true(fabs(energy + 0.5 * neighbours * shift + tail - -8.61020) < 5e-5);
    ff_potential_free(potential);
}

static void refuses_bad_parameters(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_error err = {0};
    assert_int_equal(ff_lennard_jones_new(&potential, NAN, 1, 3, 0, &err), FF_E_RANGE);
    assert_int_equal(ff_lennard_jones_new(&potential, 1, 0, 3, 0, &err), FF_E_RANGE);
    assert_int_equal(ff_lennard_jones_new(&potential, 1, 1, -3, 0, &err), FF_E_RANGE);
    assert_int_equal(ff_lennard_jones_new(&potential, 1, 1e200, 3, 0, &err), FF_E_RANGE);
    assert_int_equal(ff_lennard_jones_new(&potential, 1, 1, 3, 119, &err), FF_E_RANGE);
    ff_morse_parameters flat = {1, 0, 2, 5}, endless = {1, 1, 2, INFINITY};
    assert_int_equal(ff_morse_new(&potential, &flat, 0, &err), FF_E_RANGE);
    assert_int_equal(ff_morse_new(&potential, &endless, 0, &err), FF_E_RANGE);
    assert_null(potential);
}

/* Positions that have never been wrapped into the cell are as good, until their images cannot be
 * numbered any more, which is said. */
static void atoms_far_from_their_cell(void **state)
{
    (void)state;
    ff_frame frame;
    ff_error err = {0};
    ff_potential *potential = NULL;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    assert_int_equal(ff_lennard_jones_new(&potential, 0.2, 2.3, 5.5, 0, NULL), FF_OK);
    assert_int_equal(
        ff_crystal_supercell(&frame, ff_crystal_find("fcc"), 29, 3.6, (int[3]){1, 1, 1}, NULL),
        FF_OK);
    frame.positions[0] = 0.1;
    ff_check_result wrapped = check_results(potential, &frame);
    for (int k = 0; k < 3; k++)
        frame.positions[k] += 3.6 * (k - 1) * 8;
    ff_check_result far = check_results(potential, &frame);
    check_same(far.energy, wrapped.energy, wrapped.energy);
    for (size_t k = 0; k < 3 * frame.atoms; k++)
        check_same(far.forces[k], wrapped.forces[k], 10);
    for (int k = 0; k < 3; k++)
        frame.positions[k] += 3.6 * 3000;
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    assert_int_equal(ff_calculator_evaluate(calculator, &frame, FF_WANT_FORCES, &result, &err),
                     FF_E_RANGE);
    assert_non_null(strstr(err.message, "wrap the atoms into the cell"));
    ff_calculator_free(calculator);
    free(wrapped.forces);
    free(far.forces);
    ff_frame_clear(&frame);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lennard_jones_holds),
        cmocka_unit_test(morse_holds),
        cmocka_unit_test(dimers),
        cmocka_unit_test(lattice_sums),
        cmocka_unit_test(refuses_bad_parameters),
        cmocka_unit_test(atoms_far_from_their_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
