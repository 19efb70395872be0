#include "lib/analysis/evaluation.h"

#include "lib/base/deviation.h"
#include "lib/base/memory.h"
#include "lib/potentials/responses.h"
#include "lib/regression/design_matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_evaluation_init(ff_evaluation *evaluation)
{
    *evaluation = (ff_evaluation){0};
    ff_tags_init(&evaluation->tags);
}

void ff_evaluation_clear(ff_evaluation *evaluation)
{
    ff_tags_clear(&evaluation->tags);
    free(evaluation->row);
    ff_evaluation_init(evaluation);
}

/* Errors of one kind, and the labels they are held against. */
typedef struct kind_tally {
    ff_deviation deviation;
    ff_spread spread;
} kind_tally;

typedef struct evaluation_task {
    const ff_potential *potential;
    const ff_dataset *dataset;
    ff_calculator **calculators;     /* [ff_threads()], made when a thread gets its first frame */
    kind_tally (*tallies)[FF_KINDS]; /* [frames] */
    ff_close_pairs *close;           /* [frames] */
} evaluation_task;

static int compare(kind_tally *tally, double predicted, double label, double scale, ff_error *err)
{
    if (!isfinite(predicted))
        return ff_fail(err, FF_E_NUMERIC, "the potential's prediction is not finite (%g)",
                       predicted);
    ff_deviation_add(&tally->deviation, scale * (predicted - label));
    ff_spread_add(&tally->spread, scale * label);
    return FF_OK;
}

static int compare_frame(kind_tally tallies[FF_KINDS], const ff_frame *frame,
                         const ff_evaluation_result *result, ff_error *err)
{
    double per_atom = 1 / (double)frame->atoms;
    int status = FF_OK;
    if (frame->labels & FF_LABEL_ENERGY)
        status = compare(&tallies[FF_KIND_ENERGY], result->energy, frame->energy, per_atom, err);
    for (size_t i = 0; (frame->labels & FF_LABEL_FORCES) && i < 3 * frame->atoms && !status; i++)
        status = compare(&tallies[FF_KIND_FORCE], result->forces[i], frame->forces[i], 1, err);
    for (size_t k = 0; (frame->labels & FF_LABEL_VIRIAL) && k < 6 && !status; k++)
        status =
            compare(&tallies[FF_KIND_VIRIAL], result->virial[k], frame->virial[k], per_atom, err);
    return status;
}

static int compare_force_constants(kind_tally *tally, const ff_frame *frame,
                                   ff_calculator *calculator, ff_error *err)
{
    const size_t numbers = 3 * frame->atoms * frame->displacements;
    double *response = ff_new_array(numbers, sizeof *response, err);
    int status =
        response ? ff_calculator_responses(calculator, frame, response, NULL, err) : FF_E_NOMEM;
    for (size_t i = 0; i < numbers && status == FF_OK; i++)
        status = compare(tally, response[i], frame->force_constants[i], 1, err);
    free(response);
    return status;
}

static int evaluate_frame(size_t index, int thread, void *context, ff_error *err)
{
    const evaluation_task *task = context;
    const ff_frame *frame = &task->dataset->frames[index];
    ff_calculator **calculator = &task->calculators[thread];
    ff_evaluation_result result;
    unsigned want = FF_WANT_ENERGY;
    int status = FF_OK;
    if (!(frame->labels & ((1u << FF_KINDS) - 1)))
        return FF_OK;
    if (frame->labels & FF_LABEL_FORCES)
        want |= FF_WANT_FORCES;
    if (frame->labels & FF_LABEL_VIRIAL)
        want |= FF_WANT_VIRIAL;
    if (!*calculator)
        status = ff_calculator_new(calculator, task->potential, 0, err);
    if (status == FF_OK)
        status = ff_calculator_evaluate(*calculator, frame, want, &result, err);
    if (status == FF_OK) {
        task->close[index] = result.close;
        status = compare_frame(task->tallies[index], frame, &result, err);
    }
    if (status == FF_OK && (frame->labels & FF_LABEL_FORCE_CONSTANTS))
        status = compare_force_constants(&task->tallies[index][FF_KIND_FORCE_CONSTANT], frame,
                                         *calculator, err);
    if (status != FF_OK)
        ff_error_in_frame(err, (int64_t)index + 1);
    return status;
}

/* Threads work on different frames, or, when there are too few of those, on the atoms of one. */
static int evaluate_frames(evaluation_task *task, const ff_progress *progress, ff_error *err)
{
    size_t frames = task->dataset->count;
    if (frames >= 2 * (size_t)ff_threads())
        return ff_parallel_for(frames, evaluate_frame, task, progress, err);
    int status = FF_OK;
    for (size_t i = 0; i < frames && status == FF_OK; i++) {
        status = evaluate_frame(i, 0, task, err);
        if (progress)
            progress->advance(progress->context, 1);
    }
    return status;
}

static void write_row(ff_evaluation *evaluation, const char *group, int kind,
                      const kind_tally *tally)
{
    if (tally->deviation.count == 0)
        return;
    ff_error_row *row = &evaluation->row[evaluation->rows++];
    size_t length = strlen(group);
    memcpy(row->group, group, length < sizeof row->group ? length : sizeof row->group - 1);
    row->kind = kind;
    row->count = tally->deviation.count;
    row->rmse = ff_deviation_rmse(&tally->deviation);
    row->mae = ff_deviation_mae(&tally->deviation);
    row->max = tally->deviation.max;
    row->spread = ff_spread_deviation(&tally->spread);
}

/* Adds up frames in order: into their groups, and those into the sum. */
static int write_rows(ff_evaluation *evaluation, const evaluation_task *task,
                      const ff_frame_table *frames, ff_error *err)
{
    int status = FF_E_NOMEM;
    size_t groups = frames->group_count;
    kind_tally all[FF_KINDS] = {0}, (*sums)[FF_KINDS] = ff_new_array(groups, sizeof *sums, err);
    evaluation->row = ff_new_array((groups + 1) * FF_KINDS, sizeof *evaluation->row, err);
    if (!sums || !evaluation->row)
        goto done;
    for (size_t i = 0; i < frames->count; i++)
        for (int kind = 0; kind < FF_KINDS; kind++) {
            kind_tally *sum = &sums[frames->group[i]][kind];
            ff_deviation_merge(&sum->deviation, &task->tallies[i][kind].deviation);
            ff_spread_merge(&sum->spread, &task->tallies[i][kind].spread);
        }
    for (size_t group = 0; group < groups; group++)
        for (int kind = 0; kind < FF_KINDS; kind++) {
            write_row(evaluation, frames->group_names[group], kind, &sums[group][kind]);
            ff_deviation_merge(&all[kind].deviation, &sums[group][kind].deviation);
            ff_spread_merge(&all[kind].spread, &sums[group][kind].spread);
        }
    for (int kind = 0; kind < FF_KINDS; kind++)
        write_row(evaluation, "all", kind, &all[kind]);
    status = FF_OK;
done:
    free(sums);
    return status;
}

int ff_evaluate(ff_evaluation *evaluation, const ff_potential *potential, const ff_dataset *dataset,
                const ff_progress *progress, ff_error *err)
{
    evaluation_task task = {.potential = potential, .dataset = dataset};
    ff_frame_table frames;
    int threads = ff_threads();
    int status = ff_frame_table_from_dataset(&frames, dataset, err);
    if (status != FF_OK)
        return status;
    task.tallies = ff_new_array(dataset->count, sizeof *task.tallies, err);
    task.calculators = ff_new_array((size_t)threads, sizeof(ff_calculator *), err);
    task.close = ff_new_array(dataset->count, sizeof *task.close, err);
    if (!task.tallies || !task.calculators || !task.close)
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status = evaluate_frames(&task, progress, err);
    if (status == FF_OK)
        status = write_rows(evaluation, &task, &frames, err);
    for (size_t i = 0; status == FF_OK && i < dataset->count; i++)
        ff_close_survey_add(&evaluation->close, i, &task.close[i]);
    for (int i = 0; task.calculators && i < threads; i++)
        ff_calculator_free(task.calculators[i]);
    free(task.calculators);
    free(task.tallies);
    free(task.close);
    ff_frame_table_clear(&frames);
    return status;
}
