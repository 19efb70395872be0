#include "lib/potentials/lennard_jones.h"

#include "lib/potentials/pair_potential.h"

#include <math.h>

static const ff_potential_class lj_class = {.kind = "lj",
                                            .site = ff_pair_potential_site,
                                            .hessian_products = ff_pair_potential_products,
                                            .free = ff_pair_potential_free,
                                            .central = &ff_pair_potential_central};

static void lennard_jones(const double parameters[FF_PAIR_PARAMETERS], size_t count,
                          const double *restrict distances, double *restrict values,
                          double *restrict slopes, double *restrict curvatures)
{
    double epsilon = parameters[0], sigma = parameters[1];
    for (size_t k = 0; k < count; k++) {
        double inverse = 1 / distances[k], ratio = sigma * inverse;
        double square = ratio * ratio, sixth = square * square * square;
        values[k] = 4 * epsilon * sixth * (sixth - 1);
        slopes[k] = -24 * epsilon * sixth * (2 * sixth - 1) * inverse;
    }
    for (size_t k = 0; curvatures && k < count; k++) {
        double inverse = 1 / distances[k], ratio = sigma * inverse;
        double square = ratio * ratio, sixth = square * square * square;
        curvatures[k] = 24 * epsilon * sixth * (26 * sixth - 7) * inverse * inverse;
    }
}

int ff_lennard_jones_new(ff_potential **out, double epsilon, double sigma, double cutoff,
                         int species, ff_error *err)
{
    double parameters[FF_PAIR_PARAMETERS] = {epsilon, sigma};
    *out = NULL;
    if (!isfinite(epsilon) || !(sigma > 0) || !isfinite(sigma))
        return ff_fail(err, FF_E_RANGE,
                       "epsilon %g eV and sigma %g A, expected finite numbers and sigma positive",
                       epsilon, sigma);
    return ff_pair_potential_new(out, &lj_class, lennard_jones, parameters, cutoff, species, err);
}
