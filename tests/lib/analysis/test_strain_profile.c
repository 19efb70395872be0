/* Power laws through points, and the decay of strain about a defect. */

#include "lib/analysis/strain_profile.h"

#include "lib/base/memory.h"
#include "lib/defects/relax.h"
#include "lib/defects/site_match.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/defects/prepare_defect.h"

#include <string.h>

#include "tests/lib/defects/near.h"

static void a_power_law_is_found_exactly(void **state)
{
    (void)state;
    const double x[5] = {1.0, 2.0, 3.0, 5.0, -1.0};
    double y[5] = {0.0};
    ff_power_law law;
    for (int i = 0; i < 5; i++)
        y[i] = 0.7 * pow(fabs(x[i]), -2.5);
    ff_power_law_fit(&law, x, y, 5);
    assert_int_equal(law.points, 4);
    assert_near(law.exponent, -2.5, 1e-13);
    assert_near(law.factor, 0.7, 1e-13);
    assert_near(law.high - law.low, 0.0, 1e-6);
    ff_power_law_fit(&law, x, y, 2);
    assert_near(law.exponent, -2.5, 1e-13);
    assert_true(isnan(law.low));
    ff_power_law_fit(&law, x, y, 1);
    assert_true(isnan(law.exponent));
}

/* Of lines through points with normal scatter, 95 in 100 have the true slope in their interval. */
static void the_interval_holds_the_truth_as_often_as_it_says(void **state)
{
    (void)state;
    enum { TRIALS = 2000, POINTS = 6 };
    unsigned random = 1;
    int held = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        double x[POINTS], y[POINTS];
        ff_power_law law;
        for (int i = 0; i < POINTS; i++) {
            double sum = -6.0; /* of twelve uniform numbers: normal enough */
            for (int k = 0; k < 12; k++) {
                random = random * 1664525u + 1013904223u;
                sum += (double)(random >> 8) / 16777216.0;
            }
            x[i] = 1.0 + i;
            y[i] = exp(-3.0 * log(x[i]) + 0.1 * sum);
        }
        ff_power_law_fit(&law, x, y, POINTS);
        held += law.low <= -3.0 && law.high >= -3.0;
    }
    assert_near((double)held / TRIALS, 0.95, 0.02);
}

static void prepare(ff_relaxation *relaxation, int cells)
{
    const int all[3] = {cells, cells, cells};
    ff_relaxation_init(relaxation);
    assert_int_equal(
        prepare_defect(relaxation, "diamond", 14, 5.43095, all, "interstitial-tetrahedral", NULL),
        FF_OK);
}

/* u = from / r^3: |Du| ~ r^-3 but for the length of bonds. */
static void the_decay_of_a_point_source(void **state)
{
    (void)state;
    ff_relaxation r;
    ff_strain_profile profile;
    prepare(&r, 8);
    size_t sites = 0;
    for (size_t i = 0; i < r.reference.atoms; i++) {
        double from[3], distance = ff_distance_from_defect(&r, i);
        ff_relaxation_from_centre(from, &r, i);
        for (size_t k = 0; k < 3 && distance > 0.1; k++)
            r.displacement[3 * i + k] = from[k] / pow(distance, 3.0);
    }
    assert_int_equal(ff_strain_profile_find(&profile, &r, NULL), FF_OK);
    assert_near(profile.from, 3.0 * r.nearest, 1e-12);
    assert_near(profile.to, 0.35 * 8 * 5.43095, 1e-9);
    assert_near(profile.decay.exponent, -3.2, 0.2);
    assert_true(profile.decay.low < profile.decay.exponent &&
                profile.decay.high > profile.decay.exponent);
    for (size_t s = 0; s < profile.shells; s++) {
        sites += profile.shell[s].sites;
        assert_true(profile.shell[s].rms <= profile.shell[s].largest * (1.0 + 1e-12));
    }
    assert_int_equal(sites, r.reference.atoms);
    ff_strain_profile_clear(&profile);
    ff_relaxation_clear(&r);
}

static void small_cells_have_no_exponent(void **state)
{
    (void)state;
    ff_relaxation r;
    ff_strain_profile profile;
    prepare(&r, 2);
    r.displacement[0] = 0.1;
    assert_int_equal(ff_strain_profile_find(&profile, &r, NULL), FF_OK);
    assert_true(profile.shells > 3 && isnan(profile.decay.exponent));
    ff_strain_profile_clear(&profile);
    ff_relaxation_clear(&r);
}

/* The interstitial of Stillinger-Weber silicon, relaxed: theory's 3 is within the interval. */
static void the_decay_of_an_interstitial(void **state)
{
    (void)state;
    ff_relaxation r;
    ff_strain_profile profile;
    ff_potential *potential = NULL;
    ff_relax_options options = ff_relax_defaults();
    prepare(&r, 10);
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    assert_int_equal(ff_relax(&r, potential, &options, NULL, NULL), FF_OK);
    assert_int_equal(ff_strain_profile_find(&profile, &r, NULL), FF_OK);
    assert_true(profile.decay.low < -3.0 && profile.decay.high > -3.0);
    assert_true(profile.decay.high - profile.decay.low < 1.0);
    ff_strain_profile_clear(&profile);
    ff_potential_free(potential);
    ff_relaxation_clear(&r);
}

/* Along a dislocation's line nothing varies: distances are from the line. */
static void distances_from_a_line(void **state)
{
    (void)state;
    ff_relaxation r;
    double from, to;
    prepare(&r, 4);
    r.burgers[2] = 1.0;
    r.reference.periodic[0] = r.reference.periodic[1] = false;
    for (size_t i = 0; i < r.reference.atoms; i++) {
        const double *at = r.reference.positions + 3 * i;
        assert_near(ff_distance_from_defect(&r, i), hypot(at[0] - r.centre[0], at[1] - r.centre[1]),
                    1e-9);
    }
    ff_strain_window(&from, &to, &r);
    assert_true(to > from && to < 0.7 * 4 * 5.43095);
    ff_relaxation_clear(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_law_is_found_exactly),
        cmocka_unit_test(the_interval_holds_the_truth_as_often_as_it_says),
        cmocka_unit_test(the_decay_of_a_point_source),
        cmocka_unit_test(small_cells_have_no_exponent),
        cmocka_unit_test(the_decay_of_an_interstitial),
        cmocka_unit_test(distances_from_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
