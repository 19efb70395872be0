/* Products of a sparse matrix in slices against the sums themselves. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/one_particle.h"
#include "lib/ace/slices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FUNCTIONS = 23, SPECIES = 2, ROWS = 17, MOST = 9, COLUMNS = FUNCTIONS + 7 };

/* A matrix with 0 to MOST entries for each function and species, entries of a function next to one
 * another, and two sets of values and bundles. */
typedef struct fixture {
    size_t first[FUNCTIONS * SPECIES + 1];
    uint32_t row[FUNCTIONS * SPECIES * MOST], place[FUNCTIONS * SPECIES * MOST];
    double entry[2][FUNCTIONS * SPECIES * MOST];
    ff_slices slices;
    double *values[2];
    ff_bundle *bundle[2]; /* [ROWS] */
} fixture;

static double some(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (1u << 24) - 0.5;
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    unsigned seed = 7;
    size_t entries = 0;
    for (size_t i = 0; i < FUNCTIONS * SPECIES; i++) {
        f->first[i] = entries;
        for (size_t k = i * i % (MOST + 1); k > 0; k--, entries++) {
            f->row[entries] = (uint32_t)((3 * i + 5 * k) % ROWS);
            f->entry[0][entries] = some(&seed);
            f->entry[1][entries] = some(&seed);
        }
    }
    f->first[FUNCTIONS * SPECIES] = entries;
    assert_int_equal(
        ff_slices_init(&f->slices, FUNCTIONS, SPECIES, f->first, f->row, f->place, NULL), FF_OK);
    for (int t = 0; t < 2; t++) {
        f->values[t] = ff_new_lanes(FF_PACK * f->slices.steps, sizeof(double), NULL);
        f->bundle[t] = ff_new_lanes(ROWS, sizeof(ff_bundle), NULL);
        for (size_t i = 0; i < entries; i++)
            f->values[t][f->place[i]] = f->entry[t][i];
        for (size_t i = 0; i < ROWS; i++)
            for (size_t k = 0; k < FF_BUNDLE; k++)
                f->bundle[t][i][k] = some(&seed);
    }
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    for (int t = 0; t < 2; t++) {
        free(f->values[t]);
        free(f->bundle[t]);
    }
    ff_slices_clear(&f->slices);
    free(f);
    return 0;
}

/* The sum of `terms` products for one function, species, and number of the bundles. */
static double expected(const fixture *f, size_t function, size_t z, size_t number, int terms)
{
    double sum = 0;
    for (int t = 0; t < terms; t++)
        for (size_t i = f->first[function * SPECIES + z]; i < f->first[function * SPECIES + z + 1];
             i++)
            sum += f->entry[t][i] * f->bundle[t][f->row[i]][number];
    return sum;
}

/* Adds slices begin..end-1 of both species to rows that are 1000 + column before. */
static void check(const fixture *f, size_t begin, size_t end, int terms, double sign)
{
    double rows[FF_BUNDLE][COLUMNS];
    const ff_slice_term term[2] = {{f->values[0], f->bundle[0]}, {f->values[1], f->bundle[1]}};
    ff_slice_target target = {.column = 2, .sign = sign};
    for (size_t i = 0; i < FF_BUNDLE; i++) {
        target.row[i] = rows[i];
        for (size_t k = 0; k < COLUMNS; k++)
            rows[i][k] = 1000.0 + (double)k;
    }
    for (size_t z = 0; z < SPECIES; z++)
        ff_slices_add(&f->slices, z, begin, end, term, (size_t)terms, &target);
    for (size_t i = 0; i < FF_BUNDLE; i++)
        for (size_t k = 0; k < COLUMNS; k++) {
            double wanted = 1000.0 + (double)k;
            if (k >= 2 + FF_PACK * begin && k < 2 + FF_PACK * end && k < 2 + FUNCTIONS) {
                size_t function = f->slices.function[k - 2];
                for (size_t z = 0; z < SPECIES; z++)
                    wanted += sign * expected(f, function, z, i, terms);
                assert_true(fabs(rows[i][k] - wanted) < 1e-11); /* rounding of 1000 */
            } else {
                assert_true(rows[i][k] == wanted); /* not touched */
            }
        }
}

static void every_function_has_a_place(void **state)
{
    const fixture *f = *state;
    int seen[FUNCTIONS] = {0};
    for (size_t k = 0; k < FUNCTIONS; k++)
        seen[f->slices.function[k]]++;
    for (size_t k = 0; k < FUNCTIONS; k++)
        assert_int_equal(seen[k], 1);
    assert_int_equal(f->slices.count, 6);
    assert_int_equal(f->slices.entries, f->first[FUNCTIONS * SPECIES]);
}

static void products_are_those_of_the_matrix(void **state)
{
    check(*state, 0, 6, 1, -1.0);
    check(*state, 0, 6, 2, 1.0);
}

static void parts_touch_their_columns_only(void **state)
{
    for (size_t begin = 0; begin <= 6; begin++)
        for (size_t end = begin; end <= 6; end++)
            check(*state, begin, end, 1, 1.0);
}

/* An atom may be a neighbour twice. */
static void rows_may_coincide(void **state)
{
    const fixture *f = *state;
    double row[COLUMNS] = {0};
    const ff_slice_term term = {f->values[0], f->bundle[0]};
    ff_slice_target target = {.sign = 1.0};
    for (size_t i = 0; i < FF_BUNDLE; i++)
        target.row[i] = row;
    ff_slices_add(&f->slices, 0, 0, 6, &term, 1, &target);
    for (size_t k = 0; k < FUNCTIONS; k++) {
        double wanted = 0;
        for (size_t i = 0; i < FF_BUNDLE; i++)
            wanted += expected(f, f->slices.function[k], 0, i, 1);
        assert_true(fabs(row[k] - wanted) < 1e-13);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_function_has_a_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(products_are_those_of_the_matrix, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_touch_their_columns_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_may_coincide, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
