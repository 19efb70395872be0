/* The triangle of a QR factorisation and its streaming reduction, against LAPACK's dgeqrf and
 * against itself under other orders of work. */

#include "lib/regression/tsqr.h"

#include "lib/base/parallel.h"

#include <gsl/gsl_rng.h>
#include <lapacke.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct sample {
    size_t rows, columns;
    double *matrix, *target, *weight; /* row-major */
} sample;

static sample random_sample(size_t rows, size_t columns, unsigned long seed)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    sample s = {rows, columns, malloc(rows * columns * sizeof(double)),
                malloc(rows * sizeof(double)), malloc(rows * sizeof(double))};
    gsl_rng_set(random, seed);
    for (size_t i = 0; i < rows * columns; i++)
        s.matrix[i] = 2 * gsl_rng_uniform(random) - 1;
    for (size_t i = 0; i < rows; i++) {
        s.target[i] = 2 * gsl_rng_uniform(random) - 1;
        s.weight[i] = 0.5 + gsl_rng_uniform(random);
    }
    gsl_rng_free(random);
    return s;
}

static void free_sample(sample *s)
{
    free(s->matrix);
    free(s->target);
    free(s->weight);
}

/* W [A | y], column-major. */
static double *weighted_columns(const sample *s)
{
    double *block = malloc(s->rows * (s->columns + 1) * sizeof(double));
    for (size_t i = 0; i < s->rows; i++) {
        for (size_t j = 0; j < s->columns; j++)
            block[j * s->rows + i] = s->weight[i] * s->matrix[i * s->columns + j];
        block[s->columns * s->rows + i] = s->weight[i] * s->target[i];
    }
    return block;
}

/* R of W [A | y] by dgeqrf, diagonal made positive. */
static double *lapack_triangle(const sample *s)
{
    size_t order = s->columns + 1;
    double *block = weighted_columns(s), *tau = malloc(order * sizeof(double));
    double *r = calloc(order * order, sizeof(double));
    assert_int_equal(
        LAPACKE_dgeqrf(LAPACK_COL_MAJOR, (int)s->rows, (int)order, block, (int)s->rows, tau), 0);
    for (size_t j = 0; j < order; j++)
        for (size_t i = 0; i <= j; i++)
            r[j * order + i] = copysign(1, block[i * s->rows + i]) * block[j * s->rows + i];
    free(block);
    free(tau);
    return r;
}

static ff_triangle take(ff_tsqr *tsqr, size_t order, size_t bin)
{
    ff_triangle triangle;
    double *packed = NULL;
    size_t height = ff_tsqr_take(tsqr, bin, &packed);
    assert_int_equal(ff_triangle_init(&triangle, order, NULL), FF_OK);
    ff_triangle_unpack(&triangle, height, packed, 1);
    free(packed);
    return triangle;
}

/* Reduces the sample, handed over `step` rows at a time. */
static ff_triangle reduce(const sample *s, size_t step)
{
    ff_tsqr *tsqr = NULL;
    assert_int_equal(ff_tsqr_new(&tsqr, s->columns, 1, NULL), FF_OK);
    for (size_t first = 0; first < s->rows; first += step) {
        size_t rows = s->rows - first < step ? s->rows - first : step;
        assert_int_equal(ff_tsqr_add(tsqr, rows, s->matrix + first * s->columns, s->target + first,
                                     s->weight + first, NULL, NULL),
                         FF_OK);
    }
    assert_int_equal(ff_tsqr_rows(tsqr, 0), s->rows);
    assert_int_equal(ff_tsqr_finish(tsqr, NULL), FF_OK);
    ff_triangle triangle = take(tsqr, s->columns + 1, 0);
    ff_tsqr_free(tsqr);
    return triangle;
}

static void assert_near(const double *r, const double *expected, size_t order, double tolerance)
{
    for (size_t i = 0; i < order * order; i++)
        assert_true(fabs(r[i] - expected[i]) <= tolerance);
}

static void triangle_is_that_of_lapack(void **state)
{
    (void)state;
    static const size_t shapes[][2] = {{2, 1}, {51, 50}, {700, 33}, {5000, 90}, {9000, 20}};
    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        sample s = random_sample(shapes[k][0], shapes[k][1], 10 + k);
        double *expected = lapack_triangle(&s);
        ff_triangle triangle = reduce(&s, s.rows);
        /* |R| <= 1.5 sqrt(rows); backward error of a few units of rounding of that. */
        assert_near(triangle.r, expected, triangle.order, 1e-14 * sqrt((double)s.rows) * 20);
        ff_triangle_clear(&triangle);
        free(expected);
        free_sample(&s);
    }
}

static void gram_matrix_is_kept_with_few_rows(void **state)
{
    (void)state;
    sample s = random_sample(4, 9, 3);
    double *block = weighted_columns(&s);
    ff_triangle triangle = reduce(&s, 3);
    size_t order = triangle.order;
    for (size_t i = 0; i < order; i++)
        for (size_t j = 0; j < order; j++) {
            double gram = 0, rows = 0;
            for (size_t k = 0; k < order; k++)
                gram += triangle.r[i * order + k] * triangle.r[j * order + k];
            for (size_t k = 0; k < s.rows; k++)
                rows += block[i * s.rows + k] * block[j * s.rows + k];
            assert_true(fabs(gram - rows) < 1e-14 * 20);
        }
    ff_triangle_clear(&triangle);
    free(block);
    free_sample(&s);
}

/* 150,000 rows of 5 columns go more than four times round the 8 lanes of leaves of 4,096 rows. */
static void bits_depend_on_neither_threads_nor_blocks(void **state)
{
    (void)state;
    sample s = random_sample(150000, 5, 7);
    size_t bytes = 36 * sizeof(double);
    ff_set_threads(1);
    ff_triangle expected = reduce(&s, s.rows);
    for (int threads = 1; threads <= 4; threads++) {
        static const size_t steps[] = {150000, 4096, 997};
        ff_set_threads(threads);
        for (size_t k = 0; k < 3; k++) {
            ff_triangle triangle = reduce(&s, steps[k]);
            assert_memory_equal(triangle.r, expected.r, bytes);
            ff_triangle_clear(&triangle);
        }
    }
    double *lapack = lapack_triangle(&s);
    assert_near(expected.r, lapack, 6, 1e-12 * sqrt(150000.0));
    free(lapack);
    ff_triangle_clear(&expected);
    free_sample(&s);
    ff_set_threads(0);
}

static void wide_matrices_have_the_same_bits_on_all_threads(void **state)
{
    (void)state;
    sample s = random_sample(9000, 150, 9);
    ff_set_threads(1);
    ff_triangle expected = reduce(&s, 1000);
    ff_set_threads(3);
    ff_triangle triangle = reduce(&s, 2500);
    assert_memory_equal(triangle.r, expected.r, 151 * 151 * sizeof(double));
    ff_triangle_clear(&triangle);
    ff_triangle_clear(&expected);
    free_sample(&s);
    ff_set_threads(0);
}

static void weightless_rows_leave_no_trace(void **state)
{
    (void)state;
    sample s = random_sample(6000, 12, 11), kept = random_sample(6000, 12, 11);
    kept.rows = 0;
    for (size_t i = 0; i < s.rows; i++) {
        if (i % 3 == 1) {
            s.weight[i] = 0;
            continue;
        }
        memcpy(kept.matrix + kept.rows * 12, s.matrix + i * 12, 12 * sizeof(double));
        kept.target[kept.rows] = s.target[i];
        kept.weight[kept.rows++] = s.weight[i];
    }
    ff_tsqr *tsqr = NULL;
    ff_triangle expected = reduce(&kept, kept.rows);
    assert_int_equal(ff_tsqr_new(&tsqr, 12, 1, NULL), FF_OK);
    assert_int_equal(ff_tsqr_add(tsqr, s.rows, s.matrix, s.target, s.weight, NULL, NULL), FF_OK);
    assert_int_equal(ff_tsqr_rows(tsqr, 0), kept.rows);
    assert_int_equal(ff_tsqr_finish(tsqr, NULL), FF_OK);
    ff_triangle triangle = take(tsqr, 13, 0);
    assert_memory_equal(triangle.r, expected.r, 13 * 13 * sizeof(double));
    ff_tsqr_free(tsqr);
    ff_triangle_clear(&triangle);
    ff_triangle_clear(&expected);
    free_sample(&s);
    free_sample(&kept);
}

static void no_rows_give_a_zero_triangle(void **state)
{
    (void)state;
    sample s = random_sample(0, 3, 1);
    ff_triangle triangle = reduce(&s, 1);
    for (size_t i = 0; i < 16; i++)
        assert_true(triangle.r[i] == 0);
    ff_triangle_clear(&triangle);
    free_sample(&s);
}

/* Rows of random bins, some of which have a handful: every bin's triangle must be that of its rows
 * alone, whatever the threads and blocks. The store holds 32,768 rows of 7 columns. */
static void bins_are_kept_apart(void **state)
{
    enum { BINS = 40, COLUMNS = 7, ROWS = 200000 };
    (void)state;
    sample s = random_sample(ROWS, COLUMNS, 17);
    uint32_t *bin = malloc(ROWS * sizeof *bin);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < ROWS; i++) {
        double u = gsl_rng_uniform(random);
        bin[i] = u < 1e-3 ? (uint32_t)(1e5 * u) % BINS : (i / 30000) % 2 ? 5 : 11 + (u > 0.5);
    }
    ff_triangle expected[BINS];
    for (uint32_t k = 0; k < BINS; k++) {
        sample part = random_sample(ROWS, COLUMNS, 17);
        part.rows = 0;
        for (size_t i = 0; i < ROWS; i++)
            if (bin[i] == k) {
                memcpy(part.matrix + part.rows * COLUMNS, s.matrix + i * COLUMNS, COLUMNS * 8);
                part.target[part.rows] = s.target[i];
                part.weight[part.rows++] = s.weight[i];
            }
        expected[k] = reduce(&part, ROWS);
        free_sample(&part);
    }
    double *first[BINS] = {NULL};
    for (int threads = 1; threads <= 4; threads *= 2) {
        ff_tsqr *tsqr = NULL;
        ff_set_threads(threads);
        assert_int_equal(ff_tsqr_new(&tsqr, COLUMNS, BINS, NULL), FF_OK);
        for (size_t at = 0, rows; at < ROWS; at += rows) {
            rows = threads == 1 ? ROWS : (size_t)(threads == 2 ? 977 : 32768);
            rows = rows < ROWS - at ? rows : ROWS - at;
            assert_int_equal(ff_tsqr_add(tsqr, rows, s.matrix + at * COLUMNS, s.target + at,
                                         s.weight + at, bin + at, NULL),
                             FF_OK);
        }
        assert_int_equal(ff_tsqr_finish(tsqr, NULL), FF_OK);
        for (uint32_t k = 0; k < BINS; k++) {
            ff_triangle found = take(tsqr, COLUMNS + 1, k);
            assert_near(found.r, expected[k].r, COLUMNS + 1, 1e-11);
            if (first[k])
                assert_memory_equal(found.r, first[k], 64 * sizeof(double));
            else {
                first[k] = found.r;
                continue;
            }
            ff_triangle_clear(&found);
        }
        ff_tsqr_free(tsqr);
    }
    for (uint32_t k = 0; k < BINS; k++) {
        free(first[k]);
        ff_triangle_clear(&expected[k]);
    }
    gsl_rng_free(random);
    free(bin);
    free_sample(&s);
    ff_set_threads(0);
}

static void packing_keeps_the_first_rows(void **state)
{
    (void)state;
    sample s = random_sample(30, 4, 5);
    ff_triangle triangle = reduce(&s, 30), back;
    double packed[15];
    assert_int_equal(ff_packed_size(5, 5), 15);
    assert_int_equal(ff_packed_size(2, 5), 9);
    assert_int_equal(ff_packed_size(0, 5), 0);
    ff_triangle_pack(packed, 5, &triangle);
    assert_int_equal(ff_triangle_init(&back, 5, NULL), FF_OK);
    ff_triangle_unpack(&back, 2, packed, 3);
    for (size_t j = 0; j < 5; j++)
        for (size_t i = 0; i < 5; i++)
            assert_true(back.r[j * 5 + i] == (i < 2 ? 3 * triangle.r[j * 5 + i] : 0));
    ff_triangle_clear(&back);
    ff_triangle_clear(&triangle);
    free_sample(&s);
}

static void norm_is_the_largest_singular_value(void **state)
{
    (void)state;
    sample s = random_sample(300, 40, 13);
    ff_triangle triangle = reduce(&s, 300);
    double norm = 0, values[40], ignored[40], *copy = malloc(41 * 41 * sizeof(double));
    assert_int_equal(ff_triangle_norm(&triangle, &norm, NULL), FF_OK);
    memcpy(copy, triangle.r, 41 * 41 * sizeof(double));
    assert_int_equal(LAPACKE_dgesvd(LAPACK_COL_MAJOR, 'N', 'N', 40, 40, copy, 41, values, NULL, 1,
                                    NULL, 1, ignored),
                     0);
    /* The iteration stops when a step changes the norm by 1e-12; the neighbouring singular values
     * lie within some per cent, so what is left to come is below 1e-9. */
    assert_true(fabs(norm - values[0]) < 1e-9 * values[0]);
    free(copy);
    ff_triangle_clear(&triangle);
    free_sample(&s);
}

static void solution_needs_a_full_diagonal(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_triangle triangle;
    double solution[2];
    assert_int_equal(ff_triangle_init(&triangle, 3, NULL), FF_OK);
    triangle.r[0] = 1;
    assert_int_equal(ff_triangle_solve(&triangle, solution, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "column 2"));
    ff_triangle_clear(&triangle);
    assert_int_equal(ff_triangle_init(&triangle, SIZE_MAX, &err), FF_E_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(triangle_is_that_of_lapack),
        cmocka_unit_test(gram_matrix_is_kept_with_few_rows),
        cmocka_unit_test(bits_depend_on_neither_threads_nor_blocks),
        cmocka_unit_test(wide_matrices_have_the_same_bits_on_all_threads),
        cmocka_unit_test(weightless_rows_leave_no_trace),
        cmocka_unit_test(no_rows_give_a_zero_triangle),
        cmocka_unit_test(bins_are_kept_apart),
        cmocka_unit_test(packing_keeps_the_first_rows),
        cmocka_unit_test(norm_is_the_largest_singular_value),
        cmocka_unit_test(solution_needs_a_full_diagonal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
