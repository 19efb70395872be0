/* Relaxed defects: published formation energies, the number of force evaluations, independence of
 * size and threads, and ends without convergence. */

#include "lib/analysis/bonds.h"
#include "lib/base/parallel.h"
#include "lib/defects/prepare.h"
#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/morse.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static void prepare(ff_relaxation *relaxation, bool silicon, int cells, const char *defect)
{
    const int all[3] = {cells, cells, cells};
    ff_error err = {0};
    ff_relaxation_init(relaxation);
    assert_int_equal(prepare_defect(relaxation, silicon ? "diamond" : "bcc", silicon ? 14 : 74,
                                    silicon ? 5.43095 : 3.1652, all, defect, &err),
                     FF_OK);
}

static ff_potential *potential_of(bool silicon)
{
    ff_potential *potential = NULL;
    assert_int_equal(silicon ? ff_stillinger_weber_new(&potential, "Si", NULL)
                             : ff_finnis_sinclair_new(&potential, "W", NULL),
                     FF_OK);
    return potential;
}

static size_t relax_well(ff_relaxation *relaxation, bool silicon, const ff_relax_options *options)
{
    ff_potential *potential = potential_of(silicon);
    ff_relax_report report;
    ff_error err = {0};
    size_t earlier = relaxation->steps;
    assert_int_equal(ff_relax(relaxation, potential, options, &report, &err), FF_OK);
    assert_true(relaxation->converged && report.max_force <= options->tolerance);
    assert_int_equal(earlier + report.evaluations, relaxation->steps);
    ff_potential_free(potential);
    return report.evaluations;
}

/* Published or independently computed values have five decimals. */
static void test_published_values(void **state)
{
    (void)state;
    static const struct {
        bool silicon;
        int cells;
        const char *defect;
        double break_symmetry, energy;
        size_t evaluations;
    } cases[] = {
        {false, 6, "vacancy", 0, 3.63157, 8},
        {false, 8, "vacancy", 0, 3.63134, 8},
        {true, 2, "interstitial-tetrahedral", 0, 5.18889, 10},
        {true, 3, "interstitial-tetrahedral", 0, 5.00103, 10},
        {true, 2, "vacancy", 0.4, 2.83532, 20},
        {true, 3, "vacancy", 0.4, 2.69419, 20},
        {true, 2, "none", 0, 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ff_relaxation relaxation;
        ff_relax_options options = ff_relax_defaults();
        options.break_symmetry = cases[i].break_symmetry;
        prepare(&relaxation, cases[i].silicon, cases[i].cells, cases[i].defect);
        size_t evaluations = relax_well(&relaxation, cases[i].silicon, &options);
        assert_near(relaxation.formation_energy, cases[i].energy, 1e-5);
        assert_true(evaluations <= cases[i].evaluations);
        ff_relaxation_clear(&relaxation);
    }
}

static void test_evaluations_do_not_grow(void **state)
{
    (void)state;
    static const int cells[3] = {6, 10, 16}; /* 431, 1999 and 8191 atoms */
    static const struct {
        const char *defect;
        int sizes;
        size_t evaluations;
    } cases[] = {{"vacancy", 3, 8},
                 {"dumbbell-110", 2, 16},
                 {"dumbbell-111", 2, 18},
                 {"interstitial-octahedral", 2, 17}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        size_t first = 0;
        for (int i = 0; i < cases[c].sizes; i++) {
            ff_relaxation relaxation;
            ff_relax_options options = ff_relax_defaults();
            prepare(&relaxation, false, cells[i], cases[c].defect);
            size_t evaluations = relax_well(&relaxation, false, &options);
            first = i == 0 ? evaluations : first;
            assert_true(evaluations <= cases[c].evaluations);
            assert_true(evaluations <= first + 2 && first <= evaluations + 2);
            if (cells[i] == 16)
                assert_near(relaxation.formation_energy, 3.63119, 1e-5);
            ff_relaxation_clear(&relaxation);
        }
    }
}

/* The 110 dumbbell of Finnis-Sinclair tungsten is a saddle that falls to 111. The vacancy of
 * Stillinger-Weber silicon has no forces at first and is a minimum; the lower one is behind a
 * barrier. */
static void test_saddles_are_left(void **state)
{
    (void)state;
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    prepare(&relaxation, false, 5, "dumbbell-110");
    (void)relax_well(&relaxation, false, &options);
    assert_true(relaxation.softest_ratio < -0.05 && relaxation.lowest_curvature < 0.0);
    double saddle = relaxation.formation_energy;
    ff_relaxation_clear(&relaxation);

    ff_potential *potential = potential_of(false);
    ff_relax_report report;
    options.leave_saddle = true;
    prepare(&relaxation, false, 5, "dumbbell-110");
    assert_int_equal(ff_relax(&relaxation, potential, &options, &report, NULL), FF_OK);
    assert_true(report.saddles_left >= 1 && relaxation.softest_ratio > 0.0);
    assert_int_equal(report.evaluations, relaxation.steps);
    assert_true(relaxation.formation_energy < saddle - 0.3);
    double minimum = relaxation.formation_energy;
    ff_relaxation_clear(&relaxation);
    ff_potential_free(potential);

    options.leave_saddle = false;
    options.break_symmetry = 0.05;
    prepare(&relaxation, false, 5, "dumbbell-111");
    (void)relax_well(&relaxation, false, &options);
    assert_near(relaxation.formation_energy, minimum, 1e-7);
    ff_relaxation_clear(&relaxation);

    options.break_symmetry = 0.0;
    prepare(&relaxation, true, 2, "vacancy");
    (void)relax_well(&relaxation, true, &options);
    assert_near(relaxation.softest_ratio, 0.239, 0.03);
    ff_relaxation_clear(&relaxation);
}

/* Rounding does not take a search off a saddle, however long it goes on: here to a force that no
 * search reaches. */
static void test_symmetry_is_kept(void **state)
{
    (void)state;
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    prepare(&relaxation, false, 4, "interstitial-tetrahedral");
    (void)relax_well(&relaxation, false, &options);
    double saddle = relaxation.formation_energy;
    assert_true(relaxation.softest_ratio < -0.05);
    ff_relaxation_clear(&relaxation);

    ff_potential *potential = potential_of(false);
    ff_relax_report report;
    options.tolerance = 1e-16;
    options.max_evaluations = 150;
    prepare(&relaxation, false, 4, "interstitial-tetrahedral");
    assert_int_equal(ff_relax(&relaxation, potential, &options, &report, NULL), FF_E_NUMERIC);
    assert_true(report.evaluations > 30);
    assert_near(relaxation.formation_energy, saddle, 1e-10);
    ff_relaxation_clear(&relaxation);
    ff_potential_free(potential);
}

/* The atoms about the defect are symmetric and those far out are not: nothing is left out. */
static void test_symmetry_near_the_defect_only(void **state)
{
    (void)state;
    ff_relaxation plain, shaken;
    ff_relax_options options = ff_relax_defaults();
    prepare(&plain, false, 8, "vacancy");
    (void)relax_well(&plain, false, &options);
    prepare(&shaken, false, 8, "vacancy");
    for (size_t i = 0; i < shaken.reference.atoms; i++)
        if (ff_distance_from_defect(&shaken, i) > 4.1 * shaken.nearest)
            for (size_t k = 0; k < 3; k++)
                shaken.displacement[3 * i + k] = 0.02 * sin((double)(3 * i + k));
    (void)relax_well(&shaken, false, &options);
    assert_near(shaken.formation_energy, plain.formation_energy, 1e-10);
    ff_relaxation_clear(&plain);
    ff_relaxation_clear(&shaken);
}

static void test_plain_search_agrees(void **state)
{
    (void)state;
    ff_relaxation plain, green;
    ff_relax_options options = ff_relax_defaults();
    prepare(&green, true, 2, "interstitial-tetrahedral");
    (void)relax_well(&green, true, &options);
    options.preconditioner = FF_PRECONDITIONER_NONE;
    prepare(&plain, true, 2, "interstitial-tetrahedral");
    (void)relax_well(&plain, true, &options);
    /* The energy is quadratic in the error of the forces: 1e-8 leaves far less than 1e-12. */
    assert_near(plain.formation_energy, green.formation_energy, 1e-11);
    ff_relaxation_clear(&plain);
    ff_relaxation_clear(&green);
}

static void test_fills_everything(void **state)
{
    (void)state;
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    prepare(&relaxation, true, 2, "interstitial-tetrahedral");
    options.tolerance = 1e-6;
    (void)relax_well(&relaxation, true, &options);
    assert_string_equal(relaxation.crystal, "diamond");
    assert_string_equal(relaxation.defect, "interstitial-tetrahedral");
    assert_int_equal(relaxation.reference.atoms, 65);
    assert_near(relaxation.nearest, 5.43095 * sqrt(3.0) / 4.0, 1e-12);
    assert_near(relaxation.bulk_energy[14], -4.3366, 1e-6);
    double sum = 0.0, mean[3] = {0};
    for (size_t i = 0; i < 65; i++) {
        sum += relaxation.site_energies[i] - relaxation.bulk_energy[14];
        for (size_t k = 0; k < 3 && relaxation.site[i] >= 0; k++)
            mean[k] += relaxation.displacement[3 * i + k] / 64.0;
    }
    assert_near(relaxation.formation_energy, sum, 1e-12);
    for (int k = 0; k < 3; k++) /* no drift */
        assert_near(mean[k], 0.0, 1e-13);
    /* By symmetry the dipole of a tetrahedral interstitial is a multiple of the unit matrix, and
     * the interstitial pushes outwards. */
    assert_true(relaxation.virial[0] > 1.0);
    for (int k = 1; k < 3; k++)
        assert_near(relaxation.virial[k], relaxation.virial[0], 1e-5);
    for (int k = 3; k < 6; k++)
        assert_near(relaxation.virial[k], 0.0, 1e-5);
    assert_near(relaxation.history[0].energy_change, 0.0, 0.0);
    assert_true(relaxation.history[relaxation.steps - 1].max_force <= 1e-6);
    assert_true(relaxation.lowest_curvature > 0.0);
    ff_relaxation_clear(&relaxation);
}

/* A search that was cut short goes on where it ended, and so does its history. */
static void test_history_goes_on(void **state)
{
    (void)state;
    ff_relaxation relaxation, whole;
    ff_relax_options options = ff_relax_defaults();
    ff_potential *potential = potential_of(true);
    options.max_evaluations = 4;
    prepare(&relaxation, true, 2, "interstitial-tetrahedral");
    assert_int_equal(ff_relax(&relaxation, potential, &options, NULL, NULL), FF_E_NUMERIC);
    assert_int_equal(relaxation.steps, 4);
    options.max_evaluations = 50;
    (void)relax_well(&relaxation, true, &options);
    assert_true(relaxation.steps > 5);
    prepare(&whole, true, 2, "interstitial-tetrahedral");
    (void)relax_well(&whole, true, &options);
    assert_near(relaxation.history[relaxation.steps - 1].energy_change,
                whole.history[whole.steps - 1].energy_change, 1e-10);

    /* Another potential: another history. */
    ff_potential *morse = NULL;
    static const ff_morse_parameters bond = {
        .depth = 2.0, .alpha = 1.4, .distance = 2.35, .cutoff = 3.3};
    assert_int_equal(ff_morse_new(&morse, &bond, 14, NULL), FF_OK);
    options.tolerance = 1e-4;
    options.max_evaluations = 3;
    (void)ff_relax(&relaxation, morse, &options, NULL, NULL);
    assert_true(relaxation.steps <= 3);
    ff_relaxation_clear(&relaxation);
    ff_relaxation_clear(&whole);
    ff_potential_free(potential);
    ff_potential_free(morse);
}

static void test_restart_and_copy(void **state)
{
    (void)state;
    ff_relaxation relaxation, copy;
    ff_relax_options options = ff_relax_defaults();
    prepare(&relaxation, true, 2, "interstitial-tetrahedral");
    (void)relax_well(&relaxation, true, &options);
    double energy = relaxation.formation_energy;
    assert_int_equal(relax_well(&relaxation, true, &options), 1); /* nothing left to do */
    assert_near(relaxation.formation_energy, energy, 1e-12);
    ff_relaxation_init(&copy);
    assert_int_equal(ff_relaxation_prepare_like(&copy, &relaxation, NULL), FF_OK);
    for (size_t i = 0; i < 3 * copy.reference.atoms; i++)
        assert_true(copy.displacement[i] == 0.0);
    (void)relax_well(&copy, true, &options);
    assert_near(copy.formation_energy, energy, 1e-11);
    ff_relaxation_clear(&relaxation);
    ff_relaxation_clear(&copy);
}

/* 1, 2 and 4 threads, in a cell with hundreds of items of parallel work. */
static void test_threads(void **state)
{
    (void)state;
    static const int threads[3] = {1, 2, 4};
    ff_relaxation run[3];
    for (int i = 0; i < 3; i++) {
        ff_relax_options options = ff_relax_defaults();
        ff_set_threads(threads[i]);
        options.break_symmetry = 0.01;
        options.tolerance = 1e-3;
        prepare(&run[i], false, 8, "interstitial-octahedral");
        (void)relax_well(&run[i], false, &options);
    }
    ff_set_threads(0);
    for (int i = 1; i < 3; i++) {
        assert_int_equal(run[0].steps, run[i].steps);
        assert_memory_equal(run[0].displacement, run[i].displacement,
                            3 * run[0].reference.atoms * sizeof(double));
        assert_memory_equal(&run[0].formation_energy, &run[i].formation_energy, sizeof(double));
        assert_memory_equal(&run[0].image_energy, &run[i].image_energy, sizeof(double));
        assert_memory_equal(&run[0].softest_ratio, &run[i].softest_ratio, sizeof(double));
    }
    for (int i = 0; i < 3; i++)
        ff_relaxation_clear(&run[i]);
}

/* A Morse bond with its minimum far inside: the diamond crystal collapses. It must end when it is
 * told to, and with the state it reached. */
static void test_unstable_potential_ends(void **state)
{
    (void)state;
    static const ff_morse_parameters short_bond = {
        .depth = 5.0, .alpha = 1.0, .distance = 0.5, .cutoff = 5.0};
    ff_potential *potential = NULL;
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    ff_relax_report report;
    ff_error err = {0};
    assert_int_equal(ff_morse_new(&potential, &short_bond, 14, NULL), FF_OK);
    prepare(&relaxation, true, 2, "vacancy");
    options.break_symmetry = 0.1;
    options.max_evaluations = 20;
    assert_int_equal(ff_relax(&relaxation, potential, &options, &report, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "not converged"));
    assert_false(relaxation.converged);
    assert_true(report.unstable_modes > 0);
    assert_true(report.evaluations <= options.max_evaluations);
    assert_non_null(relaxation.site_energies);
    for (size_t i = 0; i < 3 * relaxation.reference.atoms; i++)
        assert_true(isfinite(relaxation.displacement[i]));
    ff_relaxation_clear(&relaxation);
    ff_potential_free(potential);
}

/* As if silicon's potential were made for bonds no shorter than those of the perfect crystal: the
 * interstitial starts at their length, and relaxing makes some of the bonds around it shorter. */
static double bond_length(const ff_potential *potential, int species, int other)
{
    (void)potential, (void)species, (void)other;
    return 5.43095 * sqrt(3.0) / 4.0 - 1e-6;
}

static void test_close_atoms(void **state)
{
    (void)state;
    ff_potential *silicon = potential_of(true);
    ff_potential limited = *silicon;
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    ff_relax_report report;
    limited.shortest = bond_length;
    prepare(&relaxation, true, 2, "interstitial-tetrahedral");
    assert_int_equal(ff_relax(&relaxation, &limited, &options, &report, NULL), FF_OK);
    assert_int_equal(report.start.count, 0);
    assert_true(report.end.count > 0);
    assert_true(report.end.distance > 2.2 && report.end.distance < report.end.limit);
    ff_relaxation_clear(&relaxation);
    ff_potential_free(silicon);
}

static int not_a_number(const ff_potential *potential, const ff_environment *environment,
                        void *workspace, double *energy, double *gradient, ff_error *err)
{
    (void)potential;
    (void)workspace;
    (void)err;
    *energy = NAN;
    for (size_t i = 0; gradient && i < 3 * environment->count; i++)
        gradient[i] = NAN;
    return FF_OK;
}

static void test_refusals(void **state)
{
    (void)state;
    static const ff_potential_class class_ = {.kind = "nan", .site = not_a_number};
    ff_potential potential = {.class_ = &class_, .cutoff = 4.0};
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    ff_error err = {0};
    potential.species[14] = true;
    prepare(&relaxation, true, 1, "vacancy");
    assert_int_equal(ff_relax(&relaxation, &potential, &options, NULL, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "not finite"));
    assert_null(relaxation.site_energies);

    static const int cells[3] = {2, 2, 2};
    assert_int_equal(prepare_defect(&relaxation, "bcc", 14, 5.0, cells, "hole", &err), FF_E_USAGE);
    ff_relaxation_clear(&relaxation);

    ff_potential *tungsten = potential_of(false);
    prepare(&relaxation, true, 2, "vacancy");
    assert_int_equal(ff_relax(&relaxation, tungsten, &options, NULL, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "does not describe Si"));
    ff_relaxation_clear(&relaxation);
    ff_potential_free(tungsten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_values),
        cmocka_unit_test(test_evaluations_do_not_grow),
        cmocka_unit_test(test_saddles_are_left),
        cmocka_unit_test(test_symmetry_is_kept),
        cmocka_unit_test(test_symmetry_near_the_defect_only),
        cmocka_unit_test(test_plain_search_agrees),
        cmocka_unit_test(test_fills_everything),
        cmocka_unit_test(test_history_goes_on),
        cmocka_unit_test(test_restart_and_copy),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_unstable_potential_ends),
        cmocka_unit_test(test_close_atoms),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
