/* Elastic constants against published values and closed forms. */

#include "lib/analysis/elastic.h"

#include "lib/base/parallel.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/stillinger_weber.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double gpa = 160.2176634;

/* E. R. Cowley, Phys. Rev. Lett. 60, 2379 (1988), with epsilon = 2.1683 eV; lattice constant and
 * energy from F. H. Stillinger and T. A. Weber (1985). Six digits are quoted. */
static void silicon_is_that_of_stillinger_and_weber(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_elastic elastic;
    double uncertainty = 0;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    assert_int_equal(ff_elastic_cubic(&elastic, &uncertainty, potential, ff_crystal_find("diamond"),
                                      14, 5.430950, NULL),
                     FF_OK);
    assert_true(elastic.known);
    assert_string_equal(elastic.crystal, "diamond");
    assert_true(fabs(elastic.energy + 4.336600) < 1e-6);
    assert_true(fabs(elastic.pressure_GPa) < 1e-3);
    assert_true(fabs(elastic.c11_GPa - 151.424) < 1e-3);
    assert_true(fabs(elastic.c12_GPa - 76.422) < 1e-3);
    assert_true(fabs(elastic.c44_GPa - 56.449) < 1e-3);
    assert_true(fabs(elastic.c44_unrelaxed_GPa - 109.757) < 1e-3);
    assert_true(uncertainty < 1e-2);
    ff_potential_free(potential);
}

/* Central differences of a function of one variable, to fourth order. */
typedef double (*curve)(double x, const void *context);
static double slope(curve f, double x, double h, const void *context)
{
    return (8 * (f(x + h, context) - f(x - h, context)) -
            (f(x + 2 * h, context) - f(x - 2 * h, context))) /
           (12 * h);
}

typedef struct lattice_energy {
    ff_calculator *calculator;
    ff_frame *cell;
} lattice_energy;

/* Energy per volume of the unstrained cell, eV/A^3, under strain amount along `axis`:
 * 0 xx; 1 volume-conserving tetragonal shear; 2 isotropic. */
static double energy_density(const lattice_energy *lattice, int axis, double amount)
{
    ff_frame frame;
    ff_evaluation_result result;
    double strain[9] = {0};
    strain[0] = amount;
    if (axis == 1)
        strain[4] = 1 / (1 + amount) - 1;
    if (axis == 2)
        strain[4] = strain[8] = amount;
    assert_int_equal(ff_frame_copy(&frame, lattice->cell, NULL), FF_OK);
    ff_frame_strain(&frame, strain);
    assert_int_equal(
        ff_calculator_evaluate(lattice->calculator, &frame, FF_WANT_ENERGY, &result, NULL), FF_OK);
    ff_frame_clear(&frame);
    return result.energy / ff_frame_volume(lattice->cell);
}

static double isotropic(double amount, const void *context)
{
    return energy_density(context, 2, amount);
}

/* Second derivative by fourth-order differences of energies only. */
static double curvature(const lattice_energy *lattice, int axis, double h)
{
    double e0 = energy_density(lattice, axis, 0);
    double e1 = energy_density(lattice, axis, h) + energy_density(lattice, axis, -h) - 2 * e0;
    double e2 =
        energy_density(lattice, axis, 2 * h) + energy_density(lattice, axis, -2 * h) - 2 * e0;
    return (16 * e1 - e2) / (12 * h * h);
}

/* At zero pressure the stress-strain coefficients are second derivatives of the energy: bulk
 * modulus (C11 + 2 C12) / 3 from isotropic strain, C' = (C11 - C12) / 2 from tetragonal shear. */
static void check_against_energies(const ff_potential *potential, const char *crystal, int species,
                                   double lattice_constant, double tolerance)
{
    static const int one[3] = {1, 1, 1};
    ff_elastic elastic;
    ff_frame cell;
    ff_calculator *calculator = NULL;
    assert_int_equal(ff_elastic_cubic(&elastic, NULL, potential, ff_crystal_find(crystal), species,
                                      lattice_constant, NULL),
                     FF_OK);
    assert_int_equal(
        ff_crystal_supercell(&cell, ff_crystal_find(crystal), species, lattice_constant, one, NULL),
        FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    lattice_energy lattice = {calculator, &cell};
    double pressure = -gpa * slope(isotropic, 0, 1e-3, &lattice) / 3;
    double volumetric = gpa * curvature(&lattice, 2, 1e-3) / 9;
    double tetragonal = gpa * curvature(&lattice, 1, 1e-3) / 4;
    assert_true(fabs(elastic.pressure_GPa - pressure) < tolerance);
    assert_true(fabs((elastic.c11_GPa + 2 * elastic.c12_GPa) / 3 - volumetric) < tolerance);
    assert_true(fabs((elastic.c11_GPa - elastic.c12_GPa) / 2 - tetragonal) < tolerance);
    ff_calculator_free(calculator);
    ff_frame_clear(&cell);
}

/* Finnis and Sinclair (1984) fitted tungsten to C11, C12, C44 = 522.4, 204.4, 160.6 GPa. */
static void tungsten_is_that_of_finnis_and_sinclair(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_elastic elastic;
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    assert_int_equal(
        ff_elastic_cubic(&elastic, NULL, potential, ff_crystal_find("bcc"), 74, 3.1652, NULL),
        FF_OK);
    /* Four digits are quoted; the parameters carry more. */
    assert_true(fabs(elastic.c11_GPa - 522.4) < 0.5);
    assert_true(fabs(elastic.c12_GPa - 204.4) < 0.5);
    assert_true(fabs(elastic.c44_GPa - 160.6) < 0.5);
    assert_true(fabs(elastic.c44_GPa - elastic.c44_unrelaxed_GPa) < 1e-6);
    check_against_energies(potential, "bcc", 74, 3.1652, 0.02);
    ff_potential_free(potential);
}

/* Pair forces at zero pressure: Cauchy's relation C12 = C44. The zero of pressure is found by
 * bisection, so the relation must hold to the rounding of that. */
static void pair_forces_obey_cauchy(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_elastic elastic;
    assert_int_equal(ff_lennard_jones_new(&potential, 0.0104, 3.4, 8.5, 18, NULL), FF_OK);
    double low = 5.0, high = 5.6;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        assert_int_equal(
            ff_elastic_cubic(&elastic, NULL, potential, ff_crystal_find("fcc"), 18, middle, NULL),
            FF_OK);
        if (elastic.pressure_GPa > 0)
            low = middle;
        else
            high = middle;
    }
    assert_true(fabs(elastic.pressure_GPa) < 1e-9);
    assert_true(fabs(elastic.c12_GPa - elastic.c44_GPa) < 1e-6);
    check_against_energies(potential, "fcc", 18, elastic.lattice_constant, 1e-4);
    ff_potential_free(potential);
}

/* Under pressure the bulk modulus -V dP/dV is still (C11 + 2 C12) / 3 of these coefficients. */
static void bulk_modulus_holds_under_pressure(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_elastic here, above, below;
    double a = 5.3, h = 1e-4;
    const ff_crystal *diamond = ff_crystal_find("diamond");
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    assert_int_equal(ff_elastic_cubic(&here, NULL, potential, diamond, 14, a, NULL), FF_OK);
    assert_int_equal(ff_elastic_cubic(&above, NULL, potential, diamond, 14, a + h, NULL), FF_OK);
    assert_int_equal(ff_elastic_cubic(&below, NULL, potential, diamond, 14, a - h, NULL), FF_OK);
    double bulk = -a / 3 * (above.pressure_GPa - below.pressure_GPa) / (2 * h);
    assert_true(here.pressure_GPa > 5);
    assert_true(fabs((here.c11_GPa + 2 * here.c12_GPa) / 3 - bulk) < 1e-5 * bulk);
    ff_potential_free(potential);
}

static void threads_do_not_change_a_bit(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_elastic one, four;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    ff_set_threads(1);
    assert_int_equal(
        ff_elastic_cubic(&one, NULL, potential, ff_crystal_find("diamond"), 14, 5.4, NULL), FF_OK);
    ff_set_threads(4);
    assert_int_equal(
        ff_elastic_cubic(&four, NULL, potential, ff_crystal_find("diamond"), 14, 5.4, NULL), FF_OK);
    assert_memory_equal(&one, &four, sizeof one);
    ff_set_threads(0);
    ff_potential_free(potential);
}

static void wrong_requests_are_refused(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_elastic elastic;
    ff_error err = {0};
    const ff_crystal *bcc = ff_crystal_find("bcc");
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    assert_int_equal(ff_elastic_cubic(&elastic, NULL, potential, bcc, 14, 3.0, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "Si"));
    assert_int_equal(ff_elastic_cubic(&elastic, NULL, potential, bcc, 74, -3.0, &err), FF_E_RANGE);
    assert_false(elastic.known);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silicon_is_that_of_stillinger_and_weber),
        cmocka_unit_test(tungsten_is_that_of_finnis_and_sinclair),
        cmocka_unit_test(pair_forces_obey_cauchy),
        cmocka_unit_test(bulk_modulus_holds_under_pressure),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(wrong_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
