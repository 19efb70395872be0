#include "lib/potentials/pair_potential.h"

#include "lib/base/memory.h"
#include "lib/potentials/central_bonds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct pair_parameters {
    ff_pair_function function;
    double parameters[FF_PAIR_PARAMETERS];
    double shift; /* phi(cutoff), eV */
} pair_parameters;

int ff_pair_potential_new(ff_potential **out, const ff_potential_class *class_,
                          ff_pair_function function, const double parameters[FF_PAIR_PARAMETERS],
                          double cutoff, int species, ff_error *err)
{
    double shift = 0, slope;
    *out = NULL;
    if (!(cutoff > 0) || !isfinite(cutoff))
        return ff_fail(err, FF_E_RANGE, "a cutoff of %g A, expected a positive number", cutoff);
    if (species < 0 || species > FF_MAX_SPECIES)
        return ff_fail(err, FF_E_RANGE, "atomic number %d, expected 1 to %d", species,
                       FF_MAX_SPECIES);
    function(parameters, 1, &cutoff, &shift, &slope, NULL);
    if (!isfinite(shift) || !isfinite(slope))
        return ff_fail(err, FF_E_RANGE, "the pair energy at the cutoff of %g A is not finite",
                       cutoff);
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    pair_parameters *pair = ff_new_array(1, sizeof *pair, err);
    if (!potential || !pair) {
        free(potential);
        free(pair);
        return FF_E_NOMEM;
    }
    pair->function = function;
    memcpy(pair->parameters, parameters, sizeof pair->parameters);
    pair->shift = shift;
    *potential = (ff_potential){.class_ = class_, .cutoff = cutoff, .parameters = pair};
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        potential->species[z] = species == 0 || z == species;
    *out = potential;
    return FF_OK;
}

/* How many of a site's bonds make the next block. */
static size_t block_from(const ff_environment *environment, size_t first)
{
    size_t left = environment->count - first;
    return left < FF_PAIR_BLOCK ? left : FF_PAIR_BLOCK;
}

static void pairs(const ff_potential *potential, const ff_environment *environment, double *energy,
                  double *slopes)
{
    const pair_parameters *pair = potential->parameters;
    double sum = 0, values[FF_PAIR_BLOCK];
    for (size_t first = 0, count; first < environment->count; first += count) {
        count = block_from(environment, first);
        pair->function(pair->parameters, count, environment->distances + first, values,
                       slopes + first, NULL);
        for (size_t j = 0; j < count; j++)
            sum += 0.5 * (values[j] - pair->shift);
    }
    *energy = sum;
}

const ff_central_functions ff_pair_potential_central = {.pairs = pairs};

int ff_pair_potential_site(const ff_potential *potential, const ff_environment *environment,
                           void *workspace, double *energy, double *gradient, ff_error *err)
{
    (void)workspace, (void)err;
    const pair_parameters *pair = potential->parameters;
    double sum = 0, values[FF_PAIR_BLOCK], slopes[FF_PAIR_BLOCK];
    for (size_t first = 0, count; first < environment->count; first += count) {
        count = block_from(environment, first);
        pair->function(pair->parameters, count, environment->distances + first, values, slopes,
                       NULL);
        for (size_t j = 0; j < count; j++)
            sum += 0.5 * (values[j] - pair->shift);
        for (size_t j = 0; gradient && j < count; j++) {
            double scale = 0.5 * slopes[j] / environment->distances[first + j];
            for (size_t k = 3 * (first + j); k < 3 * (first + j) + 3; k++)
                gradient[k] = scale * environment->vectors[k];
        }
    }
    *energy = sum;
    return FF_OK;
}

int ff_pair_potential_products(const ff_potential *potential, const ff_environment *environment,
                               void *workspace, size_t directions, const double *direction,
                               double *products, ff_error *err)
{
    (void)workspace, (void)err;
    const pair_parameters *pair = potential->parameters;
    size_t count = environment->count;
    for (size_t j = 0; j < count; j++) {
        double value, slope, curvature, distance = environment->distances[j];
        pair->function(pair->parameters, 1, &distance, &value, &slope, &curvature);
        for (size_t d = 0; d < directions; d++) {
            size_t place = 3 * (d * count + j);
            ff_central_bond_product(products + place, environment->vectors + 3 * j, distance,
                                    0.5 * slope, 0.5 * curvature, direction + place);
        }
    }
    return FF_OK;
}

void ff_pair_potential_free(ff_potential *potential)
{
    free(potential->parameters);
    free(potential);
}
