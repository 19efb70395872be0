#include "lib/defects/site_hessian.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct ff_site_hessian {
    const ff_potential *potential;
    void *workspace;
    size_t most;
    size_t *origin; /* [most] place in the environment of each neighbour within the cutoff */
    int *species;
    double *vectors, *distances;
    double *near_gradient;        /* [most][3] of the neighbours within the cutoff */
    double *gradient;             /* [4][most][3] at +h, -h, +2h, -2h */
    double *direction, *products; /* [3][most][3] */
};

int ff_site_hessian_new(ff_site_hessian **out, const ff_potential *potential, size_t most,
                        ff_error *err)
{
    *out = NULL;
    ff_site_hessian *work = ff_new_array(1, sizeof *work, err);
    if (!work)
        return FF_E_NOMEM;
    work->potential = potential;
    work->most = most;
    if (!(work->origin = ff_new_array(most, sizeof *work->origin, err)) ||
        !(work->species = ff_new_array(most, sizeof *work->species, err)) ||
        !(work->vectors = ff_new_array(most, 3 * sizeof(double), err)) ||
        !(work->distances = ff_new_array(most, sizeof(double), err)) ||
        !(work->near_gradient = ff_new_array(most, 3 * sizeof(double), err)) ||
        !(work->gradient = ff_new_array(most, 12 * sizeof(double), err)) ||
        !(work->direction = ff_new_array(most, 9 * sizeof(double), err)) ||
        !(work->products = ff_new_array(most, 9 * sizeof(double), err)) ||
        (potential->class_->workspace_new &&
         !(work->workspace = potential->class_->workspace_new(potential, err)))) {
        ff_site_hessian_free(work);
        return FF_E_NOMEM;
    }
    *out = work;
    return FF_OK;
}

void ff_site_hessian_free(ff_site_hessian *work)
{
    if (!work)
        return;
    if (work->workspace && work->potential->class_->workspace_free)
        work->potential->class_->workspace_free(work->workspace);
    free(work->origin);
    free(work->species);
    free(work->vectors);
    free(work->distances);
    free(work->near_gradient);
    free(work->gradient);
    free(work->direction);
    free(work->products);
    free(work);
}

/* Copies the neighbours within the cutoff after component `index` has moved by `shift`. */
static size_t collect(ff_site_hessian *work, const ff_environment *environment, size_t index,
                      double shift)
{
    size_t within = 0;
    for (size_t q = 0; q < environment->count; q++) {
        double *vector = work->vectors + 3 * within;
        memcpy(vector, environment->vectors + 3 * q, 3 * sizeof(double));
        double distance = environment->distances[q];
        if (q == index / 3) {
            vector[index % 3] += shift;
            distance = sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
        }
        if (distance >= work->potential->cutoff)
            continue;
        work->distances[within] = distance;
        work->species[within] = environment->neighbour_species[q];
        work->origin[within++] = q;
    }
    return within;
}

static ff_environment near_environment(const ff_site_hessian *work,
                                       const ff_environment *environment, size_t within)
{
    return (ff_environment){.species = environment->species,
                            .count = within,
                            .neighbour_species = work->species,
                            .vectors = work->vectors,
                            .distances = work->distances};
}

/* to[3 count] from the values[3 within] of the neighbours within the cutoff; zero for the others.
 */
static int spread(const ff_site_hessian *work, size_t count, size_t within, const double *values,
                  double *to, ff_error *err)
{
    memset(to, 0, 3 * count * sizeof *to);
    for (size_t p = 0; p < within; p++)
        for (size_t k = 0; k < 3; k++) {
            double value = values[3 * p + k];
            if (!isfinite(value))
                return ff_fail(err, FF_E_NUMERIC,
                               "the potential's forces in the perfect crystal are not finite");
            to[3 * work->origin[p] + k] = value;
        }
    return FF_OK;
}

/* gradient[3 count] of the site energy with component `index` moved by `shift`. */
static int displaced_gradient(ff_site_hessian *work, const ff_environment *environment,
                              size_t index, double shift, double *gradient, ff_error *err)
{
    size_t within = collect(work, environment, index, shift);
    ff_environment moved = near_environment(work, environment, within);
    double energy;
    int status = work->potential->class_->site(work->potential, &moved, work->workspace, &energy,
                                               work->near_gradient, err);
    return status == FF_OK
               ? spread(work, environment->count, within, work->near_gradient, gradient, err)
               : status;
}

static int difference_column(ff_site_hessian *work, const ff_environment *environment, size_t index,
                             double step, double *column, double *difference, ff_error *err)
{
    static const double shifts[4] = {1.0, -1.0, 2.0, -2.0};
    double *gradient[4];
    for (size_t s = 0; s < 4; s++) {
        gradient[s] = work->gradient + s * 3 * work->most;
        int status =
            displaced_gradient(work, environment, index, shifts[s] * step, gradient[s], err);
        if (status != FF_OK)
            return status;
    }
    for (size_t r = 0; r < 3 * environment->count; r++) {
        double fine = (gradient[0][r] - gradient[1][r]) / (2.0 * step);
        double coarse = (gradient[2][r] - gradient[3][r]) / (4.0 * step);
        column[r] = (4.0 * fine - coarse) / 3.0;
        *difference = fmax(*difference, fabs(coarse - fine));
    }
    return FF_OK;
}

/* Products with the directions, of neighbours within the cutoff, in the work's arrays. */
static int exact_products(ff_site_hessian *work, const ff_environment *environment, size_t within,
                          double *columns, ff_error *err)
{
    const ff_potential *potential = work->potential;
    size_t count = environment->count;
    ff_environment near = near_environment(work, environment, within);
    int status = potential->class_->hessian_products(potential, &near, work->workspace, 3,
                                                     work->direction, work->products, err);
    for (size_t k = 0; status == FF_OK && k < 3; k++)
        status = spread(work, count, within, work->products + 3 * k * within,
                        columns + 3 * k * count, err);
    return status;
}

static int exact_columns(ff_site_hessian *work, const ff_environment *environment, size_t q,
                         double *columns, ff_error *err)
{
    size_t within = collect(work, environment, 3 * q, 0.0);
    memset(work->direction, 0, 9 * within * sizeof *work->direction);
    for (size_t p = 0; p < within; p++)
        for (size_t k = 0; k < 3 && work->origin[p] == q; k++)
            work->direction[3 * (k * within + p) + k] = 1.0;
    return exact_products(work, environment, within, columns, err);
}

int ff_site_hessian_own_columns(ff_site_hessian *work, const ff_environment *environment,
                                double *columns, ff_error *err)
{
    if (!work->potential->class_->hessian_products)
        return ff_fail(err, FF_E_INTERNAL, "own columns of a Hessian by differences");
    size_t within = collect(work, environment, 0, 0.0);
    memset(work->direction, 0, 9 * within * sizeof *work->direction);
    for (size_t p = 0; p < within; p++)
        for (size_t k = 0; k < 3; k++)
            work->direction[3 * (k * within + p) + k] = -1.0;
    return exact_products(work, environment, within, columns, err);
}

int ff_site_hessian_columns(ff_site_hessian *work, const ff_environment *environment, size_t q,
                            double step, double *columns, double *difference, ff_error *err)
{
    assert(environment->count <= work->most && q < environment->count);
    *difference = 0.0;
    if (work->potential->class_->hessian_products)
        return exact_columns(work, environment, q, columns, err);
    int status = FF_OK;
    for (size_t k = 0; status == FF_OK && k < 3; k++)
        status = difference_column(work, environment, 3 * q + k, step,
                                   columns + 3 * k * environment->count, difference, err);
    return status;
}
