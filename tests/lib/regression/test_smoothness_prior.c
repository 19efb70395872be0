/* The smoothness prior against its formula, function by function. */

#include "lib/regression/smoothness_prior.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/near.h"

static ff_ace_basis *new_basis(void)
{
    static const int species[] = {13, 22};
    ff_ace_options options;
    ff_ace_basis *basis = NULL;
    ff_ace_options_default(&options, species, 2, 2.8, 0);
    options.order = 2;
    assert_int_equal(ff_ace_basis_new(&basis, &options, NULL), FF_OK);
    return basis;
}

static void gamma_is_the_sum_of_powers(void **state)
{
    (void)state;
    ff_ace_basis *basis = new_basis();
    size_t size = ff_ace_basis_size(basis), pairs = 0, angular = 0;
    double *gamma = calloc(size, sizeof *gamma);
    assert_int_equal(ff_smoothness_prior(gamma, basis, FF_SMOOTHNESS_ALGEBRAIC, 4, NULL), FF_OK);
    for (size_t k = 0; k < size; k++) {
        ff_ace_function f = ff_ace_basis_function(basis, k);
        double n = f.n[0], l = f.l[0];
        double expected = n * n * n * n + 16.0 / 81 * l * l * l * l;
        if (f.order == 2) {
            n = f.n[1];
            l = f.l[1];
            expected += n * n * n * n + 16.0 / 81 * l * l * l * l;
        }
        assert_true(fabs(gamma[k] - expected) < 1e-12 * expected);
        assert_true(gamma[k] >= 1); /* n counts from 1 */
        pairs += f.pair;
        angular += l > 0;
    }
    assert_true(pairs > 0 && angular > 0);
    free(gamma);
    ff_ace_basis_free(basis);
}

static void other_forms_grow_with_the_exponential_of_the_degree(void **state)
{
    (void)state;
    ff_ace_basis *basis = new_basis();
    size_t size = ff_ace_basis_size(basis);
    double *exponential = calloc(size, sizeof *exponential), *gaussian = calloc(size, 8);
    assert_int_equal(ff_smoothness_prior(exponential, basis, FF_SMOOTHNESS_EXPONENTIAL, 0.7, NULL),
                     FF_OK);
    assert_int_equal(ff_smoothness_prior(gaussian, basis, FF_SMOOTHNESS_GAUSSIAN, 0.1, NULL),
                     FF_OK);
    for (size_t k = 0; k < size; k++) {
        ff_ace_function f = ff_ace_basis_function(basis, k);
        double sum = 0, squares = 0;
        for (int a = 0; a < f.order; a++) {
            sum += f.n[a] + 2.0 / 3 * f.l[a];
            squares += f.n[a] * f.n[a] + 4.0 / 9 * f.l[a] * f.l[a];
        }
        assert_near(log(exponential[k]), 0.7 * sum, 1e-13 * sum);
        assert_near(log(gaussian[k]), 0.1 * squares, 1e-13 * squares);
    }
    free(exponential);
    free(gaussian);
    ff_ace_basis_free(basis);
}

static void strength_zero_is_a_plain_ridge(void **state)
{
    (void)state;
    ff_ace_basis *basis = new_basis();
    double *gamma = calloc(ff_ace_basis_size(basis), sizeof *gamma);
    for (int form = 0; form < FF_SMOOTHNESSES; form++) {
        assert_int_equal(ff_smoothness_prior(gamma, basis, (enum ff_smoothness)form, 0, NULL),
                         FF_OK);
        for (size_t k = 0; k < ff_ace_basis_size(basis); k++)
            assert_near(gamma[k], 1, 0);
        assert_int_equal(ff_smoothness_prior(gamma, basis, (enum ff_smoothness)form, -1, NULL),
                         FF_E_RANGE);
        assert_int_equal(
            ff_smoothness_prior(gamma, basis, (enum ff_smoothness)form, INFINITY, NULL),
            FF_E_RANGE);
    }
    ff_error err;
    assert_int_equal(ff_smoothness_prior(gamma, basis, FF_SMOOTHNESS_GAUSSIAN, 50, &err),
                     FF_E_RANGE);
    assert_non_null(strstr(err.message, "gaussian"));
    free(gamma);
    ff_ace_basis_free(basis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gamma_is_the_sum_of_powers),
        cmocka_unit_test(other_forms_grow_with_the_exponential_of_the_degree),
        cmocka_unit_test(strength_zero_is_a_plain_ridge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
