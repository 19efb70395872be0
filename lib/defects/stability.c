#include "lib/defects/stability.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <gsl/gsl_rng.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Products before a mode is believed to be the lowest, from a random start or near a mode. */
enum { LEAST_RANDOM = 6, LEAST_NEAR = 2 };

/* A, largest displacement in a difference of gradients: without noise, and at most. */
static const double probe_length = 1e-3, longest_probe = 0.05;

typedef struct lanczos {
    const ff_minimise_problem *problem;
    const double *x;
    size_t size, least, most, count; /* 3 atoms; steps at least, at most, so far */
    double probe;                    /* A, of central differences; 0: they are from the base */
    double *base;                    /* [size] gradient at x, where differences are taken */
    double *point, *product;         /* [size] x + probe; H v and what is left of it */
    double **vector, **dual;         /* [most + 1][size]: v and P^-1 v, orthonormal to each other */
    double *diagonal, *beside;       /* [most + 1] of the tridiagonal matrix */
    double *eigenvalue, *eigenvector, *scratch; /* [most], [most][most], [most] */
} lanczos;

static void lanczos_clear(lanczos *l)
{
    for (size_t j = 0; j <= l->most; j++) {
        free(l->vector ? l->vector[j] : NULL);
        free(l->dual ? l->dual[j] : NULL);
    }
    free(l->vector);
    free(l->dual);
    free(l->base);
    free(l->point);
    free(l->product);
    free(l->diagonal);
    free(l->beside);
    free(l->eigenvalue);
    free(l->eigenvector);
    free(l->scratch);
}

static int lanczos_init(lanczos *l, ff_error *err)
{
    if (!(l->vector = ff_new_array(l->most + 1, sizeof *l->vector, err)) ||
        !(l->dual = ff_new_array(l->most + 1, sizeof *l->dual, err)) ||
        !(l->base = ff_new_array(l->size, sizeof(double), err)) ||
        !(l->point = ff_new_array(l->size, sizeof(double), err)) ||
        !(l->product = ff_new_array(l->size, sizeof(double), err)) ||
        !(l->diagonal = ff_new_array(l->most + 1, sizeof(double), err)) ||
        !(l->beside = ff_new_array(l->most + 1, sizeof(double), err)) ||
        !(l->eigenvalue = ff_new_array(l->most, sizeof(double), err)) ||
        !(l->eigenvector = ff_new_array(l->most * l->most, sizeof(double), err)) ||
        !(l->scratch = ff_new_array(l->most, sizeof(double), err)))
        return FF_E_NOMEM;
    return FF_OK;
}

/* Forces without symmetry on the chosen atoms. */
static int random_forces(lanczos *l, const size_t *where, size_t count, uint64_t seed,
                         ff_error *err)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (!random)
        return ff_fail(err, FF_E_NOMEM, "out of memory for random numbers");
    gsl_rng_set(random, (unsigned long)seed);
    for (size_t n = 0; n < count; n++)
        for (size_t k = 0; k < 3; k++)
            l->product[3 * where[n] + k] = 2.0 * gsl_rng_uniform(random) - 1.0;
    gsl_rng_free(random);
    return FF_OK;
}

/* Takes rigid translations out. A missing site ties the preconditioner to the ground, so that it
 * does not do this itself. */
static void remove_mean(double *vector, size_t size)
{
    double mean[3] = {0};
    for (size_t k = 0; k < size; k++)
        mean[k % 3] += 3.0 * vector[k] / (double)size;
    for (size_t k = 0; k < size; k++)
        vector[k] -= mean[k % 3];
}

/* Takes the forces in `product`, made orthogonal to all vectors so far, as the next dual vector. */
static int add_vector(lanczos *l, ff_error *err)
{
    size_t j = l->count;
    remove_mean(l->product, l->size);
    for (int twice = 0; twice < 2; twice++)
        for (size_t i = 0; i < j; i++) {
            double overlap = ff_dot(l->vector[i], l->product, l->size);
            for (size_t k = 0; k < l->size; k++)
                l->product[k] -= overlap * l->dual[i][k];
        }
    if (!(l->vector[j] = ff_new_array(l->size, sizeof(double), err)) ||
        !(l->dual[j] = ff_copy_array(l->product, l->size, sizeof(double), err)))
        return FF_E_NOMEM;
    l->problem->precondition(l->problem->context, l->product, l->vector[j]);
    remove_mean(l->vector[j], l->size);
    double norm = sqrt(fmax(ff_dot(l->product, l->vector[j], l->size), 0.0));
    l->beside[j] = norm;
    for (size_t k = 0; norm > 0.0 && k < l->size; k++) {
        l->vector[j][k] /= norm;
        l->dual[j][k] /= norm;
    }
    return FF_OK;
}

/* gradient at x + step v. */
static int gradient_along(lanczos *l, const double *v, double step, double *gradient, ff_error *err)
{
    double energy, noise;
    for (size_t k = 0; k < l->size; k++)
        l->point[k] = l->x[k] + step * v[k];
    return l->problem->evaluate(l->problem->context, l->point, gradient, &energy, &noise, err);
}

/* product = H v by a difference of gradients. */
static int difference(lanczos *l, const double *v, ff_error *err)
{
    const bool central = l->probe > 0.0;
    const double step = (central ? l->probe : probe_length) / ff_largest_norm(v, l->size / 3);
    int status = central ? gradient_along(l, v, -step, l->base, err) : FF_OK;
    if (status == FF_OK)
        status = gradient_along(l, v, step, l->product, err);
    for (size_t k = 0; status == FF_OK && k < l->size; k++)
        l->product[k] = (l->product[k] - l->base[k]) / (central ? 2.0 * step : step);
    return status;
}

/* Noise / probe against its square: central differences, where one-sided ones would be worse than a
 * thousandth. */
static double choose_probe(double noise)
{
    const double probe = sqrt(noise);
    return probe > probe_length ? fmin(probe, longest_probe) : 0.0;
}

/* product = H v_j; the diagonal element. */
static int multiply(lanczos *l, ff_error *err)
{
    const double *v = l->vector[l->count];
    int status = l->problem->multiply
                     ? l->problem->multiply(l->problem->context, l->x, v, l->product, err)
                     : difference(l, v, err);
    if (status != FF_OK)
        return status;
    l->diagonal[l->count] = ff_dot(v, l->product, l->size);
    l->count++;
    return FF_OK;
}

static int diagonalise(lanczos *l, ff_error *err)
{
    lapack_int order = (lapack_int)l->count;
    memcpy(l->eigenvalue, l->diagonal, l->count * sizeof(double));
    if (l->count > 1)
        memcpy(l->scratch, l->beside + 1, (l->count - 1) * sizeof(double));
    if (LAPACKE_dstev(LAPACK_COL_MAJOR, 'V', order, l->eigenvalue, l->scratch, l->eigenvector,
                      order) != 0)
        return ff_fail(err, FF_E_NUMERIC, "the lowest mode could not be diagonalised");
    return FF_OK;
}

/* The lowest mode in `point`, and its plain curvature: v . H v / v . v = ratio v . P^-1 v / v . v,
 * where v . P^-1 v = 1. */
static void take_mode(lanczos *l, ff_stability *stability, double *mode)
{
    memset(l->point, 0, l->size * sizeof(double));
    for (size_t j = 0; j < l->count; j++)
        for (size_t k = 0; k < l->size; k++)
            l->point[k] += l->eigenvector[j] * l->vector[j][k];
    stability->curvature = stability->ratio / ff_dot(l->point, l->point, l->size);
    double longest = ff_largest_norm(l->point, l->size / 3);
    for (size_t k = 0; mode && k < l->size; k++)
        mode[k] = l->point[k] / longest;
}

static int iterate(lanczos *l, ff_stability *stability, ff_error *err)
{
    int status = add_vector(l, err);
    while (status == FF_OK && l->beside[l->count] > 1e-12 && l->count < l->most) {
        status = multiply(l, err);
        if (status == FF_OK)
            status = add_vector(l, err);
        if (status == FF_OK)
            status = diagonalise(l, err);
        if (status != FF_OK)
            break;
        stability->ratio = l->eigenvalue[0];
        stability->uncertainty = fabs(l->beside[l->count] * l->eigenvector[l->count - 1]);
        double sure = fmax(0.1 * fabs(stability->ratio), fmin(0.05, 0.5 * fabs(stability->ratio)));
        if (l->count >= l->least && stability->uncertainty < sure)
            break;
    }
    return status;
}

int ff_stability_check(const ff_minimise_problem *problem, const double *x,
                       const ff_stability_options *options, ff_stability *stability, double *mode,
                       ff_error *err)
{
    assert(problem->precondition && options->most > 0);
    double energy, noise;
    lanczos l = {.problem = problem,
                 .x = x,
                 .size = 3 * problem->atoms,
                 .probe = choose_probe(options->noise),
                 .least = options->force ? LEAST_NEAR : LEAST_RANDOM,
                 .most = options->most};
    *stability = (ff_stability){.ratio = NAN, .curvature = NAN, .uncertainty = NAN};
    int status = lanczos_init(&l, err);
    if (status == FF_OK && !problem->multiply && l.probe == 0.0)
        status = problem->evaluate(problem->context, x, l.base, &energy, &noise, err);
    if (status == FF_OK && options->force)
        memcpy(l.product, options->force, l.size * sizeof(double));
    else if (status == FF_OK)
        status = random_forces(&l, options->where, options->count, options->seed, err);
    if (status == FF_OK)
        status = iterate(&l, stability, err);
    if (status == FF_OK && l.count > 0)
        take_mode(&l, stability, mode);
    stability->products = l.count;
    lanczos_clear(&l);
    return status;
}
