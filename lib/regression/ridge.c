/* Householder QR, with or without a ridge. */

#include "lib/regression/solver_parts.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Folds in the rows strength * I of the prior. */
static int add_ridge(ff_triangle *triangle, double strength, ff_error *err)
{
    ff_triangle rows = {0};
    ff_triangle_workspace workspace = {0};
    size_t columns = triangle->order - 1;
    int status = ff_triangle_init(&rows, triangle->order, err);
    if (status == FF_OK)
        status = ff_triangle_workspace_init(&workspace, triangle->order, err);
    if (status == FF_OK) {
        for (size_t j = 0; j < columns; j++)
            rows.r[j * triangle->order + j] = strength;
        status = ff_triangle_merge(triangle, &rows, columns, &workspace, err);
    }
    ff_triangle_workspace_clear(&workspace);
    ff_triangle_clear(&rows);
    return status;
}

static int check_rows(const ff_standard_problem *problem, double ridge, ff_error *err)
{
    size_t rows = 0;
    for (int kind = 0; kind < FF_KINDS; kind++)
        rows += problem->rows[kind];
    if (ridge == 0 && rows < problem->columns)
        return ff_fail(err, FF_E_NUMERIC,
                       "%zu observations cannot determine %zu coefficients without a ridge", rows,
                       problem->columns);
    return FF_OK;
}

/* Smallest reciprocal condition number of a system that is not singular to working precision. */
static double smallest_condition(size_t columns)
{
    return DBL_EPSILON * (double)(columns < 10 ? 10 : columns);
}

/* Refuses a system that does not determine the coefficients. */
static int check_condition(double *condition, const ff_triangle *triangle, bool plain, double ridge,
                           ff_error *err)
{
    size_t columns = triangle->order - 1;
    for (size_t j = 0; j < columns; j++) {
        if (ff_triangle_column_length(triangle, j) > 0)
            continue;
        if (plain)
            return ff_fail(err, FF_E_NUMERIC,
                           "function %zu is zero in all fitted rows: a ridge, fewer functions or "
                           "other observations would determine its coefficient",
                           j + 1);
        return ff_fail(err, FF_E_NUMERIC,
                       "the observations do not determine what the constraints leave free: a "
                       "ridge would");
    }
    int status = ff_standard_condition(condition, triangle, err);
    /* Written so that NaN, after overflow, counts as singular too. */
    if (status == FF_OK && !(1 / *condition >= smallest_condition(columns)))
        return ff_fail(err, FF_E_NUMERIC,
                       "the fit is singular (reciprocal condition number %.1e): a %s, fewer "
                       "functions or more observations would determine it",
                       1 / *condition, ridge > 0 ? "larger ridge" : "ridge");
    return status;
}

/* root = U^-1, without the last row and column of U. */
static int invert(ff_triangle *root, const ff_triangle *triangle, ff_error *err)
{
    size_t columns = triangle->order - 1;
    int status = ff_triangle_init(root, columns, err);
    if (status != FF_OK)
        return status;
    for (size_t j = 0; j < columns; j++)
        memcpy(root->r + j * columns, triangle->r + j * triangle->order, (j + 1) * sizeof(double));
    int info = (int)LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, 'U', 'N', (lapack_int)columns, root->r,
                                        (lapack_int)columns);
    return info == 0 ? FF_OK : ff_fail(err, FF_E_NUMERIC, "the fit is singular");
}

/* Of the scaled targets, from the triangle of the regularised system before the root is scaled. */
static double log_evidence(const ff_standard_solution *solution, const ff_standard_problem *problem,
                           const ff_triangle *triangle, double strength)
{
    double noise = NAN, rows = 0, sum = 0;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        rows += problem->count[kind];
        noise = problem->rows[kind] > 0 ? solution->noise[kind] : noise;
    }
    for (size_t j = 0; j < problem->columns; j++)
        sum += log(strength / triangle->r[j * triangle->order + j]);
    double rest = triangle->r[triangle->order * triangle->order - 1] / noise;
    return sum - rows * (log(noise) + 0.5 * log(2 * acos(-1))) - 0.5 * rest * rest;
}

int ff_solve_ridge(ff_standard_solution *solution, const ff_standard_problem *problem,
                   ff_error *err)
{
    static const double ones[FF_KINDS] = {1, 1, 1, 1};
    size_t columns = problem->columns;
    double ridge = problem->options->method == FF_SOLVER_QR ? 0 : problem->options->ridge;
    double strength = 0, effective = (double)columns;
    ff_triangle triangle = {0};
    int status = check_rows(problem, ridge, err);
    if (status == FF_OK)
        status = ff_standard_triangle(&triangle, problem, ones, err);
    if (status == FF_OK && ridge > 0) {
        status = ff_triangle_norm(&triangle, &solution->singular_max, err);
        strength = ridge * solution->singular_max;
        if (status == FF_OK)
            status = add_ridge(&triangle, strength, err);
    }
    if (status == FF_OK)
        status = check_condition(&solution->condition, &triangle, problem->plain, ridge, err);
    if (status == FF_OK)
        status = ff_triangle_solve(&triangle, solution->z, err);
    if (status == FF_OK)
        status = invert(&solution->root, &triangle, err);
    if (status != FF_OK)
        goto done;
    double inverse = strength * cblas_dnrm2((int)(columns * columns), solution->root.r, 1);
    effective -= inverse * inverse;
    ff_standard_noise(solution, problem, effective);
    if (ridge > 0)
        solution->log_evidence = log_evidence(solution, problem, &triangle, strength);
    for (int kind = 0; kind < FF_KINDS; kind++)
        if (problem->rows[kind] > 0) {
            double noise = solution->noise[kind];
            solution->prior_strength = ridge > 0 ? strength * strength / (noise * noise) : 0;
        }
    for (size_t j = 0; j < columns; j++)
        solution->precision[j] = solution->prior_strength;
done:
    ff_triangle_clear(&triangle);
    return status;
}
