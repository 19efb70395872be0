/* Couplings of real spherical tensors: equivariance, orthonormality, independent invariants. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/coupling.h"
#include "lib/ace/harmonics.h"
#include "tests/lib/ace/environments.h"

#include <math.h>

/* Real harmonics of rank l at a direction. */
static void harmonics_of(int l, const double v[3], double *out)
{
    ff_harmonics h;
    double direction[3][FF_LANES],
        values[(FF_HARMONICS_MAX + 1) * (FF_HARMONICS_MAX + 1)][FF_LANES];
    double gradients[(FF_HARMONICS_MAX + 1) * (FF_HARMONICS_MAX + 1)][3][FF_LANES];
    FF_EACH_LANE(q)
    for (int a = 0; a < 3; a++)
        direction[a][q] = v[a];
    ff_harmonics_init(&h, l);
    ff_harmonics_evaluate(&h, (const double(*)[FF_LANES])direction, values, gradients);
    for (int m = 0; m <= 2 * l; m++)
        out[m] = values[l * l + m][0];
}

static void couple(const ff_coupling *c, const double *a, const double *b, double *out)
{
    memset(out, 0, (size_t)(2 * c->out + 1) * sizeof *out);
    for (size_t i = 0; i < c->count; i++)
        out[c->entry[i].out] += c->entry[i].value * a[c->entry[i].left] * b[c->entry[i].right];
}

/* The scalar product of the coupled tensor with a third direction's harmonics does not change when
 * all three directions turn; under inversion it changes sign with the parity of l1 + l2 + L. */
static void equivariant(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    ff_ace_options any = {.species_count = 1, .species = {1}};
    for (int l1 = 0; l1 <= 4; l1++)
        for (int l2 = 0; l2 <= 4; l2++)
            for (int l3 = abs(l1 - l2); l3 <= l1 + l2; l3++) {
                ff_coupling c;
                surroundings s;
                double matrix[9], before = 0, after = 0, a[9], b[9], d[17], out[17];
                assert_int_equal(ff_coupling_init(&c, l1, l2, l3, NULL), FF_OK);
                surroundings_random(&s, rng, &any, 3, 1, 1);
                for (int pass = 0; pass < 2; pass++) {
                    harmonics_of(l1, s.vectors[0], a);
                    harmonics_of(l2, s.vectors[1], b);
                    harmonics_of(l3, s.vectors[2], d);
                    couple(&c, a, b, out);
                    for (int m = 0; m <= 2 * l3; m++)
                        *(pass ? &after : &before) += out[m] * d[m];
                    random_rotation(matrix, rng);
                    surroundings_transform(&s, matrix);
                }
                assert_true(fabs(before - after) < 1e-12);
                ff_coupling_clear(&c);
            }
    gsl_rng_free(rng);
}

/* sum_{m1 m2} T_{m1 m2 M} T_{m1 m2 M'} = delta, and tensors of different rank are orthogonal. */
static void orthonormal(void **state)
{
    (void)state;
    const int l1 = 3, l2 = 2;
    double all[35][35] = {{0}};
    int row = 0;
    for (int rank = 1; rank <= 5; rank++) {
        ff_coupling c;
        assert_int_equal(ff_coupling_init(&c, l1, l2, rank, NULL), FF_OK);
        for (size_t i = 0; i < c.count; i++)
            all[row + c.entry[i].out][c.entry[i].left * 5 + c.entry[i].right] = c.entry[i].value;
        row += 2 * rank + 1;
        ff_coupling_clear(&c);
    }
    assert_int_equal(row, 35);
    for (int i = 0; i < 35; i++)
        for (int j = 0; j < 35; j++) {
            double sum = 0;
            for (int k = 0; k < 35; k++)
                sum += all[i][k] * all[j][k];
            assert_true(fabs(sum - (i == j)) < 1e-13);
        }
}

static size_t count_invariants(int order, const int *l, const int *same)
{
    ff_coupling_path paths[FF_COUPLING_PATHS];
    size_t count;
    assert_int_equal(ff_coupling_invariants(paths, &count, order, l, same, NULL), FF_OK);
    for (size_t k = 0; k < count; k++)
        assert_true(isfinite(paths[k].scale) && paths[k].scale > 0);
    return count;
}

/* Invariants of symmetric powers: generating function 1/(1 - t^2) for l = 1 (powers of the length),
 * 1/((1 - t^2)(1 - t^3)) for l = 2 (traces of a symmetric traceless matrix squared and cubed);
 * without symmetry the number of paths. */
static void known_numbers_of_invariants(void **state)
{
    (void)state;
    const int equal[5] = {1, 1, 1, 1, 0}, different[5] = {0};
    assert_int_equal(count_invariants(2, (const int[]){1, 1}, equal), 1);
    assert_int_equal(count_invariants(4, (const int[]){1, 1, 1, 1}, equal), 1);
    assert_int_equal(count_invariants(4, (const int[]){1, 1, 1, 1}, different), 3);
    assert_int_equal(count_invariants(2, (const int[]){2, 2}, equal), 1);
    assert_int_equal(count_invariants(3, (const int[]){2, 2, 2}, equal), 1);
    assert_int_equal(count_invariants(4, (const int[]){2, 2, 2, 2}, equal), 1);
    assert_int_equal(count_invariants(5, (const int[]){2, 2, 2, 2, 2}, equal), 1);
    assert_int_equal(count_invariants(4, (const int[]){2, 2, 2, 2}, different), 5);
    assert_int_equal(count_invariants(5, (const int[]){2, 2, 2, 2, 2}, different), 16);
    assert_int_equal(count_invariants(3, (const int[]){0, 1, 3}, different), 0);
    /* a.b twice over: (a.a)(b.b) and (a.b)^2 */
    assert_int_equal(count_invariants(4, (const int[]){1, 1, 1, 1}, (const int[]){1, 0, 1, 0}), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equivariant),
        cmocka_unit_test(orthonormal),
        cmocka_unit_test(known_numbers_of_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
