/* Functions written out in complex harmonics have the values of the coupled ones. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/basis_parts.h"
#include "lib/pace/expansion.h"
#include "tests/lib/ace/bases.h"
#include "tests/lib/ace/environments.h"
#include "tests/lib/ace/models.h"

#include <complex.h>
#include <gsl/gsl_sf_legendre.h>

static const ff_ace_options tungsten_5 = {TUNGSTEN, .order = 5, .degree = {0, 9, 8, 8, 8},
                                          .l_weight = 0.8, .pair_degree = 3};
static const ff_ace_options alloy = {ALLOY, .order = 4, .degree = {0, 6, 6, 5.5}, .l_weight = 0.7,
                                     .pair_degree = 3};

/* y_lm = sqrt(4 pi) Y_lm, by GSL: Condon-Shortley phase, orthonormal. */
static double complex harmonic(int l, int m, const double *v, double r)
{
    int positive = m < 0 ? -m : m;
    double factor = sqrt(4 * M_PI) * gsl_sf_legendre_sphPlm(l, positive, v[2] / r);
    double complex y = factor * cexp(I * (double)positive * atan2(v[1], v[0]));
    return m >= 0 ? y : (positive % 2 ? -1.0 : 1.0) * conj(y);
}

/* The sum over neighbours that factor a of a function, with m, stands for. */
static double complex density(const ff_ace_basis *basis, const ff_environment *e,
                              const ff_pace_function *f, int a, int m)
{
    double complex sum = 0;
    int centre = basis->one_particle.index[e->species];
    for (size_t j = 0; j < e->count; j++) {
        if (basis->one_particle.index[e->neighbour_species[j]] != f->species[a])
            continue;
        double distance[FF_LANES], value[FF_RADIAL_MAX][FF_LANES], slope[FF_RADIAL_MAX][FF_LANES];
        for (int q = 0; q < FF_LANES; q++)
            distance[q] = e->distances[j];
        ff_radial_evaluate(
            &basis->radial[ff_ace_pair_index(&basis->options, centre, f->species[a])], distance,
            value, slope, NULL);
        sum += value[f->n[a] - 1][0] * harmonic(f->l[a], m, e->vectors + 3 * j, distance[0]);
    }
    return sum;
}

/* The sum of an element's functions, term by term. */
static double direct_sum(const ff_ace_basis *basis, const ff_environment *e,
                         const ff_pace_element *element)
{
    double sum = 0;
    for (size_t k = 0; k < element->functions; k++) {
        const ff_pace_function *f = &element->function[k];
        for (size_t t = 0; t < f->terms; t++) {
            double complex product = 1;
            for (int a = 0; a < f->order; a++)
                product *= density(basis, e, f, a,
                                   element->m[f->m_first + t * (size_t)f->order + (size_t)a]);
            sum += element->coefficient[f->first + t] * creal(product);
        }
    }
    return sum;
}

/* Relative to the sum of magnitudes: some hundred terms of up to five sums over ten neighbours. */
static void check_options(const ff_ace_options *options)
{
    ff_ace_model model;
    ff_ace_basis *basis = NULL;
    ff_ace_workspace *workspace = NULL;
    ff_ace_expansion *expansion = NULL;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    random_model(&model, options, 3);
    assert_int_equal(ff_ace_basis_new(&basis, options, NULL), FF_OK);
    assert_int_equal(ff_ace_workspace_new(&workspace, basis, NULL), FF_OK);
    assert_int_equal(ff_ace_expansion_new(&expansion, NULL), FF_OK);
    double *values = calloc(ff_ace_basis_site_size(basis), sizeof *values);
    const double *c = model.coefficients + ff_ace_pair_columns(basis, 0);
    ff_pace_element element = {0};
    size_t alike, functions = 0;
    for (size_t k = 0; k < basis->graph.functions; k += alike, functions++) {
        alike = ff_ace_products_alike(basis->product + k, basis->graph.functions - k);
        assert_int_equal(ff_ace_expand(expansion, &element, basis->product + k, alike, c + k, NULL),
                         FF_OK);
    }
    assert_int_equal(element.functions, functions);
    for (int trial = 0; trial < 3; trial++) {
        surroundings s;
        size_t first, count, pairs = ff_ace_pair_columns(basis, 0);
        surroundings_random(&s, rng, options, 10, options->inner, options->cutoff);
        s.environment.species = options->species[0];
        assert_int_equal(
            ff_ace_site(basis, &s.environment, workspace, &first, &count, values, NULL, NULL),
            FF_OK);
        double expected = 0, scale = 0;
        for (size_t k = pairs; k < count; k++) {
            expected += c[k - pairs] * values[k];
            scale += fabs(c[k - pairs] * values[k]);
        }
        assert_true(fabs(direct_sum(basis, &s.environment, &element) - expected) <= 1e-12 * scale);
    }
    ff_ace_expansion_free(expansion);
    ff_ace_workspace_free(workspace);
    ff_ace_basis_free(basis);
    ff_ace_model_clear(&model);
    free(values);
    free(element.function);
    free(element.m);
    free(element.coefficient);
    gsl_rng_free(rng);
}

static void equals_the_coupled_functions(void **state)
{
    (void)state;
    check_options(&tungsten_5);
    check_options(&alloy);
}

/* Every product of sums once: equal factors with m in decreasing order, no term beside its
 * conjugate, tuples of one kind in one function. */
static void terms_are_merged(void **state)
{
    (void)state;
    const ff_ace_product squares[2] = {{.order = 4,
                                        .factor = {{0, 1, 1}, {0, 1, 1}, {0, 1, 1}, {0, 1, 1}},
                                        .path = {.rank = {1, 0, 1, 0}, .scale = 1}},
                                       {.order = 4,
                                        .factor = {{0, 1, 1}, {0, 1, 1}, {0, 1, 1}, {0, 1, 1}},
                                        .path = {.rank = {1, 2, 1, 2}, .scale = 1}}};
    const double coefficients[2] = {1, 2};
    ff_ace_expansion *expansion = NULL;
    ff_pace_element element = {0};
    assert_int_equal(ff_ace_products_alike(squares, 2), 2);
    assert_int_equal(ff_ace_products_alike(squares, 0), 0);
    assert_int_equal(ff_ace_expansion_new(&expansion, NULL), FF_OK);
    assert_int_equal(ff_ace_expand(expansion, &element, squares, 2, coefficients, NULL), FF_OK);
    assert_int_equal(element.functions, 1);
    /* (1 1 -1 -1), (1 0 0 -1), (0 0 0 0) */
    assert_int_equal(element.function[0].terms, 3);
    for (size_t t = 0; t < 3; t++)
        for (size_t a = 1; a < 4; a++)
            assert_true(element.m[4 * t + a] <= element.m[4 * t + a - 1]);
    const double zero[2] = {0, 0};
    assert_int_equal(ff_ace_expand(expansion, &element, squares, 2, zero, NULL), FF_OK);
    assert_int_equal(element.functions, 1);
    ff_ace_expansion_free(expansion);
    free(element.function);
    free(element.m);
    free(element.coefficient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_coupled_functions),
        cmocka_unit_test(terms_are_merged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
