/* What results say of their uncertainty: records of fits, covariances, committees and POPS in
 * models, calibrations in evaluations, defects in relaxations. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/damage.h"
#include "tests/formats/made_up.h"

#include "tests/near.h"

/* Equal bits, which NaN has as well. */
static void assert_same_bits(const double *found, const double *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(isnan(found[i]) && isnan(expected[i])))
            assert_near(found[i], expected[i], 0);
}

/* Models. */

static void write_model(const char *path)
{
    ff_ace_model model;
    ff_fit_report fit;
    ff_fit_record record;
    ff_model_uncertainty uncertainty;
    made_up_model(&model, &fit);
    made_up_record(&record);
    made_up_uncertainty(&uncertainty, model.count);
    ff_container *container = made_up_start(path, "model", 1);
    assert_int_equal(ff_model_write(container, &model, &fit, NULL), FF_OK);
    assert_int_equal(ff_fit_record_write(container, &record, NULL), FF_OK);
    assert_int_equal(ff_model_uncertainty_write(container, &uncertainty, NULL), FF_OK);
    made_up_finish(container);
    ff_ace_model_clear(&model);
    ff_fit_report_clear(&fit);
    ff_fit_record_clear(&record);
    ff_model_uncertainty_clear(&uncertainty);
}

static void assert_same_numbers(const ff_fit_record *found, const ff_fit_record *expected)
{
    const double a[] = {found->smoothness,        found->effective,      found->log_evidence,
                        found->evidence_gradient, found->prior_strength, found->singular_max,
                        found->singular_min};
    const double b[] = {expected->smoothness,     expected->effective,
                        expected->log_evidence,   expected->evidence_gradient,
                        expected->prior_strength, expected->singular_max,
                        expected->singular_min};
    assert_same_bits(a, b, sizeof a / sizeof *a);
    assert_same_bits(found->weight, expected->weight, FF_KINDS);
    assert_same_bits(found->noise_level, expected->noise_level, FF_KINDS);
    assert_same_bits(found->error_level, expected->error_level, FF_KINDS);
    assert_same_bits(found->evidence_noise, expected->evidence_noise, FF_KINDS);
    assert_same_bits(found->kind_effective, expected->kind_effective, FF_KINDS);
    assert_int_equal(found->rank, expected->rank);
    assert_int_equal(found->steps, expected->steps);
    assert_int_equal(found->weight_folds, expected->weight_folds);
    assert_int_equal(found->weight_fits, expected->weight_fits);
}

static void assert_same_held_out(const ff_held_out_row *found, const ff_held_out_row *expected)
{
    assert_string_equal(found->part, expected->part);
    assert_int_equal(found->kind, expected->kind);
    assert_int_equal(found->fitted, expected->fitted);
    assert_int_equal(found->count, expected->count);
    assert_same_bits(&found->rmse, &expected->rmse, 1);
    assert_same_bits(&found->noise, &expected->noise, 1);
    assert_same_bits(&found->log_density, &expected->log_density, 1);
}

static void records_come_back(void **state)
{
    ff_fit_record expected, found;
    (void)state;
    made_up_record(&expected);
    write_model("record.h5");
    ff_container *container = made_up_open("record.h5", "model");
    assert_int_equal(ff_fit_record_read(&found, container, NULL), FF_OK);
    ff_container_close(container);
    assert_string_equal(found.method, "bayes");
    assert_string_equal(found.noise, "per kind");
    assert_string_equal(found.weights, "automatic");
    assert_string_equal(found.prior, "gaussian");
    assert_same_numbers(&found, &expected);
    assert_int_equal(found.exact_count, 2);
    assert_string_equal(found.exact[1], expected.exact[1]);
    assert_int_equal(found.class_count, 3);
    assert_int_equal(found.held_out_count, 3);
    assert_int_equal(found.curve_count, 3);
    assert_int_equal(found.leverage_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const ff_fit_class *a = &found.classes[i], *b = &expected.classes[i];
        assert_string_equal(a->group, b->group);
        assert_int_equal(a->fold, b->fold);
        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->count, b->count);
        assert_same_bits(&a->weight, &b->weight, 1);
        assert_same_bits(&a->noise, &b->noise, 1);
        assert_same_bits(&a->chi2, &b->chi2, 1);
        assert_same_bits(&a->rmse, &b->rmse, 1);
        assert_same_held_out(&found.held_out[i], &expected.held_out[i]);
        assert_same_held_out(&found.curve[i], &expected.curve[i]);
        assert_string_equal(found.leverage[i].group, expected.leverage[i].group);
        assert_same_bits(found.leverage[i].leverage, expected.leverage[i].leverage, FF_KINDS);
    }
    ff_fit_record_clear(&expected);
    ff_fit_record_clear(&found);
}

static void uncertainties_come_back(void **state)
{
    ff_ace_model model;
    ff_model_uncertainty expected, found;
    (void)state;
    write_model("uncertain.h5");
    ff_container *container = made_up_open("uncertain.h5", "model");
    assert_int_equal(ff_model_read(&model, NULL, container, NULL), FF_OK);
    made_up_uncertainty(&expected, model.count);
    size_t n = model.count;
    assert_int_equal(ff_model_uncertainty_read(&found, container, n, NULL), FF_OK);
    ff_container_close(container);
    assert_memory_equal(found.covariance.r, expected.covariance.r, n * n * sizeof(double));
    assert_int_equal(found.members, expected.members);
    assert_memory_equal(found.member, expected.member, expected.members * n * sizeof(double));
    assert_int_equal(found.pops.rank, 3);
    assert_int_equal(found.pops.columns, n);
    assert_int_equal(found.pops.rows, 321);
    assert_memory_equal(found.pops.direction, expected.pops.direction, 3 * n * sizeof(double));
    assert_memory_equal(found.pops.lower, expected.pops.lower, 3 * sizeof(double));
    assert_memory_equal(found.pops.upper, expected.pops.upper, 3 * sizeof(double));
    assert_memory_equal(found.pops.spread, expected.pops.spread, 3 * sizeof(double));
    ff_model_uncertainty_clear(&found);
    ff_model_uncertainty_clear(&expected);
    ff_ace_model_clear(&model);
}

/* As those of earlier versions. */
static void models_without_any_have_none(void **state)
{
    ff_ace_model model;
    ff_fit_report fit;
    ff_fit_record record;
    ff_model_uncertainty uncertainty;
    (void)state;
    made_up_model(&model, &fit);
    ff_container *container = made_up_start("plain.h5", "model", 0);
    assert_int_equal(ff_model_write(container, &model, &fit, NULL), FF_OK);
    ff_model_uncertainty_init(&uncertainty);
    assert_int_equal(ff_model_uncertainty_write(container, &uncertainty, NULL), FF_OK);
    made_up_finish(container);
    container = made_up_open("plain.h5", "model");
    assert_int_equal(ff_fit_record_read(&record, container, NULL), FF_OK);
    assert_string_equal(record.method, "");
    assert_int_equal(ff_model_uncertainty_read(&uncertainty, container, model.count, NULL), FF_OK);
    assert_int_equal(uncertainty.members + uncertainty.pops.rank, 0);
    assert_null(uncertainty.covariance.r);
    ff_container_close(container);
    ff_fit_record_clear(&record);
    ff_model_uncertainty_clear(&uncertainty);
    ff_ace_model_clear(&model);
    ff_fit_report_clear(&fit);
}

static int read_model(ff_container *container, ff_error *err)
{
    ff_ace_model model;
    ff_fit_report fit;
    ff_fit_record record;
    ff_model_uncertainty uncertainty;
    int status = ff_model_read(&model, &fit, container, err);
    if (status != FF_OK)
        return status;
    status = ff_fit_record_read(&record, container, err);
    if (status == FF_OK) {
        status = ff_model_uncertainty_read(&uncertainty, container, model.count, err);
        ff_fit_record_clear(&record);
    }
    if (status == FF_OK)
        ff_model_uncertainty_clear(&uncertainty);
    ff_ace_model_clear(&model);
    ff_fit_report_clear(&fit);
    return status;
}

static void damaged_models_are_refused(void **state)
{
    (void)state;
    write_model("sound.h5");
    static const char *const optional[] = {"deflate",
                                           "fit",
                                           "method",
                                           "fit/classes",
                                           "fit/cross_validation",
                                           "fit/learning_curve",
                                           "fit/leverage",
                                           "uncertainty",
                                           "uncertainty/covariance",
                                           "uncertainty/committee",
                                           "uncertainty/pops_direction",
                                           NULL};
    damage_everything(&(damage_case){
        .path = "sound.h5", .kind = "model", .read = read_model, .optional = optional});
}

/* Evaluations. */

static void write_evaluation(const char *path)
{
    ff_evaluation evaluation;
    ff_calibration calibration;
    ff_evaluation_init(&evaluation);
    made_up_calibration(&calibration);
    ff_container *container = made_up_start(path, "evaluation", 1);
    assert_int_equal(ff_evaluation_write(container, &evaluation, NULL), FF_OK);
    assert_int_equal(ff_calibration_write(container, &calibration, NULL), FF_OK);
    made_up_finish(container);
    ff_evaluation_clear(&evaluation);
    ff_calibration_clear(&calibration);
}

static void assert_same_prediction(const ff_prediction *a, const ff_prediction *b)
{
    assert_int_equal(a->frame, b->frame);
    assert_int_equal(a->atom, b->atom);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->axis, b->axis);
    assert_same_bits(&a->label, &b->label, 1);
    assert_same_bits(&a->error, &b->error, 1);
    assert_same_bits(&a->deviation, &b->deviation, 1);
    assert_same_bits(&a->noise, &b->noise, 1);
    assert_same_bits(&a->lower, &b->lower, 1);
    assert_same_bits(&a->upper, &b->upper, 1);
}

static void calibrations_come_back(void **state)
{
    ff_calibration expected, found;
    (void)state;
    made_up_calibration(&expected);
    write_evaluation("evaluation.h5");
    ff_container *container = made_up_open("evaluation.h5", "evaluation");
    assert_int_equal(ff_calibration_read(&found, container, NULL), FF_OK);
    ff_container_close(container);
    assert_int_equal(found.rows, expected.rows);
    assert_int_equal(found.predictions, expected.predictions);
    assert_int_equal(found.skipped, expected.skipped);
    for (size_t i = 0; i < found.rows; i++) {
        const ff_calibration_row *a = &found.row[i], *b = &expected.row[i];
        const double x[] = {a->rmse,     a->deviation, a->noise, a->expected,
                            a->within_1, a->within_2,  a->width, a->bounded};
        const double y[] = {b->rmse,     b->deviation, b->noise, b->expected,
                            b->within_1, b->within_2,  b->width, b->bounded};
        assert_string_equal(a->group, b->group);
        assert_int_equal(a->kind, b->kind);
        assert_int_equal(a->count, b->count);
        assert_same_bits(x, y, sizeof x / sizeof *x);
    }
    for (size_t i = 0; i < found.predictions; i++)
        assert_same_prediction(&found.prediction[i], &expected.prediction[i]);
    ff_calibration_clear(&expected);
    ff_calibration_clear(&found);
}

static int read_evaluation(ff_container *container, ff_error *err)
{
    ff_evaluation evaluation;
    ff_calibration calibration;
    int status = ff_evaluation_read(&evaluation, container, err);
    if (status == FF_OK) {
        status = ff_calibration_read(&calibration, container, err);
        ff_evaluation_clear(&evaluation);
    }
    if (status == FF_OK)
        ff_calibration_clear(&calibration);
    return status;
}

static void damaged_evaluations_are_refused(void **state)
{
    (void)state;
    write_evaluation("sound.h5");
    damage_everything(&(damage_case){
        .path = "sound.h5",
        .kind = "evaluation",
        .read = read_evaluation,
        .optional = (const char *const[]){"deflate", "calibration", "predictions", NULL}});
}

/* Relaxations. */

static size_t write_relaxation(const char *path)
{
    ff_relaxation relaxation;
    ff_defect_uncertainty uncertainty;
    made_up_relaxation(&relaxation);
    size_t atoms = relaxation.reference.atoms;
    made_up_defect_uncertainty(&uncertainty, atoms);
    ff_container *container = made_up_start(path, "relaxation", 1);
    assert_int_equal(ff_relaxation_write(container, &relaxation, NULL), FF_OK);
    assert_int_equal(ff_defect_uncertainty_write(container, &uncertainty, "pops", NULL), FF_OK);
    made_up_finish(container);
    ff_relaxation_clear(&relaxation);
    ff_defect_uncertainty_clear(&uncertainty);
    return atoms;
}

static void uncertain_defects_come_back(void **state)
{
    ff_defect_uncertainty expected, found;
    char ensemble[16];
    (void)state;
    size_t atoms = write_relaxation("relaxation.h5");
    made_up_defect_uncertainty(&expected, atoms);
    ff_container *container = made_up_open("relaxation.h5", "relaxation");
    assert_int_equal(ff_defect_uncertainty_read(&found, ensemble, container, atoms, NULL), FF_OK);
    ff_defect_uncertainty other;
    assert_int_equal(ff_defect_uncertainty_read(&other, ensemble, container, atoms + 1, NULL),
                     FF_E_FORMAT);
    ff_container_close(container);
    assert_string_equal(ensemble, "pops");
    assert_int_equal(found.members, 5);
    assert_int_equal(found.atoms, atoms);
    assert_int_equal(found.products, 65);
    assert_near(found.energy_deviation, expected.energy_deviation, 0);
    assert_near(found.geometry_deviation, expected.geometry_deviation, 0);
    assert_memory_equal(found.energy, expected.energy, 5 * sizeof(double));
    assert_memory_equal(found.geometry, expected.geometry, 5 * sizeof(double));
    assert_memory_equal(found.displacement, expected.displacement, atoms * sizeof(double));
    ff_defect_uncertainty_clear(&expected);
    ff_defect_uncertainty_clear(&found);
}

static int read_relaxation(ff_container *container, ff_error *err)
{
    ff_relaxation relaxation;
    ff_defect_uncertainty uncertainty;
    char ensemble[16];
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status == FF_OK) {
        status = ff_defect_uncertainty_read(&uncertainty, ensemble, container,
                                            relaxation.reference.atoms, err);
        ff_relaxation_clear(&relaxation);
    }
    if (status == FF_OK)
        ff_defect_uncertainty_clear(&uncertainty);
    return status;
}

static void damaged_relaxations_are_refused(void **state)
{
    (void)state;
    (void)write_relaxation("sound.h5");
    damage_everything(
        &(damage_case){.path = "sound.h5",
                       .kind = "relaxation",
                       .read = read_relaxation,
                       .optional = (const char *const[]){"deflate", "uncertainty", NULL}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back),
        cmocka_unit_test(uncertainties_come_back),
        cmocka_unit_test(models_without_any_have_none),
        cmocka_unit_test(damaged_models_are_refused),
        cmocka_unit_test(calibrations_come_back),
        cmocka_unit_test(damaged_evaluations_are_refused),
        cmocka_unit_test(uncertain_defects_come_back),
        cmocka_unit_test(damaged_relaxations_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
