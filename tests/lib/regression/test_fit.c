/* Weighted, regularised fits against LAPACK's dgels, certified data and equivalent systems. */

#include "lib/regression/fit.h"
#include "lib/regression/solver.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/regression/row_system.h"

enum { ALL = (1 << FF_KINDS) - 1, MOST_GROUPS = 2, MOST_CLASSES = MOST_GROUPS * FF_KINDS };

typedef struct fit_options {
    unsigned kinds;
    const double *table; /* weights, [groups][FF_KINDS]; NULL: all 1 */
    double ridge;
    const double *prior;
} fit_options;

static const fit_options plain = {.kinds = ALL};

/* What the stage does with features: a reduction of the kinds asked for, a ridge, and a second pass
 * for the errors. */
static int fit(system_of_rows *s, const fit_options *options, double *coefficients,
               ff_fit_report *report, ff_error *err)
{
    const ff_reducer_options all = {options->kinds, 1, 0};
    const ff_rows rows = rows_of(s);
    double table[MOST_GROUPS * FF_KINDS], weight[MOST_CLASSES];
    ff_solver_options how = {.method = FF_SOLVER_RIDGE,
                             .prior = options->prior,
                             .ridge = options->ridge,
                             .weight = weight};
    ff_reduction reduction;
    ff_solution solution;
    ff_fit_report_init(report);
    ff_solution_init(&solution);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        table[i] = !(options->kinds & (1u << i % FF_KINDS)) ? 0
                   : options->table                         ? options->table[i]
                                                            : 1;
    int status = ff_reduce(&reduction, &rows, &all, err);
    if (status == FF_OK) {
        assert_true(reduction.count <= MOST_CLASSES);
        ff_class_weights(weight, &reduction, table);
        status = ff_solve(&solution, &reduction, &how, err);
    }
    if (status == FF_OK) {
        memcpy(coefficients, solution.coefficients, s->columns * sizeof *coefficients);
        status = ff_fit_errors(report, coefficients, &rows, table, err);
    }
    if (status == FF_OK)
        report->condition = solution.condition;
    ff_solution_clear(&solution);
    ff_reduction_clear(&reduction);
    return status;
}

static void fit_well(system_of_rows *s, const fit_options *options, double *coefficients)
{
    ff_fit_report report;
    ff_error err = {0};
    int status = fit(s, options, coefficients, &report, &err);
    if (status != FF_OK)
        fail_msg("%s", err.message);
    ff_fit_report_clear(&report);
}

/* Least squares of diag(weight) [A; extra] c = diag(weight) [y; 0] by dgels; extra may be NULL. */
static void lapack_fit(const system_of_rows *s, const double *weight, const double *extra,
                       double *coefficients)
{
    size_t columns = s->columns, rows = s->rows + (extra ? columns : 0);
    double *a = calloc(rows * columns, sizeof(double)), *y = calloc(rows, sizeof(double));
    for (size_t i = 0; i < s->rows; i++) {
        double w = weight ? weight[i] : 1;
        for (size_t j = 0; j < columns; j++)
            a[i * columns + j] = w * s->matrix[i * columns + j];
        y[i] = w * s->target[i];
    }
    for (size_t j = 0; extra && j < columns; j++)
        a[(s->rows + j) * columns + j] = extra[j];
    assert_int_equal(
        LAPACKE_dgels(LAPACK_ROW_MAJOR, 'N', (int)rows, (int)columns, 1, a, (int)columns, y, 1), 0);
    memcpy(coefficients, y, columns * sizeof(double));
    free(a);
    free(y);
}

static double largest_singular_value(const system_of_rows *s, const double *prior)
{
    double *a = malloc(s->rows * s->columns * sizeof(double));
    double *values = malloc(2 * s->columns * sizeof(double));
    for (size_t i = 0; i < s->rows * s->columns; i++)
        a[i] = s->matrix[i] / (prior ? prior[i % s->columns] : 1);
    assert_int_equal(LAPACKE_dgesvd(LAPACK_ROW_MAJOR, 'N', 'N', (int)s->rows, (int)s->columns, a,
                                    (int)s->columns, values, NULL, 1, NULL, 1, values + s->columns),
                     0);
    double largest = values[0];
    free(a);
    free(values);
    return largest;
}

static void agrees_with_lapack_on_random_systems(void **state)
{
    (void)state;
    static const size_t shapes[][2] = {{1, 1}, {20, 20}, {100, 7}, {9000, 60}, {30000, 3}};
    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        system_of_rows s;
        double mine[60], lapack[60];
        make_random(&s, shapes[k][0], shapes[k][1], 100 + k);
        fit_well(&s, &plain, mine);
        lapack_fit(&s, NULL, NULL, lapack);
        /* Both are backward stable; the square system of 20 has a condition number of some 100. */
        assert_true(distance(mine, lapack, s.columns) < 1e-11);
        drop(&s);
    }
}

/* U S V^T with random orthogonal U and V and singular values from 1 down to 1 / condition. */
static void make_ill_conditioned(system_of_rows *s, double condition)
{
    enum { ROWS = 400, COLUMNS = 30 };
    make_random(s, ROWS, COLUMNS, 5);
    double *u = malloc(ROWS * COLUMNS * sizeof(double)), *v = malloc(COLUMNS * COLUMNS * 8),
           tau[COLUMNS];
    memcpy(u, s->matrix, ROWS * COLUMNS * sizeof(double));
    memcpy(v, s->matrix + COLUMNS * COLUMNS, COLUMNS * COLUMNS * sizeof(double));
    assert_int_equal(LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, ROWS, COLUMNS, u, COLUMNS, tau), 0);
    assert_int_equal(LAPACKE_dorgqr(LAPACK_ROW_MAJOR, ROWS, COLUMNS, COLUMNS, u, COLUMNS, tau), 0);
    assert_int_equal(LAPACKE_dgeqrf(LAPACK_ROW_MAJOR, COLUMNS, COLUMNS, v, COLUMNS, tau), 0);
    assert_int_equal(LAPACKE_dorgqr(LAPACK_ROW_MAJOR, COLUMNS, COLUMNS, COLUMNS, v, COLUMNS, tau),
                     0);
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        u[i] *= pow(condition, -(double)(i % COLUMNS) / (COLUMNS - 1));
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, ROWS, COLUMNS, COLUMNS, 1, u, COLUMNS, v,
                COLUMNS, 0, s->matrix, COLUMNS);
    free(u);
    free(v);
}

static double residual_norm(const system_of_rows *s, const double *coefficients)
{
    double sum = 0;
    for (size_t i = 0; i < s->rows; i++) {
        double r = cblas_ddot((int)s->columns, s->matrix + i * s->columns, 1, coefficients, 1) -
                   s->target[i];
        sum += r * r;
    }
    return sqrt(sum);
}

static void ill_conditioned_systems_lose_digits_but_no_more_than_they_must(void **state)
{
    (void)state;
    system_of_rows s;
    double mine[30], lapack[30], truth[30];
    ff_fit_report report;
    make_ill_conditioned(&s, 1e10);
    /* A consistent right-hand side: the error is then bounded by condition * rounding, 2e-6, times
     * a modest factor; with a large residual the square of the condition number would enter. */
    for (size_t j = 0; j < 30; j++)
        truth[j] = 1 + (double)(j % 3);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, 400, 30, 1, s.matrix, 30, truth, 1, 0, s.target, 1);
    assert_int_equal(fit(&s, &plain, mine, &report, NULL), FF_OK);
    lapack_fit(&s, NULL, NULL, lapack);
    assert_true(distance(mine, truth, 30) < 1e-5);
    assert_true(distance(lapack, truth, 30) < 1e-5);
    assert_true(residual_norm(&s, mine) < 1e-13);
    assert_true(report.condition > 1e9 && report.condition < 1e13);
    ff_fit_report_clear(&report);
    drop(&s);
}

static void rank_deficiency_asks_for_a_ridge(void **state)
{
    (void)state;
    system_of_rows s;
    ff_error err = {0};
    ff_fit_report report;
    double mine[12], shortest[12], values[12], *a = malloc(200 * 12 * sizeof(double)), y[200];
    int rank = 0;
    make_random(&s, 200, 12, 6);
    for (size_t i = 0; i < 200; i++)
        s.matrix[i * 12 + 7] = s.matrix[i * 12 + 2] - 0.3 * s.matrix[i * 12 + 5];
    assert_int_equal(fit(&s, &plain, mine, &report, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "singular"));
    assert_non_null(strstr(err.message, "ridge"));

    fit_options damped = plain;
    damped.ridge = 1e-5;
    fit_well(&s, &damped, mine);
    memcpy(a, s.matrix, 200 * 12 * sizeof(double));
    memcpy(y, s.target, sizeof y);
    assert_int_equal(
        LAPACKE_dgelsd(LAPACK_ROW_MAJOR, 200, 12, 1, a, 12, y, 1, values, 1e-10, &rank), 0);
    assert_int_equal(rank, 11);
    memcpy(shortest, y, sizeof shortest);
    /* The ridge picks the shortest solution, up to ridge^2 and rounding / ridge^2. */
    assert_true(distance(mine, shortest, 12) < 1e-6);
    free(a);
    drop(&s);
}

static void a_function_that_is_zero_is_named(void **state)
{
    (void)state;
    system_of_rows s;
    ff_error err = {0};
    ff_fit_report report;
    double mine[4];
    make_random(&s, 50, 4, 8);
    for (size_t i = 0; i < 50; i++)
        s.matrix[i * 4 + 2] = 0;
    assert_int_equal(fit(&s, &plain, mine, &report, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "function 3 is zero"));
    fit_options damped = plain;
    damped.ridge = 1e-7;
    fit_well(&s, &damped, mine);
    assert_true(mine[2] == 0);
    drop(&s);
}

static void too_few_observations_are_counted(void **state)
{
    (void)state;
    system_of_rows s;
    ff_error err = {0};
    ff_fit_report report;
    double mine[9];
    make_random(&s, 5, 9, 9);
    assert_int_equal(fit(&s, &plain, mine, &report, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "5 observations cannot determine 9"));
    fit_options energies = plain;
    energies.kinds = 1u << FF_KIND_ENERGY;
    assert_int_equal(fit(&s, &energies, mine, &report, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "no observation"));
    drop(&s);
}

/* J. W. Longley, J. Am. Stat. Assoc. 62, 819 (1967); certified values of the NIST Statistical
 * Reference Datasets, linear least squares, "Longley". */
static void longley_is_certified(void **state)
{
    (void)state;
    static const double data[16][7] = {{60323, 83.0, 234289, 2356, 1590, 107608, 1947},
                                       {61122, 88.5, 259426, 2325, 1456, 108632, 1948},
                                       {60171, 88.2, 258054, 3682, 1616, 109773, 1949},
                                       {61187, 89.5, 284599, 3351, 1650, 110929, 1950},
                                       {63221, 96.2, 328975, 2099, 3099, 112075, 1951},
                                       {63639, 98.1, 346999, 1932, 3594, 113270, 1952},
                                       {64989, 99.0, 365385, 1870, 3547, 115094, 1953},
                                       {63761, 100.0, 363112, 3578, 3350, 116219, 1954},
                                       {66019, 101.2, 397469, 2904, 3048, 117388, 1955},
                                       {67857, 104.6, 419180, 2822, 2857, 118734, 1956},
                                       {68169, 108.4, 442769, 2936, 2798, 120445, 1957},
                                       {66513, 110.8, 444546, 4681, 2637, 121950, 1958},
                                       {68655, 112.6, 482704, 3813, 2552, 123366, 1959},
                                       {69564, 114.2, 502601, 3931, 2514, 125368, 1960},
                                       {69331, 115.7, 518173, 4806, 2572, 127852, 1961},
                                       {70551, 116.9, 554894, 4007, 2827, 130081, 1962}};
    static const double certified[7] = {-3482258.63459582, 15.0618722713733,  -0.358191792925910e-1,
                                        -2.02022980381683, -1.03322686717359, -0.511041056535807e-1,
                                        1829.15146461355};
    system_of_rows s;
    ff_fit_report report;
    double mine[7];
    make(&s, 16, 7);
    for (size_t i = 0; i < 16; i++) {
        s.target[i] = data[i][0];
        s.matrix[i * 7] = 1;
        memcpy(s.matrix + i * 7 + 1, data[i] + 1, 6 * sizeof(double));
    }
    assert_int_equal(fit(&s, &plain, mine, &report, NULL), FF_OK);
    /* Condition 5e9 unscaled: NIST expects 7 to 12 digits of a double-precision program. */
    for (size_t j = 0; j < 7; j++)
        assert_true(fabs(mine[j] - certified[j]) < 1e-9 * fabs(certified[j]));
    /* Certified residual standard deviation 304.854073561965, of 16 - 7 degrees of freedom. */
    assert_true(fabs(report.row[0].rmse * sqrt(16.0 / 9) - 304.854073561965) < 1e-7);
    ff_fit_report_clear(&report);
    drop(&s);
}

/* R. H. Wampler, J. Am. Stat. Assoc. 65, 549 (1970); NIST's "Wampler5": a polynomial of degree 5
 * with coefficients 1 under noise that is orthogonal to it and 10,000 times larger. */
static void wampler5_is_certified(void **state)
{
    (void)state;
    static const double noise[21] = {759,   -2048, 2048,  -2048, 2523,  -2048, 2048,
                                     -2048, 1838,  -2048, 2048,  -2048, 1838,  -2048,
                                     2048,  -2048, 2523,  -2048, 2048,  -2048, 759};
    system_of_rows s;
    double mine[6];
    make(&s, 21, 6);
    for (size_t i = 0; i < 21; i++) {
        s.target[i] = 1e4 * noise[i];
        for (size_t j = 0; j < 6; j++) {
            s.matrix[i * 6 + j] = pow((double)i, (double)j);
            s.target[i] += s.matrix[i * 6 + j];
        }
    }
    fit_well(&s, &plain, mine);
    for (size_t j = 0; j < 6; j++)
        assert_true(fabs(mine[j] - 1) < 1e-5); /* NIST: 6 digits are good here */
    drop(&s);
}

static void the_square_of_a_weight_counts_repetitions(void **state)
{
    (void)state;
    enum { ROWS = 60, COLUMNS = 8 };
    system_of_rows once, repeated;
    double a[COLUMNS], b[COLUMNS];
    size_t to = 0;
    make_random(&once, ROWS, COLUMNS, 21);
    make(&repeated, 3 * ROWS, COLUMNS);
    for (size_t i = 0; i < ROWS; i++) {
        size_t times = 1 + i % 3;
        once.label[i].frame = (uint32_t)(i % 3);
        for (size_t k = 0; k < times; k++, to++) {
            memcpy(repeated.matrix + to * COLUMNS, once.matrix + i * COLUMNS,
                   COLUMNS * sizeof(double));
            repeated.target[to] = once.target[i];
        }
    }
    repeated.rows = to;
    once.frames.count = 3;
    for (size_t f = 0; f < 3; f++)
        once.frames.weight[f * FF_KINDS + FF_KIND_FORCE] = sqrt((double)(1 + f));
    fit_well(&once, &plain, a);
    fit_well(&repeated, &plain, b);
    assert_true(distance(a, b, COLUMNS) < 1e-13);
    drop(&once);
    drop(&repeated);
}

/* Frames 0 and 1 in groups "bulk" and "defect", of 4 and 9 atoms, with rows of all kinds. */
static void make_frames(system_of_rows *s)
{
    make_random(s, 120, 10, 31);
    s->frames.count = 2;
    s->frames.group_count = 2;
    free(s->frames.group_names[0]);
    s->frames.group_names[0] = strdup("bulk");
    s->frames.group_names[1] = strdup("defect");
    s->frames.atoms[0] = 4;
    s->frames.atoms[1] = 9;
    s->frames.displacements[0] = 1;
    s->frames.displacements[1] = 16;
    s->frames.group[1] = 1;
    s->frames.weight[FF_KINDS + FF_KIND_VIRIAL] = 0.7;
    for (size_t i = 0; i < s->rows; i++) {
        s->label[i].frame = i >= 50;
        s->label[i].kind = (uint8_t)(i % FF_KINDS);
    }
}

static void weights_follow_kind_group_frame_and_atoms(void **state)
{
    (void)state;
    static const double table[2 * FF_KINDS] = {30, 1, 2, 0.3, 5, 3, 0.5, 4};
    static const double share[2][FF_KINDS] = {{1 / 2.0, 1, 1 / 2.0, 1},
                                              {1 / 3.0, 1, 1 / 3.0, 1 / 4.0}};
    system_of_rows s;
    double mine[10], lapack[10], weight[120];
    fit_options options = {.kinds = ALL, .table = table};
    make_frames(&s);
    for (size_t i = 0; i < s.rows; i++) {
        size_t frame = s.label[i].frame, kind = s.label[i].kind;
        weight[i] = table[FF_KINDS * frame + kind] * share[frame][kind] *
                    s.frames.weight[FF_KINDS * frame + kind];
    }
    fit_well(&s, &options, mine);
    lapack_fit(&s, weight, NULL, lapack);
    assert_true(distance(mine, lapack, 10) < 1e-12);
    drop(&s);
}

static void kinds_left_out_leave_no_trace(void **state)
{
    (void)state;
    system_of_rows all, forces;
    double a[10], b[10];
    ff_fit_report report;
    make_frames(&all);
    make_frames(&forces);
    forces.rows = 0;
    for (size_t i = 0; i < all.rows; i++) {
        if (all.label[i].kind != FF_KIND_FORCE)
            continue;
        memcpy(forces.matrix + forces.rows * 10, all.matrix + i * 10, 10 * sizeof(double));
        forces.target[forces.rows] = all.target[i];
        forces.label[forces.rows++] = all.label[i];
    }
    fit_options options = plain;
    options.kinds = 1u << FF_KIND_FORCE;
    assert_int_equal(fit(&all, &options, a, &report, NULL), FF_OK);
    fit_well(&forces, &plain, b);
    assert_memory_equal(a, b, sizeof a);
    /* Errors of the other kinds are reported all the same: 2 groups and the sum, 4 kinds. */
    assert_int_equal(report.rows, 12);
    assert_int_equal(report.observations, 30);
    assert_int_equal(report.row[0].kind, FF_KIND_ENERGY);
    assert_true(report.row[0].weight == 0 && report.row[0].rmse > 0);
    assert_true(report.row[1].weight == 1);
    ff_fit_report_clear(&report);
    drop(&all);
    drop(&forces);
}

static void report_tells_the_errors_of_the_rows(void **state)
{
    (void)state;
    static const double table[2 * FF_KINDS] = {1, 1, 1, 1, 1, 3, 1, 1};
    fit_options options = {.kinds = ALL, .table = table};
    system_of_rows s;
    double c[10];
    ff_fit_report report;
    make_frames(&s);
    assert_int_equal(fit(&s, &options, c, &report, NULL), FF_OK);
    assert_int_equal(report.rows, 12);
    assert_int_equal(report.observations, 120);
    assert_int_equal(report.parameters, 10);
    for (size_t k = 0; k < report.rows; k++) {
        const ff_fit_row *row = &report.row[k];
        double squares = 0, sizes = 0, max = 0;
        size_t count = 0;
        for (size_t i = 0; i < s.rows; i++) {
            uint32_t frame = s.label[i].frame;
            if (s.label[i].kind != row->kind || (k < 8 && frame != k / 4))
                continue;
            double d = cblas_ddot(10, s.matrix + i * 10, 1, c, 1) - s.target[i];
            d = fabs(d / (row->kind % 2 ? 1 : s.frames.atoms[frame]));
            squares += d * d;
            sizes += d;
            max = fmax(max, d);
            count++;
        }
        assert_string_equal(row->group, k < 4 ? "bulk" : k < 8 ? "defect" : "all");
        assert_int_equal(row->count, count);
        assert_true(fabs(row->rmse - sqrt(squares / (double)count)) < 1e-13);
        assert_true(fabs(row->mae - sizes / (double)count) < 1e-13);
        assert_true(fabs(row->max - max) < 1e-13);
    }
    assert_true(report.row[5].weight == 3);
    assert_true(report.row[8].weight == 1);
    assert_true(isnan(report.row[9].weight)); /* forces: 1 in one group, 3 in the other */
    ff_fit_report_clear(&report);
    drop(&s);
}

static void ridge_is_the_augmented_system(void **state)
{
    (void)state;
    system_of_rows s;
    double mine[25], scaled[25], lapack[25], prior[25], tenfold[25], rows[25];
    make_random(&s, 300, 25, 41);
    for (size_t j = 0; j < 25; j++) {
        prior[j] = pow(1 + (double)j, 2);
        tenfold[j] = 10 * prior[j];
    }
    fit_options options = plain;
    options.ridge = 0.03;
    options.prior = prior;
    double strength = options.ridge * largest_singular_value(&s, prior);
    for (size_t j = 0; j < 25; j++)
        rows[j] = strength * prior[j];
    fit_well(&s, &options, mine);
    lapack_fit(&s, NULL, rows, lapack);
    assert_true(distance(mine, lapack, 25) < 1e-9); /* sigma is known to about 1e-9 */
    options.prior = tenfold;
    fit_well(&s, &options, scaled);
    assert_true(distance(scaled, mine, 25) < 1e-12);
    drop(&s);
}

static void threads_do_not_change_a_bit(void **state)
{
    (void)state;
    system_of_rows s;
    double one[60], more[60];
    ff_fit_report a, b;
    fit_options options = plain;
    options.ridge = 1e-8;
    make_random(&s, 40000, 60, 51);
    ff_set_threads(1);
    assert_int_equal(fit(&s, &options, one, &a, NULL), FF_OK);
    ff_set_threads(4);
    assert_int_equal(fit(&s, &options, more, &b, NULL), FF_OK);
    assert_memory_equal(one, more, sizeof one);
    assert_memory_equal(a.row, b.row, a.rows * sizeof *a.row);
    assert_true(a.condition == b.condition);
    ff_fit_report_clear(&a);
    ff_fit_report_clear(&b);
    ff_set_threads(0);
    drop(&s);
}

static void a_source_that_fails_is_heard_in_either_pass(void **state)
{
    (void)state;
    system_of_rows s;
    make_random(&s, 210000, 20, 61);
    double mine[20];
    ff_fit_report report;
    fit_well(&s, &plain, mine);
    size_t calls = s.calls;
    assert_true(calls >= 6); /* several blocks in each pass */
    for (s.failing_call = 2; s.failing_call <= calls; s.failing_call += calls - 2) {
        ff_error err = {0};
        assert_int_equal(fit(&s, &plain, mine, &report, &err), FF_E_IO);
        assert_string_equal(err.message, "the disk is gone");
        assert_null(report.row);
    }
    drop(&s);
}

static void bad_numbers_and_labels_are_refused(void **state)
{
    (void)state;
    system_of_rows s;
    ff_error err = {0};
    ff_fit_report report;
    double mine[10];
    make_frames(&s);
    s.matrix[70 * 10 + 4] = NAN;
    assert_int_equal(fit(&s, &plain, mine, &report, &err), FF_E_RANGE);
    assert_non_null(
        strstr(err.message, "row 71, of the virial, holds a number that is not finite"));
    assert_int_equal(err.frame, 2);
    s.matrix[70 * 10 + 4] = 0;
    s.target[3] = INFINITY;
    assert_int_equal(fit(&s, &plain, mine, &report, &err), FF_E_RANGE);
    s.target[3] = 0;
    s.label[9].frame = 2;
    assert_int_equal(fit(&s, &plain, mine, &report, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "row 10 belongs to frame 3 of 2"));
    s.label[9].frame = 0;
    s.label[3].displacement = 1;
    assert_int_equal(s.label[3].kind, FF_KIND_FORCE_CONSTANT);
    assert_int_equal(fit(&s, &plain, mine, &report, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "row 4 belongs to displacement 2 of 1 of frame 1"));
    drop(&s);
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    static const double negative[2 * FF_KINDS] = {1, -1, 1, 1, 1, -1, 1, 1};
    double mine[10], prior[10] = {1, 1, 0};
    system_of_rows s;
    ff_fit_report report;
    fit_options options = plain;
    make_frames(&s);
    options.ridge = -1;
    assert_int_equal(fit(&s, &options, mine, &report, NULL), FF_E_RANGE);
    options.ridge = NAN;
    assert_int_equal(fit(&s, &options, mine, &report, NULL), FF_E_RANGE);
    options = plain;
    options.table = negative;
    assert_int_equal(fit(&s, &options, mine, &report, NULL), FF_E_RANGE);
    options = plain;
    options.prior = prior;
    assert_int_equal(fit(&s, &options, mine, &report, NULL), FF_E_RANGE);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_lapack_on_random_systems),
        cmocka_unit_test(ill_conditioned_systems_lose_digits_but_no_more_than_they_must),
        cmocka_unit_test(rank_deficiency_asks_for_a_ridge),
        cmocka_unit_test(a_function_that_is_zero_is_named),
        cmocka_unit_test(too_few_observations_are_counted),
        cmocka_unit_test(longley_is_certified),
        cmocka_unit_test(wampler5_is_certified),
        cmocka_unit_test(the_square_of_a_weight_counts_repetitions),
        cmocka_unit_test(weights_follow_kind_group_frame_and_atoms),
        cmocka_unit_test(kinds_left_out_leave_no_trace),
        cmocka_unit_test(report_tells_the_errors_of_the_rows),
        cmocka_unit_test(ridge_is_the_augmented_system),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(a_source_that_fails_is_heard_in_either_pass),
        cmocka_unit_test(bad_numbers_and_labels_are_refused),
        cmocka_unit_test(bad_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
