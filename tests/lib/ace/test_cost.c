/* The counts of a basis against counts by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/cost.h"

/* Order 2: every function is a scalar product of two A; its derivatives by the 2l+1 components of
 * each, or of the one if they are the same. */
static void order_two_by_its_functions(void **state)
{
    (void)state;
    static const ff_ace_options options = {.species_count = 2,
                                           .species = {13, 22},
                                           .order = 2,
                                           .degree = {0, 8},
                                           .l_weight = 1,
                                           .pair_degree = 9,
                                           .cutoff = 5,
                                           .inner = 1.6,
                                           .nearest = 2.8};
    ff_ace_basis *basis = NULL;
    int most_n[40] = {0}, largest = 0;
    size_t products = 0, jacobian = 0, rows = 0;
    assert_int_equal(ff_ace_basis_new(&basis, &options, NULL), FF_OK);
    for (size_t k = 0; k < ff_ace_basis_size(basis); k++) {
        ff_ace_function f = ff_ace_basis_function(basis, k);
        if (f.order != 2 || f.centre != 13)
            continue;
        size_t width = 2 * (size_t)f.l[0] + 1;
        bool same = f.n[0] == f.n[1] && f.species[0] == f.species[1];
        products += width + 1;
        jacobian += same ? width : 2 * width;
        for (int i = 0; i < 2; i++)
            most_n[f.l[i]] = f.n[i] > most_n[f.l[i]] ? f.n[i] : most_n[f.l[i]];
        largest = f.l[0] > largest ? f.l[0] : largest;
    }
    for (int l = 0; l <= largest; l++)
        rows += (size_t)(most_n[l] * (2 * l + 1));
    ff_ace_cost cost = ff_ace_basis_cost(basis);
    assert_int_equal(cost.radial, 9);
    assert_int_equal(cost.harmonics, (largest + 1) * (largest + 1));
    assert_int_equal(cost.one_particle, rows);
    assert_int_equal(cost.sums, 2 * rows);
    assert_int_equal(cost.nodes, 0);
    assert_int_equal(cost.node_products, 0);
    assert_int_equal(cost.function_products, products);
    assert_int_equal(cost.jacobian, jacobian);
    assert_true(cost.memory >= sizeof(double) * (cost.sums + cost.jacobian));
    ff_ace_basis_free(basis);
}

/* Two functions, (A1 A1) A1 and (A1 A1) A2, of one shared node. */
static void order_three_by_hand(void **state)
{
    (void)state;
    static const ff_ace_options options = {.species_count = 1,
                                           .species = {14},
                                           .order = 3,
                                           .degree = {0, 0, 4},
                                           .l_weight = 1,
                                           .cutoff = 5,
                                           .inner = 1.6,
                                           .nearest = 2.8};
    ff_ace_basis *basis = NULL;
    assert_int_equal(ff_ace_basis_new(&basis, &options, NULL), FF_OK);
    assert_int_equal(ff_ace_basis_size(basis), 2);
    ff_ace_cost cost = ff_ace_basis_cost(basis);
    assert_int_equal(cost.one_particle, 2);
    assert_int_equal(cost.nodes, 1);
    assert_int_equal(cost.node_products, 2);
    assert_int_equal(cost.function_products, 4);
    assert_int_equal(cost.jacobian, 3);
    ff_ace_basis_free(basis);
}

/* Pair functions alone have no many-body part. */
static void pairs_cost_radial_functions(void **state)
{
    (void)state;
    static const ff_ace_options options = {.species_count = 1,
                                           .species = {14},
                                           .order = 1,
                                           .l_weight = 1,
                                           .pair_degree = 5,
                                           .cutoff = 5,
                                           .inner = 1.6,
                                           .nearest = 2.8};
    ff_ace_basis *basis = NULL;
    assert_int_equal(ff_ace_basis_new(&basis, &options, NULL), FF_OK);
    ff_ace_cost cost = ff_ace_basis_cost(basis);
    assert_int_equal(cost.radial, 5);
    assert_int_equal(cost.harmonics + cost.one_particle + cost.sums + cost.nodes, 0);
    assert_int_equal(cost.node_products + cost.function_products + cost.jacobian, 0);
    ff_ace_basis_free(basis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(order_two_by_its_functions),
                                       cmocka_unit_test(order_three_by_hand),
                                       cmocka_unit_test(pairs_cost_radial_functions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
