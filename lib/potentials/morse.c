#include "lib/potentials/morse.h"

#include "lib/potentials/pair_potential.h"

#include <math.h>

static const ff_potential_class morse_class = {.kind = "morse",
                                               .site = ff_pair_potential_site,
                                               .hessian_products = ff_pair_potential_products,
                                               .free = ff_pair_potential_free,
                                               .central = &ff_pair_potential_central};

static void morse(const double parameters[FF_PAIR_PARAMETERS], size_t count,
                  const double *restrict distances, double *restrict values,
                  double *restrict slopes, double *restrict curvatures)
{
    double depth = parameters[0], alpha = parameters[1];
    for (size_t k = 0; k < count; k++) {
        double decay = exp(-alpha * (distances[k] - parameters[2]));
        values[k] = depth * decay * (decay - 2);
        slopes[k] = -2 * alpha * depth * decay * (decay - 1);
        if (curvatures)
            curvatures[k] = 2 * alpha * alpha * depth * decay * (2 * decay - 1);
    }
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
