#include "lib/regression/fit.h"

#include "lib/base/deviation.h"
#include "lib/base/memory.h"
#include "lib/regression/ridge.h"
#include "lib/regression/tsqr.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What both passes over the rows share. */
typedef struct fit_task {
    const ff_fit_options *options;
    const ff_frame_table *frames;
    size_t rows, columns;
    ff_row_source source;
    void *context;
    const ff_progress *progress;
    size_t capacity; /* rows of the block */
    ff_design_block block;
    double *weight;             /* [capacity] of the block's rows */
    double *group_weight;       /* [group_count][FF_KINDS] */
    ff_tsqr *tsqr;              /* first pass */
    const double *coefficients; /* second pass */
    double *residual;           /* [capacity] A c - y */
    ff_deviation *deviation;    /* [group_count][FF_KINDS] */
} fit_task;

static int check_options(const ff_fit_options *options, size_t columns, ff_error *err)
{
    if (options->weight_count == 0 || options->weights[0].group[0] != '\0')
        return ff_fail(err, FF_E_USAGE, "the first weights must be those of all groups");
    for (size_t i = 0; i < options->weight_count; i++)
        for (int kind = 0; kind < FF_KINDS; kind++) {
            double weight = options->weights[i].weight[kind];
            if (!isfinite(weight) || weight < 0)
                return ff_fail(err, FF_E_RANGE, "weight %g, expected a finite number >= 0", weight);
        }
    if (!isfinite(options->ridge) || options->ridge < 0)
        return ff_fail(err, FF_E_RANGE, "ridge %g, expected a finite number >= 0", options->ridge);
    for (size_t j = 0; options->prior && j < columns; j++)
        if (!isfinite(options->prior[j]) || options->prior[j] <= 0)
            return ff_fail(err, FF_E_RANGE,
                           "prior %g of function %zu, expected a finite number > 0",
                           options->prior[j], j + 1);
    return FF_OK;
}

static const ff_group_weights *find_weights(const ff_fit_options *options, const char *group)
{
    const ff_group_weights *found = &options->weights[0];
    for (size_t i = 1; i < options->weight_count; i++)
        if (strncmp(options->weights[i].group, group, sizeof found->group - 1) == 0)
            found = &options->weights[i];
    return found;
}

static void set_group_weights(fit_task *task)
{
    for (size_t group = 0; group < task->frames->group_count; group++) {
        const ff_group_weights *weights =
            find_weights(task->options, task->frames->group_names[group]);
        for (int kind = 0; kind < FF_KINDS; kind++)
            task->group_weight[group * FF_KINDS + (size_t)kind] =
                task->options->kinds & (1u << kind) ? weights->weight[kind] : 0;
    }
}

static int check_row(const fit_task *task, size_t first, size_t index, ff_error *err)
{
    static const char *const names[FF_KINDS] = {"energy", "force", "virial", "force constants"};
    const ff_row_label *label = &task->block.label[index];
    if (label->frame >= task->frames->count || label->kind >= FF_KINDS)
        return ff_fail(err, FF_E_RANGE, "row %zu belongs to frame %u of %zu, kind %d of %d",
                       first + index + 1, label->frame + 1, task->frames->count, label->kind,
                       FF_KINDS);
    const uint32_t displacements = task->frames->displacements[label->frame];
    if (label->kind == FF_KIND_FORCE_CONSTANT && label->displacement >= displacements)
        return ff_fail(err, FF_E_RANGE, "row %zu belongs to displacement %u of %u of frame %u",
                       first + index + 1, label->displacement + 1, displacements, label->frame + 1);
    double size = cblas_dasum((int)task->columns, task->block.matrix + index * task->columns, 1);
    if (!isfinite(size) || !isfinite(task->block.target[index])) {
        ff_fail(err, FF_E_RANGE, "row %zu, of the %s, holds a number that is not finite",
                first + index + 1, names[label->kind]);
        ff_error_in_frame(err, (int64_t)label->frame + 1);
        return FF_E_RANGE;
    }
    return FF_OK;
}

/* Observations of whole frames are compared per atom. */
static bool is_per_atom(int kind)
{
    return kind == FF_KIND_ENERGY || kind == FF_KIND_VIRIAL;
}

static double row_weight(const fit_task *task, const ff_row_label *label)
{
    double weight = task->group_weight[task->frames->group[label->frame] * FF_KINDS + label->kind];
    double share = 1;
    if (is_per_atom(label->kind))
        share = 1 / sqrt(task->frames->atoms[label->frame]);
    else if (label->kind == FF_KIND_FORCE_CONSTANT)
        share = 1 / sqrt(task->frames->displacements[label->frame]);
    return weight * share * task->frames->weight[label->frame * FF_KINDS + label->kind];
}

/* Runs handle for each block of rows, in order. */
static int for_each_block(fit_task *task, int (*handle)(fit_task *, ff_error *), ff_error *err)
{
    for (size_t first = 0; first < task->rows; first += task->block.rows) {
        size_t left = task->rows - first;
        task->block.rows = left < task->capacity ? left : task->capacity;
        int status = task->source(task->context, first, &task->block, err);
        for (size_t i = 0; i < task->block.rows && status == FF_OK; i++) {
            status = check_row(task, first, i, err);
            if (status == FF_OK)
                task->weight[i] = row_weight(task, &task->block.label[i]);
        }
        if (status == FF_OK)
            status = handle(task, err);
        if (status != FF_OK)
            return status;
        if (task->progress)
            task->progress->advance(task->progress->context, task->block.rows);
    }
    return FF_OK;
}

static int reduce_block(fit_task *task, ff_error *err)
{
    return ff_tsqr_add(task->tsqr, task->block.rows, task->block.matrix, task->block.target,
                       task->weight, err);
}

enum { RESIDUAL_CHUNK = 256 };

static int residual_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const fit_task *task = context;
    size_t first = chunk * RESIDUAL_CHUNK, rows = task->block.rows - first;
    (void)thread;
    (void)err;
    if (rows > RESIDUAL_CHUNK)
        rows = RESIDUAL_CHUNK;
    memcpy(task->residual + first, task->block.target + first, rows * sizeof(double));
    cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)rows, (int)task->columns, 1,
                task->block.matrix + first * task->columns, (int)task->columns, task->coefficients,
                1, -1, task->residual + first, 1);
    return FF_OK;
}

static int compare_block(fit_task *task, ff_error *err)
{
    size_t chunks = (task->block.rows + RESIDUAL_CHUNK - 1) / RESIDUAL_CHUNK;
    int status = ff_parallel_for(chunks, residual_chunk, task, NULL, err);
    for (size_t i = 0; i < task->block.rows && status == FF_OK; i++) {
        const ff_row_label *label = &task->block.label[i];
        double scale = is_per_atom(label->kind) ? 1.0 / task->frames->atoms[label->frame] : 1;
        size_t group = task->frames->group[label->frame];
        ff_deviation_add(&task->deviation[group * FF_KINDS + label->kind],
                         scale * task->residual[i]);
    }
    return status;
}

static int check_observations(size_t observations, size_t columns, double ridge, ff_error *err)
{
    if (observations == 0)
        return ff_fail(err, FF_E_NUMERIC,
                       "no observation is left to fit: there are no rows of the "
                       "kinds asked for, or their weights are 0");
    if (ridge == 0 && observations < columns)
        return ff_fail(err, FF_E_NUMERIC,
                       "%zu observations cannot determine %zu coefficients without a ridge",
                       observations, columns);
    return FF_OK;
}

static int reduce_and_solve(fit_task *task, double *coefficients, ff_fit_report *report,
                            ff_error *err)
{
    ff_triangle triangle = {0};
    int status = ff_tsqr_new(&task->tsqr, task->columns, err);
    if (status == FF_OK)
        status = for_each_block(task, reduce_block, err);
    if (status != FF_OK)
        goto done;
    report->observations = ff_tsqr_rows(task->tsqr);
    status = check_observations(report->observations, task->columns, task->options->ridge, err);
    if (status == FF_OK)
        status = ff_tsqr_finish(task->tsqr, &triangle, err);
    if (status == FF_OK)
        status = ff_ridge_solve(coefficients, &report->condition, &triangle, task->options->prior,
                                task->options->ridge, err);
done:
    ff_triangle_clear(&triangle);
    ff_tsqr_free(task->tsqr);
    task->tsqr = NULL;
    return status;
}

void ff_fit_report_init(ff_fit_report *report)
{
    *report = (ff_fit_report){0};
}

void ff_fit_report_clear(ff_fit_report *report)
{
    free(report->row);
    ff_fit_report_init(report);
}

static void report_row(ff_fit_report *report, const char *group, int kind, double weight,
                       const ff_deviation *deviation)
{
    if (deviation->count == 0)
        return;
    ff_fit_row *row = &report->row[report->rows++];
    size_t length = strlen(group);
    memcpy(row->group, group, length < sizeof row->group ? length : sizeof row->group - 1);
    row->kind = kind;
    row->count = deviation->count;
    row->weight = weight;
    row->rmse = ff_deviation_rmse(deviation);
    row->mae = ff_deviation_mae(deviation);
    row->max = deviation->max;
}

static int write_report(ff_fit_report *report, const fit_task *task, ff_error *err)
{
    size_t groups = task->frames->group_count;
    ff_deviation all[FF_KINDS] = {{0}};
    double common[FF_KINDS] = {0};
    report->row = ff_new_array((groups + 1) * FF_KINDS, sizeof *report->row, err);
    if (!report->row)
        return FF_E_NOMEM;
    for (size_t group = 0; group < groups; group++)
        for (int kind = 0; kind < FF_KINDS; kind++) {
            size_t index = group * FF_KINDS + (size_t)kind;
            double weight = task->group_weight[index];
            const ff_deviation *deviation = &task->deviation[index];
            report_row(report, task->frames->group_names[group], kind, weight, deviation);
            if (deviation->count && (all[kind].count == 0 || weight == common[kind]))
                common[kind] = weight;
            else if (deviation->count)
                common[kind] = NAN;
            ff_deviation_merge(&all[kind], deviation);
        }
    for (int kind = 0; kind < FF_KINDS; kind++)
        report_row(report, "all", kind, common[kind], &all[kind]);
    return FF_OK;
}

/* Rows read at a time: about 16 MB of matrix. */
static size_t block_height(size_t columns)
{
    size_t height = ((size_t)1 << 21) / columns;
    return height < 256 ? 256 : height;
}

static int prepare(fit_task *task, ff_error *err)
{
    size_t lines = task->frames->group_count * FF_KINDS, height = block_height(task->columns);
    task->capacity = task->rows < height ? task->rows : height;
    task->weight = ff_new_array(task->capacity, sizeof *task->weight, err);
    task->residual = ff_new_array(task->capacity, sizeof *task->residual, err);
    task->group_weight = ff_new_array(lines, sizeof *task->group_weight, err);
    task->deviation = ff_new_array(lines, sizeof *task->deviation, err);
    if (!task->weight || !task->residual || !task->group_weight || !task->deviation)
        return FF_E_NOMEM;
    set_group_weights(task);
    return ff_design_block_init(&task->block, task->capacity, task->columns, err);
}

int ff_fit(double *coefficients, ff_fit_report *report, const ff_fit_options *options,
           const ff_frame_table *frames, size_t rows, size_t columns, ff_row_source source,
           void *context, const ff_progress *progress, ff_error *err)
{
    fit_task task = {.options = options,
                     .frames = frames,
                     .rows = rows,
                     .columns = columns,
                     .source = source,
                     .context = context,
                     .progress = progress,
                     .coefficients = coefficients};
    ff_fit_report_init(report);
    if (columns == 0)
        return ff_fail(err, FF_E_RANGE, "the basis has no functions");
    int status = check_options(options, columns, err);
    if (status == FF_OK)
        status = prepare(&task, err);
    if (status == FF_OK)
        status = reduce_and_solve(&task, coefficients, report, err);
    if (status == FF_OK)
        status = for_each_block(&task, compare_block, err);
    if (status == FF_OK)
        status = write_report(report, &task, err);
    report->parameters = columns;
    report->ridge = options->ridge;
    if (status != FF_OK)
        ff_fit_report_clear(report);
    task.block.rows = task.capacity;
    ff_design_block_clear(&task.block);
    free(task.weight);
    free(task.residual);
    free(task.group_weight);
    free(task.deviation);
    return status;
}
