/* Comparisons of relaxations: closed forms for displacement fields made by hand, invariance, the
 * decay fit, two sizes of supercell. */

#include "lib/analysis/comparison.h"
#include "lib/base/memory.h"
#include "lib/defects/relax.h"
#include "lib/defects/site_match.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static void prepare(ff_relaxation *relaxation, const char *crystal, int cells, const char *defect)
{
    const int all[3] = {cells, cells, cells};
    ff_error err = {0};
    ff_relaxation_init(relaxation);
    assert_int_equal(prepare_defect(relaxation, crystal, 14, 5.43095, all, defect, &err), FF_OK);
    relaxation->formation_energy = 0.0;
    relaxation->converged = true;
}

static void compare(ff_comparison *comparison, const ff_relaxation *reference,
                    const ff_relaxation *model)
{
    ff_error err = {0};
    ff_comparison_init(comparison);
    assert_int_equal(ff_compare(comparison, reference, model, &err), FF_OK);
}

static void test_one_displaced_atom(void **state)
{
    (void)state;
    ff_relaxation reference, model;
    ff_comparison c;
    prepare(&reference, "diamond", 3, "vacancy");
    prepare(&model, "diamond", 3, "vacancy");
    reference.formation_energy = 2.5;
    model.formation_energy = 2.75;
    double length = 0.02;
    model.displacement[3 * 17 + 1] = length; /* far from the vacancy: four bonds, twice directed */
    compare(&c, &reference, &model);
    assert_near(c.geometry_error, sqrt(8.0) * length, 1e-14);
    assert_near(c.geometry_error_max, length, 1e-14);
    assert_near(c.geometry_norm, 0.0, 0.0);
    assert_near(c.energy_error, 0.25, 1e-14);
    assert_near(c.energy_reference, 2.5, 0.0);
    assert_int_equal(c.atoms, 215);
    assert_true(c.converged);
    assert_true(isnan(c.predicted_error) && isnan(c.training_radius) && isnan(c.decay_exponent));
    size_t members = 0;
    double largest = 0.0;
    for (size_t b = 0; b < c.bins; b++) {
        members += c.decay[b].members;
        largest = fmax(largest, c.decay[b].error);
        assert_true(b == 0 || c.decay[b].radius > c.decay[b - 1].radius);
        assert_true(isnan(c.decay[b].residual));
    }
    assert_int_equal(members, 215);
    assert_near(largest, 2.0 * length, 1e-14); /* of the atom itself: four bonds */
    assert_near(c.decay[0].radius, reference.nearest, 1e-9);
    assert_int_equal(c.decay[0].members, 4);
    ff_comparison_clear(&c);
    ff_relaxation_clear(&reference);
    ff_relaxation_clear(&model);
}

static void test_translations_do_not_count(void **state)
{
    (void)state;
    ff_relaxation reference, model;
    ff_comparison c;
    prepare(&reference, "fcc", 2, "interstitial-octahedral");
    prepare(&model, "fcc", 2, "interstitial-octahedral");
    for (size_t i = 0; i < 3 * model.reference.atoms; i++) {
        reference.displacement[i] = 0.01 * (double)(i % 7);
        model.displacement[i] = reference.displacement[i] + (i % 3 == 1 ? 0.3 : -0.1);
    }
    model.converged = false;
    compare(&c, &reference, &model);
    assert_near(c.geometry_error, 0.0, 1e-14);
    assert_true(c.geometry_norm > 0.1);
    assert_false(c.converged);
    ff_comparison_clear(&c);
    ff_relaxation_clear(&reference);
    ff_relaxation_clear(&model);
}

/* u = from / |from|^(power + 1) away from the defect: |Du| ~ r^-(power + 1). */
static void push_outwards(ff_relaxation *relaxation, double power)
{
    for (size_t i = 0; i < relaxation->reference.atoms; i++) {
        double from[3];
        ff_relaxation_from_centre(from, relaxation, i);
        double r = sqrt(from[0] * from[0] + from[1] * from[1] + from[2] * from[2]);
        for (size_t k = 0; k < 3 && r > 0.1; k++)
            relaxation->displacement[3 * i + k] = from[k] / pow(r, power + 1.0);
    }
}

/* Bonds are not infinitesimal: the difference over a bond that points to the defect exceeds the
 * derivative, the more so the nearer it is, which makes the fitted exponents up to 0.5 steeper. */
static void test_decay_exponent(void **state)
{
    (void)state;
    ff_relaxation reference;
    ff_comparison c[2];
    prepare(&reference, "diamond", 8, "interstitial-tetrahedral");
    for (int i = 0; i < 2; i++) {
        push_outwards(&reference, 1.0 + i);
        compare(&c[i], &reference, &reference);
        assert_true(c[i].decay_exponent < -2.0 - i && c[i].decay_exponent > -2.5 - i);
    }
    assert_near(c[1].decay_exponent - c[0].decay_exponent, -1.0, 0.25);
    ff_comparison_clear(&c[0]);
    ff_comparison_clear(&c[1]);
    ff_relaxation_clear(&reference);
}

static void test_sizes_of_the_same_field(void **state)
{
    (void)state;
    static const char *const defects[3] = {"vacancy", "interstitial-tetrahedral", "dumbbell-110"};
    for (int d = 0; d < 3; d++)
        for (int cells = 2; cells < 4; cells++) {
            ff_relaxation small, large;
            ff_comparison c;
            prepare(&small, "diamond", cells, defects[d]);
            prepare(&large, "diamond", 5, defects[d]);
            push_outwards(&small, 2.0);
            push_outwards(&large, 2.0);
            ff_comparison_init(&c);
            assert_int_equal(ff_compare_sizes(&c, &large, &small, NULL), FF_OK);
            assert_near(c.geometry_error, 0.0, 1e-12);
            assert_true(c.geometry_norm > 0.05);
            assert_int_equal(c.cells[0], cells);
            assert_int_equal(c.atoms, small.reference.atoms);
            ff_comparison_clear(&c);
            ff_relaxation_clear(&small);
            ff_relaxation_clear(&large);
        }
}

/* Theory: the error of a supercell of L cells falls as L^(-3/2) (geometry), L^-3 (energy). */
static void test_error_of_small_cells(void **state)
{
    (void)state;
    ff_potential *potential = NULL;
    ff_relaxation r[3];
    ff_comparison c[2];
    ff_relax_options options = ff_relax_defaults();
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    static const int cells[3] = {2, 3, 6};
    for (int i = 0; i < 3; i++) {
        prepare(&r[i], "diamond", cells[i], "interstitial-tetrahedral");
        assert_int_equal(ff_relax(&r[i], potential, &options, NULL, NULL), FF_OK);
    }
    for (int i = 0; i < 2; i++) {
        ff_comparison_init(&c[i]);
        assert_int_equal(ff_compare_sizes(&c[i], &r[2], &r[i], NULL), FF_OK);
    }
    double geometry = log(c[1].geometry_error / c[0].geometry_error) / log(1.5);
    double energy = log(c[1].energy_error / c[0].energy_error) / log(1.5);
    assert_near(geometry, -1.5, 0.4); /* small cells, and the large one is finite */
    assert_near(energy, -3.0, 0.5);
    for (int i = 0; i < 3; i++)
        ff_relaxation_clear(&r[i]);
    ff_comparison_clear(&c[0]);
    ff_comparison_clear(&c[1]);
    ff_potential_free(potential);
}

static void refuses(const ff_relaxation *a, const ff_relaxation *b, bool sizes, const char *words)
{
    ff_error err = {0};
    ff_comparison c;
    ff_comparison_init(&c);
    assert_int_equal(sizes ? ff_compare_sizes(&c, a, b, &err) : ff_compare(&c, a, b, &err),
                     FF_E_FORMAT);
    assert_non_null(strstr(err.message, words));
    ff_comparison_clear(&c);
}

static void test_refusals(void **state)
{
    (void)state;
    ff_relaxation vacancy, larger, interstitial, moved;
    prepare(&vacancy, "diamond", 2, "vacancy");
    prepare(&larger, "diamond", 3, "vacancy");
    prepare(&interstitial, "diamond", 2, "interstitial-tetrahedral");
    prepare(&moved, "diamond", 2, "vacancy");
    refuses(&vacancy, &larger, false, "2 x 2 x 2 cells (63 atoms) and 3 x 3 x 3 cells");
    refuses(&vacancy, &interstitial, false, "cannot be compared");
    refuses(&vacancy, &larger, true, "expected the second to be the larger");
    refuses(&larger, &interstitial, true, "cannot be compared");
    moved.reference.positions[30] += 1e-3;
    refuses(&vacancy, &moved, false, "reference configurations differ");
    refuses(&larger, &moved, true, "no counterpart");
    moved.lattice_constant = 5.5;
    refuses(&vacancy, &moved, false, "lattice constants");
    ff_relaxation_clear(&vacancy);
    ff_relaxation_clear(&larger);
    ff_relaxation_clear(&interstitial);
    ff_relaxation_clear(&moved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_displaced_atom),
        cmocka_unit_test(test_translations_do_not_count),
        cmocka_unit_test(test_decay_exponent),
        cmocka_unit_test(test_sizes_of_the_same_field),
        cmocka_unit_test(test_error_of_small_cells),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
