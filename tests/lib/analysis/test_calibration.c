/* Predicted standard deviations and bounds against true errors, for models whose coefficients are
 * drawn from the covariance that is claimed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/analysis/calibration.h"
#include "lib/base/parallel.h"
#include "lib/regression/uncertainty.h"
#include "lib/structure/crystal.h"
#include "lib/structure/perturbation.h"
#include "tests/lib/ace/models.h"
#include "tests/near.h"

#include <stdlib.h>
#include <string.h>

enum { FRAMES = 200 };

static const ff_ace_options tungsten = {.species_count = 1,
                                        .species = {74},
                                        .order = 2,
                                        .degree = {0, 4},
                                        .l_weight = 1.0,
                                        .pair_degree = 4,
                                        .cutoff = 4.0,
                                        .inner = 1.5,
                                        .nearest = 2.74};
/* Noise of labels: eV, eV/A, eV, of an energy of one atom, a force, and a virial of one atom. */
static const double noise[FF_KINDS] = {0.02, 0.05, 0.1, NAN};

typedef struct fixture {
    ff_ace_model model;
    ff_ace_basis *basis;
    ff_potential *potential;
    ff_triangle covariance;
    double *truth; /* [FRAMES][count] coefficients that labelled each frame */
    ff_dataset dataset;
} fixture;

/* Labels of a frame by its own coefficients, with noise. */
static void label(ff_frame *frame, const fixture *f, size_t i, gsl_rng *random)
{
    ff_ace_model own = f->model;
    ff_potential *potential = NULL;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    own.coefficients = f->truth + i * own.count;
    double root = sqrt((double)frame->atoms);
    assert_int_equal(ff_ace_potential_new(&potential, &own, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    assert_int_equal(
        ff_calculator_evaluate(calculator, frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &result, NULL),
        FF_OK);
    for (unsigned bit = 1; bit <= FF_LABEL_VIRIAL; bit <<= 1)
        assert_int_equal(ff_frame_add_label(frame, bit, NULL), FF_OK);
    frame->energy = result.energy + root * gsl_ran_gaussian(random, noise[FF_KIND_ENERGY]);
    for (size_t k = 0; k < 3 * frame->atoms; k++)
        frame->forces[k] = result.forces[k] + gsl_ran_gaussian(random, noise[FF_KIND_FORCE]);
    for (size_t k = 0; k < 6; k++)
        frame->virial[k] =
            result.virial[k] + root * gsl_ran_gaussian(random, noise[FF_KIND_VIRIAL]);
    ff_calculator_free(calculator);
    ff_potential_free(potential);
}

static void make_frames(fixture *f, gsl_rng *random)
{
    static const int cells[2][3] = {{1, 1, 1}, {2, 1, 1}};
    const ff_perturbation shake = {.rattle_A = 0.15, .strain = 0.03, .volume = {1, 1}, .seed = 3};
    ff_dataset_init(&f->dataset);
    for (size_t i = 0; i < FRAMES; i++) {
        ff_frame perfect = {0}, frame = {0};
        assert_int_equal(
            ff_crystal_supercell(&perfect, ff_crystal_find("bcc"), 74, 3.165, cells[i % 2], NULL),
            FF_OK);
        assert_int_equal(ff_perturb(&frame, &perfect, &shake, 0, i, NULL), FF_OK);
        assert_int_equal(ff_frame_set_group(&frame, i % 2 ? "large" : "small", NULL), FF_OK);
        label(&frame, f, i, random);
        assert_int_equal(ff_dataset_append(&f->dataset, &frame, NULL), FF_OK);
        ff_frame_clear(&perfect);
    }
}

static int set_up(void **state)
{
    static fixture f;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 11);
    random_model(&f.model, &tungsten, 5);
    assert_int_equal(ff_ace_basis_new(&f.basis, &tungsten, NULL), FF_OK);
    assert_int_equal(ff_ace_potential_new(&f.potential, &f.model, NULL), FF_OK);
    size_t n = f.model.count;
    assert_int_equal(ff_triangle_init(&f.covariance, n, NULL), FF_OK);
    for (size_t column = 0; column < n; column++)
        for (size_t row = 0; row <= column; row++)
            f.covariance.r[column * n + row] = gsl_ran_gaussian(random, 0.01);
    f.truth = ff_new_array(FRAMES, n * sizeof *f.truth, NULL);
    assert_int_equal(
        ff_committee_draw(f.truth, f.model.coefficients, &f.covariance, FRAMES, 99, NULL), FF_OK);
    make_frames(&f, random);
    gsl_rng_free(random);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ff_dataset_clear(&f->dataset);
    free(f->truth);
    ff_triangle_clear(&f->covariance);
    ff_potential_free(f->potential);
    ff_ace_basis_free(f->basis);
    ff_ace_model_clear(&f->model);
    return 0;
}

static ff_uncertain_model uncertain(const fixture *f, double table[2 * FF_KINDS])
{
    for (size_t i = 0; i < 2 * (size_t)FF_KINDS; i++)
        table[i] = noise[i % FF_KINDS];
    return (ff_uncertain_model){
        .potential = f->potential, .basis = f->basis, .covariance = &f->covariance, .noise = table};
}

static const ff_calibration_row *row_of(const ff_calibration *c, const char *group, int kind)
{
    for (size_t i = 0; i < c->rows; i++)
        if (c->row[i].kind == kind && strcmp(c->row[i].group, group) == 0)
            return &c->row[i];
    fail();
    return NULL;
}

/* Errors are as large as predicted. Within a frame they are correlated, so that shares of 200
 * frames are uncertain by some 0.035 and roots of mean squares by some 5 %. */
static void what_is_claimed_is_found(void **state)
{
    const fixture *f = *state;
    double table[2 * FF_KINDS];
    const ff_uncertain_model model = uncertain(f, table);
    ff_calibration c;
    assert_int_equal(ff_calibrate(&c, &model, &f->dataset, false, NULL, NULL), FF_OK);
    assert_int_equal(c.rows, 9);
    assert_int_equal(c.predictions + c.skipped, 0);
    for (int kind = 0; kind < 3; kind++) {
        const ff_calibration_row *all = row_of(&c, "all", kind);
        assert_near(all->expected / all->rmse, 1, 0.15);
        assert_near(all->within_1, 0.683, 0.08);
        assert_near(all->within_2, 0.954, 0.04);
        assert_near(all->expected, hypot(all->deviation, all->noise), 1e-12);
        assert_true(all->deviation > 0.2 * all->noise && isnan(all->width));
        assert_int_equal(all->count,
                         row_of(&c, "small", kind)->count + row_of(&c, "large", kind)->count);
    }
    assert_near(row_of(&c, "large", FF_KIND_ENERGY)->noise, 0.02 / 2, 1e-12);
    assert_near(row_of(&c, "small", FF_KIND_VIRIAL)->noise, 0.1 / sqrt(2), 1e-12);
    ff_calibration_clear(&c);
}

/* Without the covariance the truth is three times further off than noise alone. */
static void false_claims_are_found_out(void **state)
{
    const fixture *f = *state;
    double table[2 * FF_KINDS];
    ff_uncertain_model model = uncertain(f, table);
    ff_triangle small = {.order = f->covariance.order};
    size_t numbers = small.order * small.order;
    small.r = ff_copy_array(f->covariance.r, numbers, sizeof *small.r, NULL);
    for (size_t i = 0; i < numbers; i++)
        small.r[i] *= 0.01;
    model.covariance = &small;
    ff_calibration c;
    assert_int_equal(ff_calibrate(&c, &model, &f->dataset, false, NULL, NULL), FF_OK);
    const ff_calibration_row *energy = row_of(&c, "all", FF_KIND_ENERGY);
    assert_true(energy->within_1 < 0.6 && energy->expected < 0.8 * energy->rmse);
    ff_calibration_clear(&c);
    ff_triangle_clear(&small);
}

/* Many members say what the covariance does. */
static void a_committee_converges_to_the_posterior(void **state)
{
    const fixture *f = *state;
    enum { MEMBERS = 1000 };
    double table[2 * FF_KINDS];
    ff_uncertain_model model = uncertain(f, table);
    ff_calibration exact, drawn;
    double *members = ff_new_array(MEMBERS, f->model.count * sizeof *members, NULL);
    assert_int_equal(ff_calibrate(&exact, &model, &f->dataset, true, NULL, NULL), FF_OK);
    assert_int_equal(
        ff_committee_draw(members, f->model.coefficients, &f->covariance, MEMBERS, 1, NULL), FF_OK);
    assert_int_equal(ff_ace_potential_set_members(f->potential, MEMBERS, members, NULL), FF_OK);
    model.covariance = NULL;
    assert_int_equal(ff_calibrate(&drawn, &model, &f->dataset, true, NULL, NULL), FF_OK);
    assert_int_equal(drawn.predictions, exact.predictions);
    for (size_t i = 0; i < exact.predictions; i++) {
        const ff_prediction *a = &exact.prediction[i], *b = &drawn.prediction[i];
        assert_int_equal(a->frame, b->frame);
        assert_int_equal(a->kind, b->kind);
        assert_near(a->error, b->error, 0);
        /* 1000 members know a deviation to 2.2 %; this is the worst of thousands. */
        assert_near(b->deviation / a->deviation, 1, 0.11);
    }
    assert_int_equal(ff_ace_potential_set_members(f->potential, 0, members, NULL), FF_OK);
    free(members);
    ff_calibration_clear(&exact);
    ff_calibration_clear(&drawn);
}

/* A hypercube of one direction: bounds are its ends, and labels of its ends lie on them. */
static void bounds_are_those_of_the_hypercube(void **state)
{
    const fixture *f = *state;
    double table[2 * FF_KINDS], lower = -0.01, upper = 0.03, spread = 0.02;
    size_t n = f->model.count;
    double *direction = ff_new_array(n, sizeof *direction, NULL);
    direction[2] = 1;
    const ff_pops pops = {n, FRAMES, 1, direction, &lower, &upper, &spread};
    ff_uncertain_model model = uncertain(f, table);
    ff_potential *potential = NULL;
    ff_ace_model end = f->model;
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    ff_calibration c;
    model.covariance = NULL;
    model.pops = &pops;
    assert_int_equal(ff_calibrate(&c, &model, &f->dataset, true, NULL, NULL), FF_OK);
    end.coefficients = ff_copy_array(f->model.coefficients, n, sizeof(double), NULL);
    end.coefficients[2] += upper;
    assert_int_equal(ff_ace_potential_new(&potential, &end, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    const ff_frame *frame = &f->dataset.frames[0];
    assert_int_equal(ff_calculator_evaluate(calculator, frame, FF_WANT_FORCES, &result, NULL),
                     FF_OK);
    double predicted = c.prediction[0].label + c.prediction[0].error;
    double change = result.energy / (double)frame->atoms - predicted;
    assert_near(change > 0 ? c.prediction[0].upper : c.prediction[0].lower, change, 1e-12);
    for (size_t i = 0; i < c.predictions; i++) {
        const ff_prediction *p = &c.prediction[i];
        assert_true(p->lower <= 0 && p->upper >= 0);
        double ratio = p->upper > -p->lower ? -p->lower / p->upper : -p->upper / p->lower;
        assert_near(ratio, 1.0 / 3, 1e-9);
        assert_near(p->deviation, 0.25 * (p->upper - p->lower) / sqrt(0.75), 1e-12);
    }
    const ff_calibration_row *all = row_of(&c, "all", FF_KIND_ENERGY);
    assert_true(all->width > 0 && all->bounded >= 0 && all->bounded <= 1);
    ff_calculator_free(calculator);
    ff_potential_free(potential);
    free(end.coefficients);
    free(direction);
    ff_calibration_clear(&c);
}

static void threads_and_frames_too_close(void **state)
{
    const fixture *f = *state;
    double table[2 * FF_KINDS];
    const ff_uncertain_model model = uncertain(f, table);
    ff_calibration c[2];
    ff_frame *frame = &f->dataset.frames[0];
    double keep[6];
    memcpy(keep, frame->positions, sizeof keep);
    memcpy(frame->positions, frame->positions + 3, 3 * sizeof(double));
    frame->positions[0] += 1.2;
    for (int t = 0; t < 2; t++) {
        ff_set_threads(t ? 3 : 1);
        assert_int_equal(ff_calibrate(&c[t], &model, &f->dataset, true, NULL, NULL), FF_OK);
    }
    ff_set_threads(0);
    assert_int_equal(c[0].skipped, 1);
    assert_int_equal(row_of(&c[0], "all", FF_KIND_ENERGY)->count, FRAMES - 1);
    assert_int_equal(c[0].prediction[0].frame, 1);
    assert_int_equal(c[0].rows, c[1].rows);
    for (size_t i = 0; i < c[0].rows; i++) {
        assert_near(c[0].row[i].rmse, c[1].row[i].rmse, 0);
        assert_near(c[0].row[i].expected, c[1].row[i].expected, 0);
        assert_near(c[0].row[i].within_1, c[1].row[i].within_1, 0);
    }
    memcpy(frame->positions, keep, sizeof keep);
    ff_calibration_clear(&c[0]);
    ff_calibration_clear(&c[1]);
}

static void a_model_that_knows_nothing_is_refused(void **state)
{
    const fixture *f = *state;
    double table[2 * FF_KINDS];
    ff_uncertain_model model = uncertain(f, table);
    ff_calibration c;
    model.covariance = NULL;
    assert_int_equal(ff_calibrate(&c, &model, &f->dataset, false, NULL, NULL), FF_E_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_claimed_is_found),
        cmocka_unit_test(false_claims_are_found_out),
        cmocka_unit_test(a_committee_converges_to_the_posterior),
        cmocka_unit_test(bounds_are_those_of_the_hypercube),
        cmocka_unit_test(threads_and_frames_too_close),
        cmocka_unit_test(a_model_that_knows_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
