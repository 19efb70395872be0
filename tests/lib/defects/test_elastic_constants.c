/* Elastic constants from force constants: against published values, those from stresses of strained
 * cells, other unit cells of the same crystal, and turned ones. */

#include "lib/defects/elastic_constants.h"

#include "lib/analysis/elastic.h"
#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/crystal.h"
#include "lib/structure/lattice.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static const double gpa = 160.2176634;
enum { SILICON = 14, ARGON = 18, TUNGSTEN = 74 };

static void of_frame(double stiffness[36], const ff_potential *potential, const ff_frame *unit)
{
    ff_force_constants constants;
    ff_error err = {0};
    assert_int_equal(ff_force_constants_compute(&constants, potential, unit, &err), FF_OK);
    assert_int_equal(ff_elastic_constants(stiffness, &constants, &err), FF_OK);
    for (int i = 0; i < 36; i++)
        stiffness[i] *= gpa;
    ff_force_constants_clear(&constants);
}

static void unit_cell(ff_frame *unit, const char *crystal, int species, double lattice_constant)
{
    static const int one[3] = {1, 1, 1};
    assert_int_equal(
        ff_crystal_supercell(unit, ff_crystal_find(crystal), species, lattice_constant, one, NULL),
        FF_OK);
}

/* All 36 of a cubic crystal along its axes. */
static void is_cubic(const double stiffness[36], double c11, double c12, double c44,
                     double tolerance)
{
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            double expected = 0.0;
            if (i < 3 && j < 3)
                expected = i == j ? c11 : c12;
            else if (i == j)
                expected = c44;
            assert_near(stiffness[6 * i + j], expected, tolerance);
        }
}

/* E. R. Cowley, Phys. Rev. Lett. 60, 2379 (1988): six digits. The lattice constant is quoted to
 * 1e-6 A, worth some 1e-4 GPa. */
static void silicon_of_stillinger_and_weber(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_frame unit;
    double stiffness[36];
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    unit_cell(&unit, "diamond", SILICON, 5.430950);
    of_frame(stiffness, potential, &unit);
    is_cubic(stiffness, 151.424, 76.422, 56.449, 1e-3);
    ff_frame_clear(&unit);
    ff_potential_free(potential);
}

/* Against stresses of strained cells, off the equilibrium too, where Huang's conditions do not
 * hold. Both are good to about 1e-6 of their values. */
static void agrees_with_stresses(void **state)
{
    (void)state;
    ff_potential *silicon = NULL, *argon = NULL, *tungsten = NULL;
    assert_int_equal(ff_stillinger_weber_new(&silicon, "Si", NULL), FF_OK);
    assert_int_equal(ff_lennard_jones_new(&argon, 0.0104, 3.4, 8.5, ARGON, NULL), FF_OK);
    assert_int_equal(ff_finnis_sinclair_new(&tungsten, "W", NULL), FF_OK);
    const struct {
        const ff_potential *potential;
        const char *crystal;
        int species;
        double lattice_constant, tolerance;
    } cases[] = {{silicon, "diamond", SILICON, 5.43095, 1e-3},
                 {silicon, "diamond", SILICON, 5.3, 1e-3},
                 {argon, "fcc", ARGON, 5.26, 1e-4},
                 {argon, "fcc", ARGON, 5.4, 1e-4},
                 {tungsten, "bcc", TUNGSTEN, 3.1652, 2e-2},
                 {tungsten, "bcc", TUNGSTEN, 3.1, 2e-2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ff_elastic elastic;
        ff_frame unit;
        double stiffness[36];
        assert_int_equal(ff_elastic_cubic(&elastic, NULL, cases[i].potential,
                                          ff_crystal_find(cases[i].crystal), cases[i].species,
                                          cases[i].lattice_constant, NULL),
                         FF_OK);
        unit_cell(&unit, cases[i].crystal, cases[i].species, cases[i].lattice_constant);
        of_frame(stiffness, cases[i].potential, &unit);
        is_cubic(stiffness, elastic.c11_GPa, elastic.c12_GPa, elastic.c44_GPa, cases[i].tolerance);
        ff_frame_clear(&unit);
    }
    ff_potential_free(silicon);
    ff_potential_free(argon);
    ff_potential_free(tungsten);
}

/* The primitive cell of diamond (two atoms, skew vectors), sheared so that its atoms are counted
 * to other cells, gives what the cube of eight gives. */
static void unit_cell_does_not_matter(void **state)
{
    (void)state;
    static const double primitive[9] = {0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0};
    ff_potential *potential = NULL;
    ff_frame cube, skew;
    double a = 5.4, expected[36], found[36];
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    unit_cell(&cube, "diamond", SILICON, a);
    of_frame(expected, potential, &cube);
    assert_int_equal(ff_frame_init(&skew, 2, NULL), FF_OK);
    for (int i = 0; i < 9; i++)
        skew.cell[i] = a * (primitive[i] + (i >= 6 ? primitive[i - 6] : 0.0));
    skew.periodic[0] = skew.periodic[1] = skew.periodic[2] = true;
    skew.species[0] = skew.species[1] = SILICON;
    for (int k = 0; k < 3; k++)
        skew.positions[3 + k] = a / 4 + skew.cell[k] - 2 * skew.cell[3 + k];
    assert_near(ff_frame_volume(&skew), a * a * a / 4, 1e-9);
    of_frame(found, potential, &skew);
    for (int i = 0; i < 36; i++)
        assert_near(found[i], expected[i], 1e-6);
    ff_frame_clear(&cube);
    ff_frame_clear(&skew);
    ff_potential_free(potential);
}

/* Turned to x along [110]: C11' = (C11 + C12) / 2 + C44, C66' = (C11 - C12) / 2. */
static void turns_with_the_crystal(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_frame unit;
    double along[36], turned[36], s = sqrt(0.5);
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    unit_cell(&unit, "diamond", SILICON, 5.43095);
    of_frame(along, potential, &unit);
    const double strain[9] = {s - 1, s, 0, -s, s - 1, 0, 0, 0, 0}; /* a rotation, minus one */
    ff_frame_strain(&unit, strain);
    of_frame(turned, potential, &unit);
    assert_near(turned[0], (along[0] + along[1]) / 2 + along[21], 1e-5);
    assert_near(turned[1], (along[0] + along[1]) / 2 - along[21], 1e-5);
    assert_near(turned[2], along[1], 1e-5);
    assert_near(turned[14], along[0], 1e-5);
    assert_near(turned[21], along[21], 1e-5);
    assert_near(turned[35], (along[0] - along[1]) / 2, 1e-5);
    assert_near(turned[5], 0.0, 1e-5);
    ff_frame_clear(&unit);
    ff_potential_free(potential);
}

/* A strained crystal whose atoms have followed bears no forces, to first order. */
static void atoms_follow_a_strain(void **state)
{
    (void)state;
    static const double size = 1e-5;
    ff_potential *potential = NULL;
    ff_force_constants constants;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    ff_frame unit, strained;
    double response[27 * 8], g[9], mean[3] = {0}, before = 0.0, after = 0.0;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    unit_cell(&unit, "diamond", SILICON, 5.43095);
    assert_int_equal(ff_force_constants_compute(&constants, potential, &unit, NULL), FF_OK);
    assert_int_equal(ff_internal_strain(response, &constants, &unit, NULL), FF_OK);
    for (int k = 0; k < 9; k++)
        g[k] = size * sin(2.3 * k + 0.4);
    assert_int_equal(ff_frame_copy(&strained, &unit, NULL), FF_OK);
    ff_frame_strain(&strained, g);
    assert_int_equal(ff_calculator_evaluate(calculator, &strained, FF_WANT_FORCES, &result, NULL),
                     FF_OK);
    for (size_t i = 0; i < 24; i++)
        before = fmax(before, fabs(result.forces[i]));
    for (size_t n = 0; n < 27 * 8; n++) {
        strained.positions[n / 9] += response[n] * g[n % 9];
        mean[n / 9 % 3] += response[n];
    }
    assert_int_equal(ff_calculator_evaluate(calculator, &strained, FF_WANT_FORCES, &result, NULL),
                     FF_OK);
    for (size_t i = 0; i < 24; i++)
        after = fmax(after, fabs(result.forces[i]));
    assert_true(before > 1e-5 && after < 1e-3 * before);
    for (int i = 0; i < 3; i++)
        assert_near(mean[i], 0.0, 1e-9);
    ff_force_constants_clear(&constants);
    ff_frame_clear(&strained);
    ff_frame_clear(&unit);
    ff_calculator_free(calculator);
    ff_potential_free(potential);
}

/* Where every atom is a centre of symmetry none needs to follow. */
static void centres_of_symmetry_stay(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_force_constants constants;
    ff_frame unit;
    double response[27 * 2];
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    unit_cell(&unit, "bcc", TUNGSTEN, 3.1652);
    assert_int_equal(ff_force_constants_compute(&constants, potential, &unit, NULL), FF_OK);
    assert_int_equal(ff_internal_strain(response, &constants, &unit, NULL), FF_OK);
    for (size_t n = 0; n < 27 * 2; n++)
        assert_true(response[n] == 0.0);
    ff_force_constants_clear(&constants);
    ff_frame_clear(&unit);
    ff_potential_free(potential);
}

/* Two layers that do not feel each other: nothing holds them against sliding. */
static void loose_layers_are_refused(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_force_constants constants;
    ff_error err = {0};
    ff_frame layers;
    double stiffness[36];
    assert_int_equal(ff_lennard_jones_new(&potential, 0.0104, 3.4, 5.0, ARGON, NULL), FF_OK);
    assert_int_equal(ff_frame_init(&layers, 2, NULL), FF_OK);
    layers.cell[0] = layers.cell[4] = 3.8;
    layers.cell[8] = 40.0;
    layers.periodic[0] = layers.periodic[1] = layers.periodic[2] = true;
    layers.species[0] = layers.species[1] = ARGON;
    layers.positions[5] = 20.0;
    assert_int_equal(ff_force_constants_compute(&constants, potential, &layers, NULL), FF_OK);
    assert_int_equal(ff_elastic_constants(stiffness, &constants, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "do not resist"));
    assert_true(isnan(stiffness[0]) && isnan(stiffness[35]));
    ff_force_constants_clear(&constants);
    ff_frame_clear(&layers);
    ff_potential_free(potential);
}

static void relaxations_keep_them(void **state)
{
    (void)state;
    static const int cells[3] = {3, 3, 3};
    ff_potential *potential = NULL;
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    ff_relaxation_init(&relaxation);
    assert_int_equal(prepare_defect(&relaxation, "bcc", TUNGSTEN, 3.1652, cells, "vacancy", NULL),
                     FF_OK);
    assert_int_equal(ff_relax(&relaxation, potential, &options, NULL, NULL), FF_OK);
    /* Finnis and Sinclair (1984): four digits. */
    assert_near(gpa * relaxation.stiffness[0], 522.4, 0.5);
    assert_near(gpa * relaxation.stiffness[1], 204.4, 0.5);
    assert_near(gpa * relaxation.stiffness[21], 160.6, 0.5);
    ff_relaxation_clear(&relaxation);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silicon_of_stillinger_and_weber),
        cmocka_unit_test(agrees_with_stresses),
        cmocka_unit_test(unit_cell_does_not_matter),
        cmocka_unit_test(turns_with_the_crystal),
        cmocka_unit_test(atoms_follow_a_strain),
        cmocka_unit_test(centres_of_symmetry_stay),
        cmocka_unit_test(loose_layers_are_refused),
        cmocka_unit_test(relaxations_keep_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
