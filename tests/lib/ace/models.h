/* Models with random coefficients for the tests of lib/ace. Include after cmocka. */

#ifndef FF_TESTS_LIB_ACE_MODELS_H
#define FF_TESTS_LIB_ACE_MODELS_H

#include "lib/ace/basis.h"
#include "lib/base/memory.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

/* Coefficients of some eV that fall off with the degree, as those of fits do. */
static inline void random_model(ff_ace_model *model, const ff_ace_options *options,
                                unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    ff_ace_basis *basis = NULL;
    gsl_rng_set(rng, seed);
    ff_ace_model_init(model);
    assert_int_equal(ff_ace_basis_new(&basis, options, NULL), FF_OK);
    model->basis = *options;
    model->count = ff_ace_basis_size(basis);
    model->coefficients = ff_new_array(model->count, sizeof *model->coefficients, NULL);
    for (size_t k = 0; k < model->count; k++) {
        double degree = ff_ace_basis_function(basis, k).degree;
        model->coefficients[k] = gsl_ran_gaussian(rng, 1) / (degree * degree);
    }
    for (size_t i = 0; i < options->species_count; i++)
        model->one_body[options->species[i]] = -1.5 - (double)i;
    ff_ace_basis_free(basis);
    gsl_rng_free(rng);
}

#endif
