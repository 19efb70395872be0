#include "lib/regression/solver.h"

#include "lib/base/memory.h"
#include "lib/regression/elimination.h"
#include "lib/regression/solver_parts.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const ff_solver_names[FF_SOLVERS] = {"qr", "ridge", "svd", "bayes", "ard", "lsqr"};

typedef int (*standard_method)(ff_standard_solution *, const ff_standard_problem *, ff_error *);

static const standard_method methods[FF_SOLVERS] = {ff_solve_ridge, ff_solve_ridge, ff_solve_svd,
                                                    ff_solve_bayes, ff_solve_ard,   ff_solve_lsqr};

void ff_solution_init(ff_solution *solution)
{
    *solution = (ff_solution){0};
}

void ff_solution_clear(ff_solution *solution)
{
    free(solution->coefficients);
    free(solution->prior_precision);
    free(solution->fit);
    ff_triangle_clear(&solution->covariance);
    ff_solution_init(solution);
}

int ff_solver_options_check(const ff_solver_options *options, size_t weights, size_t columns,
                            ff_error *err)
{
    for (size_t i = 0; i < weights; i++)
        if (!isfinite(options->weight[i]) || options->weight[i] < 0)
            return ff_fail(err, FF_E_RANGE, "weight %g, expected a finite number >= 0",
                           options->weight[i]);
    if (!isfinite(options->ridge) || options->ridge < 0)
        return ff_fail(err, FF_E_RANGE, "ridge %g, expected a finite number >= 0", options->ridge);
    if (!(options->dependence >= 0 && options->dependence <= 1))
        return ff_fail(err, FF_E_RANGE, "dependence %g, expected a number from 0 to 1",
                       options->dependence);
    if (!(options->cutoff >= 0 && options->cutoff < 1))
        return ff_fail(err, FF_E_RANGE, "cut-off %g, expected a number from 0 to below 1",
                       options->cutoff);
    if (!isfinite(options->tolerance) || options->tolerance < 0)
        return ff_fail(err, FF_E_RANGE, "tolerance %g, expected a number >= 0", options->tolerance);
    for (size_t j = 0; options->prior && j < columns; j++)
        if (!isfinite(options->prior[j]) || options->prior[j] <= 0)
            return ff_fail(err, FF_E_RANGE,
                           "prior %g of function %zu, expected a finite number > 0",
                           options->prior[j], j + 1);
    return FF_OK;
}

/* ---- standard form ---- */

typedef struct solve_task {
    const ff_reduction *reduction;
    const ff_solver_options *options;
    ff_elimination elimination;
    ff_standard_problem problem;
    ff_standard_solution standard;
    double share[FF_KINDS];
    double log_scale; /* sum over the rows used of share * ln(scale * weight) */
} solve_task;

/* Replaces the triangle of [A | y] by that of [A B | y - A c0]. */
static int transform(ff_triangle *triangle, const ff_elimination *elimination, ff_error *err)
{
    size_t order = triangle->order, columns = order - 1, left = columns - elimination->rank;
    double *target = triangle->r + columns * order, *first = NULL;
    ff_triangle_workspace workspace = {0};
    ff_triangle result = {0};
    cblas_dgemv(CblasColMajor, CblasNoTrans, (int)order, (int)columns, -1, triangle->r, (int)order,
                elimination->particular, 1, 1, target, 1);
    int status = ff_elimination_apply(elimination, order, triangle->r, order, &first, err);
    if (status != FF_OK || elimination->rank == 0)
        return status;
    memmove(triangle->r, first, left * order * sizeof *first);
    memmove(triangle->r + left * order, target, order * sizeof *target);
    status = ff_triangle_init(&result, left + 1, err);
    if (status == FF_OK)
        status = ff_triangle_workspace_init(&workspace, left + 1, err);
    if (status == FF_OK)
        status = ff_triangle_fold(&result, order, triangle->r, order, &workspace, err);
    ff_triangle_workspace_clear(&workspace);
    ff_triangle_clear(triangle);
    *triangle = result;
    return status;
}

/* The rows of a kind that count, and their share. weight[reduction->count]: set for their classes,
 * the root of the share included. */
static void set_counts(solve_task *task, int kind, double *weight)
{
    const ff_reduction *reduction = task->reduction;
    const ff_solver_options *options = task->options;
    double frames = 0, rows = 0, log_scale = 0, share = 1;
    for (size_t i = 0; i < reduction->count; i++) {
        const ff_reduced_class *reduced = &reduction->classes[i];
        if (reduced->kind != kind || options->weight[i] == 0)
            continue;
        weight[i] = options->weight[i];
        rows += (double)reduced->count;
        frames += (double)reduced->frames;
        log_scale += reduced->log_scale + (double)reduced->count * log(weight[i]);
    }
    if (options->noise == FF_NOISE_PER_KIND && rows > 0)
        share = pow(frames / rows, options->dependence);
    for (size_t i = 0; i < reduction->count; i++)
        weight[i] *= sqrt(share);
    task->log_scale += share * log_scale;
    task->share[kind] = share;
    task->problem.rows[kind] = (size_t)rows;
    task->problem.count[kind] = share * rows;
}

/* The triangle of one kind in standard form, if there are rows. */
static int set_kind(solve_task *task, int kind, ff_error *err)
{
    const ff_reduction *reduction = task->reduction;
    ff_triangle *triangle = &task->problem.kind[kind];
    double *weight = ff_new_array(reduction->count, sizeof *weight, err);
    if (!weight)
        return FF_E_NOMEM;
    int status = FF_OK;
    set_counts(task, kind, weight);
    if (task->problem.rows[kind] > 0)
        status = ff_reduction_triangle(triangle, reduction, weight, err);
    if (task->problem.rows[kind] > 0 && status == FF_OK)
        status = transform(triangle, &task->elimination, err);
    free(weight);
    return status;
}

static int set_problem(solve_task *task, ff_error *err)
{
    const ff_solver_options *options = task->options;
    size_t columns = task->reduction->columns, rows = 0;
    int status = ff_elimination_find(&task->elimination, columns, options->constraints,
                                     options->prior, options->method == FF_SOLVER_ARD, err);
    for (int kind = 0; kind < FF_KINDS && status == FF_OK; kind++) {
        status = set_kind(task, kind, err);
        rows += task->problem.rows[kind];
    }
    if (status == FF_OK && rows == 0)
        status = ff_fail(err, FF_E_NUMERIC,
                         "no observation is left to fit: there are no rows of the "
                         "kinds asked for, or their weights are 0");
    task->problem.columns = columns - task->elimination.rank;
    task->problem.options = options;
    task->problem.noise = options->noise;
    task->problem.plain = task->elimination.rank == 0;
    return status;
}

/* Methods without evidence take the noise levels of the one with: rows are divided by them. */
static int set_noise_levels(solve_task *task, double noise[FF_KINDS], ff_error *err)
{
    ff_standard_problem *problem = &task->problem;
    ff_standard_solution levels = {0};
    int status = ff_standard_solution_init(&levels, problem->columns, err);
    if (status == FF_OK)
        status = ff_solve_bayes(&levels, problem, err);
    for (int kind = 0; kind < FF_KINDS && status == FF_OK; kind++) {
        ff_triangle *triangle = &problem->kind[kind];
        if (!triangle->r)
            continue;
        noise[kind] = levels.noise[kind];
        cblas_dscal((int)(triangle->order * triangle->order), 1 / noise[kind], triangle->r, 1);
        task->log_scale -= problem->count[kind] * log(noise[kind]);
    }
    problem->noise = FF_NOISE_GIVEN;
    task->standard.gradient = levels.gradient;
    task->standard.noise_at_bound = levels.noise_at_bound;
    ff_standard_solution_clear(&levels);
    return status;
}

static int run_method(solve_task *task, double noise[FF_KINDS], ff_error *err)
{
    const ff_solver_options *options = task->options;
    bool evidence = options->method == FF_SOLVER_BAYES || options->method == FF_SOLVER_ARD;
    int status = ff_standard_solution_init(&task->standard, task->problem.columns, err);
    if (status == FF_OK && options->noise == FF_NOISE_PER_KIND && !evidence)
        status = set_noise_levels(task, noise, err);
    if (status == FF_OK)
        status = methods[options->method](&task->standard, &task->problem, err);
    return status;
}

/* ---- results ---- */

static int set_coefficients(ff_solution *solution, const solve_task *task, ff_error *err)
{
    const ff_elimination *elimination = &task->elimination;
    size_t left = task->problem.columns;
    memcpy(solution->coefficients, task->standard.z, left * sizeof(double));
    int status =
        ff_elimination_expand(elimination, 1, solution->coefficients, solution->columns, err);
    for (size_t j = 0; j < solution->columns; j++)
        solution->coefficients[j] += elimination->particular[j];
    return status;
}

/* Precision of the prior in the coefficients themselves; by axes those that follow have none. */
static void set_prior(ff_solution *solution, const solve_task *task)
{
    const ff_elimination *elimination = &task->elimination;
    const double *precision = task->standard.precision;
    for (size_t j = 0; j < solution->columns; j++) {
        double gamma = 1 / elimination->scale[j];
        solution->prior_precision[j] = elimination->axis ? 0 : precision[0] * gamma * gamma;
    }
    for (size_t j = 0; j < task->problem.columns; j++) {
        size_t to = elimination->axis ? elimination->axis[elimination->rank + j] : j;
        double gamma = 1 / elimination->scale[to];
        if (elimination->axis || elimination->rank == 0)
            solution->prior_precision[to] = precision[j] * gamma * gamma;
    }
}

/* Share of each kind in the number of parameters: trace of A_K F F^T A_K^T / noise^2. */
static int set_effective(ff_solution *solution, const solve_task *task, ff_error *err)
{
    const ff_standard_problem *problem = &task->problem;
    const ff_standard_solution *standard = &task->standard;
    size_t columns = problem->columns;
    double *product = ff_new_array(columns * columns, sizeof *product, err);
    if (!product)
        return FF_E_NOMEM;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        const ff_triangle *triangle = &problem->kind[kind];
        if (!triangle->r)
            continue;
        double noise = isfinite(standard->noise[kind]) ? standard->noise[kind] : 1;
        memcpy(product, standard->root.r, columns * columns * sizeof *product);
        cblas_dtrmm(CblasColMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, (int)columns,
                    (int)columns, 1 / noise, triangle->r, (int)triangle->order, product,
                    (int)columns);
        double norm = cblas_dnrm2((int)(columns * columns), product, 1);
        solution->kind_effective[kind] = norm * norm;
    }
    free(product);
    return FF_OK;
}

static bool knows_noise(const ff_solution *solution)
{
    for (int kind = 0; kind < FF_KINDS; kind++)
        if (isfinite(solution->noise[kind]))
            return true;
    return false;
}

/* Upper triangle of the covariance of c = c0 + B z from that of z. */
static int set_covariance(ff_solution *solution, const solve_task *task, ff_error *err)
{
    const ff_elimination *elimination = &task->elimination;
    const ff_triangle *root = &task->standard.root;
    size_t n = solution->columns, left = root->order;
    double *g = ff_new_array(n * left, sizeof *g, err);
    if (!g)
        return FF_E_NOMEM;
    for (size_t j = 0; j < left; j++)
        memcpy(g + j * n, root->r + j * left, left * sizeof *g);
    int status = ff_elimination_expand(elimination, left, g, n, err);
    if (status == FF_OK && elimination->rank > 0) {
        status = ff_upper_root(&solution->covariance, n, left, g, n, err);
        free(g);
    } else
        solution->covariance = (ff_triangle){n, g};
    return status;
}

/* Statistics of the classes. */
static int set_fit(ff_solution *solution, const solve_task *task, ff_error *err)
{
    const ff_reduction *reduction = task->reduction;
    solution->fit = ff_new_array(reduction->count, sizeof *solution->fit, err);
    if (!solution->fit)
        return FF_E_NOMEM;
    solution->fit_count = reduction->count;
    for (size_t i = 0; i < reduction->count; i++) {
        const ff_reduced_class *reduced = &reduction->classes[i];
        double weight = task->options->weight[i];
        double noise = weight > 0 ? solution->noise[reduced->kind] / weight : NAN;
        double squares =
            ff_reduced_class_squares(reduced, reduction->columns, solution->coefficients);
        solution->fit[i] =
            (ff_class_fit){.group = reduced->group,
                           .fold = reduced->fold,
                           .kind = reduced->kind,
                           .count = reduced->count,
                           .weight = weight,
                           .noise = noise,
                           .chi2 = squares / (noise * noise),
                           .squares = squares,
                           .rmse = sqrt(reduced->ratio_squares * squares / (double)reduced->count)};
    }
    return FF_OK;
}

static int set_results(ff_solution *solution, const solve_task *task, const double *noise,
                       ff_error *err)
{
    const ff_standard_solution *standard = &task->standard;
    size_t columns = solution->columns;
    solution->coefficients = ff_new_array(columns, sizeof *solution->coefficients, err);
    solution->prior_precision = ff_new_array(columns, sizeof *solution->prior_precision, err);
    if (!solution->coefficients || !solution->prior_precision)
        return FF_E_NOMEM;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        solution->observations += task->problem.rows[kind];
        solution->noise[kind] = standard->noise[kind] * noise[kind];
        solution->share[kind] = task->share[kind];
        solution->kind_effective[kind] = standard->root.r ? 0 : NAN;
    }
    solution->condition = standard->condition;
    solution->singular_max = standard->singular_max;
    solution->singular_min = standard->singular_min;
    solution->rank = standard->rank;
    solution->prior_strength = standard->prior_strength;
    solution->log_evidence = standard->log_evidence + task->log_scale;
    solution->gradient = standard->gradient;
    solution->steps = standard->steps;
    solution->noise_at_bound = standard->noise_at_bound;
    int status = set_coefficients(solution, task, err);
    set_prior(solution, task);
    if (status == FF_OK && standard->root.r)
        status = set_effective(solution, task, err);
    for (int kind = 0; kind < FF_KINDS; kind++)
        solution->effective += solution->kind_effective[kind];
    if (status == FF_OK && standard->root.r && !task->options->without_covariance &&
        knows_noise(solution))
        status = set_covariance(solution, task, err);
    return status == FF_OK ? set_fit(solution, task, err) : status;
}

int ff_solve(ff_solution *solution, const ff_reduction *reduction, const ff_solver_options *options,
             ff_error *err)
{
    solve_task task = {.reduction = reduction, .options = options};
    double noise[FF_KINDS] = {1, 1, 1, 1};
    *solution = (ff_solution){.method = options->method, .columns = reduction->columns};
    int status = ff_solver_options_check(options, reduction->count, reduction->columns, err);
    if (status == FF_OK)
        status = set_problem(&task, err);
    if (status == FF_OK)
        status = run_method(&task, noise, err);
    if (status == FF_OK)
        status = set_results(solution, &task, noise, err);
    if (status != FF_OK)
        ff_solution_clear(solution);
    ff_standard_solution_clear(&task.standard);
    for (int kind = 0; kind < FF_KINDS; kind++)
        ff_triangle_clear(&task.problem.kind[kind]);
    ff_elimination_clear(&task.elimination);
    return status;
}

void ff_weights_over_noise(double *result, const ff_solution *solution, size_t group_count,
                           const double *weight)
{
    for (size_t i = 0; i < group_count * FF_KINDS; i++) {
        size_t kind = i % FF_KINDS;
        double factor = sqrt(solution->share[kind]) / solution->noise[kind];
        result[i] = weight[i] == 0 ? 0 : weight[i] * factor;
    }
}
