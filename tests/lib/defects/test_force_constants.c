/* Force constants: against displaced atoms in a supercell, against published elastic constants, and
 * their symmetries. */

#include "lib/base/parallel.h"
#include "lib/defects/force_constants.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/crystal.h"

#include <lapacke.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static const int one[3] = {1, 1, 1};
enum { SILICON = 14, TUNGSTEN = 74 };

static void compute(ff_force_constants *constants, const ff_potential *potential,
                    const char *crystal, int species, double lattice_constant)
{
    ff_frame unit;
    ff_error err = {0};
    assert_int_equal(
        ff_crystal_supercell(&unit, ff_crystal_find(crystal), species, lattice_constant, one, &err),
        FF_OK);
    assert_int_equal(ff_force_constants_compute(constants, potential, &unit, &err), FF_OK);
    ff_frame_clear(&unit);
}

static void forces_with(double *forces, ff_calculator *calculator, ff_frame *frame, size_t index,
                        double shift)
{
    ff_evaluation_result result;
    double kept = frame->positions[index];
    frame->positions[index] += shift;
    assert_int_equal(ff_calculator_evaluate(calculator, frame, FF_WANT_FORCES, &result, NULL),
                     FF_OK);
    frame->positions[index] = kept;
    memcpy(forces, result.forces, 3 * frame->atoms * sizeof(double));
}

/* In a supercell larger than the range, -dF/du of one displaced atom is the row of force constants
 * of its site. Central differences with h = 1e-4 A are good to about 1e-6 eV/A^2. */
static void equals_displaced_atoms(const ff_potential *potential, const char *crystal, int species,
                                   double lattice_constant, const int cells[3])
{
    ff_force_constants constants;
    ff_frame frame;
    ff_calculator *calculator = NULL;
    compute(&constants, potential, crystal, species, lattice_constant);
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find(crystal), species,
                                          lattice_constant, cells, NULL),
                     FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    double *plus = calloc(6 * frame.atoms, sizeof *plus), *minus = plus + 3 * frame.atoms;
    for (size_t site = 0; site < constants.sites; site += constants.sites / 2 + 1)
        for (size_t r = 0; r < 3; r++) {
            forces_with(plus, calculator, &frame, 3 * site + r, 1e-4);
            forces_with(minus, calculator, &frame, 3 * site + r, -1e-4);
            for (size_t i = 0; i < 3 * frame.atoms; i++)
                plus[i] = (minus[i] - plus[i]) / 2e-4;
            for (size_t entry = 0; entry < constants.count; entry++) {
                const ff_force_constant *c = &constants.list[entry];
                if (c->site != site)
                    continue;
                size_t cell = 0;
                for (int k = 0; k < 3; k++)
                    cell =
                        cell * (size_t)cells[k] + (size_t)((c->cell[k] + 4 * cells[k]) % cells[k]);
                for (size_t k = 0; k < 3; k++)
                    plus[3 * (cell * constants.sites + c->other) + k] -= c->block[3 * r + k];
            }
            for (size_t i = 0; i < 3 * frame.atoms; i++)
                assert_near(plus[i], 0.0, 2e-6);
        }
    free(plus);
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
    ff_force_constants_clear(&constants);
}

static void test_displaced_atoms(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    equals_displaced_atoms(potential, "diamond", SILICON, 5.43, (const int[3]){3, 3, 3});
    ff_potential_free(potential);
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    equals_displaced_atoms(potential, "bcc", TUNGSTEN, 3.1652, (const int[3]){6, 6, 7});
    ff_potential_free(potential);
}

static void test_symmetries(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_force_constants constants;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    compute(&constants, potential, "diamond", SILICON, 5.5);
    double sums[8][9] = {{0}};
    for (size_t i = 0; i < constants.count; i++) {
        const ff_force_constant *c = &constants.list[i], *mirror = NULL;
        for (size_t j = 0; j < constants.count && !mirror; j++) {
            const ff_force_constant *d = &constants.list[j];
            if (d->site == c->other && d->other == c->site && d->cell[0] == -c->cell[0] &&
                d->cell[1] == -c->cell[1] && d->cell[2] == -c->cell[2])
                mirror = d;
        }
        assert_non_null(mirror);
        for (size_t k = 0; k < 9; k++) {
            assert_near(c->block[k], mirror->block[3 * (k % 3) + k / 3], 1e-12);
            sums[c->site][k] += c->block[k];
        }
    }
    for (size_t site = 0; site < 8; site++)
        for (size_t k = 0; k < 9; k++)
            assert_near(sums[site][k], 0.0, 1e-12); /* acoustic sum rule */
    assert_true(constants.error == 0.0 && constants.step == 0.0);
    ff_force_constants_clear(&constants);
    ff_potential_free(potential);
}

/* Differences are as good as they say: within their estimate of the potential's own derivatives,
 * twenty times over since the block of a site with itself sums those of all pairs of neighbours. */
static void agree_with_differences(const ff_potential *potential, const char *crystal, int species,
                                   double lattice_constant)
{
    ff_force_constants exact, differences;
    ff_potential_class plain = *potential->class_;
    ff_potential without = *potential;
    plain.hessian_products = NULL;
    without.class_ = &plain;
    compute(&exact, potential, crystal, species, lattice_constant);
    compute(&differences, &without, crystal, species, lattice_constant);
    assert_true(differences.step > 0.0);
    assert_true(differences.error > 0.0 && differences.error < 1e-7);
    assert_int_equal(exact.count, differences.count);
    for (size_t i = 0; i < exact.count; i++)
        for (size_t k = 0; k < 9; k++)
            assert_near(exact.list[i].block[k], differences.list[i].block[k],
                        20.0 * differences.error);
    ff_force_constants_clear(&exact);
    ff_force_constants_clear(&differences);
}

static void test_differences(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    agree_with_differences(potential, "diamond", SILICON, 5.43095);
    ff_potential_free(potential);
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    agree_with_differences(potential, "bcc", TUNGSTEN, 3.1652);
    ff_potential_free(potential);
}

/* The three acoustic stiffnesses along a direction, as elastic constants in GPa: at long wave
 * lengths each is (volume per atom) c k^2. */
static void acoustic(double c_GPa[3], const ff_force_constants *constants, double lattice_constant,
                     const double direction[3])
{
    static const double GPa = 160.21766208; /* of 1 eV/A^3 */
    double phase[3], squared = 0.0, matrix[2 * 24 * 24], value[24];
    for (int k = 0; k < 3; k++) {
        phase[k] = 0.01 * direction[k];
        squared += phase[k] * phase[k] / lattice_constant / lattice_constant;
    }
    ff_force_constants_symbol(constants, phase, matrix);
    lapack_int order = 3 * (lapack_int)constants->sites;
    assert_int_equal(LAPACKE_zheevd(LAPACK_ROW_MAJOR, 'N', 'L', order,
                                    (lapack_complex_double *)matrix, order, value),
                     0);
    double volume = pow(lattice_constant, 3) / (double)constants->sites;
    for (int k = 0; k < 3; k++)
        c_GPa[k] = value[k] / (volume * squared) * GPa;
}

/* Dispersion at this wave length changes the values by about (0.01)^2. */
static void has_elastic_constants(const ff_force_constants *constants, double lattice_constant,
                                  double c11, double c12, double c44)
{
    static const double x[3] = {1, 0, 0}, xy[3] = {1, 1, 0};
    double found[3];
    acoustic(found, constants, lattice_constant, x);
    assert_near(found[0], c44, 1e-3 * c44);
    assert_near(found[1], c44, 1e-3 * c44);
    assert_near(found[2], c11, 1e-3 * c11);
    acoustic(found, constants, lattice_constant, xy);
    double shear = (c11 - c12) / 2.0;
    assert_near(found[0], fmin(c44, shear), 1e-3 * c44);
    assert_near(found[1], fmax(c44, shear), 1e-3 * c44);
    assert_near(found[2], (c11 + c12) / 2.0 + c44, 1e-3 * c11);
}

static void test_elastic_constants(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_force_constants constants;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    compute(&constants, potential, "diamond", SILICON, 5.43095);
    has_elastic_constants(&constants, 5.43095, 151.424, 76.422, 56.449);
    assert_near(constants.bulk_energy[SILICON], -4.3366, 1e-6);
    ff_force_constants_clear(&constants);
    ff_potential_free(potential);

    /* Finnis and Sinclair, Philos. Mag. A 50, 45 (1984), table 2. */
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    compute(&constants, potential, "bcc", TUNGSTEN, 3.1652);
    has_elastic_constants(&constants, 3.1652, 522.4, 204.4, 160.6);
    ff_force_constants_clear(&constants);
    ff_potential_free(potential);
}

static void test_threads(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_force_constants a, b;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    ff_set_threads(1);
    compute(&a, potential, "diamond", SILICON, 5.43);
    ff_set_threads(3);
    compute(&b, potential, "diamond", SILICON, 5.43);
    assert_int_equal(a.count, b.count);
    assert_memory_equal(a.list, b.list, a.count * sizeof *a.list);
    ff_force_constants_clear(&a);
    ff_force_constants_clear(&b);
    ff_potential_free(potential);
}

static void test_refusals(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_force_constants constants;
    ff_frame unit;
    ff_error err = {0};
    assert_int_equal(ff_lennard_jones_new(&potential, 0.1, 2.5, 6.0, SILICON, NULL), FF_OK);
    assert_int_equal(ff_crystal_supercell(&unit, ff_crystal_find("fcc"), TUNGSTEN, 4.0, one, NULL),
                     FF_OK);
    assert_int_equal(ff_force_constants_compute(&constants, potential, &unit, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "does not describe W"));
    unit.species[0] = SILICON;
    unit.periodic[1] = false;
    assert_int_equal(ff_force_constants_compute(&constants, potential, &unit, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "periodic"));
    ff_force_constants_clear(&constants);
    ff_frame_clear(&unit);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_displaced_atoms),   cmocka_unit_test(test_symmetries),
        cmocka_unit_test(test_elastic_constants), cmocka_unit_test(test_threads),
        cmocka_unit_test(test_refusals),          cmocka_unit_test(test_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
