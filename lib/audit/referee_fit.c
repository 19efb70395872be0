/* Fits of the referee, from the products of its rows. */

#include "lib/audit/referee_parts.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Directions of the functions that weigh less than this, against all, are left alone: squared, it
 * is what double precision can tell apart. */
static const double ridge = 1e-8;

void ff_referee_problem_init(ff_referee_problem *problem)
{
    for (int k = 0; k < FF_REFEREE_KINDS; k++)
        for (size_t g = 0; g < FF_REFEREE_MOST_GROUPS; g++)
            problem->of[k][g] = (ff_referee_reading_of){1, FF_REFEREE_AS_IS};
}

const double *ff_referee_coefficients(const ff_referee *referee)
{
    return referee->coefficients;
}

static size_t rows_of(const ff_referee *referee, int kind)
{
    size_t rows = 0;
    for (size_t g = 0; g < referee->rows->groups; g++)
        rows += referee->of[kind][g].rows;
    return rows;
}

/* Adds one group's products: functions times the ratio, constants as they are. */
static void assemble(ff_referee *referee, const ff_referee_products *p, ff_referee_reading_of how,
                     double weight)
{
    const size_t columns = referee->columns, functions = referee->rows->functions;
    for (size_t a = 0; a < columns; a++) {
        const double left = weight * (a < functions ? how.ratio : 1);
        double *to = referee->matrix + a * columns;
        const double *from = p->gram + a * columns;
        for (size_t b = a; b < columns; b++)
            to[b] += left * (b < functions ? how.ratio : 1) * from[b];
        referee->right[a] += left * p->moment[how.reading][a];
    }
}

static void assemble_all(ff_referee *referee, const ff_referee_problem *problem)
{
    memset(referee->matrix, 0, referee->columns * referee->columns * sizeof(double));
    memset(referee->right, 0, referee->columns * sizeof(double));
    for (int k = 0; k < FF_REFEREE_KINDS; k++) {
        const double rows = (double)rows_of(referee, k);
        for (size_t g = 0; g < referee->rows->groups; g++) {
            const ff_referee_reading_of how = problem->of[k][g];
            const double spread = referee->spread[k][how.reading][g];
            if (referee->of[k][g].rows)
                assemble(referee, &referee->of[k][g], how, 1 / (rows * spread * spread));
        }
    }
}

/* Factorises and solves. The upper triangle by rows is LAPACK's lower one by columns. The weight of
 * the functions, which sets the ridge, is what is left of their products when the constants have
 * explained what they can; energies have been centred, so that the diagonal serves. */
static int solve(ff_referee *referee, ff_error *err)
{
    const size_t columns = referee->columns, functions = referee->rows->functions;
    double trace = 0;
    for (size_t c = 0; c < functions; c++)
        trace += referee->matrix[c * columns + c];
    for (size_t c = 0; c < columns; c++) {
        double *diagonal = &referee->matrix[c * columns + c];
        *diagonal += c < functions ? ridge * trace : 1e-10 * *diagonal + 1e-30;
        if (*diagonal <= 1e-29) /* a constant that no row has */
            *diagonal = 1;
    }
    memcpy(referee->solution, referee->right, columns * sizeof(double));
    lapack_int info = LAPACKE_dposv(LAPACK_COL_MAJOR, 'L', (lapack_int)columns, 1, referee->matrix,
                                    (lapack_int)columns, referee->solution, (lapack_int)columns);
    return info == 0 ? FF_OK
                     : ff_fail(err, FF_E_NUMERIC, "the reference model of the audit is singular");
}

/* |y - A c|^2 of a group, from its products. */
static double rest_of(const ff_referee *referee, const ff_referee_products *p,
                      ff_referee_reading_of how)
{
    const size_t columns = referee->columns, functions = referee->rows->functions;
    double sum = p->square[how.reading];
    for (size_t a = 0; a < columns; a++) {
        const double x = referee->solution[a] * (a < functions ? how.ratio : 1);
        const double *row = p->gram + a * columns;
        double product = 0.5 * row[a] * x;
        for (size_t b = a + 1; b < columns; b++)
            product += row[b] * referee->solution[b] * (b < functions ? how.ratio : 1);
        sum += 2 * x * (product - p->moment[how.reading][a]);
    }
    return fmax(sum, 0);
}

static void take_rest(const ff_referee *referee, const ff_referee_problem *problem,
                      ff_referee_rest *rest)
{
    *rest = (ff_referee_rest){0};
    for (int k = 0; k < FF_REFEREE_KINDS; k++) {
        const double rows = (double)rows_of(referee, k);
        for (size_t g = 0; g < referee->rows->groups; g++) {
            const ff_referee_products *p = &referee->of[k][g];
            const ff_referee_reading_of how = problem->of[k][g];
            const double spread = referee->spread[k][how.reading][g];
            if (p->rows == 0)
                continue;
            const double left = rest_of(referee, p, how) / (spread * spread);
            rest->kind[k] += left / rows;
            rest->group[g] += left / (double)p->rows;
        }
        rest->total += rest->kind[k];
    }
}

/* Coefficients for rows that are not centred: the constants of the species take the centring back.
 */
static void take_coefficients(ff_referee *referee, const ff_referee_problem *problem)
{
    const size_t functions = referee->rows->functions;
    const ff_referee_reading_of how = problem->of[FF_KIND_ENERGY][0];
    memcpy(referee->coefficients, referee->solution, referee->columns * sizeof(double));
    for (size_t s = 0; s < referee->rows->species; s++)
        referee->coefficients[functions + s] +=
            referee->target_centre[how.reading][s] -
            how.ratio * cblas_ddot((int)functions, referee->centre + s * functions, 1,
                                   referee->solution, 1);
}

int ff_referee_fit(ff_referee *referee, const ff_referee_problem *problem, ff_referee_rest *rest,
                   ff_error *err)
{
    assemble_all(referee, problem);
    int status = solve(referee, err);
    if (status != FF_OK)
        return status;
    take_rest(referee, problem, rest);
    take_coefficients(referee, problem);
    return FF_OK;
}

/* Robust energies. */

static void energy_residuals(const ff_referee *referee, const ff_referee_problem *problem,
                             double *residual)
{
    const ff_referee_rows *rows = referee->rows;
    const size_t n = rows->kind[FF_KIND_ENERGY].rows, columns = referee->columns;
    for (size_t i = 0; i < n; i++) {
        const size_t g = rows->group[rows->kind[FF_KIND_ENERGY].frame[i]];
        const ff_referee_reading_of how = problem->of[FF_KIND_ENERGY][g];
        const double *row = referee->energy_matrix + i * columns;
        residual[i] = referee->energy_target[how.reading][i] -
                      how.ratio * cblas_ddot((int)rows->functions, row, 1, referee->solution, 1) -
                      cblas_ddot((int)(columns - rows->functions), row + rows->functions, 1,
                                 referee->solution + rows->functions, 1);
    }
}

/* Standard deviations of the shifts: those of a fit whose residuals are as large as all labels
 * leave, which is more than energies alone do. */
static void take_shifts(ff_referee *referee, const ff_referee_rest *rest, double *shift,
                        double *deviation)
{
    const ff_referee_rows *rows = referee->rows;
    const size_t columns = referee->columns;
    double *unit = referee->right, freedom = -(double)columns;
    for (int k = 0; k < FF_REFEREE_KINDS; k++)
        freedom += (double)rows_of(referee, k);
    shift[0] = deviation[0] = 0;
    for (size_t g = 1; g < rows->groups; g++) {
        const size_t c = rows->shifts + g - 1;
        memset(unit, 0, columns * sizeof *unit);
        unit[c] = 1;
        /* The factor is still in the matrix. */
        (void)LAPACKE_dpotrs(LAPACK_COL_MAJOR, 'L', (lapack_int)columns, 1, referee->matrix,
                             (lapack_int)columns, unit, (lapack_int)columns);
        shift[g] = referee->coefficients[c];
        deviation[g] = sqrt(fmax(unit[c], 0) * rest->total / fmax(freedom, 1));
    }
}

int ff_referee_fit_robust(ff_referee *referee, const ff_referee_problem *problem, double *scale,
                          double *shift, double *deviation, ff_error *err)
{
    enum { REPETITIONS = 10 };
    const size_t n = referee->rows->kind[FF_KIND_ENERGY].rows;
    double *residual = ff_new_array(2 * n, sizeof *residual, err);
    ff_referee_rest rest;
    int status = residual ? FF_OK : FF_E_NOMEM;
    *scale = 0;
    for (int k = 0; k < REPETITIONS && status == FF_OK && n; k++) {
        status = ff_referee_fit(referee, problem, &rest, err);
        if (status != FF_OK)
            break;
        energy_residuals(referee, problem, residual);
        memcpy(residual + n, residual, n * sizeof *residual);
        *scale = ff_referee_robust_spread(residual + n, n);
        for (size_t i = 0; i < n; i++) {
            const double far = *scale > 0 ? residual[i] / (3 * *scale) : 0;
            referee->weight[i] = 1 / (1 + far * far);
        }
        status = ff_referee_form_products(referee, FF_KIND_ENERGY, err);
    }
    if (status == FF_OK)
        status = ff_referee_fit(referee, problem, &rest, err);
    if (status == FF_OK)
        take_shifts(referee, &rest, shift, deviation);
    free(residual);
    return status;
}
