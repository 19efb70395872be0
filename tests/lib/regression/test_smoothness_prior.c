/* The smoothness prior against its formula, function by function. */

#include "lib/regression/smoothness_prior.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

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
    assert_int_equal(ff_smoothness_prior(gamma, basis, 4, NULL), FF_OK);
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

static void power_zero_is_a_plain_ridge(void **state)
{
    (void)state;
    ff_ace_basis *basis = new_basis();
    double *gamma = calloc(ff_ace_basis_size(basis), sizeof *gamma);
    assert_int_equal(ff_smoothness_prior(gamma, basis, 0, NULL), FF_OK);
    for (size_t k = 0; k < ff_ace_basis_size(basis); k++)
        assert_true(gamma[k] == 1);
    assert_int_equal(ff_smoothness_prior(gamma, basis, -1, NULL), FF_E_RANGE);
    assert_int_equal(ff_smoothness_prior(gamma, basis, INFINITY, NULL), FF_E_RANGE);
    free(gamma);
    ff_ace_basis_free(basis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gamma_is_the_sum_of_powers),
        cmocka_unit_test(power_zero_is_a_plain_ridge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
