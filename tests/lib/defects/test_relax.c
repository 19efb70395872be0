/* Relaxed defects: published formation energies, the number of force evaluations, independence of
 * size and threads, and ends without convergence. */

#include "lib/base/parallel.h"
#include "lib/defects/prepare.h"
#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/morse.h"
#include "lib/potentials/stillinger_weber.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static void prepare(ff_relaxation *relaxation, bool silicon, int cells, const char *defect)
{
    const int all[3] = {cells, cells, cells};
    ff_error err = {0};
    ff_relaxation_init(relaxation);
    assert_int_equal(ff_relaxation_prepare(relaxation, silicon ? "diamond" : "bcc",
                                           silicon ? 14 : 74, silicon ? 5.43095 : 3.1652, all,
                                           defect, &err),
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
    assert_int_equal(ff_relax(relaxation, potential, options, &report, &err), FF_OK);
    assert_true(relaxation->converged && report.max_force <= options->tolerance);
    assert_int_equal(report.evaluations, relaxation->steps);
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
        {false, 6, "vacancy", 0, 3.63157, 12},
        {false, 8, "vacancy", 0, 3.63134, 12},
        {true, 2, "interstitial-tetrahedral", 0, 5.18889, 25},
        {true, 3, "interstitial-tetrahedral", 0, 5.00103, 25},
        {true, 2, "vacancy", 0.4, 2.83532, 60},
        {true, 3, "vacancy", 0.4, 2.69419, 60},
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
    size_t evaluations[3];
    for (int i = 0; i < 3; i++) {
        ff_relaxation relaxation;
        ff_relax_options options = ff_relax_defaults();
        prepare(&relaxation, false, cells[i], "vacancy");
        evaluations[i] = relax_well(&relaxation, false, &options);
        assert_true(evaluations[i] <= 9);
        assert_int_equal(evaluations[i], evaluations[0]);
        if (cells[i] == 16)
            assert_near(relaxation.formation_energy, 3.63119, 1e-5);
        ff_relaxation_clear(&relaxation);
    }
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

static void test_threads(void **state)
{
    (void)state;
    ff_relaxation run[2];
    for (int i = 0; i < 2; i++) {
        ff_relax_options options = ff_relax_defaults();
        ff_set_threads(i == 0 ? 1 : 3);
        options.break_symmetry = 0.01;
        options.tolerance = 1e-5;
        prepare(&run[i], true, 2, "interstitial-tetrahedral");
        (void)relax_well(&run[i], true, &options);
    }
    assert_int_equal(run[0].steps, run[1].steps);
    assert_memory_equal(run[0].displacement, run[1].displacement, 3 * 65 * sizeof(double));
    assert_memory_equal(&run[0].formation_energy, &run[1].formation_energy, sizeof(double));
    ff_relaxation_clear(&run[0]);
    ff_relaxation_clear(&run[1]);
}

/* A Morse bond with its minimum far inside: the diamond crystal collapses. It must end soon, and
 * with the state it reached. */
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
    assert_int_equal(ff_relaxation_prepare(&relaxation, "quartz", 14, 5.0, cells, "vacancy", &err),
                     FF_E_USAGE);
    assert_non_null(strstr(err.message, "unknown crystal 'quartz'"));
    assert_int_equal(ff_relaxation_prepare(&relaxation, "bcc", 14, 5.0, cells, "hole", &err),
                     FF_E_USAGE);
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
        cmocka_unit_test(test_plain_search_agrees),
        cmocka_unit_test(test_fills_everything),
        cmocka_unit_test(test_restart_and_copy),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_unstable_potential_ends),
        cmocka_unit_test(test_close_atoms),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
