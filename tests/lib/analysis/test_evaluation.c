/* Errors of a potential on a dataset whose labels are its own predictions, shifted by known
 * amounts. */

#include "lib/analysis/evaluation.h"

#include "lib/base/deviation.h"
#include "lib/potentials/responses.h"
#include "lib/potentials/stillinger_weber.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FRAMES = 9 };

/* Force constants of one atom moved, along an axis and a diagonal, and of another. */
static void add_force_constants(ff_frame *frame, ff_calculator *calculator)
{
    const ff_displacement displacement[3] = {{3, {1, 0, 0}}, {3, {0.6, 0, 0.8}}, {7, {0, 1, 0}}};
    assert_int_equal(ff_frame_set_displacements(frame, 3, displacement, NULL), FF_OK);
    assert_int_equal(ff_calculator_responses(calculator, frame, frame->force_constants, NULL, NULL),
                     FF_OK);
}

/* Rattled diamond cells in the groups a, b, c in turn, labelled with the potential's own energy,
 * forces, virial and force constants. */
static void make(ff_dataset *dataset, const ff_potential *potential)
{
    static const char *const groups[] = {"a", "b", "c"};
    static const int cells[3] = {2, 1, 1};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    ff_dataset_init(dataset);
    for (int i = 0; i < FRAMES; i++) {
        ff_frame frame;
        assert_int_equal(
            ff_crystal_supercell(&frame, ff_crystal_find("diamond"), 14, 5.5, cells, NULL), FF_OK);
        for (size_t k = 0; k < 3 * frame.atoms; k++)
            frame.positions[k] += 0.1 * (gsl_rng_uniform(random) - 0.5);
        assert_int_equal(ff_frame_set_group(&frame, groups[i % 3], NULL), FF_OK);
        assert_int_equal(ff_calculator_evaluate(calculator, &frame, FF_WANT_FORCES | FF_WANT_VIRIAL,
                                                &result, NULL),
                         FF_OK);
        assert_int_equal(ff_frame_add_label(&frame, FF_LABEL_FORCES, NULL), FF_OK);
        frame.labels |= FF_LABEL_ENERGY | FF_LABEL_VIRIAL;
        frame.energy = result.energy;
        memcpy(frame.forces, result.forces, 3 * frame.atoms * sizeof(double));
        memcpy(frame.virial, result.virial, sizeof frame.virial);
        add_force_constants(&frame, calculator);
        assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
    }
    ff_calculator_free(calculator);
    gsl_rng_free(random);
}

static const ff_error_row *find(const ff_evaluation *evaluation, const char *group, int kind)
{
    for (size_t i = 0; i < evaluation->rows; i++)
        if (strcmp(evaluation->row[i].group, group) == 0 && evaluation->row[i].kind == kind)
            return &evaluation->row[i];
    return NULL;
}

static void own_labels_have_no_error(void **state)
{
    ff_dataset dataset;
    ff_evaluation evaluation;
    make(&dataset, *state);
    ff_evaluation_init(&evaluation);
    assert_int_equal(ff_evaluate(&evaluation, *state, &dataset, NULL, NULL), FF_OK);
    assert_int_equal(evaluation.rows, 16); /* 3 groups and the sum, 4 kinds */
    for (size_t i = 0; i < evaluation.rows; i++)
        assert_true(evaluation.row[i].max == 0 && evaluation.row[i].spread > 0);
    assert_string_equal(evaluation.row[0].group, "a");
    assert_string_equal(evaluation.row[15].group, "all");
    assert_int_equal(find(&evaluation, "b", FF_KIND_ENERGY)->count, 3);
    assert_int_equal(find(&evaluation, "b", FF_KIND_FORCE)->count, 3 * 16 * 3);
    assert_int_equal(find(&evaluation, "all", FF_KIND_VIRIAL)->count, 9 * 6);
    assert_int_equal(find(&evaluation, "c", FF_KIND_FORCE_CONSTANT)->count, 3 * 3 * 16 * 3);
    ff_evaluation_clear(&evaluation);
    ff_dataset_clear(&dataset);
}

static void shifted_labels_have_the_error_of_the_shift(void **state)
{
    ff_dataset dataset;
    ff_evaluation evaluation;
    make(&dataset, *state);
    dataset.frames[0].energy += 0.16;              /* 10 meV/atom of 16 atoms, group a */
    dataset.frames[3].energy -= 0.32;              /* -20 meV/atom, group a */
    dataset.frames[4].forces[5] += 0.5;            /* group b */
    dataset.frames[8].virial[3] -= 0.08;           /* 5 meV/atom, group c */
    dataset.frames[2].force_constants[50] += 0.25; /* group c */
    ff_evaluation_init(&evaluation);
    assert_int_equal(ff_evaluate(&evaluation, *state, &dataset, NULL, NULL), FF_OK);
    const ff_error_row *row = find(&evaluation, "a", FF_KIND_ENERGY);
    assert_true(fabs(row->mae - 0.03 / 3) < 1e-12);
    assert_true(fabs(row->rmse - sqrt(5e-4 / 3)) < 1e-12);
    assert_true(fabs(row->max - 0.02) < 1e-12);
    row = find(&evaluation, "all", FF_KIND_ENERGY);
    assert_true(fabs(row->mae - 0.03 / 9) < 1e-12);
    row = find(&evaluation, "b", FF_KIND_FORCE);
    assert_true(fabs(row->mae - 0.5 / 144) < 1e-12);
    assert_true(fabs(row->rmse - 0.5 / 12) < 1e-12);
    assert_true(find(&evaluation, "a", FF_KIND_FORCE)->max == 0);
    row = find(&evaluation, "c", FF_KIND_VIRIAL);
    assert_true(fabs(row->max - 0.005) < 1e-12);
    row = find(&evaluation, "c", FF_KIND_FORCE_CONSTANT);
    assert_true(fabs(row->max - 0.25) < 1e-12);
    assert_true(fabs(row->rmse - 0.25 / sqrt(3 * 3 * 48)) < 1e-12);
    assert_true(find(&evaluation, "b", FF_KIND_FORCE_CONSTANT)->max == 0);
    ff_evaluation_clear(&evaluation);
    ff_dataset_clear(&dataset);
}

static void missing_labels_are_missing_rows(void **state)
{
    ff_dataset dataset;
    ff_evaluation evaluation;
    make(&dataset, *state);
    for (size_t i = 0; i < FRAMES; i++)
        dataset.frames[i].labels = i == 1 ? (unsigned)FF_LABEL_FORCES : 0;
    ff_evaluation_init(&evaluation);
    assert_int_equal(ff_evaluate(&evaluation, *state, &dataset, NULL, NULL), FF_OK);
    assert_int_equal(evaluation.rows, 2);
    assert_string_equal(evaluation.row[0].group, "b");
    ff_evaluation_clear(&evaluation);
    dataset.frames[1].labels = 0;
    assert_int_equal(ff_evaluate(&evaluation, *state, &dataset, NULL, NULL), FF_OK);
    assert_int_equal(evaluation.rows, 0);
    ff_evaluation_clear(&evaluation);
    ff_dataset_clear(&dataset);
}

/* 9 frames on 1 to 4 threads share out frames; on 5 and more the atoms of each. */
static void threads_do_not_change_a_bit(void **state)
{
    ff_dataset dataset;
    ff_evaluation first, again;
    make(&dataset, *state);
    for (size_t i = 0; i < FRAMES; i++)
        dataset.frames[i].energy += 0.1 * (double)i;
    ff_set_threads(1);
    ff_evaluation_init(&first);
    assert_int_equal(ff_evaluate(&first, *state, &dataset, NULL, NULL), FF_OK);
    for (int threads = 2; threads <= 5; threads += 3) {
        ff_set_threads(threads);
        ff_evaluation_init(&again);
        assert_int_equal(ff_evaluate(&again, *state, &dataset, NULL, NULL), FF_OK);
        assert_memory_equal(first.row, again.row, first.rows * sizeof *first.row);
        ff_evaluation_clear(&again);
    }
    ff_evaluation_clear(&first);
    ff_set_threads(0);
    ff_dataset_clear(&dataset);
}

static void unknown_species_are_placed(void **state)
{
    ff_dataset dataset;
    ff_evaluation evaluation;
    ff_error err = {0};
    make(&dataset, *state);
    dataset.frames[6].species[2] = 32;
    ff_evaluation_init(&evaluation);
    assert_int_equal(ff_evaluate(&evaluation, *state, &dataset, NULL, &err), FF_E_RANGE);
    assert_int_equal(err.frame, 7);
    assert_int_equal(err.atom, 3);
    ff_evaluation_clear(&evaluation);
    ff_dataset_clear(&dataset);
}

static void spread_of_parts_is_spread_of_the_whole(void **state)
{
    (void)state;
    ff_spread whole = {0}, left = {0}, right = {0}, none = {0};
    for (int i = 0; i < 10; i++) {
        double value = 1e6 + (i % 4) * 0.25;
        ff_spread_add(&whole, value);
        ff_spread_add(i < 3 ? &left : &right, value);
    }
    ff_spread_merge(&left, &right);
    ff_spread_merge(&left, &none);
    /* 0 0 0 1 1 1 2 2 3 3 quarters: mean 1.3, mean square 2.9. */
    double expected = 0.25 * sqrt(2.9 - 1.3 * 1.3);
    assert_true(fabs(ff_spread_deviation(&whole) - expected) < 1e-9);
    assert_true(fabs(ff_spread_deviation(&left) - expected) < 1e-9);
    assert_true(ff_spread_deviation(&none) == 0);
}

static int open_silicon(void **state)
{
    return ff_stillinger_weber_new((ff_potential **)state, "Si", NULL);
}

static int close_silicon(void **state)
{
    ff_potential_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_labels_have_no_error),
        cmocka_unit_test(shifted_labels_have_the_error_of_the_shift),
        cmocka_unit_test(missing_labels_are_missing_rows),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(unknown_species_are_placed),
        cmocka_unit_test(spread_of_parts_is_spread_of_the_whole),
    };
    return cmocka_run_group_tests(tests, open_silicon, close_silicon);
}
