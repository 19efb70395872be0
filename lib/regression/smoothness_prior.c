#include "lib/regression/smoothness_prior.h"

#include <math.h>

const char *const ff_smoothness_names[FF_SMOOTHNESSES] = {"algebraic", "exponential", "gaussian"};

/* sum over a of n_a^power + (2 l_a / 3)^power */
static double degree(const ff_ace_function *function, double power)
{
    const double l_weight = 2.0 / 3;
    double sum = 0;
    for (int a = 0; a < function->order; a++)
        sum += pow(function->n[a], power) + pow(l_weight * function->l[a], power);
    return sum;
}

static double element(const ff_ace_function *function, enum ff_smoothness form, double strength)
{
    if (form == FF_SMOOTHNESS_EXPONENTIAL)
        return exp(strength * degree(function, 1));
    if (form == FF_SMOOTHNESS_GAUSSIAN)
        return exp(strength * degree(function, 2));
    return strength > 0 ? degree(function, strength) : 1;
}

int ff_smoothness_prior(double *gamma, const ff_ace_basis *basis, enum ff_smoothness form,
                        double strength, ff_error *err)
{
    double least = INFINITY, most = 0;
    if (!isfinite(strength) || strength < 0)
        return ff_fail(err, FF_E_RANGE,
                       "strength %g of the %s smoothness prior, expected a number >= 0", strength,
                       ff_smoothness_names[form]);
    for (size_t k = 0; k < ff_ace_basis_size(basis); k++) {
        ff_ace_function function = ff_ace_basis_function(basis, k);
        gamma[k] = element(&function, form, strength);
        least = fmin(least, gamma[k]);
        most = fmax(most, gamma[k]);
    }
    if (most > 1e100 * least)
        return ff_fail(err, FF_E_RANGE,
                       "strength %g of the %s smoothness prior makes numbers from %.1e to %.1e: "
                       "expected a smaller one",
                       strength, ff_smoothness_names[form], least, most);
    return FF_OK;
}
