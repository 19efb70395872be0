#include "lib/analysis/calibration.h"

#include "lib/ace/features.h"
#include "lib/base/memory.h"
#include "lib/potentials/ensemble.h"
#include "lib/regression/uncertainty.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CALIBRATED = (1u << FF_KIND_ENERGY) | (1u << FF_KIND_FORCE) | (1u << FF_KIND_VIRIAL) };

void ff_calibration_init(ff_calibration *calibration)
{
    *calibration = (ff_calibration){0};
}

void ff_calibration_clear(ff_calibration *calibration)
{
    free(calibration->row);
    free(calibration->prediction);
    ff_calibration_init(calibration);
}

/* Sums over the observations of a kind. */
typedef struct tally {
    size_t count, within_1, within_2, bounded;
    double errors, deviations, noises, widths; /* of squares, but for the last */
} tally;

typedef struct calibration_task {
    const ff_uncertain_model *model;
    const ff_dataset *dataset;
    const ff_frame_table *frames;
    ff_calculator **calculators;       /* [threads] */
    ff_ace_row_workspace **workspaces; /* [threads] */
    tally (*tallies)[FF_KINDS];        /* [frames] */
    bool *skipped;                     /* [frames] */
    size_t *first;                     /* [frames] of the frame's predictions; NULL: not kept */
    ff_prediction *prediction;
} calibration_task;

static void add(tally *sum, const ff_prediction *p)
{
    double noise = isnan(p->noise) ? 0 : p->noise;
    double expected = hypot(p->deviation, noise);
    sum->count++;
    sum->errors += p->error * p->error;
    sum->deviations += p->deviation * p->deviation;
    sum->noises += noise * noise;
    sum->within_1 += fabs(p->error) <= expected;
    sum->within_2 += fabs(p->error) <= 2 * expected;
    sum->widths += 0.5 * (p->upper - p->lower);
    sum->bounded += -p->error >= p->lower && -p->error <= p->upper;
}

static void merge(tally *sum, const tally *more)
{
    sum->count += more->count;
    sum->within_1 += more->within_1;
    sum->within_2 += more->within_2;
    sum->bounded += more->bounded;
    sum->errors += more->errors;
    sum->deviations += more->deviations;
    sum->noises += more->noises;
    sum->widths += more->widths;
}

/* The observations of one frame, before their uncertainty, in the order of a design matrix. */

static ff_prediction observe(const calibration_task *task, size_t index, int kind, size_t place,
                             double predicted, double label)
{
    const ff_frame *frame = &task->dataset->frames[index];
    double atoms = (double)frame->atoms, per = kind == FF_KIND_FORCE ? 1 : 1 / atoms;
    double level = task->model->noise[FF_KINDS * task->frames->group[index] + (size_t)kind];
    return (ff_prediction){.frame = (uint32_t)index,
                           .atom = kind == FF_KIND_FORCE ? (uint32_t)(place / 3) : 0,
                           .kind = (uint8_t)kind,
                           .axis = (uint8_t)(kind == FF_KIND_FORCE ? place % 3 : place),
                           .label = per * label,
                           .error = per * (predicted - label),
                           .noise = kind == FF_KIND_FORCE ? level : level / sqrt(atoms),
                           .lower = NAN,
                           .upper = NAN};
}

static int observe_frame(const calibration_task *task, size_t index, ff_calculator *calculator,
                         ff_prediction *out, ff_error *err)
{
    const ff_frame *frame = &task->dataset->frames[index];
    ff_evaluation_result result;
    size_t row = 0;
    int status =
        ff_calculator_evaluate(calculator, frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &result, err);
    if (status != FF_OK)
        return status;
    task->skipped[index] = result.close.count > 0;
    if (frame->labels & FF_LABEL_ENERGY)
        out[row++] = observe(task, index, FF_KIND_ENERGY, 0, result.energy, frame->energy);
    for (size_t i = 0; (frame->labels & FF_LABEL_FORCES) && i < 3 * frame->atoms; i++)
        out[row++] = observe(task, index, FF_KIND_FORCE, i, result.forces[i], frame->forces[i]);
    for (size_t k = 0; (frame->labels & FF_LABEL_VIRIAL) && k < 6; k++)
        out[row++] = observe(task, index, FF_KIND_VIRIAL, k, result.virial[k], frame->virial[k]);
    return FF_OK;
}

/* What turns a row's number into that of its observation. */
static double unit_of(const ff_prediction *p, const ff_frame *frame)
{
    return p->kind == FF_KIND_FORCE ? 1 : 1 / (double)frame->atoms;
}

/* Standard deviations from the committee. */
static int ask_committee(ff_calculator *calculator, const ff_potential *potential,
                         const ff_frame *frame, size_t count, ff_prediction *out, ff_error *err)
{
    size_t members = potential->members, size = 3 * frame->atoms;
    double *energy = ff_new_array(members, sizeof *energy, err);
    double *forces = ff_new_array(members, size * sizeof *forces, err);
    double *virial = ff_new_array(members, 6 * sizeof *virial, err);
    int status = energy && forces && virial ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_calculator_members(
            calculator, frame,
            &(ff_ensemble_result){.energy = energy, .forces = forces, .virial = virial}, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        ff_prediction *p = &out[i];
        if (p->kind == FF_KIND_ENERGY)
            p->deviation = ff_members_deviation(energy, members, 1);
        else if (p->kind == FF_KIND_FORCE)
            p->deviation =
                ff_members_deviation(forces + 3 * (size_t)p->atom + p->axis, members, size);
        else
            p->deviation = ff_members_deviation(virial + p->axis, members, 6);
        p->deviation *= unit_of(p, frame);
    }
    free(energy);
    free(forces);
    free(virial);
    return status;
}

/* Bounds from POPS, and standard deviations where nothing better gives them. */
static int ask_pops(const ff_uncertain_model *model, const double *x, const ff_frame *frame,
                    size_t count, ff_prediction *out, ff_error *err)
{
    double *lower = ff_new_array(3 * count, sizeof *lower, err);
    if (!lower)
        return FF_E_NOMEM;
    double *upper = lower + count, *deviation = upper + count;
    int status = ff_pops_bounds(lower, upper, deviation, model->pops, count, x, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        double unit = unit_of(&out[i], frame);
        out[i].lower = unit * lower[i];
        out[i].upper = unit * upper[i];
        if (!model->covariance && model->potential->members == 0)
            out[i].deviation = unit * deviation[i];
    }
    free(lower);
    return status;
}

static int ask_posterior(const ff_triangle *covariance, const double *x, const ff_frame *frame,
                         size_t count, ff_prediction *out, ff_error *err)
{
    double *variance = ff_new_array(count, sizeof *variance, err);
    int status =
        variance ? ff_posterior_variances(variance, covariance, count, x, err) : FF_E_NOMEM;
    for (size_t i = 0; i < count && status == FF_OK; i++)
        out[i].deviation = unit_of(&out[i], frame) * sqrt(variance[i]);
    free(variance);
    return status;
}

/* Uncertainties that need the row of each observation. */
static int ask_rows(const calibration_task *task, size_t index, int thread, size_t count,
                    ff_prediction *out, ff_error *err)
{
    static const double one_body[FF_MAX_SPECIES + 1];
    const ff_uncertain_model *model = task->model;
    const ff_frame *frame = &task->dataset->frames[index];
    ff_ace_row_workspace **workspace = &task->workspaces[thread];
    ff_design_block block = {0};
    int status = FF_OK;
    if (!*workspace)
        status = ff_ace_row_workspace_new(workspace, model->basis, err);
    if (status == FF_OK)
        status = ff_ace_frame_rows(&block, model->basis, frame, (uint32_t)index, CALIBRATED,
                                   one_body, *workspace, err);
    if (status == FF_OK && model->covariance)
        status = ask_posterior(model->covariance, block.matrix, frame, count, out, err);
    if (status == FF_OK && model->pops && model->pops->rank)
        status = ask_pops(model, block.matrix, frame, count, out, err);
    ff_design_block_clear(&block);
    return status;
}

static int predict_frame(const calibration_task *task, size_t index, int thread, size_t count,
                         ff_prediction *out, ff_error *err)
{
    const ff_uncertain_model *model = task->model;
    const ff_frame *frame = &task->dataset->frames[index];
    ff_calculator **calculator = &task->calculators[thread];
    bool rows = model->covariance || (model->pops && model->pops->rank);
    int status = FF_OK;
    if (!*calculator)
        status = ff_calculator_new(calculator, model->potential, 0, err);
    if (status == FF_OK)
        status = observe_frame(task, index, *calculator, out, err);
    if (status != FF_OK || task->skipped[index])
        return status;
    if (model->potential->members && !model->covariance)
        status = ask_committee(*calculator, model->potential, frame, count, out, err);
    return status == FF_OK && rows ? ask_rows(task, index, thread, count, out, err) : status;
}

static int calibrate_frame(size_t index, int thread, void *context, ff_error *err)
{
    const calibration_task *task = context;
    size_t count = ff_frame_row_count(&task->dataset->frames[index], CALIBRATED);
    if (count == 0)
        return FF_OK;
    ff_prediction *own = NULL,
                  *out = task->prediction ? task->prediction + task->first[index] : NULL;
    if (!out && !(out = own = ff_new_array(count, sizeof *own, err)))
        return FF_E_NOMEM;
    int status = predict_frame(task, index, thread, count, out, err);
    for (size_t i = 0; i < count && status == FF_OK && !task->skipped[index]; i++)
        add(&task->tallies[index][out[i].kind], &out[i]);
    if (status != FF_OK)
        ff_error_in_frame(err, (int64_t)index + 1);
    free(own);
    return status;
}

/* Results. */

static void write_row(ff_calibration *calibration, const ff_uncertain_model *model,
                      const char *group, int kind, const tally *sum)
{
    double count = (double)sum->count;
    bool bounds = model->pops && model->pops->rank;
    if (sum->count == 0)
        return;
    ff_calibration_row *row = &calibration->row[calibration->rows++];
    *row = (ff_calibration_row){.kind = (uint8_t)kind,
                                .count = sum->count,
                                .rmse = sqrt(sum->errors / count),
                                .deviation = sqrt(sum->deviations / count),
                                .noise = sqrt(sum->noises / count),
                                .expected = sqrt((sum->deviations + sum->noises) / count),
                                .within_1 = (double)sum->within_1 / count,
                                .within_2 = (double)sum->within_2 / count,
                                .width = bounds ? sum->widths / count : NAN,
                                .bounded = bounds ? (double)sum->bounded / count : NAN};
    size_t length = strlen(group);
    memcpy(row->group, group, length < sizeof row->group ? length : sizeof row->group - 1);
}

/* Adds up frames in order. */
static int write_rows(ff_calibration *calibration, const calibration_task *task, ff_error *err)
{
    const ff_frame_table *frames = task->frames;
    size_t groups = frames->group_count;
    tally(*sums)[FF_KINDS] = ff_new_array(groups + 1, sizeof *sums, err);
    calibration->row = ff_new_array((groups + 1) * FF_KINDS, sizeof *calibration->row, err);
    int status = sums && calibration->row ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < frames->count && status == FF_OK; i++) {
        calibration->skipped += task->skipped[i];
        for (int kind = 0; kind < FF_KINDS; kind++) {
            merge(&sums[frames->group[i]][kind], &task->tallies[i][kind]);
            merge(&sums[groups][kind], &task->tallies[i][kind]);
        }
    }
    for (size_t group = 0; group <= groups && status == FF_OK; group++)
        for (int kind = 0; kind < FF_KINDS; kind++)
            write_row(calibration, task->model, group < groups ? frames->group_names[group] : "all",
                      kind, &sums[group][kind]);
    free(sums);
    return status;
}

/* Drops the predictions of frames that were skipped. */
static void keep_predictions(ff_calibration *calibration, const calibration_task *task)
{
    for (size_t i = 0; i < task->dataset->count; i++) {
        size_t count = ff_frame_row_count(&task->dataset->frames[i], CALIBRATED);
        if (task->skipped[i] || count == 0)
            continue;
        memmove(task->prediction + calibration->predictions, task->prediction + task->first[i],
                count * sizeof *task->prediction);
        calibration->predictions += count;
    }
    calibration->prediction = task->prediction;
}

static int task_init(calibration_task *task, bool keep, ff_error *err)
{
    size_t threads = (size_t)ff_threads(), frames = task->dataset->count, rows = 0;
    task->calculators = ff_new_array(threads, sizeof *task->calculators, err);
    task->workspaces = ff_new_array(threads, sizeof *task->workspaces, err);
    task->tallies = ff_new_array(frames, sizeof *task->tallies, err);
    task->skipped = ff_new_array(frames, sizeof *task->skipped, err);
    task->first = ff_new_array(frames, sizeof *task->first, err);
    if (!task->calculators || !task->workspaces || !task->tallies || !task->skipped || !task->first)
        return FF_E_NOMEM;
    for (size_t i = 0; i < frames; i++) {
        task->first[i] = rows;
        rows += ff_frame_row_count(&task->dataset->frames[i], CALIBRATED);
    }
    if (keep && !(task->prediction = ff_new_array(rows, sizeof *task->prediction, err)))
        return FF_E_NOMEM;
    return FF_OK;
}

static void task_clear(calibration_task *task)
{
    for (int t = 0; t < ff_threads(); t++) {
        if (task->calculators)
            ff_calculator_free(task->calculators[t]);
        if (task->workspaces)
            ff_ace_row_workspace_free(task->workspaces[t]);
    }
    free(task->calculators);
    free(task->workspaces);
    free(task->tallies);
    free(task->skipped);
    free(task->first);
}

int ff_calibrate(ff_calibration *calibration, const ff_uncertain_model *model,
                 const ff_dataset *dataset, bool keep, const ff_progress *progress, ff_error *err)
{
    ff_frame_table frames;
    calibration_task task = {.model = model, .dataset = dataset, .frames = &frames};
    ff_calibration_init(calibration);
    if (!model->potential->members && !model->covariance && !(model->pops && model->pops->rank))
        return ff_fail(err, FF_E_USAGE, "the model knows nothing of its uncertainty");
    int status = ff_frame_table_from_dataset(&frames, dataset, err);
    if (status == FF_OK)
        status = task_init(&task, keep, err);
    if (status == FF_OK)
        status = ff_parallel_for(dataset->count, calibrate_frame, &task, progress, err);
    if (status == FF_OK)
        status = write_rows(calibration, &task, err);
    if (status == FF_OK && keep)
        keep_predictions(calibration, &task);
    else
        free(task.prediction);
    task_clear(&task);
    ff_frame_table_clear(&frames);
    if (status != FF_OK)
        ff_calibration_clear(calibration);
    return status;
}
