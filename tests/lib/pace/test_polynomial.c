/* Polynomials with shared products: values, derivatives, and how these change. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/pace/polynomial.h"

#include <complex.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VARIABLES = 12, TERMS = 400, MOST_NODES = 20000 };

static const int weights[VARIABLES] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};

/* Random terms whose weights add up to zero. */
static void random_terms(ff_polynomial_term *terms, gsl_rng *rng)
{
    for (size_t t = 0; t < TERMS;) {
        int order = 2 + (int)gsl_rng_uniform_int(rng, FF_POLYNOMIAL_MAX_ORDER - 1), sum = 0;
        terms[t] = (ff_polynomial_term){.order = order, .coefficient = gsl_rng_uniform(rng) - 0.5};
        for (int a = 0; a < order; a++) {
            uint32_t code = (uint32_t)gsl_rng_uniform_int(rng, 2 * VARIABLES);
            terms[t].factor[a] = code;
            sum += code % 2 ? -weights[code / 2] : weights[code / 2];
        }
        t += sum == 0;
    }
}

static void random_values(double *x, gsl_rng *rng)
{
    for (size_t v = 0; v < VARIABLES; v++) {
        x[2 * v] = 2 * gsl_rng_uniform(rng) - 1;
        x[2 * v + 1] = weights[v] ? 2 * gsl_rng_uniform(rng) - 1 : 0;
    }
}

/* The energy by its definition, and derivatives by the parts of each variable. */
static double direct(const ff_polynomial_term *terms, const double *x, double *by)
{
    double sum = 0;
    memset(by, 0, 2 * VARIABLES * sizeof *by);
    for (size_t t = 0; t < TERMS; t++) {
        for (int skip = -1; skip < terms[t].order; skip++) {
            double complex product = terms[t].coefficient;
            for (int a = 0; a < terms[t].order; a++) {
                uint32_t v = terms[t].factor[a] / 2;
                double complex z = x[2 * v] + I * x[2 * v + 1];
                if (a != skip)
                    product *= terms[t].factor[a] % 2 ? conj(z) : z;
            }
            if (skip < 0) {
                sum += creal(product);
                continue;
            }
            uint32_t v = terms[t].factor[skip] / 2;
            by[2 * v] += creal(product);
            if (weights[v])
                by[2 * v + 1] += creal((terms[t].factor[skip] % 2 ? -I : I) * product);
        }
    }
    return sum;
}

static void equals_the_sum_of_terms(void **state)
{
    (void)state;
    static double x[2 * MOST_NODES], w[2 * MOST_NODES];
    ff_polynomial_term terms[TERMS], copy[TERMS];
    ff_polynomial p;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (int trial = 0; trial < 5; trial++) {
        double by[2 * VARIABLES];
        random_terms(terms, rng);
        memcpy(copy, terms, sizeof terms);
        assert_int_equal(ff_polynomial_init(&p, VARIABLES, weights, copy, TERMS, NULL), FF_OK);
        assert_true(p.nodes < MOST_NODES);
        random_values(x, rng);
        double expected = direct(terms, x, by), energy = ff_polynomial_energy(&p, x, w);
        assert_true(fabs(energy - expected) < 1e-12);
        assert_true(ff_polynomial_energy(&p, x, NULL) == energy);
        for (size_t k = 0; k < 2 * VARIABLES; k++)
            if (weights[k / 2] || k % 2 == 0)
                assert_true(fabs(w[k] - by[k]) < 1e-12);
        ff_polynomial_clear(&p);
    }
    gsl_rng_free(rng);
}

/* Central differences over 1e-6 of derivatives of size 10: 1e-12 truncation, 1e-9 rounding. */
static void derivatives_change_as_they_should(void **state)
{
    (void)state;
    static double x[2 * MOST_NODES], w[2 * MOST_NODES], y[2 * MOST_NODES], dw[2 * MOST_NODES];
    static double moved[2 * MOST_NODES], after[2][2 * MOST_NODES];
    ff_polynomial_term terms[TERMS];
    ff_polynomial p;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    random_terms(terms, rng);
    assert_int_equal(ff_polynomial_init(&p, VARIABLES, weights, terms, TERMS, NULL), FF_OK);
    random_values(x, rng);
    random_values(y, rng);
    (void)ff_polynomial_energy(&p, x, w);
    ff_polynomial_change(&p, x, w, y, dw);
    for (int side = 0; side < 2; side++) {
        for (size_t k = 0; k < 2 * VARIABLES; k++)
            moved[k] = x[k] + (side ? 1e-6 : -1e-6) * y[k];
        (void)ff_polynomial_energy(&p, moved, after[side]);
    }
    for (size_t k = 0; k < 2 * VARIABLES; k++)
        assert_true(fabs((after[1][k] - after[0][k]) / 2e-6 - dw[k]) < 1e-7);
    ff_polynomial_clear(&p);
    gsl_rng_free(rng);
}

/* z0 z0 and 2 conj(z3) z3, written three ways. */
static void equal_terms_are_merged(void **state)
{
    (void)state;
    ff_polynomial_term terms[] = {{2, {0, 0}, 1}, {2, {6, 7}, 1.5}, {2, {7, 6}, 0.5}};
    ff_polynomial p;
    assert_int_equal(ff_polynomial_init(&p, VARIABLES, weights, terms, 3, NULL), FF_OK);
    assert_int_equal(p.nodes, VARIABLES);
    assert_int_equal(p.row[p.nodes], 2);
    double x[2 * VARIABLES] = {3, [6] = 1, 2}, w[2 * VARIABLES];
    assert_true(ff_polynomial_energy(&p, x, w) == 9 + 2 * 5);
    assert_true(w[0] == 6 && w[6] == 4 && w[7] == 8);
    ff_polynomial_clear(&p);
}

/* z0 z1 z2, (z0 z1)^2 and z0 z1 |z3|^2 need the products z0 z1 and |z3|^2 only. */
static void products_are_shared(void **state)
{
    (void)state;
    ff_polynomial_term terms[] = {{3, {0, 2, 4}, 1}, {4, {0, 2, 0, 2}, 1}, {4, {6, 0, 7, 2}, 1}};
    ff_polynomial p;
    assert_int_equal(ff_polynomial_init(&p, VARIABLES, weights, terms, 3, NULL), FF_OK);
    assert_int_equal(p.nodes, VARIABLES + 2);
    ff_polynomial_clear(&p);
}

static void weights_must_add_up(void **state)
{
    (void)state;
    ff_polynomial_term terms[] = {{2, {0, 6}, 1}};
    ff_polynomial p;
    ff_error err = {0};
    assert_int_equal(ff_polynomial_init(&p, VARIABLES, weights, terms, 1, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "do not add up to zero"));
    assert_int_equal(ff_polynomial_init(&p, 0, weights, terms, 0, NULL), FF_OK);
    assert_true(ff_polynomial_energy(&p, NULL, NULL) == 0);
    ff_polynomial_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_sum_of_terms),
        cmocka_unit_test(derivatives_change_as_they_should),
        cmocka_unit_test(equal_terms_are_merged),
        cmocka_unit_test(products_are_shared),
        cmocka_unit_test(weights_must_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
