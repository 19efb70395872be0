/* Atoms closer than a potential was made for: counted once, named, the same for any number of
 * threads; surveys over frames. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/parallel.h"
#include "lib/potentials/potential.h"

#include <math.h>
#include <string.h>

enum { ALUMINIUM = 13, COPPER = 29 };

static int no_energy(const ff_potential *potential, const ff_environment *environment,
                     void *workspace, double *energy, double *gradient, ff_error *err)
{
    (void)potential, (void)workspace, (void)err;
    *energy = 0;
    if (gradient)
        memset(gradient, 0, 3 * environment->count * sizeof *gradient);
    return FF_OK;
}

/* 2.0 A between aluminium atoms, 1.5 A between copper atoms, 1.8 A between both. */
static double shortest(const ff_potential *potential, int species, int other)
{
    (void)potential;
    assert_true(species == ALUMINIUM || species == COPPER);
    assert_true(other == ALUMINIUM || other == COPPER);
    if (species != other)
        return 1.8;
    return species == ALUMINIUM ? 2.0 : 1.5;
}

static ff_potential make_potential(bool limited)
{
    static const ff_potential_class class_ = {.kind = "nothing", .site = no_energy};
    ff_potential potential = {
        .class_ = &class_, .cutoff = 3.0, .shortest = limited ? shortest : NULL};
    potential.species[ALUMINIUM] = potential.species[COPPER] = true;
    return potential;
}

/* Atoms along x in a cell of 40 x 2.5 x 5 A: every atom has its own images at 2.5 A. */
static void make_frame(ff_frame *frame, size_t atoms, const double *x, const int *species)
{
    assert_int_equal(ff_frame_init(frame, atoms, NULL), FF_OK);
    frame->cell[0] = 40;
    frame->cell[4] = 2.5;
    frame->cell[8] = 5;
    for (int k = 0; k < 3; k++)
        frame->periodic[k] = true;
    for (size_t i = 0; i < atoms; i++) {
        frame->positions[3 * i] = x[i];
        frame->species[i] = species[i];
    }
}

static ff_close_pairs find(const ff_potential *potential, const ff_frame *frame)
{
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    assert_int_equal(ff_calculator_new(&calculator, potential, 0.3, NULL), FF_OK);
    assert_int_equal(ff_calculator_evaluate(calculator, frame, FF_WANT_FORCES, &result, NULL),
                     FF_OK);
    ff_close_pairs close = result.close;
    assert_int_equal(ff_calculator_evaluate(calculator, frame, FF_WANT_ENERGY, &result, NULL),
                     FF_OK);
    assert_memory_equal(&close, &result.close, sizeof close);
    ff_calculator_free(calculator);
    return close;
}

/* 0 and 1 are too close as aluminium; 2 and 3 would be as aluminium but not as copper; 4 (copper)
 * and 5 (aluminium) are, at the shortest distance of all, across the cell's edge; 6 is alone. */
static void pairs_of_a_frame(void **state)
{
    (void)state;
    static const double x[7] = {10, 11.95, 20, 21.7, 39.5, 1.0 - 1e-9, 30};
    static const int species[7] = {ALUMINIUM, ALUMINIUM, COPPER,   COPPER,
                                   COPPER,    ALUMINIUM, ALUMINIUM};
    ff_potential potential = make_potential(true), unlimited = make_potential(false);
    ff_frame frame;
    char text[256];
    make_frame(&frame, 7, x, species);
    ff_close_pairs close = find(&potential, &frame);
    assert_int_equal(close.count, 2);
    assert_int_equal(close.atoms[0], 4);
    assert_int_equal(close.atoms[1], 5);
    assert_int_equal(close.species[0], COPPER);
    assert_int_equal(close.species[1], ALUMINIUM);
    assert_true(fabs(close.distance - 1.5) < 1e-8 && close.limit == 1.8);
    assert_string_equal(ff_close_pairs_describe(&close, text, sizeof text),
                        "Cu (atom 5) and Al (atom 6) are 1.5 A apart, below the 1.8 A that the "
                        "potential was made for");
    assert_int_equal(find(&unlimited, &frame).count, 0);
    ff_frame_clear(&frame);
}

/* An atom too close to its own image: one pair, however small the cell. */
static void images(void **state)
{
    (void)state;
    static const double x[1] = {0};
    static const int species[1] = {ALUMINIUM};
    ff_potential potential = make_potential(true);
    ff_frame frame;
    char text[256];
    make_frame(&frame, 1, x, species);
    assert_int_equal(find(&potential, &frame).count, 0);
    frame.cell[4] = 1.75;
    ff_close_pairs close = find(&potential, &frame);
    assert_int_equal(close.count, 1);
    assert_string_equal(ff_close_pairs_describe(&close, text, sizeof text),
                        "Al (atom 1) and its image are 1.75 A apart, below the 2 A that the "
                        "potential was made for");
    ff_frame_clear(&frame);
}

/* A row of equally close atoms: their pairs are counted over many chunks of parallel work, and of
 * the closest the first is named. */
static void any_number_of_threads(void **state)
{
    (void)state;
    double x[20 * 3];
    int species[20 * 3];
    ff_potential potential = make_potential(true);
    ff_frame frame;
    for (int i = 0; i < 60; i++) {
        x[i] = 0.625 * i;
        species[i] = COPPER;
    }
    make_frame(&frame, 60, x, species);
    for (int threads = 1; threads <= 4; threads++) {
        ff_set_threads(threads);
        ff_close_pairs close = find(&potential, &frame);
        /* Neighbours at 0.625 A along the row of 60, and at 1.25 A; 36.875 A long, so that the
         * ends, 3.125 A apart across the edge, do not see each other. */
        assert_int_equal(close.count, 59 + 58);
        assert_int_equal(close.atoms[0], 0);
        assert_int_equal(close.atoms[1], 1);
    }
    ff_set_threads(2);
    ff_frame_clear(&frame);
}

static void surveys(void **state)
{
    (void)state;
    static const ff_close_pairs none = {0};
    static const ff_close_pairs few = {
        .count = 2, .atoms = {3, 7}, .species = {13, 29}, .distance = 1.2, .limit = 1.8};
    static const ff_close_pairs closer = {
        .count = 1, .atoms = {0, 1}, .species = {13, 13}, .distance = 1.1, .limit = 2};
    ff_close_survey survey = {0};
    ff_close_survey_add(&survey, 0, &none);
    assert_int_equal(survey.frames, 0);
    ff_close_survey_add(&survey, 4, &few);
    ff_close_survey_add(&survey, 5, &none);
    ff_close_survey_add(&survey, 6, &few);
    assert_int_equal(survey.frame, 4); /* of equally close ones the first */
    ff_close_survey_add(&survey, 9, &closer);
    assert_int_equal(survey.frame, 9);
    assert_int_equal(survey.frames, 3);
    assert_int_equal(survey.pairs.count, 5);
    assert_true(survey.pairs.distance == 1.1 && survey.pairs.limit == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_of_a_frame),
        cmocka_unit_test(images),
        cmocka_unit_test(any_number_of_threads),
        cmocka_unit_test(surveys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
