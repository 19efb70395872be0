#include "lib/ace/basis.h"
#include "lib/ace/harmonics.h"
#include "lib/ace/radial.h"

#include <math.h>

void ff_ace_options_default(ff_ace_options *options, const int *species, size_t count,
                            double nearest, double cutoff)
{
    static const double degree[FF_ACE_MAX_ORDER] = {12, 10, 8, 7, 7};
    *options = (ff_ace_options){.species_count = count, .order = 3, .l_weight = 1.0};
    for (size_t i = 0; i < count && i < FF_ACE_MAX_BASIS_SPECIES; i++)
        options->species[i] = species[i];
    for (int i = 0; i < FF_ACE_MAX_ORDER; i++)
        options->degree[i] = degree[i];
    options->pair_degree = (int)degree[0];
    options->cutoff = cutoff > 0 ? cutoff : 2.0 * nearest;
    options->inner = 0.65 * nearest;
    options->nearest = nearest;
}

static int check_species(const ff_ace_options *options, ff_error *err)
{
    if (options->species_count < 1 || options->species_count > FF_ACE_MAX_BASIS_SPECIES)
        return ff_fail(err, FF_E_RANGE, "a basis of %zu species, expected 1 to %d",
                       options->species_count, FF_ACE_MAX_BASIS_SPECIES);
    for (size_t i = 0; i < options->species_count; i++) {
        int z = options->species[i];
        if (z < 1 || z > FF_MAX_SPECIES)
            return ff_fail(err, FF_E_RANGE, "atomic number %d in a basis, expected 1 to %d", z,
                           FF_MAX_SPECIES);
        if (i > 0 && z <= options->species[i - 1])
            return ff_fail(err, FF_E_RANGE,
                           "species of a basis must be in increasing atomic number, found %d "
                           "after %d",
                           z, options->species[i - 1]);
    }
    return FF_OK;
}

static int check_degrees(const ff_ace_options *options, ff_error *err)
{
    if (options->order < 1 || options->order > FF_ACE_MAX_ORDER)
        return ff_fail(err, FF_E_RANGE, "correlation order %d, expected 1 to %d", options->order,
                       FF_ACE_MAX_ORDER);
    if (!(options->l_weight > 0) || !isfinite(options->l_weight))
        return ff_fail(err, FF_E_RANGE, "weight %g of l in the degree, expected a positive number",
                       options->l_weight);
    for (int i = 0; i < options->order; i++) {
        double degree = options->degree[i], most_l = (degree - i - 1) / options->l_weight;
        if (!(degree >= 0) || degree - i > FF_RADIAL_MAX)
            return ff_fail(err, FF_E_RANGE, "degree %g of order %d, expected 0 to %d", degree,
                           i + 1, FF_RADIAL_MAX + i);
        /* Parity leaves an l alone no partner but itself, at the same weight. */
        if (i > 0 && 0.5 * most_l >= FF_HARMONICS_MAX + 1)
            return ff_fail(err, FF_E_RANGE,
                           "degree %g of order %d with weight %g of l needs l up to %d, at most "
                           "%d is supported",
                           degree, i + 1, options->l_weight, (int)(0.5 * most_l), FF_HARMONICS_MAX);
    }
    if (options->pair_degree < 0 || options->pair_degree > FF_RADIAL_MAX)
        return ff_fail(err, FF_E_RANGE, "%d pair functions, expected 0 to %d", options->pair_degree,
                       FF_RADIAL_MAX);
    return FF_OK;
}

int ff_ace_options_check(const ff_ace_options *options, ff_error *err)
{
    int status = check_species(options, err);
    if (status == FF_OK)
        status = check_degrees(options, err);
    if (status != FF_OK)
        return status;
    if (!(options->cutoff > 0) || !isfinite(options->cutoff))
        return ff_fail(err, FF_E_RANGE, "cutoff %g A, expected a positive length", options->cutoff);
    if (!(options->inner > 0) || !(options->inner < options->cutoff))
        return ff_fail(err, FF_E_RANGE, "inner radius %g A, expected between 0 and the cutoff %g A",
                       options->inner, options->cutoff);
    if (!(options->nearest > 0) || !isfinite(options->nearest))
        return ff_fail(err, FF_E_RANGE,
                       "nearest-neighbour distance %g A, expected a positive length",
                       options->nearest);
    return FF_OK;
}
