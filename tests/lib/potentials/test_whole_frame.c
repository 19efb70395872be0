/* Potentials for whole structures: what the calculator makes of them, and how force constants by
 * differences find their step and state their error, with forces that are exact, noisy and rounded.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/responses.h"
#include "tests/lib/potentials/disguise.h"
#include "tests/lib/potentials/potential_checks.h"

/* Lennard-Jones argon behind the other entry of the class. */
typedef struct setting {
    disguise inside;
    ff_potential potential;
    ff_frame frame;
} setting;

static void set_up(setting *s, double rounding, bool sites)
{
    static const int argon = 18;
    *s = (setting){.inside = {.rounding = rounding, .sites = sites}};
    assert_int_equal(ff_lennard_jones_new(&s->inside.inner, 0.2, 2.5, 6, argon, NULL), FF_OK);
    disguise_make(&s->potential, &s->inside, INFINITY);
    check_frame(&s->frame,
                &(ff_check_case){.potential = s->inside.inner,
                                 .crystal = "fcc",
                                 .species = &argon,
                                 .species_count = 1,
                                 .lattice_constant = 3.9,
                                 .cells = {2, 2, 2},
                                 .kinks = {6}},
                3);
}

static void tear_down(setting *s)
{
    ff_potential_free(s->inside.inner);
    ff_frame_clear(&s->frame);
}

static void passes_everything_on(void **state)
{
    (void)state;
    setting s;
    ff_error err = {0};
    ff_calculator *calculator = NULL, *plain = NULL;
    ff_evaluation_result a, b;
    set_up(&s, 0, true);
    assert_int_equal(ff_calculator_new(&calculator, &s.potential, 0.5, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&plain, s.inside.inner, 0, NULL), FF_OK);
    check_evaluate(calculator, &s.frame, FF_WANT_ENERGY, &a);
    assert_null(a.forces);
    assert_int_equal(ff_calculator_force_evaluations(calculator), 0);
    check_evaluate(calculator, &s.frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &a);
    check_evaluate(plain, &s.frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &b);
    assert_true(a.energy == b.energy);
    assert_memory_equal(a.virial, b.virial, sizeof a.virial);
    assert_memory_equal(a.forces, b.forces, 3 * s.frame.atoms * sizeof *a.forces);
    assert_memory_equal(a.site_energies, b.site_energies, s.frame.atoms * sizeof(double));
    assert_int_equal(ff_calculator_force_evaluations(calculator), 1);
    assert_int_equal(s.inside.instances, 1);
    s.inside.sites = false;
    check_evaluate(calculator, &s.frame, FF_WANT_FORCES, &a);
    assert_null(a.site_energies);
    s.inside.broken = true;
    assert_int_equal(ff_calculator_evaluate(calculator, &s.frame, 0, &a, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "not finite"));
    s.frame.species[2] = 6;
    assert_int_equal(ff_calculator_evaluate(calculator, &s.frame, 0, &a, &err), FF_E_RANGE);
    assert_int_equal(err.atom, 3);
    assert_int_equal(ff_potential_need_sites(&s.potential, "a test", &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "'disguised' is known for whole structures only"));
    assert_int_equal(ff_potential_need_sites(s.inside.inner, "a test", &err), FF_OK);
    ff_calculator_free(calculator);
    ff_calculator_free(plain);
    tear_down(&s);
}

/* The worst error of responses by differences, and what was stated. */
static double worst_error(setting *s, ff_difference_step *chosen)
{
    ff_calculator *calculator = NULL, *plain = NULL;
    const ff_displacement displacement[2] = {{3, {1, 0, 0}}, {5, {0, 0.6, 0.8}}};
    size_t numbers = 2 * 3 * s->frame.atoms;
    double worst = 0, *found = ff_new_array(numbers, sizeof *found, NULL);
    double *exact = ff_new_array(numbers, sizeof *exact, NULL);
    assert_int_equal(ff_frame_set_displacements(&s->frame, 2, displacement, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, &s->potential, 0, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&plain, s->inside.inner, 0, NULL), FF_OK);
    assert_int_equal(ff_calculator_responses(calculator, &s->frame, found, chosen, NULL), FF_OK);
    assert_int_equal(ff_calculator_force_evaluations(calculator), 18 + 2 * 4);
    ff_difference_step none;
    assert_int_equal(ff_calculator_responses(plain, &s->frame, exact, &none, NULL), FF_OK);
    assert_true(none.step == 0 && none.error == 0);
    for (size_t k = 0; k < numbers; k++)
        worst = fmax(worst, fabs(found[k] - exact[k]));
    free(found);
    free(exact);
    ff_calculator_free(calculator);
    ff_calculator_free(plain);
    return worst;
}

/* Steps grow with the noise, and the error is what is stated, within a factor. */
static void states_the_error_of_differences(void **state)
{
    (void)state;
    static const double rounding[3] = {0, 1e-8, 1e-5}, limit[3] = {1e-8, 1e-5, 2e-3};
    double last = 0;
    for (int k = 0; k < 3; k++) {
        setting s;
        ff_difference_step chosen;
        set_up(&s, rounding[k], false);
        double worst = worst_error(&s, &chosen);
        assert_true(k == 1 ? chosen.step > 4 * last : chosen.step >= last);
        assert_true(worst < limit[k]);
        assert_true(worst < 3 * chosen.error);
        last = chosen.step;
        tear_down(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(passes_everything_on),
                                       cmocka_unit_test(states_the_error_of_differences)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
