#include "lib/regression/ridge.h"

#include "lib/base/memory.h"

#include <float.h>
#include <stdlib.h>

/* Folds in the rows strength * I of the prior. */
static int add_ridge(ff_triangle *triangle, double strength, ff_error *err)
{
    ff_triangle rows = {0};
    ff_triangle_workspace workspace = {0};
    int status = ff_triangle_init(&rows, triangle->order, err);
    if (status == FF_OK)
        status = ff_triangle_workspace_init(&workspace, triangle->order, err);
    if (status == FF_OK) {
        for (size_t j = 0; j + 1 < triangle->order; j++)
            rows.r[j * triangle->order + j] = strength;
        status = ff_triangle_merge(triangle, &rows, &workspace, err);
    }
    ff_triangle_workspace_clear(&workspace);
    ff_triangle_clear(&rows);
    return status;
}

/* Turns the triangle of W [A | y] into that of the system to solve, in variables z with
 * c_j = scale_j z_j: first z = Gamma c, in which the prior is a multiple of the identity, then
 * columns of unit length, in which the condition number says how well the data and the prior
 * determine the coefficients (A. van der Sluis, Numer. Math. 14, 14 (1969)). */
static int regularise(ff_triangle *triangle, const double *prior, double ridge, double *scale,
                      double *step, ff_error *err)
{
    size_t columns = triangle->order - 1;
    for (size_t j = 0; j < columns; j++)
        scale[j] = prior ? 1 / prior[j] : 1;
    ff_triangle_scale_columns(triangle, columns, scale);
    if (ridge > 0) {
        double norm = 0;
        int status = ff_triangle_norm(triangle, &norm, err);
        if (status == FF_OK)
            status = add_ridge(triangle, ridge * norm, err);
        if (status != FF_OK)
            return status;
    }
    for (size_t j = 0; j < columns; j++) {
        double length = ff_triangle_column_length(triangle, j);
        if (length == 0)
            return ff_fail(err, FF_E_NUMERIC,
                           "function %zu is zero in all fitted rows: a ridge, fewer functions or "
                           "other observations would determine its coefficient",
                           j + 1);
        step[j] = 1 / length;
        scale[j] *= step[j];
    }
    ff_triangle_scale_columns(triangle, columns, step);
    return FF_OK;
}

/* Smallest reciprocal condition number of a system that is not singular to working precision. */
static double smallest_condition(size_t columns)
{
    return DBL_EPSILON * (double)(columns < 10 ? 10 : columns);
}

int ff_ridge_solve(double *coefficients, double *condition, ff_triangle *triangle,
                   const double *prior, double ridge, ff_error *err)
{
    size_t columns = triangle->order - 1;
    double *scale = ff_new_array(2 * columns, sizeof *scale, err);
    if (!scale)
        return FF_E_NOMEM;
    double reciprocal = 0;
    int status = regularise(triangle, prior, ridge, scale, scale + columns, err);
    if (status == FF_OK)
        status = ff_triangle_reciprocal_condition(triangle, &reciprocal, err);
    /* Written so that NaN, after overflow, counts as singular too. */
    if (status == FF_OK && !(reciprocal >= smallest_condition(columns)))
        status = ff_fail(err, FF_E_NUMERIC,
                         "the fit is singular (reciprocal condition number %.1e): a %s, fewer "
                         "functions or more observations would determine it",
                         reciprocal, ridge > 0 ? "larger ridge" : "ridge");
    if (status == FF_OK)
        status = ff_triangle_solve(triangle, coefficients, err);
    for (size_t j = 0; j < columns && status == FF_OK; j++)
        coefficients[j] *= scale[j];
    *condition = 1 / reciprocal;
    free(scale);
    return status;
}
