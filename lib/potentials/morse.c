#include "lib/potentials/morse.h"

#include "lib/potentials/pair_potential.h"

#include <math.h>

static const ff_potential_class morse_class = {.kind = "morse",
                                               .site = ff_pair_potential_site,
                                               .hessian_products = ff_pair_potential_products,
                                               .free = ff_pair_potential_free};

static void morse(const double parameters[FF_PAIR_PARAMETERS], double distance, double *value,
                  double *slope, double *curvature)
{
    double depth = parameters[0], alpha = parameters[1];
    double decay = exp(-alpha * (distance - parameters[2]));
    *value = depth * decay * (decay - 2);
    *slope = -2 * alpha * depth * decay * (decay - 1);
    *curvature = 2 * alpha * alpha * depth * decay * (2 * decay - 1);
}

int ff_morse_new(ff_potential **out, const ff_morse_parameters *parameters, int species,
                 ff_error *err)
{
    double list[FF_PAIR_PARAMETERS] = {parameters->depth, parameters->alpha, parameters->distance};
    *out = NULL;
    if (!isfinite(list[0]) || !(list[1] > 0) || !isfinite(list[1]) || !isfinite(list[2]))
        return ff_fail(err, FF_E_RANGE,
                       "D %g eV, alpha %g 1/A, r0 %g A, expected finite numbers and alpha positive",
                       list[0], list[1], list[2]);
    return ff_pair_potential_new(out, &morse_class, morse, list, parameters->cutoff, species, err);
}
