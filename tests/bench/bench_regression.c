/* Streaming least squares against the machine's own matrix multiplication and LAPACK's dgels, all
 * on the same data and the same number of threads. Rows come from a generator, so that the time is
 * that of the regression; it is shown as well, without the time of making the rows.
 * Usage: bench_regression [ROWS COLUMNS]... */

#include "lib/regression/tsqr.h"

#include "lib/base/parallel.h"

#include <cblas.h>
#include <lapacke.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Uniform in [-0.5, 0.5): xorshift64* (S. Vigna, ACM Trans. Math. Softw. 42, 30 (2016)), good
 * enough for full-rank matrices and cheaper than what is measured. */
static void fill(double *values, size_t count, uint64_t seed)
{
    uint64_t x = seed * 0x9E3779B97F4A7C15u + 1;
    for (size_t i = 0; i < count; i++) {
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        values[i] = (double)((x * 0x2545F4914F6CDD1Du) >> 11) * 0x1p-53 - 0.5;
    }
}

static double *new_values(size_t count, uint64_t seed)
{
    double *values = malloc(count * sizeof *values);
    if (!values) {
        (void)fprintf(stderr, "out of memory for %zu numbers\n", count);
        exit(5);
    }
    fill(values, count, seed);
    return values;
}

static int multiply(size_t index, int thread, void *context, ff_error *err)
{
    enum { SIZE = 1024 };
    double *values = (double *)context + index * 3 * SIZE * SIZE;
    (void)thread;
    (void)err;
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1, values, SIZE,
                values + SIZE * SIZE, SIZE, 0, values + 2 * SIZE * SIZE, SIZE);
    return FF_OK;
}

/* 1e9 operations per second of one matrix product on each thread; the best of five. */
static double multiplication_rate(void)
{
    size_t threads = (size_t)ff_threads(), size = 3u << 20;
    double *values = new_values(threads * size, 1), best = 1e30;
    for (int i = 0; i < 5; i++) {
        double start = now();
        (void)ff_parallel_for(threads, multiply, values, NULL, NULL);
        double time = now() - start;
        best = time < best ? time : best;
    }
    free(values);
    return (double)threads * 2.147483648 / best;
}

/* Seconds of adding and solving; 0 when it fails. */
static double stream(size_t rows, size_t columns)
{
    size_t step = (size_t)1 << 21;
    step = step / columns < rows ? step / columns : rows;
    double *matrix = new_values(step * columns, 1), *target = new_values(step, 2), time = 0;
    double *weight = malloc(step * sizeof *weight), *solution = malloc(columns * sizeof *solution);
    ff_tsqr *tsqr = NULL;
    ff_triangle triangle = {0};
    bool good = weight && solution && ff_tsqr_new(&tsqr, columns, NULL) == FF_OK;
    for (size_t i = 0; i < step && good; i++)
        weight[i] = 1;
    for (size_t first = 0; first < rows && good; first += step) {
        size_t count = rows - first < step ? rows - first : step;
        fill(matrix, count * columns, first + 3);
        fill(target, count, first + 4);
        double start = now();
        good = ff_tsqr_add(tsqr, count, matrix, target, weight, NULL) == FF_OK;
        time += now() - start;
    }
    double start = now();
    good = good && ff_tsqr_finish(tsqr, &triangle, NULL) == FF_OK &&
           ff_triangle_solve(&triangle, solution, NULL) == FF_OK;
    time += now() - start;
    ff_tsqr_free(tsqr);
    ff_triangle_clear(&triangle);
    free(matrix);
    free(target);
    free(weight);
    free(solution);
    return good ? time : 0;
}

/* Seconds of dgels with BLAS on all threads; 0 when the matrix takes more than 2 GB. */
static double lapack(size_t rows, size_t columns)
{
    if (rows * columns > (size_t)1 << 28)
        return 0;
    double *matrix = new_values(rows * columns, 1), *target = new_values(rows, 2);
    openblas_set_num_threads(ff_threads());
    double start = now();
    int info = (int)LAPACKE_dgels(LAPACK_COL_MAJOR, 'N', (lapack_int)rows, (lapack_int)columns, 1,
                                  matrix, (lapack_int)rows, target, (lapack_int)rows);
    double time = now() - start;
    openblas_set_num_threads(1);
    free(matrix);
    free(target);
    return info == 0 ? time : 0;
}

static void measure(size_t rows, size_t columns)
{
    double rate = multiplication_rate(), time = stream(rows, columns);
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    double peak = (double)usage.ru_maxrss / 1024, other = lapack(rows, columns);
    double n = (double)columns, operations = 2e-9 * (double)rows * n * n;
    (void)printf("%9zu %6zu %8.2f s %7.1f GF/s %6.1f GF/s %5.0f %%", rows, columns, time,
                 operations / time, rate, 100 * operations / time / rate);
    if (other > 0)
        (void)printf(" %8.2f s %6.2f", other, other / time);
    else
        (void)printf(" %10s %6s", "-", "-");
    (void)printf(" %7.0f MB\n", peak);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    ff_set_threads(0);
    (void)printf("least squares, %d threads; the rate counts 2 rows columns^2 operations\n",
                 ff_threads());
    (void)printf("%9s %6s %10s %12s %11s %7s %10s %6s %10s\n", "rows", "cols", "streaming", "rate",
                 "dgemm", "of it", "dgels", "ratio", "peak so far");
    if (argc < 3) {
        measure(50000, 100);
        measure(30000, 300);
        measure(20000, 1000);
    }
    for (int i = 1; i + 1 < argc; i += 2)
        measure(strtoul(argv[i], NULL, 10), strtoul(argv[i + 1], NULL, 10));
    return 0;
}
