/* A prior precision for each coefficient, and the noise, by evidence. Coefficients whose precision
 * goes to infinity are taken out of the system on the way; at the end each of those is tried again.
 */

#include "lib/regression/evidence.h"
#include "lib/regression/solver_parts.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct ard_task {
    const ff_standard_problem *problem;
    ff_levels levels;
    size_t columns, count; /* of all z, of those that are in */
    size_t *active;        /* [columns] the latter, in increasing order; then the others */
    size_t *block;         /* [columns] 0, 1, 2 ... */
    double *alpha;         /* [columns] ln of the precision, of those that are in */
    double *gain;          /* [columns] of evidence, by taking one in again */
    double log_beta[FF_KINDS];
    ff_triangle level[FF_KINDS]; /* of the columns that are in */
    ff_evidence_problem blocks;
    ff_evidence evidence;
    int most;
} ard_task;

static void drop_system(ard_task *task)
{
    ff_evidence_clear(&task->evidence);
    for (size_t k = 0; k < FF_KINDS; k++)
        ff_triangle_clear(&task->level[k]);
}

static void task_clear(ard_task *task)
{
    drop_system(task);
    ff_levels_clear(&task->levels);
    free(task->active);
    free(task->block);
    free(task->alpha);
    free(task->gain);
}

/* Folds columns chosen[count] and the target of a triangle, times scale, into another. */
static int fold_columns(ff_triangle *into, const ff_triangle *from, const size_t *chosen,
                        size_t count, double scale, ff_error *err)
{
    size_t order = from->order;
    ff_triangle_workspace workspace;
    double *block = ff_new_array(order * (count + 1), sizeof *block, err);
    int status = ff_triangle_workspace_init(&workspace, count + 1, err);
    if (status == FF_OK && !block)
        status = FF_E_NOMEM;
    for (size_t j = 0; j <= count && status == FF_OK; j++) {
        const double *column = from->r + (j < count ? chosen[j] : order - 1) * order;
        for (size_t i = 0; i < order; i++)
            block[j * order + i] = scale * column[i];
    }
    if (status == FF_OK)
        status = ff_triangle_fold(into, order, block, order, &workspace, err);
    ff_triangle_workspace_clear(&workspace);
    free(block);
    return status;
}

/* The regression in the columns that are in, at the precisions known. */
static int build_system(ard_task *task, ff_error *err)
{
    size_t first = task->problem->noise == FF_NOISE_GIVEN ? 0 : task->levels.count;
    int status = FF_OK;
    drop_system(task);
    for (size_t k = 0; k < task->levels.count && status == FF_OK; k++) {
        status = ff_triangle_init(&task->level[k], task->count + 1, err);
        if (status == FF_OK)
            status = fold_columns(&task->level[k], &task->levels.triangle[k], task->active,
                                  task->count, 1, err);
    }
    task->blocks = (ff_evidence_problem){.columns = task->count,
                                         .levels = task->levels.count,
                                         .blocks = task->count,
                                         .level = task->level,
                                         .rows = task->levels.rows,
                                         .noise_given = task->problem->noise == FF_NOISE_GIVEN,
                                         .block = task->block,
                                         .stop_to_prune = true};
    if (status == FF_OK)
        status = ff_evidence_init(&task->evidence, &task->blocks, err);
    if (status != FF_OK)
        return status;
    memcpy(task->evidence.x, task->log_beta, first * sizeof(double));
    for (size_t j = 0; j < task->count; j++)
        task->evidence.x[first + j] = task->alpha[task->active[j]];
    return FF_OK;
}

static void keep_precisions(ard_task *task)
{
    size_t first = ff_evidence_first_block(&task->blocks);
    memcpy(task->log_beta, task->evidence.x, first * sizeof(double));
    for (size_t j = 0; j < task->count; j++)
        task->alpha[task->active[j]] = task->evidence.x[first + j];
}

static int compare_columns(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return (left > right) - (left < right);
}

/* Takes out what is irrelevant; returns how many. */
static size_t prune(ard_task *task)
{
    size_t kept = 0, out = 0, before = task->count;
    for (size_t j = 0; j < before; j++) {
        size_t column = task->active[j];
        if (ff_evidence_is_irrelevant(&task->evidence, &task->blocks, j))
            task->block[out++] = column; /* scratch here */
        else
            task->active[kept++] = column;
    }
    memcpy(task->active + kept, task->block, out * sizeof *task->block);
    for (size_t j = 0; j < out; j++)
        task->block[j] = j;
    task->count = kept;
    return out;
}

/* Goes uphill and prunes until nothing changes. */
static int climb(ard_task *task, int *steps, ff_error *err)
{
    for (;;) {
        int status = build_system(task, err);
        if (status == FF_OK)
            status = ff_evidence_maximise(&task->evidence, &task->blocks, steps, task->most, err);
        if (status != FF_OK)
            return status;
        keep_precisions(task);
        if (prune(task) == 0)
            return FF_OK;
        if (task->count == 0)
            return ff_fail(err, FF_E_NUMERIC,
                           "no function is relevant: the observations are as likely without any");
    }
}

/* For each column that is out, S = |W|^2 and Q = W.t of what the others leave of it and of the
 * targets (Faul and Tipping), hence its best precision and the evidence that it would gain. */
static int find_gains(ard_task *task, ff_error *err)
{
    size_t order = task->columns + 1, count = task->count;
    ff_triangle triangle;
    int status = ff_triangle_init(&triangle, order, err);
    for (size_t j = 0; j < count && status == FF_OK; j++)
        triangle.r[j * order + j] = exp(0.5 * task->alpha[task->active[j]]);
    for (size_t k = 0; k < task->levels.count && status == FF_OK; k++) {
        double scale = task->blocks.noise_given ? 1 : exp(0.5 * task->log_beta[k]);
        status = fold_columns(&triangle, &task->levels.triangle[k], task->active, task->columns,
                              scale, err);
    }
    for (size_t j = count; j < task->columns && status == FF_OK; j++) {
        const double *w = triangle.r + j * order + count,
                     *t = triangle.r + (order - 1) * order + count;
        int length = (int)(j + 1 - count);
        double s = cblas_ddot(length, w, 1, w, 1), q = cblas_ddot(length, w, 1, t, 1);
        double ratio = s > 0 ? q * q / s : 0;
        task->gain[task->active[j]] = ratio > 1 ? 0.5 * (ratio - 1 - log(ratio)) : 0;
        if (ratio > 1)
            task->alpha[task->active[j]] = log(s / (ratio - 1));
    }
    ff_triangle_clear(&triangle);
    return status;
}

/* Takes in again the columns that would gain most, those of at least half the largest gain; returns
 * how many. */
static size_t take_in(ard_task *task)
{
    const double least = 1e-4;
    double most = 0;
    size_t in = task->count;
    for (size_t j = task->count; j < task->columns; j++)
        most = fmax(most, task->gain[task->active[j]]);
    for (size_t j = task->count; j < task->columns && most > least; j++) {
        size_t column = task->active[j];
        if (task->gain[column] < 0.5 * most)
            continue;
        task->active[j] = task->active[in];
        task->active[in++] = column;
    }
    size_t added = in - task->count;
    task->count = in;
    qsort(task->active, in, sizeof *task->active, compare_columns);
    return added;
}

/* The optimum in which all columns have one precision is where to start. */
static int start(ard_task *task, ff_error *err)
{
    ff_standard_solution common;
    int status = ff_standard_solution_init(&common, task->columns, err);
    if (status == FF_OK)
        status = ff_solve_bayes(&common, task->problem, err);
    for (int kind = 0; kind < FF_KINDS && status == FF_OK; kind++)
        if (task->problem->rows[kind] > 0)
            task->log_beta[task->levels.of_kind[kind]] = -2 * log(common.noise[kind]);
    for (size_t j = 0; j < task->columns && status == FF_OK; j++) {
        task->active[j] = task->block[j] = j;
        task->alpha[j] = log(common.prior_strength);
    }
    task->count = task->columns;
    ff_standard_solution_clear(&common);
    return status;
}

/* Climbs, takes columns in, and climbs again, as long as that leads higher. */
static int search(ard_task *task, int *steps, ff_error *err)
{
    double before = -INFINITY;
    int status = start(task, err);
    while (status == FF_OK) {
        status = climb(task, steps, err);
        if (status != FF_OK || !(task->evidence.value > before + 1e-6))
            break;
        before = task->evidence.value;
        if (task->count == task->columns)
            break;
        status = find_gains(task, err);
        if (status == FF_OK && take_in(task) == 0)
            break;
    }
    return status;
}

static int write_solution(ff_standard_solution *solution, const ard_task *task, ff_error *err)
{
    const ff_evidence *e = &task->evidence;
    size_t m = task->columns, count = task->count;
    int status = ff_triangle_init(&solution->root, m, err);
    if (status == FF_OK)
        status = ff_standard_condition(&solution->condition, &e->p, err);
    if (status != FF_OK)
        return status;
    for (size_t j = 0; j < m; j++)
        solution->precision[j] = INFINITY;
    for (size_t j = 0; j < count; j++) {
        size_t to = task->active[j];
        solution->z[to] = e->z[j];
        solution->precision[to] = exp(task->alpha[to]);
        for (size_t i = 0; i <= j; i++)
            solution->root.r[to * m + task->active[i]] = e->root.r[j * count + i];
    }
    ff_levels_noise(solution, &task->levels, task->problem, e);
    solution->prior_strength = NAN;
    solution->log_evidence = e->value;
    solution->gradient = ff_evidence_slope(e);
    solution->rank = count;
    return FF_OK;
}

int ff_solve_ard(ff_standard_solution *solution, const ff_standard_problem *problem, ff_error *err)
{
    size_t columns = problem->columns;
    ard_task task = {.problem = problem, .columns = columns};
    task.most = problem->options->most_steps > 0 ? problem->options->most_steps : 1000;
    task.active = ff_new_array(columns, sizeof *task.active, err);
    task.block = ff_new_array(columns, sizeof *task.block, err);
    task.alpha = ff_new_array(columns, sizeof *task.alpha, err);
    task.gain = ff_new_array(columns, sizeof *task.gain, err);
    int status = task.active && task.block && task.alpha && task.gain ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_levels_find(&task.levels, problem, err);
    if (status == FF_OK)
        status = search(&task, &solution->steps, err);
    if (status == FF_OK)
        status = write_solution(solution, &task, err);
    task_clear(&task);
    return status;
}
