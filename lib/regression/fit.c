#include "lib/regression/fit.h"

#include "lib/base/deviation.h"
#include "lib/base/memory.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_fit_report_init(ff_fit_report *report)
{
    *report = (ff_fit_report){0};
}

void ff_fit_report_clear(ff_fit_report *report)
{
    free(report->row);
    ff_fit_report_init(report);
}

/* ---- errors of given coefficients ---- */

typedef struct error_pass {
    const ff_rows *rows;
    const double *coefficients;
    const double *weight; /* table */
    size_t observations;
    const double *matrix, *target; /* of the block at hand */
    size_t block_rows, capacity;
    double *residual;        /* [capacity] A c - y */
    ff_deviation *deviation; /* [group_count][FF_KINDS] */
} error_pass;

enum { RESIDUAL_CHUNK = 256 };

static int residual_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const error_pass *pass = context;
    size_t first = chunk * RESIDUAL_CHUNK, rows = pass->block_rows - first;
    size_t columns = pass->rows->columns;
    (void)thread;
    (void)err;
    if (rows > RESIDUAL_CHUNK)
        rows = RESIDUAL_CHUNK;
    memcpy(pass->residual + first, pass->target + first, rows * sizeof(double));
    cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)rows, (int)columns, 1,
                pass->matrix + first * columns, (int)columns, pass->coefficients, 1, -1,
                pass->residual + first, 1);
    return FF_OK;
}

static int compare_block(void *context, size_t first, ff_design_block *block, const double *scale,
                         ff_error *err)
{
    error_pass *pass = context;
    (void)first;
    pass->matrix = block->matrix;
    pass->target = block->target;
    pass->block_rows = block->rows;
    int status = ff_reserve(&pass->residual, &pass->capacity, block->rows, sizeof(double), err);
    if (status == FF_OK)
        status = ff_parallel_for((block->rows + RESIDUAL_CHUNK - 1) / RESIDUAL_CHUNK,
                                 residual_chunk, pass, NULL, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++) {
        const ff_row_label *label = &block->label[i];
        size_t line = pass->rows->frames->group[label->frame] * (size_t)FF_KINDS + label->kind;
        pass->observations += pass->weight[line] * scale[i] != 0;
        ff_deviation_add(&pass->deviation[line],
                         ff_row_report_scale(pass->rows->frames, label) * pass->residual[i]);
    }
    return status;
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

static int write_report(ff_fit_report *report, const error_pass *pass, ff_error *err)
{
    const ff_frame_table *frames = pass->rows->frames;
    ff_deviation all[FF_KINDS] = {{0}};
    double common[FF_KINDS] = {0};
    report->row = ff_new_array((frames->group_count + 1) * FF_KINDS, sizeof *report->row, err);
    if (!report->row)
        return FF_E_NOMEM;
    for (size_t group = 0; group < frames->group_count; group++)
        for (int kind = 0; kind < FF_KINDS; kind++) {
            size_t index = group * FF_KINDS + (size_t)kind;
            double weight = pass->weight[index];
            const ff_deviation *deviation = &pass->deviation[index];
            report_row(report, frames->group_names[group], kind, weight, deviation);
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

int ff_fit_errors(ff_fit_report *report, const double *coefficients, const ff_rows *rows,
                  const double *weight, ff_error *err)
{
    error_pass pass = {.rows = rows, .coefficients = coefficients, .weight = weight};
    ff_fit_report_init(report);
    pass.deviation =
        ff_new_array(rows->frames->group_count * FF_KINDS, sizeof *pass.deviation, err);
    int status = pass.deviation ? ff_rows_each(rows, compare_block, &pass, err) : FF_E_NOMEM;
    if (status == FF_OK)
        status = write_report(report, &pass, err);
    report->parameters = rows->columns;
    report->observations = pass.observations;
    if (status != FF_OK)
        ff_fit_report_clear(report);
    free(pass.residual);
    free(pass.deviation);
    return status;
}
