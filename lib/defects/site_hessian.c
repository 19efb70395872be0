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
    double *near_gradient; /* [most][3] of the neighbours within the cutoff */
    double *gradient;      /* [4][most][3] at +h, -h, +2h, -2h */
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

/* gradient[3 count] of the site energy with component `index` moved by `shift`; zero for
 * neighbours beyond the cutoff. */
static int displaced_gradient(ff_site_hessian *work, const ff_environment *environment,
                              size_t index, double shift, double *gradient, ff_error *err)
{
    ff_environment moved = {.species = environment->species,
                            .count = collect(work, environment, index, shift),
                            .neighbour_species = work->species,
                            .vectors = work->vectors,
                            .distances = work->distances};
    double energy;
    int status = work->potential->class_->site(work->potential, &moved, work->workspace, &energy,
                                               work->near_gradient, err);
    if (status != FF_OK)
        return status;
    memset(gradient, 0, 3 * environment->count * sizeof *gradient);
    for (size_t p = 0; p < moved.count; p++)
        for (size_t direction = 0; direction < 3; direction++) {
            double value = work->near_gradient[3 * p + direction];
            if (!isfinite(value))
                return ff_fail(err, FF_E_NUMERIC,
                               "the potential's forces in the perfect crystal are not finite");
            gradient[3 * work->origin[p] + direction] = value;
        }
    return FF_OK;
}

int ff_site_hessian_column(ff_site_hessian *work, const ff_environment *environment, size_t index,
                           double step, double *column, double *difference, ff_error *err)
{
    static const double shifts[4] = {1.0, -1.0, 2.0, -2.0};
    size_t size = 3 * environment->count;
    assert(environment->count <= work->most && index < size);
    double *gradient[4];
    for (size_t s = 0; s < 4; s++) {
        gradient[s] = work->gradient + s * 3 * work->most;
        int status =
            displaced_gradient(work, environment, index, shifts[s] * step, gradient[s], err);
        if (status != FF_OK)
            return status;
    }
    *difference = 0.0;
    for (size_t r = 0; r < size; r++) {
        double fine = (gradient[0][r] - gradient[1][r]) / (2.0 * step);
        double coarse = (gradient[2][r] - gradient[3][r]) / (4.0 * step);
        column[r] = (4.0 * fine - coarse) / 3.0;
        *difference = fmax(*difference, fabs(coarse - fine));
    }
    return FF_OK;
}
