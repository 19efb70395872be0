/* Relaxing defects with potentials that are known for whole structures only: the energies and
 * structures of the same potentials with all that is known of them; noise; what is refused. */

#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/stillinger_weber.h"

#include <string.h>

#include "tests/lib/defects/near.h"
#include "tests/lib/defects/prepare_defect.h"
#include "tests/lib/potentials/disguise.h"

typedef struct study {
    bool silicon;
    int cells;
    const char *defect;
    double break_symmetry;
    size_t evaluations; /* at most */
} study;

static ff_potential *potential_of(const study *s)
{
    ff_potential *potential = NULL;
    int status = s->silicon ? ff_stillinger_weber_new(&potential, "Si", NULL)
                            : ff_finnis_sinclair_new(&potential, "W", NULL);
    assert_int_equal(status, FF_OK);
    return potential;
}

static void prepare(ff_relaxation *relaxation, const study *s)
{
    const int cells[3] = {s->cells, s->cells, s->cells};
    ff_relaxation_init(relaxation);
    assert_int_equal(prepare_defect(relaxation, s->silicon ? "diamond" : "bcc",
                                    s->silicon ? 14 : 74, s->silicon ? 5.43095 : 3.1652, cells,
                                    s->defect, NULL),
                     FF_OK);
}

static void relax(ff_relaxation *relaxation, const study *s, const ff_potential *potential,
                  double tolerance, ff_relax_report *report)
{
    ff_relax_options options = ff_relax_defaults();
    ff_error err = {0};
    options.break_symmetry = s->break_symmetry;
    options.tolerance = tolerance;
    prepare(relaxation, s);
    if (ff_relax(relaxation, potential, &options, report, &err) != FF_OK)
        fail_msg("%s", err.message);
    assert_true(relaxation->converged);
}

static double farthest(const ff_relaxation *one, const ff_relaxation *other)
{
    double worst = 0;
    for (size_t i = 0; i < 3 * one->reference.atoms; i++)
        worst = fmax(worst, fabs(one->displacement[i] - other->displacement[i]));
    return worst;
}

static void agrees_with_what_is_known(void **state)
{
    (void)state;
    static const study studies[] = {{false, 4, "vacancy", 0, 12},
                                    {false, 5, "dumbbell-111", 0, 45},
                                    {true, 2, "interstitial-tetrahedral", 0, 20},
                                    {true, 2, "vacancy", 0.4, 60}};
    for (size_t n = 0; n < sizeof studies / sizeof *studies; n++)
        for (int sites = 0; sites < 2; sites++) {
            const study *s = &studies[n];
            disguise inside = {.inner = potential_of(s), .sites = sites};
            ff_potential whole;
            ff_relaxation found, exact;
            ff_relax_report report, plain;
            disguise_make(&whole, &inside, INFINITY);
            relax(&exact, s, inside.inner, 1e-8, &plain);
            relax(&found, s, &whole, 1e-8, &report);
            print_message("%s, %s: %zu evaluations and %zu of perfect cells (all: %zu), with sites "
                          "%zu; energies differ by %.1e eV\n",
                          s->silicon ? "silicon" : "tungsten", s->defect, report.evaluations,
                          report.crystal_evaluations, inside.evaluations, plain.evaluations,
                          found.formation_energy - exact.formation_energy);
            assert_near(found.formation_energy, exact.formation_energy, 1e-9);
            assert_near(found.image_energy, exact.image_energy, 1e-5);
            assert_true(farthest(&found, &exact) < 1e-6);
            for (int k = 0; k < 6; k++)
                assert_near(found.virial[k], exact.virial[k], 1e-5);
            assert_true(report.evaluations <= s->evaluations);
            assert_int_equal(report.crystal_evaluations, 6);
            assert_int_equal(report.evaluations, found.steps);
            /* One is known to 0.05 at the best, and 111 is a saddle by a little. */
            assert_near(found.softest_ratio, exact.softest_ratio, 0.06);
            assert_true((found.site_energies != NULL) == sites);
            for (size_t i = 0; sites && i < found.reference.atoms; i++)
                assert_near(found.site_energies[i], exact.site_energies[i], 1e-6);
            ff_relaxation_clear(&found);
            ff_relaxation_clear(&exact);
            ff_potential_free(inside.inner);
        }
}

/* The search does not take noise for a rise of the energy, nor the check of stability for a saddle:
 * with differences of 1e-3 A the noisiest would have a ratio of -0.8. */
static void noise_does_not_stop_the_search(void **state)
{
    (void)state;
    static const study s = {true, 3, "interstitial-tetrahedral", 0, 30};
    static const double noise[3] = {1e-6, 1e-4, 1e-3};
    for (int n = 0; n < 3; n++) {
        disguise inside = {.inner = potential_of(&s), .jitter = noise[n]};
        ff_potential whole;
        ff_relaxation found, exact;
        ff_relax_report report;
        disguise_make(&whole, &inside, INFINITY);
        relax(&exact, &s, inside.inner, 1e-8, NULL);
        relax(&found, &s, &whole, 10 * noise[n], &report);
        print_message("noise %.0e: %zu evaluations, energies differ by %.1e eV\n", noise[n],
                      report.evaluations, found.formation_energy - exact.formation_energy);
        assert_true(report.force_noise > 0.5 * noise[n] && report.force_noise < 5 * noise[n]);
        assert_near(found.formation_energy, exact.formation_energy, 5 * noise[n]);
        assert_near(found.softest_ratio, exact.softest_ratio, 0.06);
        assert_true(report.evaluations <= s.evaluations);
        ff_relaxation_clear(&found);
        ff_relaxation_clear(&exact);
        ff_potential_free(inside.inner);
    }
}

static void dislocations_are_refused(void **state)
{
    (void)state;
    static const study s = {false, 3, "vacancy", 0, 0};
    disguise inside = {.inner = potential_of(&s)};
    ff_potential whole;
    ff_relaxation relaxation;
    ff_relax_options options = ff_relax_defaults();
    ff_error err = {0};
    disguise_make(&whole, &inside, INFINITY);
    prepare(&relaxation, &s);
    options.preconditioner = FF_PRECONDITIONER_FORCE_CONSTANTS;
    assert_int_equal(ff_relax(&relaxation, &whole, &options, NULL, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "a sparse matrix of force constants needs energies"));
    relaxation.burgers[2] = 1;
    inside.evaluations = 0;
    assert_int_equal(ff_relax(&relaxation, &whole, &options, NULL, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "a dislocation needs energies atom by atom"));
    assert_int_equal(inside.evaluations, 0);
    assert_true(isnan(relaxation.formation_energy));
    ff_relaxation_clear(&relaxation);
    ff_potential_free(inside.inner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_what_is_known),
                                       cmocka_unit_test(noise_does_not_stop_the_search),
                                       cmocka_unit_test(dislocations_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
