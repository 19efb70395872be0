#include "lib/ace/radial.h"

#include "lib/ace/fade.h"

#include <assert.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdbool.h>

/* Gauss-Legendre nodes of the discrete measure: the integrands are analytic with their nearest
 * singularity some nearest-neighbour distances away, so this many reach rounding. */
enum { NODES = 256 };

/* Forms. */

/* What each transform takes for p and q. */
static const struct {
    const char *name;
    double p, q;  /* defaults; q 0: it has none */
    bool integer; /* p and q are integers */
} transforms[FF_RADIAL_TRANSFORMS] = {
    [FF_RADIAL_AGNESI] = {"agnesi", 2, 2, true},
    [FF_RADIAL_POLYNOMIAL] = {"polynomial", 2, 0, true},
    [FF_RADIAL_EXPONENTIAL] = {"exponential", 5, 0, false},
    [FF_RADIAL_POWER] = {"power", 2, 0, true},
};

const char *ff_radial_transform_name(ff_radial_transform transform)
{
    return transforms[transform].name;
}

void ff_radial_form_resolve(ff_radial_form *form)
{
    if (form->p == 0)
        form->p = transforms[form->transform].p;
    if (form->q == 0 || transforms[form->transform].q == 0)
        form->q = form->transform == FF_RADIAL_AGNESI ? fmax(form->p, transforms[0].q) : 0;
}

static bool exponent_allowed(double exponent, bool integer)
{
    const double most = integer ? 12 : 50;
    return exponent > 0 && exponent <= most && (!integer || exponent == floor(exponent));
}

int ff_radial_form_check(const ff_radial_form *form, ff_error *err)
{
    if ((int)form->transform < 0 || form->transform >= FF_RADIAL_TRANSFORMS ||
        (int)form->polynomials < 0 || form->polynomials >= FF_RADIAL_POLYNOMIAL_KINDS)
        return ff_fail(err, FF_E_RANGE, "an unknown form of radial functions (%d, %d)",
                       (int)form->transform, (int)form->polynomials);
    ff_radial_form resolved = *form;
    ff_radial_form_resolve(&resolved);
    bool integer = transforms[form->transform].integer, agnesi = resolved.q > 0;
    if (!exponent_allowed(resolved.p, integer) ||
        (agnesi && !(exponent_allowed(resolved.q, integer) && resolved.q >= resolved.p)))
        return ff_fail(err, FF_E_RANGE, "%s transform with exponents %g, %g, expected %s",
                       transforms[form->transform].name, form->p, form->q,
                       agnesi    ? "integers p <= q from 1 to 12"
                       : integer ? "an integer from 1 to 12"
                                 : "a number above 0, at most 50");
    return FF_OK;
}

int ff_radial_range_check(const ff_radial_range *range, ff_error *err)
{
    if (!(range->cutoff > 0) || !isfinite(range->cutoff))
        return ff_fail(err, FF_E_RANGE, "cutoff %g A, expected a positive length", range->cutoff);
    if (!(range->inner > 0) || !(range->inner < range->cutoff))
        return ff_fail(err, FF_E_RANGE, "inner radius %g A, expected between 0 and the cutoff %g A",
                       range->inner, range->cutoff);
    if (!(range->nearest > 0) || !isfinite(range->nearest))
        return ff_fail(err, FF_E_RANGE,
                       "nearest-neighbour distance %g A, expected a positive length",
                       range->nearest);
    return FF_OK;
}

/* Transforms. */

/* x and its derivatives by the distance. */
typedef struct curve {
    double x[FF_LANES], dx[FF_LANES], ddx[FF_LANES];
} curve;

FF_INLINE void raise(double *restrict power, const double *restrict base, int exponent)
{
    FF_EACH_LANE(k)
    power[k] = 1.0;
    for (int i = 0; i < exponent; i++)
        FF_EACH_LANE(k)
    power[k] *= base[k];
}

/* With h = s^-q + s^-p the curve is h / (h + a). */
FF_INLINE void agnesi(curve *c, const ff_radial *radial, const double *restrict r)
{
    int p = (int)radial->form.p, q = (int)radial->form.q;
    double a = radial->steepness, nearest = radial->range.nearest, scale = 1.0 / nearest;
    double inverse[FF_LANES], slow[FF_LANES], fast[FF_LANES];
    FF_EACH_LANE(k)
    inverse[k] = nearest / r[k];
    raise(slow, inverse, p);
    raise(fast, inverse, q);
    FF_EACH_LANE(k)
    {
        double h = fast[k] + slow[k], along = scale * inverse[k];
        double dh = -along * (q * fast[k] + p * slow[k]);
        double ddh = along * along * (q * (q + 1) * fast[k] + p * (p + 1) * slow[k]);
        double w = 1.0 / (h + a);
        c->x[k] = h * w;
        c->dx[k] = a * dh * w * w;
        c->ddx[k] = a * w * w * (ddh - 2.0 * dh * dh * w);
    }
}

FF_INLINE void polynomial(curve *c, const ff_radial *radial, const double *restrict r)
{
    double p = radial->form.p, top = 1.0 + radial->range.nearest;
    double inverse[FF_LANES], ratio[FF_LANES];
    FF_EACH_LANE(k)
    {
        inverse[k] = 1.0 / (1.0 + r[k]);
        ratio[k] = top * inverse[k];
    }
    raise(c->x, ratio, (int)p);
    FF_EACH_LANE(k)
    {
        c->dx[k] = -p * inverse[k] * c->x[k];
        c->ddx[k] = p * (p + 1) * inverse[k] * inverse[k] * c->x[k];
    }
}

FF_INLINE void exponential(curve *c, const ff_radial *radial, const double *restrict r)
{
    double rate = radial->form.p / radial->range.cutoff;
    FF_EACH_LANE(k)
    {
        c->x[k] = exp(-rate * r[k]);
        c->dx[k] = -rate * c->x[k];
        c->ddx[k] = rate * rate * c->x[k];
    }
}

FF_INLINE void power(curve *c, const ff_radial *radial, const double *restrict r)
{
    int p = (int)radial->form.p;
    double scale = 1.0 / radial->range.cutoff, y[FF_LANES], low[FF_LANES] = {0};
    FF_EACH_LANE(k)
    y[k] = 1.0 - r[k] * scale;
    if (p > 1)
        raise(low, y, p - 2);
    FF_EACH_LANE(k)
    {
        double middle = p > 1 ? low[k] * y[k] : 1.0;
        c->x[k] = middle * y[k];
        c->dx[k] = -p * scale * middle;
        c->ddx[k] = p * (p - 1) * scale * scale * low[k];
    }
}

FF_INLINE void transform(curve *c, const ff_radial *radial, const double *restrict r)
{
    switch (radial->form.transform) {
    case FF_RADIAL_POLYNOMIAL:
        polynomial(c, radial, r);
        break;
    case FF_RADIAL_EXPONENTIAL:
        exponential(c, radial, r);
        break;
    case FF_RADIAL_POWER:
        power(c, radial, r);
        break;
    default:
        agnesi(c, radial, r);
        break;
    }
}

/* Polynomials. */

typedef struct measure {
    double t[NODES], weight[NODES];
} measure;

static int make_measure(measure *m, const ff_radial *radial, ff_error *err)
{
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(NODES);
    if (!table)
        return ff_fail(err, FF_E_NOMEM, "out of memory for %d quadrature nodes", NODES);
    const ff_radial_range *range = &radial->range;
    double density = sqrt(2.0) / (range->nearest * range->nearest * range->nearest);
    for (size_t i = 0; i < NODES; i += FF_LANES) {
        double r[FF_LANES], weight[FF_LANES];
        curve c;
        for (size_t q = 0; q < FF_LANES; q++)
            gsl_integration_glfixed_point(range->inner, range->cutoff, i + q, &r[q], &weight[q],
                                          table);
        transform(&c, radial, r);
        for (size_t q = 0; q < FF_LANES; q++) {
            double t = (c.x[q] - radial->x_cutoff) * radial->x_scale, f = t * t * t;
            m->t[i + q] = t;
            m->weight[i + q] = weight[q] * density * r[q] * r[q] * f * f;
        }
    }
    gsl_integration_glfixed_table_free(table);
    return FF_OK;
}

static double norm_of_first(const measure *m)
{
    double norm = 0;
    for (int i = 0; i < NODES; i++)
        norm += m->weight[i];
    return sqrt(norm);
}

/* Stieltjes' procedure: a_n = <t p_n, p_n>, b_{n+1} = |(t - a_n) p_n - b_n p_{n-1}|. */
static void orthogonal_recurrence(ff_radial *radial, const measure *m)
{
    double now[NODES], before[NODES] = {0};
    radial->first = 1.0 / norm_of_first(m);
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

/* T_{n+1} = 2 (2t - 1) T_n - T_{n-1}; with T_0 / sqrt(2) in place of T_0 it has the same form as
 * the other. */
static void chebyshev_recurrence(ff_radial *radial, const measure *m)
{
    radial->first = 1.0 / norm_of_first(m);
    for (int n = 0; n < radial->count; n++) {
        radial->shift[n] = 0.5;
        radial->step[n] = n == 1 ? 0.25 * sqrt(2.0) : 0.25;
    }
}

/* The recurrence as evaluation uses it, without divisions. */
static void divide_steps(ff_radial *radial)
{
    for (int n = 0; n + 1 < radial->count; n++) {
        radial->rise[n] = 1.0 / radial->step[n + 1];
        radial->sink[n] = radial->shift[n] * radial->rise[n];
        radial->back[n] = n ? radial->step[n] * radial->rise[n] : 0.0;
    }
}

static void set_scale(ff_radial *radial)
{
    double ends[FF_LANES] = {radial->range.cutoff, radial->range.inner};
    curve c;
    for (int q = 2; q < FF_LANES; q++)
        ends[q] = radial->range.cutoff;
    transform(&c, radial, ends);
    radial->x_cutoff = c.x[0];
    radial->x_scale = 1.0 / (c.x[1] - c.x[0]);
}

/* Slope and curvature of R_n at the inner radius, where the functions themselves give them. */
static void continuation(ff_radial *radial)
{
    double at[FF_LANES], values[FF_RADIAL_MAX][FF_LANES], slopes[FF_RADIAL_MAX][FF_LANES];
    double curvatures[FF_RADIAL_MAX][FF_LANES];
    for (int q = 0; q < FF_LANES; q++)
        at[q] = radial->range.inner;
    ff_radial_evaluate(radial, at, values, slopes, curvatures);
    for (int n = 0; n < radial->count; n++) {
        radial->slope[n] = slopes[n][0];
        radial->curvature[n] = curvatures[n][0];
    }
}

int ff_radial_init(ff_radial *radial, int count, const ff_radial_form *form,
                   const ff_radial_range *range, ff_error *err)
{
    assert(count >= 0 && count <= FF_RADIAL_MAX);
    *radial = (ff_radial){.count = count, .form = *form, .range = *range};
    ff_radial_form_resolve(&radial->form);
    double p = radial->form.p, q = radial->form.q;
    radial->steepness = (4 * p * q - 2 * p - 2 * q) / (p * p + p + q * q + q);
    if (p == 1 && q == 1)
        radial->steepness = 1.0; /* no such point: the curve falls steepest at once */
    set_scale(radial);
    measure m;
    int status = make_measure(&m, radial, err);
    if (status != FF_OK)
        return status;
    if (form->polynomials == FF_RADIAL_CHEBYSHEV)
        chebyshev_recurrence(radial, &m);
    else
        orthogonal_recurrence(radial, &m);
    divide_steps(radial);
    continuation(radial);
    return FF_OK;
}

/* Evaluation. */

/* t and its derivatives by r, for distances held within [inner, cutoff], and what holds below. */
typedef struct shape {
    double t[FF_LANES], dt[FF_LANES], ddt[FF_LANES];
    double below[FF_LANES]; /* distance minus inner radius where negative, else 0 */
    double fade[FF_LANES], dfade[FF_LANES], ddfade[FF_LANES];
} __attribute__((aligned(64))) shape;

FF_INLINE void make_shape(shape *s, const ff_radial *radial, const double *restrict distance)
{
    const ff_radial_range range = radial->range;
    double held[FF_LANES];
    curve c;
    FF_EACH_LANE(q)
    {
        double r = distance[q] < range.cutoff ? distance[q] : range.cutoff;
        held[q] = r > range.inner ? r : range.inner;
        s->below[q] = r - held[q];
        s->fade[q] = ff_fade(range.inner, r, &s->dfade[q], &s->ddfade[q]);
    }
    transform(&c, radial, held);
    FF_EACH_LANE(q)
    {
        s->t[q] = (c.x[q] - radial->x_cutoff) * radial->x_scale;
        s->dt[q] = c.dx[q] * radial->x_scale;
        s->ddt[q] = c.ddx[q] * radial->x_scale;
    }
}

/* p_n and its derivatives by t, in halves of lanes. */
typedef struct term {
    ff_pack p[2], dp[2], ddp[2];
} term;

/* Replaces half h of `before` (p_{n-1}) by `now` (p_n) and that by p_{n+1}. */
FF_INLINE void advance(term *now, term *before, const ff_radial *radial, int n, size_t h,
                       const double *t, bool twice)
{
    double rise = radial->rise[n], back = radial->back[n];
    ff_pack from = rise * *ff_half(t, h) - radial->sink[n];
    ff_pack next = from * now->p[h] - back * before->p[h];
    ff_pack dnext = (rise * now->p[h] + from * now->dp[h]) - back * before->dp[h];
    if (twice) {
        ff_pack ddnext = (2.0 * rise * now->dp[h] + from * now->ddp[h]) - back * before->ddp[h];
        before->ddp[h] = now->ddp[h];
        now->ddp[h] = ddnext;
    }
    before->p[h] = now->p[h];
    before->dp[h] = now->dp[h];
    now->p[h] = next;
    now->dp[h] = dnext;
}

/* R_n and its derivatives from p_n. */
FF_INLINE void envelop(const term *now, const shape *s, const ff_radial *radial, int n, size_t h,
                       double (*values)[FF_LANES], double (*derivatives)[FF_LANES],
                       double (*second)[FF_LANES], bool twice)
{
    double slope = radial->slope[n], curvature = radial->curvature[n];
    ff_pack t = *ff_half(s->t, h), dt = *ff_half(s->dt, h), below = *ff_half(s->below, h);
    ff_pack fade = *ff_half(s->fade, h), dfade = *ff_half(s->dfade, h);
    ff_pack f = t * t * t, df = 3.0 * t * t;
    ff_pack along = now->dp[h] * f + now->p[h] * df;
    ff_pack value = now->p[h] * f + below * (slope + 0.5 * curvature * below);
    ff_pack change = along * dt + curvature * below;
    ((ff_loose_pack *)values[n])[h] = value * fade;
    ((ff_loose_pack *)derivatives[n])[h] = change * fade + value * dfade;
    if (twice) {
        ff_pack bend = (now->ddp[h] * f + 2.0 * now->dp[h] * df + 6.0 * now->p[h] * t) * dt * dt +
                       along * *ff_half(s->ddt, h);
        ((ff_loose_pack *)second[n])[h] =
            bend * fade + 2.0 * change * dfade + value * *ff_half(s->ddfade, h);
    }
}

FF_INLINE void evaluate(const ff_radial *radial, const double *distance, double (*values)[FF_LANES],
                        double (*derivatives)[FF_LANES], double (*second)[FF_LANES], bool twice)
{
    const ff_pack zero = {0}, first = zero + radial->first;
    shape s;
    term now = {{first, first}, {zero, zero}, {zero, zero}};
    term before = {{zero, zero}, {zero, zero}, {zero, zero}};
    make_shape(&s, radial, distance);
    for (int n = 0, count = radial->count; n < count; n++)
        for (size_t h = 0; h < 2; h++) {
            envelop(&now, &s, radial, n, h, values, derivatives, second, twice);
            if (n + 1 < count)
                advance(&now, &before, radial, n, h, s.t, twice);
        }
}

FF_VECTORISE
void ff_radial_evaluate(const ff_radial *radial, const double *restrict distance,
                        double (*restrict values)[FF_LANES],
                        double (*restrict derivatives)[FF_LANES],
                        double (*restrict second)[FF_LANES])
{
    if (second)
        evaluate(radial, distance, values, derivatives, second, true);
    else
        evaluate(radial, distance, values, derivatives, NULL, false);
}
