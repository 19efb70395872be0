#include "lib/potentials/lennard_jones.h"

#include "lib/potentials/pair_potential.h"

#include <math.h>

static const ff_potential_class lj_class = {.kind = "lj",
                                            .site = ff_pair_potential_site,
                                            .hessian_products = ff_pair_potential_products,
                                            .free = ff_pair_potential_free};

static void lennard_jones(const double parameters[FF_PAIR_PARAMETERS], double distance,
                          double *value, double *slope, double *curvature)
{
    double epsilon = parameters[0], inverse = 1 / distance, ratio = parameters[1] * inverse;
    double square = ratio * ratio, sixth = square * square * square;
    *value = 4 * epsilon * sixth * (sixth - 1);
    *slope = -24 * epsilon * sixth * (2 * sixth - 1) * inverse;
    *curvature = 24 * epsilon * sixth * (26 * sixth - 7) * inverse * inverse;
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
