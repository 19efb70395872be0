/* LSQR from rows that are not in memory. */

#include "lib/regression/solver.h"

#include "lib/base/memory.h"
#include "lib/regression/elimination.h"
#include "lib/regression/lsqr.h"
#include "lib/regression/solver_parts.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_CHUNK = 256, COLUMN_CHUNK = 64 };

typedef struct rows_task {
    const ff_rows *rows;
    const ff_solver_options *options;
    ff_elimination elimination;
    double *u;       /* [rows->count] */
    double *c;       /* [columns] B v, or c0 */
    double *product; /* [columns] W A^T u */
    double *length;  /* [columns] of the columns of W A; squared while summing */
    double *weight;  /* [capacity] of the rows of the block at hand */
    size_t capacity;
    ff_class_fit *line; /* [group_count][FF_KINDS] */
    size_t observations;
    /* Of the pass at hand: */
    const ff_design_block *block;
    size_t first;
    bool start; /* u = W (y - A c0) instead of W A c - minus u */
    double minus, squares;
} rows_task;

static void task_clear(rows_task *task)
{
    ff_elimination_clear(&task->elimination);
    free(task->u);
    free(task->c);
    free(task->product);
    free(task->length);
    free(task->weight);
    free(task->line);
}

static int task_init(rows_task *task, const ff_rows *rows, const ff_solver_options *options,
                     ff_error *err)
{
    *task = (rows_task){.rows = rows, .options = options};
    task->u = ff_new_array(rows->count, sizeof(double), err);
    task->c = ff_new_array(rows->columns, sizeof(double), err);
    task->product = ff_new_array(rows->columns, sizeof(double), err);
    task->length = ff_new_array(rows->columns, sizeof(double), err);
    task->line = ff_new_array(rows->frames->group_count * FF_KINDS, sizeof *task->line, err);
    if (!task->u || !task->c || !task->product || !task->length || !task->line)
        return FF_E_NOMEM;
    return ff_elimination_find(&task->elimination, rows->columns, options->constraints,
                               options->prior, false, err);
}

static size_t line_of(const rows_task *task, const ff_row_label *label)
{
    return task->rows->frames->group[label->frame] * (size_t)FF_KINDS + label->kind;
}

/* Sets the weights of a block's rows: class weight times scale. */
static int begin_block(rows_task *task, size_t first, const ff_design_block *block,
                       const double *scale, ff_error *err)
{
    task->block = block;
    task->first = first;
    int status = ff_reserve(&task->weight, &task->capacity, block->rows, sizeof(double), err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++)
        task->weight[i] = scale[i] * task->options->weight[line_of(task, &block->label[i])];
    return status;
}

/* ---- lengths of columns ---- */

static int add_lengths(size_t chunk, int thread, void *context, ff_error *err)
{
    rows_task *task = context;
    const ff_design_block *block = task->block;
    size_t first = chunk * COLUMN_CHUNK, end = first + COLUMN_CHUNK;
    (void)thread;
    (void)err;
    if (end > block->columns)
        end = block->columns;
    for (size_t i = 0; i < block->rows; i++)
        for (size_t j = first; j < end; j++) {
            double element = task->weight[i] * block->matrix[i * block->columns + j];
            task->length[j] += element * element;
        }
    return FF_OK;
}

static int survey_block(void *context, size_t first, ff_design_block *block, const double *scale,
                        ff_error *err)
{
    rows_task *task = context;
    int status = begin_block(task, first, block, scale, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++)
        task->observations += task->weight[i] != 0;
    return status == FF_OK ? ff_parallel_for((block->columns + COLUMN_CHUNK - 1) / COLUMN_CHUNK,
                                             add_lengths, task, NULL, err)
                           : status;
}

/* Lengths of the columns of W A B; with constraints, where B mixes them, those of Gamma^-1 alone
 * are near enough for scaling. */
static int survey(rows_task *task, ff_error *err)
{
    int status = ff_rows_each(task->rows, survey_block, task, err);
    if (status == FF_OK && task->observations == 0)
        status = ff_fail(err, FF_E_NUMERIC,
                         "no observation is left to fit: there are no rows of the "
                         "kinds asked for, or their weights are 0");
    for (size_t j = 0; j < task->rows->columns; j++)
        task->length[j] = sqrt(task->length[j]) * task->elimination.scale[j];
    return status;
}

/* ---- products ---- */

static int multiply(size_t chunk, int thread, void *context, ff_error *err)
{
    rows_task *task = context;
    const ff_design_block *block = task->block;
    size_t first = chunk * ROW_CHUNK, rows = block->rows - first, columns = block->columns;
    double *u = task->u + task->first + first, product[ROW_CHUNK];
    (void)thread;
    (void)err;
    if (rows > ROW_CHUNK)
        rows = ROW_CHUNK;
    cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)rows, (int)columns, 1,
                block->matrix + first * columns, (int)columns, task->c, 1, 0, product, 1);
    for (size_t i = 0; i < rows; i++) {
        double weight = task->weight[first + i];
        u[i] = task->start ? weight * (block->target[first + i] - product[i])
                           : weight * product[i] - task->minus * u[i];
    }
    return FF_OK;
}

/* product += (W A)^T u, W u being in place of the weights. */
static int multiply_back(size_t chunk, int thread, void *context, ff_error *err)
{
    rows_task *task = context;
    const ff_design_block *block = task->block;
    size_t first = chunk * COLUMN_CHUNK, columns = block->columns - first;
    (void)thread;
    (void)err;
    if (columns > COLUMN_CHUNK)
        columns = COLUMN_CHUNK;
    cblas_dgemv(CblasRowMajor, CblasTrans, (int)block->rows, (int)columns, 1, block->matrix + first,
                (int)block->columns, task->weight, 1, 1, task->product + first, 1);
    return FF_OK;
}

static int multiply_block(void *context, size_t first, ff_design_block *block, const double *scale,
                          ff_error *err)
{
    rows_task *task = context;
    int status = begin_block(task, first, block, scale, err);
    if (status == FF_OK)
        status =
            ff_parallel_for((block->rows + ROW_CHUNK - 1) / ROW_CHUNK, multiply, task, NULL, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++) {
        double u = task->u[first + i];
        task->squares += u * u;
        task->weight[i] *= u;
    }
    return status == FF_OK ? ff_parallel_for((block->columns + COLUMN_CHUNK - 1) / COLUMN_CHUNK,
                                             multiply_back, task, NULL, err)
                           : status;
}

static int pass_rows(void *context, const double *v, double minus, double *squares, double *product,
                     ff_error *err)
{
    rows_task *task = context;
    const ff_elimination *elimination = &task->elimination;
    size_t columns = task->rows->columns, left = columns - elimination->rank;
    double *first = NULL;
    int status = FF_OK;
    memset(task->product, 0, columns * sizeof(double));
    task->start = !v;
    task->minus = minus;
    task->squares = 0;
    memcpy(task->c, v ? v : elimination->particular, (v ? left : columns) * sizeof(double));
    if (v)
        status = ff_elimination_expand(elimination, 1, task->c, columns, err);
    if (status == FF_OK)
        status = ff_rows_each(task->rows, multiply_block, task, err);
    if (status == FF_OK)
        status = ff_elimination_apply(elimination, 1, task->product, 1, &first, err);
    if (status == FF_OK)
        memcpy(product, first, left * sizeof *product);
    *squares = task->squares;
    return status;
}

/* ---- results ---- */

/* Errors of the classes; the coefficients are in task->c. */
static int judge_block(void *context, size_t first, ff_design_block *block, const double *scale,
                       ff_error *err)
{
    rows_task *task = context;
    int status = begin_block(task, first, block, scale, err);
    task->start = true;
    for (size_t i = 0; i < block->rows && status == FF_OK; i++)
        task->weight[i] = 1;
    if (status == FF_OK)
        status =
            ff_parallel_for((block->rows + ROW_CHUNK - 1) / ROW_CHUNK, multiply, task, NULL, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++) {
        const ff_row_label *label = &block->label[i];
        ff_class_fit *line = &task->line[line_of(task, label)];
        double error = task->u[first + i];
        double reported = ff_row_report_scale(task->rows->frames, label) * error;
        if (scale[i] == 0)
            continue;
        line->count++;
        line->squares += scale[i] * error * (scale[i] * error);
        line->rmse += reported * reported;
    }
    return status;
}

static int set_fit(ff_solution *solution, rows_task *task, ff_error *err)
{
    size_t lines = task->rows->frames->group_count * FF_KINDS;
    double chi2 = 0, rows = (double)task->observations;
    for (size_t i = 0; i < lines; i++) {
        double weight = task->options->weight[i];
        chi2 += weight * weight * task->line[i].squares;
    }
    /* With a ridge the data determine fewer parameters than there are; how many, LSQR does not say.
     */
    double left = rows - (double)solution->rank;
    double noise = task->options->noise == FF_NOISE_GIVEN ? 1 : left > 0 ? sqrt(chi2 / left) : NAN;
    solution->fit = ff_new_array(lines, sizeof *solution->fit, err);
    if (!solution->fit)
        return FF_E_NOMEM;
    for (size_t i = 0; i < lines; i++) {
        ff_class_fit *line = &task->line[i];
        if (line->count == 0)
            continue;
        line->group = (uint32_t)(i / FF_KINDS);
        line->kind = (uint8_t)(i % FF_KINDS);
        line->weight = task->options->weight[i];
        line->noise = line->weight > 0 ? noise / line->weight : NAN;
        line->chi2 = line->squares / (line->noise * line->noise);
        line->rmse = sqrt(line->rmse / (double)line->count);
        if (line->weight > 0)
            solution->noise[line->kind] = noise;
        solution->fit[solution->fit_count++] = *line;
    }
    return FF_OK;
}

static int set_results(ff_solution *solution, rows_task *task, ff_error *err)
{
    const ff_elimination *elimination = &task->elimination;
    size_t columns = solution->columns;
    int status = ff_elimination_expand(elimination, 1, solution->coefficients, columns, err);
    for (size_t j = 0; j < columns; j++)
        task->c[j] = solution->coefficients[j] += elimination->particular[j];
    solution->rank = columns - elimination->rank;
    solution->observations = task->observations;
    solution->effective = task->options->ridge > 0 ? NAN : (double)solution->rank;
    solution->condition = solution->singular_min = solution->log_evidence = NAN;
    solution->gradient = NAN;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        solution->noise[kind] = solution->kind_effective[kind] = NAN;
        solution->share[kind] = 1;
    }
    if (status == FF_OK)
        status = ff_rows_each(task->rows, judge_block, task, err);
    if (status == FF_OK)
        status = set_fit(solution, task, err);
    for (int kind = 0; kind < FF_KINDS; kind++)
        if (!isnan(solution->noise[kind])) {
            double strength = task->options->ridge * solution->singular_max / solution->noise[kind];
            solution->prior_strength = task->options->ridge > 0 ? strength * strength : 0;
        }
    for (size_t j = 0; j < columns; j++)
        solution->prior_precision[j] =
            solution->prior_strength / (elimination->scale[j] * elimination->scale[j]);
    return status;
}

static int check(const ff_rows *rows, const ff_solver_options *options, ff_error *err)
{
    if (rows->columns == 0)
        return ff_fail(err, FF_E_RANGE, "the basis has no functions");
    if (options->method != FF_SOLVER_LSQR)
        return ff_fail(err, FF_E_USAGE, "%s needs a reduction: only lsqr solves from rows alone",
                       ff_solver_names[options->method]);
    if (options->noise == FF_NOISE_PER_KIND)
        return ff_fail(err, FF_E_USAGE, "lsqr cannot find noise levels from rows alone");
    return ff_solver_options_check(options, rows->frames->group_count * FF_KINDS, rows->columns,
                                   err);
}

int ff_solve_rows(ff_solution *solution, const ff_rows *rows, const ff_solver_options *options,
                  ff_error *err)
{
    rows_task task = {0};
    *solution = (ff_solution){.method = FF_SOLVER_LSQR, .columns = rows->columns};
    int status = check(rows, options, err);
    if (status != FF_OK)
        return status;
    solution->singular_max = NAN;
    solution->coefficients = ff_new_array(rows->columns, sizeof(double), err);
    solution->prior_precision = ff_new_array(rows->columns, sizeof(double), err);
    status = solution->coefficients && solution->prior_precision ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = task_init(&task, rows, options, err);
    if (status == FF_OK)
        status = survey(&task, err);
    if (status == FF_OK) {
        const ff_lsqr_system system = {.columns = rows->columns - task.elimination.rank,
                                       .pass = pass_rows,
                                       .context = &task,
                                       .length = task.length + task.elimination.rank,
                                       .ridge = options->ridge,
                                       .tolerance = options->tolerance,
                                       .most_steps = options->most_steps};
        status = ff_lsqr(solution->coefficients, &solution->singular_max, &solution->steps, &system,
                         err);
    }
    if (status == FF_OK)
        status = set_results(solution, &task, err);
    if (status != FF_OK)
        ff_solution_clear(solution);
    task_clear(&task);
    return status;
}
