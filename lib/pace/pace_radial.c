#include "lib/pace/pace_radial.h"

#include "lib/ace/fade.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef double lanes[FF_LANES];

/* A function of the distance with its first two derivatives. */
typedef struct jet {
    lanes value, slope, curvature;
} jet;

/* Base functions without what they share: g_k = base[k - 1] envelope. */
typedef struct base_functions {
    _Alignas(64) lanes value[FF_PACE_MAX_BASES], slope[FF_PACE_MAX_BASES],
        curvature[FF_PACE_MAX_BASES];
} base_functions;

int ff_pace_radial_init(ff_pace_radial *radial, const ff_pace_bond *bond, ff_pace_core core,
                        int rows, int bases, ff_error *err)
{
    *radial = (ff_pace_radial){.form = bond->form,
                               .core = core,
                               .lambda = bond->lambda,
                               .cutoff = bond->cutoff,
                               .width = bond->width,
                               .inner = bond->inner,
                               .inner_width = bond->inner_width,
                               .rows = rows,
                               .bases = bases};
    radial->matrix = ff_new_array((size_t)rows * (size_t)bases, sizeof *radial->matrix, err);
    return radial->matrix ? FF_OK : FF_E_NOMEM;
}

void ff_pace_radial_clear(ff_pace_radial *radial)
{
    free(radial->matrix);
    *radial = (ff_pace_radial){0};
}

/* Chebyshev polynomials. */

/* x(r), for distances held below the cutoff. */
static void make_argument(const ff_pace_radial *p, const double *distance, jet *x)
{
    double scale = 1.0 / p->cutoff;
    for (int q = 0; q < FF_LANES; q++) {
        double reduced = fmin(distance[q] * scale, 1.0 - 1e-13), lambda = p->lambda;
        if (p->form == FF_PACE_CHEB_EXP_COS) {
            double last = exp(-lambda), rise = exp(-lambda * reduced);
            x->value[q] = 1.0 - 2.0 * (rise - last) / (1.0 - last);
            x->slope[q] = 2.0 * lambda * scale * rise / (1.0 - last);
            x->curvature[q] = -lambda * scale * x->slope[q];
        } else if (p->form == FF_PACE_CHEB_POW) {
            double left = 1.0 - reduced, power = pow(left, lambda - 2.0);
            x->value[q] = 1.0 - 2.0 * power * left * left;
            x->slope[q] = 2.0 * lambda * scale * power * left;
            x->curvature[q] = -2.0 * lambda * (lambda - 1.0) * scale * scale * power;
        } else {
            x->value[q] = 1.0 - reduced;
            x->slope[q] = -scale;
            x->curvature[q] = 0;
        }
    }
}

/* b_i = (1 - T_{first + i})/2 by the recurrence T_{n+1} = 2 x T_n - T_{n-1} and its derivatives;
 * with first 0, b_0 = 1 takes the place of 0. */
FF_VECTORISE
static void make_polynomials(const jet *restrict x, int first, int count,
                             base_functions *restrict b)
{
    jet now, before;
    FF_EACH_LANE(q)
    {
        before.value[q] = 1;
        before.slope[q] = before.curvature[q] = 0;
        now.value[q] = x->value[q];
        now.slope[q] = x->slope[q];
        now.curvature[q] = x->curvature[q];
        b->value[0][q] = 1;
        b->slope[0][q] = b->curvature[0][q] = 0;
    }
    for (int i = 1 - first; i < count; i++)
        FF_EACH_LANE(q)
        {
            double t = now.value[q], dt = now.slope[q], ddt = now.curvature[q];
            b->value[i][q] = 0.5 - 0.5 * t;
            b->slope[i][q] = -0.5 * dt;
            b->curvature[i][q] = -0.5 * ddt;
            double x0 = 2.0 * x->value[q], x1 = 2.0 * x->slope[q], x2 = 2.0 * x->curvature[q];
            now.value[q] = x0 * t - before.value[q];
            now.slope[q] = x0 * dt + x1 * t - before.slope[q];
            now.curvature[q] = x0 * ddt + 2.0 * x1 * dt + x2 * t - before.curvature[q];
            before.value[q] = t;
            before.slope[q] = dt;
            before.curvature[q] = ddt;
        }
}

/* Simplified Bessel functions. */

/* sin(k r)/(k r) and derivatives, for all lanes. */
static void make_sinc(double k, const double *distance, jet *s)
{
    for (int q = 0; q < FF_LANES; q++) {
        double y = k * distance[q], inverse = 1.0 / y, c = cos(y);
        double value = sin(y) * inverse, slope = (c - value) * inverse;
        s->value[q] = value;
        s->slope[q] = k * slope;
        s->curvature[q] = -k * k * (value + 2.0 * slope * inverse);
    }
}

/* f_n = (-1)^n sqrt(2) pi/c^(3/2) (n+1)(n+2)/sqrt((n+1)^2 + (n+2)^2) (sinc_{n+1} + sinc_{n+2}),
 * then orthonormal with e_n = n^2 (n+2)^2/(4 (n+1)^4 + 1), d_n = 1 - e_n/d_{n-1}: g_n = (f_n +
 * sqrt(e_n/d_{n-1}) g_{n-1})/sqrt(d_n). */
static void make_bessel(const ff_pace_radial *p, const double *distance, base_functions *b)
{
    double k = M_PI / p->cutoff, factor = M_SQRT2 * M_PI / pow(p->cutoff, 1.5), d = 1;
    jet now, next;
    make_sinc(k, distance, &now);
    for (int i = 0; i < p->bases; i++) {
        double n = i + 1.0, sign = i % 2 ? -1.0 : 1.0, step = 0;
        double e = i * i * (n + 1.0) * (n + 1.0) / (4.0 * n * n * n * n + 1.0);
        double scale = sign * factor * n * (n + 1.0) / sqrt(n * n + (n + 1.0) * (n + 1.0));
        if (i > 0) {
            step = sqrt(e / d);
            d = 1.0 - e / d;
        }
        make_sinc(k * (n + 1.0), distance, &next);
        double norm = 1.0 / sqrt(d);
        int last = i > 0 ? i - 1 : 0; /* step is 0 for the first */
        FF_EACH_LANE(q)
        {
            double v = i > 0 ? b->value[last][q] : 0, s = i > 0 ? b->slope[last][q] : 0;
            double c = i > 0 ? b->curvature[last][q] : 0;
            b->value[i][q] = norm * (scale * (now.value[q] + next.value[q]) + step * v);
            b->slope[i][q] = norm * (scale * (now.slope[q] + next.slope[q]) + step * s);
            b->curvature[i][q] = norm * (scale * (now.curvature[q] + next.curvature[q]) + step * c);
        }
        now = next;
    }
}

/* What all base functions share. */

static void multiply(jet *a, const jet *b)
{
    FF_EACH_LANE(q)
    {
        double v = a->value[q], s = a->slope[q];
        a->curvature[q] =
            a->curvature[q] * b->value[q] + 2.0 * s * b->slope[q] + v * b->curvature[q];
        a->slope[q] = s * b->value[q] + v * b->slope[q];
        a->value[q] = v * b->value[q];
    }
}

/* (1 + cos(k (r - start)))/2 beyond start, 1 below. */
static void make_cosine(double start, double k, const double *distance, jet *f)
{
    for (int q = 0; q < FF_LANES; q++) {
        double x = k * fmax(distance[q] - start, 0.0), c = cos(x);
        f->value[q] = 0.5 + 0.5 * c;
        f->slope[q] = -0.5 * k * sin(x);
        f->curvature[q] = x > 0 ? -0.5 * k * k * c : 0;
    }
}

/* The step at the inner radius; sudden for cores that have none, or of no width. */
static void make_step(const ff_pace_radial *p, const double *distance, jet *f)
{
    double start = p->inner - p->inner_width, width = p->inner_width;
    bool smooth = p->core == FF_PACE_DISTANCE && width > 0;
    for (int q = 0; q < FF_LANES; q++) {
        f->value[q] = distance[q] > start;
        f->slope[q] = f->curvature[q] = 0;
        if (smooth)
            f->value[q] = ff_smooth_step(1.0 / width, start / width, distance[q], &f->slope[q],
                                         &f->curvature[q]);
    }
}

static void make_envelope(const ff_pace_radial *p, const double *distance, jet *envelope)
{
    jet factor;
    memset(envelope, 0, sizeof *envelope);
    FF_EACH_LANE(q)
    envelope->value[q] = distance[q] < p->cutoff;
    if (p->form == FF_PACE_CHEB_EXP_COS) {
        make_cosine(0, M_PI / p->cutoff, distance, &factor);
        multiply(envelope, &factor);
        if (p->width > 0) {
            make_cosine(p->cutoff - p->width, M_PI / p->width, distance, &factor);
            multiply(envelope, &factor);
        }
    }
    if (p->core != FF_PACE_ZBL) {
        make_step(p, distance, &factor);
        multiply(envelope, &factor);
    }
}

/* Combinations. */

/* sums[2] += rows c and d of the matrix times FF_LANES-wide columns, two rows at a time because
 * each column read then serves two. */
static inline void two_rows(const double *restrict c, const double *restrict d, int count,
                            const lanes *restrict column, lanes *restrict sums)
{
    ff_pack c0 = {0}, c1 = {0}, d0 = {0}, d1 = {0};
    for (int k = 0; k < count; k++) {
        const ff_pack *x = (const ff_pack *)column[k];
        c0 += c[k] * x[0];
        c1 += c[k] * x[1];
        d0 += d[k] * x[0];
        d1 += d[k] * x[1];
    }
    ff_pack *to = (ff_pack *)sums;
    to[0] = c0;
    to[1] = c1;
    to[2] = d0;
    to[3] = d1;
}

/* One row of combinations times the envelope. */
static inline void store_row(const jet *restrict envelope, const double *restrict value,
                             const double *restrict slope, const double *restrict curvature,
                             double *restrict values, double *restrict slopes,
                             double *restrict curvatures)
{
    FF_EACH_LANE(q)
    {
        values[q] = value[q] * envelope->value[q];
        slopes[q] = slope[q] * envelope->value[q] + value[q] * envelope->slope[q];
    }
    if (curvatures)
        FF_EACH_LANE(q)
    curvatures[q] = curvature[q] * envelope->value[q] + 2.0 * slope[q] * envelope->slope[q] +
                    value[q] * envelope->curvature[q];
}

FF_VECTORISE
static void combine(const ff_pace_radial *p, const base_functions *restrict b,
                    const jet *restrict envelope, lanes *restrict values, lanes *restrict slopes,
                    lanes *restrict curvatures)
{
    for (int row = 0; row < p->rows; row += 2) {
        int other = row + 1 < p->rows ? row + 1 : row;
        const double *c = p->matrix + (size_t)row * (size_t)p->bases;
        const double *d = p->matrix + (size_t)other * (size_t)p->bases;
        lanes value[2] __attribute__((aligned(64))), slope[2] __attribute__((aligned(64)));
        lanes curvature[2] __attribute__((aligned(64))) = {{0}};
        two_rows(c, d, p->bases, b->value, value);
        two_rows(c, d, p->bases, b->slope, slope);
        if (curvatures)
            two_rows(c, d, p->bases, b->curvature, curvature);
        for (int i = 0; i <= other - row; i++)
            store_row(envelope, value[i], slope[i], curvature[i], values[row + i], slopes[row + i],
                      curvatures ? curvatures[row + i] : NULL);
    }
}

void ff_pace_radial_evaluate(const ff_pace_radial *radial, const double *distance,
                             double (*values)[FF_LANES], double (*derivatives)[FF_LANES],
                             double (*second)[FF_LANES])
{
    jet x, envelope;
    base_functions b;
    make_envelope(radial, distance, &envelope);
    if (radial->form == FF_PACE_SBESSEL)
        make_bessel(radial, distance, &b);
    else {
        make_argument(radial, distance, &x);
        make_polynomials(&x, radial->form == FF_PACE_CHEB_EXP_COS ? 0 : 1, radial->bases, &b);
    }
    combine(radial, &b, &envelope, values, derivatives, second);
}
