/* Streaming least squares against the machine's own matrix multiplication and LAPACK's dgels, all
 * on the same data and the same number of threads; then refits from a reduction against fits of the
 * rows. Rows come from a generator and are not in the times. The matrix products that they are
 * compared with are done in turn with the blocks of rows, so that both see the same machine.
 * Usage: bench_regression [ROWS COLUMNS]...      (of the first table; the second is left out) */

#include "lib/regression/solver.h"
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

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory) {
        (void)fprintf(stderr, "out of memory for %zu elements\n", count);
        exit(5);
    }
    return memory;
}

static void must(int status, const ff_error *err)
{
    if (status == FF_OK)
        return;
    (void)fprintf(stderr, "%s\n", err->message);
    exit(4);
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
    double *values = allocate(count, sizeof *values);
    fill(values, count, seed);
    return values;
}

/* ---- matrix products ---- */

enum { SIZE = 1024 };

static int multiply(size_t index, int thread, void *context, ff_error *err)
{
    double *values = (double *)context + index * 3 * SIZE * SIZE;
    (void)thread;
    (void)err;
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1, values, SIZE,
                values + SIZE * SIZE, SIZE, 0, values + 2 * SIZE * SIZE, SIZE);
    return FF_OK;
}

/* Time and number of operations (1e9) of one matrix product on each thread, added up. */
typedef struct yardstick {
    double *values, time, operations;
} yardstick;

static void measure_product(yardstick *yard)
{
    size_t threads = (size_t)ff_threads();
    double start = now();
    (void)ff_parallel_for(threads, multiply, yard->values, NULL, NULL);
    yard->time += now() - start;
    yard->operations += (double)threads * 2e-9 * SIZE * SIZE * SIZE;
}

static yardstick new_yardstick(void)
{
    yardstick yard = {.values = new_values((size_t)ff_threads() * 3 * SIZE * SIZE, 1)};
    measure_product(&yard); /* warms up */
    yard.time = yard.operations = 0;
    return yard;
}

/* ---- rows ---- */

enum { ATOMS = 8, ROWS_OF_FRAME = 1 + 3 * ATOMS + 6, GROUPS = 3 };

/* Frames of 8 atoms in three groups, with energies, forces and virials. */
typedef struct rows_to_come {
    size_t rows, columns, step;
    ff_frame_table frames;
    ff_design_block block; /* the one at hand */
} rows_to_come;

static rows_to_come new_rows(size_t rows, size_t columns)
{
    rows_to_come r = {.rows = rows, .columns = columns};
    size_t frames = rows / ROWS_OF_FRAME + 1;
    char **names = allocate(GROUPS, sizeof *names);
    for (size_t g = 0; g < GROUPS; g++) {
        names[g] = allocate(3, 1);
        names[g][0] = (char)('a' + g);
    }
    r.step = ((size_t)1 << 21) / columns;
    r.step = r.step < rows ? r.step : rows;
    r.frames = (ff_frame_table){.count = frames,
                                .atoms = allocate(frames, sizeof(uint32_t)),
                                .displacements = allocate(frames, sizeof(uint32_t)),
                                .group = allocate(frames, sizeof(uint32_t)),
                                .weight = allocate(frames * FF_KINDS, sizeof(double)),
                                .group_count = GROUPS,
                                .group_names = names};
    for (size_t f = 0; f < frames; f++) {
        r.frames.atoms[f] = ATOMS;
        r.frames.group[f] = (uint32_t)(f % GROUPS);
        for (size_t k = 0; k < FF_KINDS; k++)
            r.frames.weight[f * FF_KINDS + k] = 1;
    }
    r.block =
        (ff_design_block){r.step, columns, allocate(r.step * columns, sizeof(double)),
                          allocate(r.step, sizeof(double)), allocate(r.step, sizeof(ff_row_label))};
    return r;
}

static void free_rows(rows_to_come *r)
{
    ff_frame_table_clear(&r->frames);
    free(r->block.matrix);
    free(r->block.target);
    free(r->block.label);
}

/* Makes the block of rows from `first`. */
static void make_block(rows_to_come *r, size_t first)
{
    r->block.rows = r->rows - first < r->step ? r->rows - first : r->step;
    fill(r->block.matrix, r->block.rows * r->columns, first + 3);
    fill(r->block.target, r->block.rows, first + 4);
    for (size_t i = 0; i < r->block.rows; i++) {
        size_t place = (first + i) % ROWS_OF_FRAME;
        r->block.label[i] = (ff_row_label){.frame = (uint32_t)((first + i) / ROWS_OF_FRAME)};
        r->block.label[i].kind = place == 0                          ? FF_KIND_ENERGY
                                 : place < ROWS_OF_FRAME - (size_t)6 ? FF_KIND_FORCE
                                                                     : FF_KIND_VIRIAL;
    }
}

/* Reduces all rows by class; returns the seconds that took. yard may be NULL. */
static double reduce(ff_reduction *reduction, rows_to_come *r, yardstick *yard)
{
    const ff_reducer_options options = {(1u << FF_KINDS) - 1, 1, 0};
    ff_reducer *reducer = NULL;
    ff_error err = {0};
    double time = 0, start = 0;
    must(ff_reducer_new(&reducer, &r->frames, r->columns, &options, &err), &err);
    for (size_t first = 0; first < r->rows; first += r->block.rows) {
        make_block(r, first);
        start = now();
        must(ff_reducer_add(reducer, &r->block, NULL, &err), &err);
        time += now() - start;
        if (yard && yard->time < time)
            measure_product(yard);
    }
    start = now();
    must(ff_reducer_finish(reducer, reduction, &err), &err);
    time += now() - start;
    ff_reducer_free(reducer);
    return time;
}

static double solve(const ff_reduction *reduction, const double *table)
{
    ff_solution solution;
    ff_error err = {0};
    double weight[GROUPS * FF_KINDS], start = now();
    ff_solver_options options = {.method = FF_SOLVER_RIDGE, .ridge = 1e-8, .weight = weight};
    ff_class_weights(weight, reduction, table);
    must(ff_solve(&solution, reduction, &options, &err), &err);
    ff_solution_clear(&solution);
    return now() - start;
}

/* ---- first table ---- */

static const double ones[GROUPS * FF_KINDS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

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
    ff_reduction reduction;
    rows_to_come r = new_rows(rows, columns);
    yardstick yard = new_yardstick();
    double time = reduce(&reduction, &r, &yard);
    double refit = solve(&reduction, ones);
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    double peak = (double)usage.ru_maxrss / 1024, other = lapack(rows, columns);
    double n = (double)columns, operations = 2e-9 * (double)rows * n * n;
    double rate = yard.operations / yard.time;
    (void)printf("%9zu %6zu %8.2f s %6.1f GF/s %6.1f GF/s %4.0f %% %7.2f s", rows, columns, time,
                 operations / time, rate, 100 * operations / time / rate, refit);
    if (other > 0)
        (void)printf(" %8.2f s %6.2f", other, other / (time + refit));
    else
        (void)printf(" %10s %6s", "-", "-");
    (void)printf(" %7.0f MB\n", peak);
    (void)fflush(stdout);
    ff_reduction_clear(&reduction);
    free_rows(&r);
    free(yard.values);
}

/* ---- second table ---- */

/* Seconds of a fit that keeps nothing apart: all rows in one triangle, solved. */
static double fit_rows(rows_to_come *r)
{
    ff_tsqr *tsqr = NULL;
    ff_triangle triangle;
    ff_error err = {0};
    double *weight = allocate(r->step, sizeof *weight);
    double *solution = allocate(r->columns, sizeof *solution), *packed = NULL, time = 0;
    for (size_t i = 0; i < r->step; i++)
        weight[i] = 1 + (double)(i % 3);
    double start = now();
    must(ff_tsqr_new(&tsqr, r->columns, 1, &err), &err);
    time += now() - start;
    for (size_t first = 0; first < r->rows; first += r->block.rows) {
        make_block(r, first);
        start = now();
        must(ff_tsqr_add(tsqr, r->block.rows, r->block.matrix, r->block.target, weight, NULL, &err),
             &err);
        time += now() - start;
    }
    start = now();
    must(ff_tsqr_finish(tsqr, &err), &err);
    must(ff_triangle_init(&triangle, r->columns + 1, &err), &err);
    size_t height = ff_tsqr_take(tsqr, 0, &packed);
    ff_triangle_unpack(&triangle, height, packed, 1);
    must(ff_triangle_solve(&triangle, solution, &err), &err);
    time += now() - start;
    ff_tsqr_free(tsqr);
    ff_triangle_clear(&triangle);
    free(packed);
    free(weight);
    free(solution);
    return time;
}

static void compare_refits(size_t rows, size_t columns)
{
    enum { REFITS = 40 };
    static const unsigned observations[] = {1, 2, 3, 7, 6};
    ff_reduction reduction;
    rows_to_come r = new_rows(rows, columns);
    double full = fit_rows(&r), reduced = reduce(&reduction, &r, NULL), refits = 0;
    for (size_t k = 0; k < REFITS; k++) {
        double table[GROUPS * FF_KINDS];
        for (size_t i = 0; i < (size_t)GROUPS * FF_KINDS; i++)
            table[i] = observations[k % 5] & (1u << i % FF_KINDS) ? 1 + (double)((i * k) % 7) : 0;
        refits += solve(&reduction, table);
    }
    (void)printf("%9zu %6zu %10.2f s %10.2f s %8.2f s %8.1f %% %19.1f %%\n", rows, columns, full,
                 reduced, refits, 100 * refits / (REFITS * full),
                 100 * (reduced + refits) / (REFITS * full));
    ff_reduction_clear(&reduction);
    free_rows(&r);
}

int main(int argc, char **argv)
{
    ff_set_threads(0);
    (void)printf("least squares by class (3 groups, E F V), %d threads; the rate counts 2 rows "
                 "columns^2 operations\n",
                 ff_threads());
    (void)printf("%9s %6s %10s %11s %11s %6s %9s %10s %6s %10s\n", "rows", "cols", "reduce", "rate",
                 "dgemm", "of it", "solve", "dgels", "ratio", "peak so far");
    for (int i = 1; i + 1 < argc; i += 2)
        measure(strtoul(argv[i], NULL, 10), strtoul(argv[i + 1], NULL, 10));
    if (argc >= 3)
        return 0;
    measure(50000, 100);
    measure(60000, 300);
    measure(60000, 1000);
    (void)printf(
        "\n40 refits from a reduction, with other observations and weights, against 40 fits "
        "of the rows\n");
    (void)printf("%9s %6s %12s %12s %10s %10s %21s\n", "rows", "cols", "one fit", "reduction",
                 "refits", "of 40 fits", "with the reduction");
    compare_refits(300000, 800);
    return 0;
}
