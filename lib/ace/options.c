#include "lib/ace/basis.h"
#include "lib/ace/harmonics.h"
#include "lib/ace/radial.h"

#include <math.h>
#include <string.h>

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

size_t ff_ace_pair_index(const ff_ace_options *options, int a, int b)
{
    size_t low = (size_t)(a < b ? a : b), high = (size_t)(a < b ? b : a);
    return low * options->species_count - low * (low + 1) / 2 + high;
}

static size_t pair_count(const ff_ace_options *options)
{
    return options->species_count * (options->species_count + 1) / 2;
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

/* The largest l of the factors of order i + 1: parity leaves an l alone no partner but itself, at
 * the same weight. */
static double largest_l(const ff_ace_options *options, int i)
{
    double by_degree = 0.5 * (options->degree[i] - i - 1) / options->l_weight;
    return options->most_l[i] > 0 ? fmin(by_degree, options->most_l[i]) : by_degree;
}

static int check_order(const ff_ace_options *options, int i, ff_error *err)
{
    double degree = options->degree[i];
    if (options->most_n[i] < 0 || options->most_l[i] < 0)
        return ff_fail(err, FF_E_RANGE, "a limit of n %d, l %d for order %d, expected 0 or more",
                       options->most_n[i], options->most_l[i], i + 1);
    if (!(degree >= 0) || degree - i > FF_RADIAL_MAX)
        return ff_fail(err, FF_E_RANGE, "degree %g of order %d, expected 0 to %d", degree, i + 1,
                       FF_RADIAL_MAX + i);
    if (i > 0 && largest_l(options, i) >= FF_HARMONICS_MAX + 1)
        return ff_fail(err, FF_E_RANGE,
                       "degree %g of order %d with weight %g of l needs l up to %d, at most "
                       "%d is supported",
                       degree, i + 1, options->l_weight, (int)largest_l(options, i),
                       FF_HARMONICS_MAX);
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
        int status = check_order(options, i, err);
        if (status != FF_OK)
            return status;
    }
    if (options->pair_degree < 0 || options->pair_degree > FF_RADIAL_MAX)
        return ff_fail(err, FF_E_RANGE, "%d pair functions, expected 0 to %d", options->pair_degree,
                       FF_RADIAL_MAX);
    return FF_OK;
}

/* The range of a pair, with the common numbers where it has none of its own. */
static ff_radial_range pair_range(const ff_ace_options *options, size_t pair)
{
    ff_radial_range range = options->range[pair];
    range.cutoff = range.cutoff != 0 ? range.cutoff : options->cutoff;
    range.inner = range.inner != 0 ? range.inner : options->inner;
    range.nearest = range.nearest != 0 ? range.nearest : options->nearest;
    return range;
}

static int check_ranges(const ff_ace_options *options, ff_error *err)
{
    ff_radial_range common = {options->cutoff, options->inner, options->nearest};
    int status = ff_radial_range_check(&common, err);
    for (size_t pair = 0; pair < pair_count(options) && status == FF_OK; pair++) {
        ff_radial_range range = pair_range(options, pair);
        status = ff_radial_range_check(&range, err);
        if (status == FF_OK && range.cutoff > options->cutoff)
            status = ff_fail(err, FF_E_RANGE,
                             "cutoff %g A of a pair of species, beyond the basis's %g A",
                             range.cutoff, options->cutoff);
    }
    return status;
}

int ff_ace_options_check(const ff_ace_options *options, ff_error *err)
{
    int status = check_species(options, err);
    if (status == FF_OK)
        status = check_degrees(options, err);
    if (status == FF_OK)
        status = check_ranges(options, err);
    if (status == FF_OK)
        status = ff_radial_form_check(&options->radial, err);
    if (status == FF_OK)
        status = ff_radial_form_check(&options->pair_radial, err);
    return status;
}

void ff_ace_options_resolve(ff_ace_options *options)
{
    ff_ace_options given = *options;
    size_t pairs = pair_count(&given), order = (size_t)given.order;
    memset(options, 0, sizeof *options); /* padding as well */
    options->species_count = given.species_count;
    memcpy(options->species, given.species, given.species_count * sizeof *given.species);
    options->order = given.order;
    memcpy(options->degree, given.degree, order * sizeof *given.degree);
    memcpy(options->most_n + 1, given.most_n + 1, (order - 1) * sizeof *given.most_n);
    memcpy(options->most_l + 1, given.most_l + 1, (order - 1) * sizeof *given.most_l);
    options->l_weight = given.l_weight;
    options->pair_degree = given.pair_degree;
    options->cutoff = given.cutoff;
    options->inner = given.inner;
    options->nearest = given.nearest;
    options->radial = given.radial;
    options->pair_radial = given.pair_radial;
    ff_radial_form_resolve(&options->radial);
    ff_radial_form_resolve(&options->pair_radial);
    for (size_t pair = 0; pair < pairs; pair++)
        options->range[pair] = pair_range(&given, pair);
}
