#include "lib/ace/radial.h"

#include "lib/ace/fade.h"

#include <assert.h>
#include <gsl/gsl_integration.h>
#include <math.h>

/* Gauss-Legendre nodes of the discrete measure: the integrand is analytic with its nearest
 * singularity at the imaginary distance sqrt(3) nearest, so this many reach rounding. */
enum { NODES = 256 };

typedef struct measure {
    double t[NODES], weight[NODES];
} measure;

static double transform(const ff_radial *radial, double r)
{
    double s = r / radial->nearest;
    return 1.0 / (1.0 + s * s / 3.0);
}

static int make_measure(measure *m, const ff_radial *radial, ff_error *err)
{
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
    if (!table)
        return ff_fail(err, FF_E_NOMEM, "out of memory for %d quadrature nodes", NODES);
    double density = sqrt(2.0) / (radial->nearest * radial->nearest * radial->nearest);
    for (size_t i = 0; i < NODES; i++) {
        double r, weight;
        gsl_integration_glfixed_point(radial->inner, radial->cutoff, i, &r, &weight, table);
        m->t[i] = (transform(radial, r) - radial->x_cutoff) * radial->x_scale;
        double f = m->t[i] * m->t[i] * m->t[i];
        m->weight[i] = weight * density * r * r * f * f;
    }
    gsl_integration_glfixed_table_free(table);
    return FF_OK;
}

/* Stieltjes' procedure: a_n = <t p_n, p_n>, b_{n+1} = |(t - a_n) p_n - b_n p_{n-1}|. */
static void recurrence(ff_radial *radial, const measure *m)
{
    double now[NODES], before[NODES] = {0};
    double norm = 0;
    for (int i = 0; i < NODES; i++)
        norm += m->weight[i];
    radial->first = 1.0 / sqrt(norm);
    for (int i = 0; i < NODES; i++)
        now[i] = radial->first;
    for (int n = 0; n < radial->count; n++) {
        double a = 0;
        for (int i = 0; i < NODES; i++)
            a += m->weight[i] * m->t[i] * now[i] * now[i];
        radial->shift[n] = a;
        double b = n ? radial->step[n] : 0, square = 0;
        for (int i = 0; i < NODES; i++) {
            double next = (m->t[i] - a) * now[i] - b * before[i];
            before[i] = now[i];
            now[i] = next;
            square += m->weight[i] * next * next;
        }
        if (n + 1 < radial->count)
            radial->step[n + 1] = sqrt(square);
        for (int i = 0; i < NODES; i++)
            now[i] /= sqrt(square);
    }
}

/* Slope and curvature of R_n at the inner radius, where t = 1. */
static void continuation(ff_radial *radial)
{
    double s = radial->inner / radial->nearest, d = radial->nearest;
    double x = transform(radial, radial->inner);
    double dt = -2.0 * s / (3.0 * d) * x * x * radial->x_scale;
    double ddt = (8.0 * s * s / 9.0 * x - 2.0 / 3.0) * x * x / (d * d) * radial->x_scale;
    double p[3] = {radial->first, 0, 0}, q[3] = {0, 0, 0}; /* p_n, p_{n-1} and derivatives in t */
    for (int n = 0; n < radial->count; n++) {
        double r1 = p[1] + 3.0 * p[0];              /* (p t^3)' at t = 1 */
        double r2 = p[2] + 6.0 * p[1] + 6.0 * p[0]; /* (p t^3)'' */
        radial->slope[n] = r1 * dt;
        radial->curvature[n] = r2 * dt * dt + r1 * ddt;
        if (n + 1 == radial->count)
            break;
        double shifted = 1.0 - radial->shift[n], b = radial->step[n], c = radial->step[n + 1];
        double next[3] = {(shifted * p[0] - b * q[0]) / c, (p[0] + shifted * p[1] - b * q[1]) / c,
                          (2.0 * p[1] + shifted * p[2] - b * q[2]) / c};
        for (int k = 0; k < 3; k++) {
            q[k] = p[k];
            p[k] = next[k];
        }
    }
}

int ff_radial_init(ff_radial *radial, int count, double cutoff, double inner, double nearest,
                   ff_error *err)
{
    assert(count >= 0 && count <= FF_RADIAL_MAX && inner > 0 && inner < cutoff && nearest > 0);
    *radial = (ff_radial){.count = count, .cutoff = cutoff, .inner = inner, .nearest = nearest};
    radial->x_cutoff = transform(radial, cutoff);
    radial->x_scale = 1.0 / (transform(radial, inner) - radial->x_cutoff);
    measure m;
    int status = make_measure(&m, radial, err);
    if (status != FF_OK)
        return status;
    recurrence(radial, &m);
    continuation(radial);
    return FF_OK;
}

/* t and the envelope f with their derivatives by r, for distances held within [inner, cutoff]. */
typedef struct shape {
    double t[FF_LANES], dt[FF_LANES], f[FF_LANES], df[FF_LANES];
    double below[FF_LANES]; /* distance minus inner radius where negative, else 0 */
    double fade[FF_LANES], dfade[FF_LANES];
} shape;

static inline void make_shape(shape *s, const ff_radial *radial, const double *restrict distance)
{
    double scale = 1.0 / radial->nearest;
    FF_EACH_LANE(q)
    {
        double r = distance[q] < radial->cutoff ? distance[q] : radial->cutoff;
        double held = r > radial->inner ? r : radial->inner;
        double reduced = held * scale, x = 1.0 / (1.0 + reduced * reduced / 3.0);
        double t = (x - radial->x_cutoff) * radial->x_scale;
        double dt = -2.0 / 3.0 * reduced * scale * x * x * radial->x_scale;
        s->below[q] = r - held;
        s->t[q] = t;
        s->dt[q] = dt;
        s->f[q] = t * t * t;
        s->df[q] = 3.0 * t * t * dt;
        s->fade[q] = ff_fade(radial->inner, r, &s->dfade[q]);
    }
}

FF_VECTORISE
void ff_radial_evaluate(const ff_radial *radial, const double *restrict distance,
                        double (*restrict values)[FF_LANES],
                        double (*restrict derivatives)[FF_LANES])
{
    shape s;
    make_shape(&s, radial, distance);
    double p[FF_LANES], dp[FF_LANES] = {0}, before[FF_LANES] = {0}, dbefore[FF_LANES] = {0};
    FF_EACH_LANE(q)
    p[q] = radial->first;
    for (int n = 0; n < radial->count; n++) {
        double slope = radial->slope[n], curvature = radial->curvature[n];
        FF_EACH_LANE(q)
        {
            double below = s.below[q];
            double value = p[q] * s.f[q] + below * (slope + 0.5 * curvature * below);
            double change = dp[q] * s.dt[q] * s.f[q] + p[q] * s.df[q] + curvature * below;
            values[n][q] = value * s.fade[q];
            derivatives[n][q] = change * s.fade[q] + value * s.dfade[q];
        }
        if (n + 1 == radial->count)
            break;
        double a = radial->shift[n], b = radial->step[n], scale = 1.0 / radial->step[n + 1];
        FF_EACH_LANE(q)
        {
            double next = ((s.t[q] - a) * p[q] - b * before[q]) * scale;
            double dnext = (p[q] + (s.t[q] - a) * dp[q] - b * dbefore[q]) * scale;
            before[q] = p[q];
            dbefore[q] = dp[q];
            p[q] = next;
            dp[q] = dnext;
        }
    }
}
