#include "lib/regression/smoothness_prior.h"

#include <math.h>

static double algebraic(const ff_ace_function *function, double power)
{
    const double l_weight = 2.0 / 3;
    double sum = 0;
    for (int a = 0; a < function->order; a++)
        sum += pow(function->n[a], power) + pow(l_weight * function->l[a], power);
    return sum;
}

int ff_smoothness_prior(double *gamma, const ff_ace_basis *basis, double power, ff_error *err)
{
    if (!isfinite(power) || power < 0)
        return ff_fail(err, FF_E_RANGE, "power %g of the smoothness prior, expected a number >= 0",
                       power);
    for (size_t k = 0; k < ff_ace_basis_size(basis); k++) {
        ff_ace_function function = ff_ace_basis_function(basis, k);
        gamma[k] = power > 0 ? algebraic(&function, power) : 1;
    }
    return FF_OK;
}
