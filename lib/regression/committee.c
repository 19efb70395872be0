/* Draws from the posterior; apart from uncertainty.c because GSL's header of distributions does not
 * go together with OpenBLAS's cblas.h. */

#include "lib/regression/uncertainty.h"

#include "lib/base/memory.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

int ff_committee_draw(double *members, const double *mean, const ff_triangle *covariance,
                      size_t count, uint64_t seed, ff_error *err)
{
    size_t n = covariance->order;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (!random)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a random number generator");
    gsl_rng_set(random, (unsigned long)seed);
    for (size_t i = 0; i < count; i++) {
        double *member = members + i * n;
        for (size_t j = 0; j < n; j++)
            member[j] = mean[j];
        for (size_t j = 0; j < n; j++) {
            double normal = gsl_ran_gaussian_ziggurat(random, 1);
            for (size_t k = 0; k <= j; k++)
                member[k] += covariance->r[j * n + k] * normal;
        }
    }
    gsl_rng_free(random);
    return FF_OK;
}
