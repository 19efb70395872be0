#include "lib/pace/chebyshev_fit.h"

#include "lib/base/memory.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Singular values below this share of the largest are rounding. */
static const double ROUNDING = 1e-15;

/* Groups of FF_LANES distances, dense towards both ends of [inner, cutoff] as Chebyshev's points
 * are. */
typedef struct grid {
    double inner, cutoff;
    int groups;
} grid;

static void grid_group(const grid *g, int group, double distance[FF_LANES])
{
    FF_EACH_LANE(q)
    {
        double angle = M_PI * (group * FF_LANES + q + 0.5) / (g->groups * FF_LANES);
        distance[q] = 0.5 * (g->inner + g->cutoff) - 0.5 * (g->cutoff - g->inner) * cos(angle);
    }
}

/* Least squares. */

/* Column-major matrix[rows][bases] of the g_k and right[rows][functions], rows one grid point each.
 */
static void fill_system(const ff_chebyshev_fit *fit, const grid *g, ff_chebyshev_source source,
                        const void *context, double *matrix, double *right,
                        double (*scratch)[FF_LANES])
{
    size_t rows = (size_t)(g->groups * FF_LANES);
    for (int group = 0; group < g->groups; group++) {
        double distance[FF_LANES];
        grid_group(g, group, distance);
        source(context, distance, scratch, scratch + fit->functions);
        FF_EACH_LANE(q)
        {
            size_t row = (size_t)(group * FF_LANES + q);
            double angle = acos(2.0 * distance[q] / fit->cutoff - 1.0);
            for (int k = 1; k <= fit->bases; k++)
                matrix[(size_t)(k - 1) * rows + row] = 0.5 - 0.5 * cos(k * angle);
            for (int f = 0; f < fit->functions; f++)
                right[(size_t)f * rows + row] = scratch[f][q];
        }
    }
}

static int solve(ff_chebyshev_fit *fit, ff_chebyshev_source source, const void *context,
                 ff_error *err)
{
    const grid g = {fit->inner, fit->cutoff, (2 * fit->bases + 40) / FF_LANES};
    lapack_int rows = g.groups * FF_LANES, rank, info = 0;
    size_t bases = (size_t)fit->bases, functions = (size_t)fit->functions;
    double *matrix = ff_new_array((size_t)rows * bases, sizeof *matrix, err);
    double *right = ff_new_array((size_t)rows * functions, sizeof *right, err);
    double *singular = ff_new_array(bases, sizeof *singular, err);
    double(*scratch)[FF_LANES] = ff_new_array(2 * functions, sizeof *scratch, err);
    int status = matrix && right && singular && scratch ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK) {
        fill_system(fit, &g, source, context, matrix, right, scratch);
        info = LAPACKE_dgelsd(LAPACK_COL_MAJOR, rows, fit->bases, fit->functions, matrix, rows,
                              right, rows, singular, ROUNDING, &rank);
        if (info != 0)
            status = ff_fail(err, FF_E_NUMERIC, "singular value decomposition of %d base functions",
                             fit->bases);
    }
    for (size_t f = 0; f < functions && status == FF_OK; f++)
        memcpy(fit->coefficient + f * bases, right + f * (size_t)rows, bases * sizeof *right);
    free(matrix);
    free(right);
    free(singular);
    free(scratch);
    return status;
}

/* Errors. */

/* The series sum_k a_k T_k(x), k = 0..degree. */
static double clenshaw(const double *a, int degree, double x)
{
    double b = 0, before = 0;
    for (int k = degree; k > 0; k--) {
        double next = a[k] + 2.0 * x * b - before;
        before = b;
        b = next;
    }
    return a[0] + x * b - before;
}

/* Replaces a series by its derivative. */
static void differentiate(double *a, int degree)
{
    double above = 0, next = 0; /* coefficients k + 1 and k of the derivative */
    for (int k = degree; k > 0; k--) {
        double made = above + 2.0 * k * a[k];
        above = next;
        a[k] = next;
        next = made;
    }
    a[0] = 0.5 * next;
}

/* Adds weight r^2 dr of the points of a grid, and that times the squares of numbers, to sums. */
static void add_squares(const grid *g, const double *distance, const double *number,
                        double *weights, double *squares)
{
    FF_EACH_LANE(q)
    {
        double r = distance[q], room = (g->cutoff - r) * (r - g->inner);
        double weight = r * r * sqrt(room > 0 ? room : 0);
        *weights += weight;
        *squares += weight * number[q] * number[q];
    }
}

/* Error, fourth derivative and size of function f, on a grid four times as fine. a[bases + 1] is
 * scratch. */
static void measure(ff_chebyshev_fit *fit, int f, ff_chebyshev_source source, const void *context,
                    double (*scratch)[FF_LANES], double *a)
{
    const grid g = {fit->closest, fit->cutoff, (8 * fit->bases + 160) / FF_LANES};
    const double *c = fit->coefficient + (size_t)f * (size_t)fit->bases;
    const double chain = 2.0 / fit->cutoff, chain_4 = chain * chain * chain * chain;
    double distance[FF_LANES], number[FF_LANES], weights = 0, errors = 0, fourths = 0, sizes = 0;
    a[0] = 0;
    for (int k = 1; k <= fit->bases; k++) {
        sizes += c[k - 1] * c[k - 1];
        a[0] += 0.5 * c[k - 1];
        a[k] = -0.5 * c[k - 1];
    }
    differentiate(a, fit->bases);
    for (int group = 0; group < g.groups; group++) {
        grid_group(&g, group, distance);
        source(context, distance, scratch, scratch + fit->functions);
        for (int q = 0; q < FF_LANES; q++)
            number[q] = chain * clenshaw(a, fit->bases, chain * distance[q] - 1.0) -
                        scratch[fit->functions + f][q];
        add_squares(&g, distance, number, &weights, &errors);
    }
    fit->error[f] = sqrt(errors / weights);
    for (int i = 0; i < 3; i++)
        differentiate(a, fit->bases);
    weights = 0;
    for (int group = 0; group < g.groups; group++) {
        grid_group(&g, group, distance);
        for (int q = 0; q < FF_LANES; q++)
            number[q] = chain_4 * clenshaw(a, fit->bases, chain * distance[q] - 1.0);
        add_squares(&g, distance, number, &weights, &fourths);
    }
    fit->fourth[f] = sqrt(fourths / weights);
    fit->size[f] = sqrt(sizes);
}

int ff_chebyshev_fit_make(ff_chebyshev_fit *fit, ff_chebyshev_source source, const void *context,
                          ff_error *err)
{
    size_t count = (size_t)fit->functions, bases = (size_t)fit->bases;
    fit->coefficient = ff_new_array(count * bases, sizeof(double), err);
    fit->error = ff_new_array(count, sizeof(double), err);
    fit->fourth = ff_new_array(count, sizeof(double), err);
    fit->size = ff_new_array(count, sizeof(double), err);
    double(*scratch)[FF_LANES] = ff_new_array(2 * count, sizeof *scratch, err);
    double *series = ff_new_array(bases + 1, sizeof *series, err);
    int status = fit->coefficient && fit->error && fit->fourth && fit->size && scratch && series
                     ? solve(fit, source, context, err)
                     : FF_E_NOMEM;
    for (int f = 0; f < fit->functions && status == FF_OK; f++)
        measure(fit, f, source, context, scratch, series);
    free(scratch);
    free(series);
    if (status != FF_OK)
        ff_chebyshev_fit_clear(fit);
    return status;
}

void ff_chebyshev_fit_clear(ff_chebyshev_fit *fit)
{
    free(fit->coefficient);
    free(fit->error);
    free(fit->fourth);
    free(fit->size);
    fit->coefficient = fit->error = fit->fourth = fit->size = NULL;
}
