#include "lib/regression/solver_parts.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int ff_standard_solution_init(ff_standard_solution *solution, size_t columns, ff_error *err)
{
    *solution = (ff_standard_solution){.condition = NAN,
                                       .singular_max = NAN,
                                       .singular_min = NAN,
                                       .gradient = NAN,
                                       .log_evidence = NAN,
                                       .rank = columns};
    for (int kind = 0; kind < FF_KINDS; kind++)
        solution->noise[kind] = NAN;
    solution->z = ff_new_array(columns, sizeof *solution->z, err);
    solution->precision = ff_new_array(columns, sizeof *solution->precision, err);
    return solution->z && solution->precision ? FF_OK : FF_E_NOMEM;
}

void ff_standard_solution_clear(ff_standard_solution *solution)
{
    free(solution->z);
    free(solution->precision);
    ff_triangle_clear(&solution->root);
}

int ff_standard_triangle(ff_triangle *triangle, const ff_standard_problem *problem,
                         const double factor[FF_KINDS], ff_error *err)
{
    size_t order = problem->columns + 1;
    ff_triangle other = {0};
    ff_triangle_workspace workspace = {0};
    *triangle = (ff_triangle){0};
    int status = ff_triangle_init(&other, order, err);
    if (status == FF_OK)
        status = ff_triangle_workspace_init(&workspace, order, err);
    if (status == FF_OK)
        status = ff_triangle_init(triangle, order, err);
    bool first = true;
    for (int kind = 0; kind < FF_KINDS && status == FF_OK; kind++) {
        if (!problem->kind[kind].r)
            continue;
        ff_triangle *into = first ? triangle : &other;
        for (size_t i = 0; i < order * order; i++)
            into->r[i] = factor[kind] * problem->kind[kind].r[i];
        if (!first)
            status = ff_triangle_merge(triangle, &other, order, &workspace, err);
        first = false;
    }
    ff_triangle_workspace_clear(&workspace);
    ff_triangle_clear(&other);
    if (status != FF_OK)
        ff_triangle_clear(triangle);
    return status;
}

double ff_standard_squares(const ff_standard_problem *problem, int kind, const double *z)
{
    const ff_triangle *triangle = &problem->kind[kind];
    size_t order = triangle->order;
    double sum = 0;
    if (!triangle->r)
        return 0;
    for (size_t i = 0; i < order; i++) {
        const double *row = triangle->r + i * order + i;
        double error = cblas_ddot((int)(order - 1 - i), row, (int)order, z + i, 1) -
                       row[(order - 1 - i) * order];
        sum += error * error;
    }
    return sum;
}

void ff_standard_noise(ff_standard_solution *solution, const ff_standard_problem *problem,
                       double effective)
{
    double rows = 0, squares = 0, noise = 1;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        rows += problem->count[kind];
        squares += ff_standard_squares(problem, kind, solution->z);
    }
    if (problem->noise != FF_NOISE_GIVEN)
        noise = rows - effective > 1e-9 * rows ? sqrt(squares / (rows - effective)) : NAN;
    for (int kind = 0; kind < FF_KINDS; kind++)
        solution->noise[kind] = problem->rows[kind] > 0 ? noise : NAN;
    if (isfinite(noise) && solution->root.r)
        for (size_t i = 0; i < solution->root.order * solution->root.order; i++)
            solution->root.r[i] *= noise;
}

int ff_standard_condition(double *condition, const ff_triangle *triangle, ff_error *err)
{
    size_t order = triangle->order, columns = order - 1;
    double reciprocal = 0;
    *condition = INFINITY;
    ff_triangle unit = {order, ff_copy_array(triangle->r, order * order, sizeof(double), err)};
    double *scale = ff_new_array(columns, sizeof *scale, err);
    int status = unit.r && scale ? FF_OK : FF_E_NOMEM;
    for (size_t j = 0; j < columns && status == FF_OK; j++) {
        double length = ff_triangle_column_length(triangle, j);
        scale[j] = length > 0 ? 1 / length : 0;
    }
    if (status == FF_OK) {
        ff_triangle_scale_columns(&unit, columns, scale);
        status = ff_triangle_reciprocal_condition(&unit, &reciprocal, err);
    }
    if (status == FF_OK)
        *condition = 1 / reciprocal;
    ff_triangle_clear(&unit);
    free(scale);
    return status;
}

int ff_upper_root(ff_triangle *root, size_t n, size_t columns, const double *g, size_t stride,
                  ff_error *err)
{
    *root = (ff_triangle){0};
    double *rows = ff_new_array(n * columns, sizeof *rows, err);
    int status = rows ? ff_triangle_init(root, n, err) : FF_E_NOMEM;
    if (status != FF_OK)
        goto done;
    /* With J the reversal of order, (J G)(J G)^T = T^T T makes F = J T^T J. */
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < columns; i++)
            rows[j * columns + i] = g[i * stride + n - 1 - j];
    status = ff_trapezoid_factor(columns, n, rows, columns, err);
    for (size_t i = 0; i < columns && status == FF_OK; i++)
        for (size_t j = i; j < n; j++)
            root->r[(n - 1 - i) * n + n - 1 - j] = rows[j * columns + i];
done:
    free(rows);
    if (status != FF_OK)
        ff_triangle_clear(root);
    return status;
}

void ff_levels_clear(ff_levels *levels)
{
    ff_triangle_clear(&levels->merged);
}

int ff_levels_find(ff_levels *levels, const ff_standard_problem *problem, ff_error *err)
{
    static const double ones[FF_KINDS] = {1, 1, 1, 1};
    *levels = (ff_levels){0};
    for (int kind = 0; kind < FF_KINDS; kind++) {
        if (problem->rows[kind] == 0)
            continue;
        bool separate = problem->noise == FF_NOISE_PER_KIND;
        size_t level = separate ? levels->count : 0;
        levels->of_kind[kind] = level;
        levels->triangle[level] = problem->kind[kind];
        levels->rows[level] += problem->count[kind];
        levels->count = level + 1;
    }
    if (problem->noise == FF_NOISE_PER_KIND)
        return FF_OK;
    int status = ff_standard_triangle(&levels->merged, problem, ones, err);
    levels->triangle[0] = levels->merged;
    return status;
}

void ff_levels_noise(ff_standard_solution *solution, const ff_levels *levels,
                     const ff_standard_problem *problem, const ff_evidence *evidence)
{
    for (int kind = 0; kind < FF_KINDS; kind++) {
        size_t level = levels->of_kind[kind];
        if (problem->rows[kind] == 0)
            continue;
        bool given = problem->noise == FF_NOISE_GIVEN;
        solution->noise[kind] = given ? 1 : exp(-0.5 * evidence->x[level]);
        solution->noise_at_bound |= !given && evidence->at_bound[level];
    }
}
