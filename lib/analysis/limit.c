/* Limits of values over sizes: weighted least squares, the exponent assumed or fitted. */

#include "lib/analysis/extrapolation.h"

#include "lib/base/memory.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SIZES = 64, MOST_PARAMETERS = 4 };

static const double next_power = 5.0 / 3.0; /* of the term after the leading one */

/* The points used: sites in units of the largest, so that powers stay near 1. The larger half of
 * what exceeds MOST_SIZES is more than enough. */
typedef struct points {
    size_t count;
    double size[MOST_SIZES], value[MOST_SIZES];
    double largest;
    double trust; /* deviations are taken to be ~ size^-trust: weights are size^(2 trust) */
} points;

/* value = term[0] + term[1] size^-power [+ term[2] size^-next_power], and the weighted sum of
 * squared residuals. */
typedef struct curve {
    size_t terms;
    double power, term[3], rest;
} curve;

static void collect(points *p, const double *sites, const double *value, size_t count, double trust)
{
    *p = (points){.trust = trust};
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(value[i]))
            continue;
        if (p->count == MOST_SIZES) {
            memmove(p->size, p->size + 1, (MOST_SIZES - 1) * sizeof *p->size);
            memmove(p->value, p->value + 1, (MOST_SIZES - 1) * sizeof *p->value);
            p->count--;
        }
        p->largest = sites[i];
        p->size[p->count] = sites[i];
        p->value[p->count++] = value[i];
    }
    for (size_t i = 0; i < p->count; i++)
        p->size[i] /= p->largest;
}

/* d(value)/d(terms) at a size. */
static void functions_at(double function[3], double size, double power)
{
    function[0] = 1.0;
    function[1] = pow(size, -power);
    function[2] = pow(size, -next_power);
}

/* The root of a point's weight. */
static double trust_in(const points *p, size_t i)
{
    return p->trust == 1.0 ? p->size[i] : pow(p->size[i], p->trust);
}

/* Through the points from `first` on. */
static curve fit_curve(const points *p, size_t first, double power, size_t terms)
{
    double matrix[MOST_SIZES * 3], right[MOST_SIZES];
    curve c = {.terms = terms, .power = power};
    const size_t rows = p->count - first;
    for (size_t i = 0; i < rows; i++) {
        double function[3];
        functions_at(function, p->size[first + i], power);
        for (size_t k = 0; k < terms; k++)
            matrix[terms * i + k] = trust_in(p, first + i) * function[k];
        right[i] = trust_in(p, first + i) * p->value[first + i];
    }
    if (LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', (lapack_int)rows, (lapack_int)terms, 1, matrix,
                      (lapack_int)terms, right, 1) != 0)
        right[0] = NAN;
    memcpy(c.term, right, terms * sizeof *right);
    for (size_t i = first; i < p->count; i++) {
        double function[3], off = p->value[i];
        functions_at(function, p->size[i], power);
        for (size_t k = 0; k < terms; k++)
            off -= c.term[k] * function[k];
        c.rest += trust_in(p, i) * trust_in(p, i) * off * off;
    }
    return c;
}

/* The exponent with the least residual: the best of a fine grid, refined by golden sections. */
static curve fit_power(const points *p, size_t first, size_t terms)
{
    static const double lowest = 0.5 / 3.0, highest = 4.0, golden = 0.61803398874989485;
    enum { STEPS = 200 };
    const double ratio = pow(highest / lowest, 1.0 / STEPS);
    double best = lowest, least = INFINITY;
    for (int i = 0; i <= STEPS; i++) {
        double power = lowest * pow(ratio, i), rest = fit_curve(p, first, power, terms).rest;
        if (rest < least) {
            least = rest;
            best = power;
        }
    }
    double low = best / ratio, high = best * ratio;
    for (int i = 0; i < 60; i++) {
        double a = high - golden * (high - low), b = low + golden * (high - low);
        if (fit_curve(p, first, a, terms).rest < fit_curve(p, first, b, terms).rest)
            high = b;
        else
            low = a;
    }
    return fit_curve(p, first, 0.5 * (low + high), terms);
}

/* Diagonal of the inverse of the normal matrix of the terms and, where it was fitted, the power;
 * false when it is singular. */
static bool variances(double diagonal[MOST_PARAMETERS], const points *p, const curve *c,
                      bool fitted)
{
    double normal[MOST_PARAMETERS * MOST_PARAMETERS] = {0.0};
    const size_t n = c->terms + fitted;
    for (size_t i = 0; i < p->count; i++) {
        double slope[MOST_PARAMETERS] = {0.0};
        functions_at(slope, p->size[i], c->power);
        if (fitted) {
            slope[c->terms] = -c->term[1] * slope[1] * log(p->size[i]);
        }
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++)
                normal[n * j + k] += trust_in(p, i) * trust_in(p, i) * slope[j] * slope[k];
    }
    if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'U', (lapack_int)n, normal, (lapack_int)n) != 0 ||
        LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'U', (lapack_int)n, normal, (lapack_int)n) != 0)
        return false;
    for (size_t j = 0; j < n; j++)
        diagonal[j] = normal[(n + 1) * j];
    return true;
}

static void forget(ff_limit *limit)
{
    *limit = (ff_limit){.value = NAN,
                        .factor = NAN,
                        .exponent = NAN,
                        .low = NAN,
                        .high = NAN,
                        .scatter = NAN,
                        .smallest_left_out = NAN,
                        .uncertainty = NAN};
}

/* As many terms as leave one point to spare, and are not the same. */
static size_t affordable_terms(size_t points_used, double power, bool fitted)
{
    bool apart = fitted || power < 0.8 * next_power;
    return apart && points_used > 3 + (size_t)fitted ? 3 : 2;
}

static curve fit_from(const points *p, size_t first, double power, bool fitted)
{
    size_t terms = affordable_terms(p->count - first, power, fitted);
    return fitted ? fit_power(p, first, terms) : fit_curve(p, first, power, terms);
}

static void fill(ff_limit *limit, const points *p, double power, bool fitted)
{
    double diagonal[MOST_PARAMETERS] = {0.0};
    const curve c = fit_from(p, 0, power, fitted);
    const size_t parameters = c.terms + fitted;
    limit->sizes = p->count;
    limit->terms = c.terms - 1;
    limit->value = c.term[0];
    limit->factor = c.term[1] * pow(p->largest, c.power);
    limit->exponent = 3.0 * c.power;
    if (p->count <= parameters)
        return;
    const size_t freedom = p->count - parameters;
    const double spread = ff_student_95(freedom) * sqrt(c.rest / (double)freedom);
    limit->smallest_left_out = fit_from(p, 1, power, fitted).term[0];
    if (!variances(diagonal, p, &c, fitted))
        return;
    limit->scatter = spread * sqrt(diagonal[0]);
    limit->uncertainty = fmax(limit->scatter, fabs(limit->smallest_left_out - limit->value));
    if (fitted) {
        double half = 3.0 * spread * sqrt(diagonal[c.terms]);
        limit->low = limit->exponent - half;
        limit->high = limit->exponent + half;
    }
}

void ff_limit_assume(ff_limit *limit, const double *sites, const double *value, size_t count,
                     double exponent)
{
    points p;
    forget(limit);
    collect(&p, sites, value, count, fmax(1.0, exponent / 3.0));
    if (p.count > 1)
        fill(limit, &p, exponent / 3.0, false);
}

void ff_limit_fit(ff_limit *limit, const double *sites, const double *value, size_t count)
{
    points p;
    forget(limit);
    collect(&p, sites, value, count, 1.0);
    if (p.count > 2)
        fill(limit, &p, 1.0, true);
}
