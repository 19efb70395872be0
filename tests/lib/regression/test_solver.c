/* Solvers against LAPACK's dgels, dgelsd and dgglse, dense inverses and one another: random,
 * ill-conditioned and rank-deficient systems, with and without constraints. */

#include "lib/regression/solver.h"

#include "lib/base/parallel.h"

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/lib/regression/row_system.h"
#include "tests/near.h"

enum { MOST_CLASSES = 64 };

static void expand_weights(double *weight, const ff_reduction *reduction, const double *table)
{
    assert_true(reduction->count <= MOST_CLASSES);
    if (table)
        ff_class_weights(weight, reduction, table);
    for (size_t i = 0; i < reduction->count && !table; i++)
        weight[i] = 1;
}

static int solve(ff_solution *solution, system_of_rows *s, ff_solver_options options,
                 const double *table, ff_error *err)
{
    double weight[MOST_CLASSES];
    ff_reduction reduction = reduced(s, 1);
    expand_weights(weight, &reduction, table);
    options.weight = weight;
    int status = ff_solve(solution, &reduction, &options, err);
    ff_reduction_clear(&reduction);
    return status;
}

static ff_solution solved(system_of_rows *s, ff_solver_options options, const double *table)
{
    ff_solution solution;
    ff_error err = {0};
    if (solve(&solution, s, options, table, &err) != FF_OK)
        fail_msg("%s", err.message);
    return solution;
}

static ff_solution solved_from_rows(system_of_rows *s, ff_solver_options options,
                                    const double *table)
{
    ff_solution solution;
    ff_error err = {0};
    const ff_rows rows = rows_of(s);
    options.method = FF_SOLVER_LSQR;
    options.weight = table;
    if (ff_solve_rows(&solution, &rows, &options, &err) != FF_OK)
        fail_msg("%s", err.message);
    return solution;
}

static const double table_of_two[2 * FF_KINDS] = {20, 1, 3, 0.2, 5, 2, 0.5, 0.1};

static void qr_is_dgels(void **state)
{
    (void)state;
    static const size_t columns[] = {1, 7, 40, 120};
    for (size_t k = 0; k < 4; k++) {
        system_of_rows s;
        double expected[120], *target = NULL;
        make_classes(&s, 60, 2, columns[k], 10 + k);
        ff_solution solution =
            solved(&s, (ff_solver_options){.method = FF_SOLVER_QR}, table_of_two);
        double *a = weighted_rows(&s, table_of_two, 0, &target);
        dgels(s.rows, s.columns, a, target, expected);
        assert_true(distance(solution.coefficients, expected, s.columns) < 1e-12);
        assert_int_equal(solution.observations, s.rows);
        assert_int_equal(solution.rank, s.columns);
        assert_near(solution.effective, (double)s.columns, 1e-9 * (double)s.columns);
        assert_near(solution.prior_strength, 0, 0);
        ff_solution_clear(&solution);
        free(a);
        free(target);
        drop(&s);
    }
}

/* U S V^T with random orthogonal U and V and singular values from 1 down to 1 / condition. */
static void make_ill_conditioned(system_of_rows *s, double condition)
{
    enum { ROWS = 400, COLUMNS = 30 };
    make_random(s, ROWS, COLUMNS, 5);
    double *u = malloc(ROWS * COLUMNS * sizeof(double)), *v = malloc(COLUMNS * COLUMNS * 8);
    double tau[COLUMNS];
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
        double r = cblas_ddot((int)s->columns, s->matrix + i * s->columns, 1, coefficients, 1);
        sum += (r - s->target[i]) * (r - s->target[i]);
    }
    return sqrt(sum);
}

/* A consistent right-hand side: the error is bounded by condition * rounding, 2e-4, times a modest
 * factor, and the residual by rounding alone. With a residual of size 1 the square of the condition
 * number enters the coefficients, but the residual is optimal all the same. */
static void condition_1e12_costs_no_more_than_it_must(void **state)
{
    (void)state;
    system_of_rows s;
    double truth[30], lapack[30], *target = NULL;
    make_ill_conditioned(&s, 1e12);
    for (size_t j = 0; j < 30; j++)
        truth[j] = 1 + (double)(j % 3);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, 400, 30, 1, s.matrix, 30, truth, 1, 0, s.target, 1);
    ff_solution solution = solved(&s, (ff_solver_options){.method = FF_SOLVER_QR}, NULL);
    double *a = weighted_rows(&s, NULL, 0, &target);
    dgels(400, 30, a, target, lapack);
    free(a);
    free(target);
    assert_true(distance(lapack, truth, 30) < 1e-3);
    assert_true(distance(solution.coefficients, truth, 30) < 1e-3);
    assert_true(residual_norm(&s, solution.coefficients) < 1e-13);
    assert_true(solution.condition > 1e11 && solution.condition < 1e14);
    ff_solution_clear(&solution);

    for (size_t i = 0; i < 400; i++)
        s.target[i] += i % 2 ? 0.05 : -0.05;
    solution = solved(&s, (ff_solver_options){.method = FF_SOLVER_QR}, NULL);
    a = weighted_rows(&s, NULL, 0, &target);
    dgels(400, 30, a, target, lapack);
    free(a);
    free(target);
    double best = residual_norm(&s, lapack);
    assert_true(best > 0.9 && best < 1);
    /* Coefficients of some 1e10 cancel in each residual, which leaves rounding of 1e-6. */
    assert_near(residual_norm(&s, solution.coefficients), best, 1e-6);
    ff_solution_clear(&solution);

    /* Hilbert's matrix of order 9, of condition 5e11, below itself. */
    drop(&s);
    make(&s, 18, 9);
    for (size_t i = 0; i < 18; i++)
        for (size_t j = 0; j < 9; j++) {
            s.matrix[i * 9 + j] = 1 / (double)(i % 9 + j + 1);
            s.target[i] += s.matrix[i * 9 + j];
        }
    solution = solved(&s, (ff_solver_options){.method = FF_SOLVER_QR}, NULL);
    for (size_t j = 0; j < 9; j++)
        assert_near(solution.coefficients[j], 1, 5e11 * 10 * DBL_EPSILON);
    ff_solution_clear(&solution);
    drop(&s);
}

/* Filip (A. Filippelli) would be the NIST set of this kind, but its condition number of 1e15 in the
 * monomials leaves no digit; Longley and the Wampler sets are in test_fit. */

static void svd_is_dgelsd_on_deficient_systems(void **state)
{
    (void)state;
    enum { ROWS = 200, COLUMNS = 12 };
    system_of_rows s;
    double values[COLUMNS], prior[COLUMNS], *target = NULL;
    int rank = 0;
    make_random(&s, ROWS, COLUMNS, 6);
    for (size_t i = 0; i < ROWS; i++) {
        s.matrix[i * COLUMNS + 7] = s.matrix[i * COLUMNS + 2] - 0.3 * s.matrix[i * COLUMNS + 5];
        s.matrix[i * COLUMNS + 9] = 0;
    }
    for (int scaled = 0; scaled < 2; scaled++) {
        for (size_t j = 0; j < COLUMNS; j++)
            prior[j] = scaled ? 1 + (double)(j * j) : 1;
        ff_solver_options options = {.method = FF_SOLVER_SVD, .cutoff = 1e-10, .prior = prior};
        ff_solution solution = solved(&s, options, NULL);
        double *a = weighted_rows(&s, NULL, 0, &target);
        for (size_t i = 0; i < ROWS * COLUMNS; i++)
            a[i] /= prior[i % COLUMNS];
        assert_int_equal(LAPACKE_dgelsd(LAPACK_ROW_MAJOR, ROWS, COLUMNS, 1, a, COLUMNS, target, 1,
                                        values, 1e-10, &rank),
                         0);
        for (size_t j = 0; j < COLUMNS; j++)
            target[j] /= prior[j];
        assert_int_equal(rank, COLUMNS - 2);
        assert_int_equal(solution.rank, COLUMNS - 2);
        assert_true(distance(solution.coefficients, target, COLUMNS) < 1e-12);
        assert_near(solution.singular_max, values[0], 1e-12 * values[0]);
        assert_near(solution.singular_min, values[rank - 1], 1e-12 * values[0]);
        assert_near(solution.condition, values[0] / values[rank - 1], 1e-9);
        assert_near(solution.effective, COLUMNS - 2, 1e-9);
        ff_solution_clear(&solution);
        free(a);
        free(target);
    }
    ff_error err = {0};
    ff_solution solution;
    assert_int_equal(solve(&solution, &s, (ff_solver_options){.method = FF_SOLVER_QR}, NULL, &err),
                     FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "function 10 is zero"));
    drop(&s);
}

static void a_cut_off_drops_the_small_directions_only(void **state)
{
    (void)state;
    system_of_rows s;
    make_ill_conditioned(&s, 1e12);
    ff_solver_options options = {.method = FF_SOLVER_SVD, .cutoff = 1e-6};
    ff_solution solution = solved(&s, options, NULL);
    /* 10^(-12 k / 29) > 1e-6 for k = 0 ... 14. */
    assert_int_equal(solution.rank, 15);
    assert_near(solution.singular_min, pow(10, -12.0 * 14 / 29), 1e-14);
    ff_solution_clear(&solution);
    drop(&s);
}

/* Singular values of the weighted matrix over the prior, the largest first. */
static double largest_singular_value(const system_of_rows *s, const double *table,
                                     const double *prior)
{
    double *target = NULL, *a = weighted_rows(s, table, 0, &target), values[64], work[64];
    for (size_t i = 0; i < s->rows * s->columns; i++)
        a[i] /= prior ? prior[i % s->columns] : 1;
    assert_int_equal(LAPACKE_dgesvd(LAPACK_ROW_MAJOR, 'N', 'N', (int)s->rows, (int)s->columns, a,
                                    (int)s->columns, values, NULL, 1, NULL, 1, work),
                     0);
    free(a);
    free(target);
    return values[0];
}

static void ridge_is_dgels_with_the_rows_of_the_prior(void **state)
{
    (void)state;
    enum { COLUMNS = 20 };
    system_of_rows s;
    double prior[COLUMNS], expected[COLUMNS], *target = NULL;
    make_classes(&s, 4, 2, COLUMNS, 20);
    for (size_t j = 0; j < COLUMNS; j++)
        prior[j] = exp(0.2 * (double)j);
    double sigma = largest_singular_value(&s, table_of_two, prior);
    double *a = weighted_rows(&s, table_of_two, COLUMNS, &target);
    for (size_t j = 0; j < COLUMNS; j++)
        a[(s.rows + j) * COLUMNS + j] = 0.03 * sigma * prior[j];
    dgels(s.rows + COLUMNS, COLUMNS, a, target, expected);
    ff_solver_options options = {.method = FF_SOLVER_RIDGE, .ridge = 0.03, .prior = prior};
    ff_solution solution = solved(&s, options, table_of_two);
    assert_true(distance(solution.coefficients, expected, COLUMNS) < 1e-9);
    assert_near(solution.singular_max, sigma, 1e-8 * sigma);
    double noise = solution.noise[FF_KIND_FORCE];
    assert_near(solution.prior_strength, pow(0.03 * sigma / noise, 2),
                1e-7 * solution.prior_strength);
    assert_near(solution.prior_precision[3], solution.prior_strength * prior[3] * prior[3],
                1e-12 * solution.prior_precision[3]);
    ff_solution_clear(&solution);
    free(a);
    free(target);
    drop(&s);
}

/* C = (A^T A + D)^-1 of the weighted rows, D diagonal; row-major. */
static double *dense_inverse(const system_of_rows *s, const double *table, const double *diagonal)
{
    int n = (int)s->columns;
    double *target = NULL, *a = weighted_rows(s, table, 0, &target);
    double *inverse = calloc(s->columns * s->columns, sizeof *inverse);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, (int)s->rows, 1, a, n, a, n, 0,
                inverse, n);
    for (size_t j = 0; diagonal && j < s->columns; j++)
        inverse[j * s->columns + j] += diagonal[j];
    assert_int_equal(LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'U', n, inverse, n), 0);
    assert_int_equal(LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'U', n, inverse, n), 0);
    for (size_t i = 0; i < s->columns; i++)
        for (size_t j = 0; j < i; j++)
            inverse[i * s->columns + j] = inverse[j * s->columns + i];
    free(a);
    free(target);
    return inverse;
}

/* Largest difference between F F^T and a matrix, relative to its largest element. */
static double covariance_difference(const ff_triangle *f, const double *expected)
{
    size_t n = f->order;
    double most = 0, difference = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = cblas_ddot((int)n, f->r + i, (int)n, f->r + j, (int)n);
            difference = fmax(difference, fabs(sum - expected[i * n + j]));
            most = fmax(most, fabs(expected[i * n + j]));
            assert_true(i <= j || f->r[j * n + i] == 0);
        }
    return difference / most;
}

static void covariance_and_noise_are_those_of_the_textbook(void **state)
{
    (void)state;
    enum { COLUMNS = 15 };
    system_of_rows s;
    make_classes(&s, 25, 2, COLUMNS, 30);
    for (int ridge = 0; ridge < 2; ridge++) {
        double prior[COLUMNS], damping[COLUMNS];
        double sigma = largest_singular_value(&s, table_of_two, NULL);
        for (size_t j = 0; j < COLUMNS; j++) {
            prior[j] = 1;
            damping[j] = ridge ? pow(0.2 * sigma, 2) : 0;
        }
        ff_solver_options options = {
            .method = ridge ? FF_SOLVER_RIDGE : FF_SOLVER_QR, .ridge = 0.2, .prior = prior};
        ff_solution solution = solved(&s, options, table_of_two);
        double *inverse = dense_inverse(&s, table_of_two, damping);
        double effective = COLUMNS, chi2 = 0, *target = NULL;
        for (size_t j = 0; j < COLUMNS; j++)
            effective -= damping[j] * inverse[j * COLUMNS + j];
        double *a = weighted_rows(&s, table_of_two, 0, &target);
        for (size_t i = 0; i < s.rows; i++)
            chi2 += pow(
                cblas_ddot(COLUMNS, a + i * COLUMNS, 1, solution.coefficients, 1) - target[i], 2);
        double noise = sqrt(chi2 / ((double)s.rows - effective));
        assert_near(solution.effective, effective, 1e-6);
        double sum = 0;
        for (int kind = 0; kind < FF_KINDS; kind++) {
            assert_near(solution.noise[kind], noise, 1e-8 * noise);
            sum += solution.kind_effective[kind];
        }
        assert_near(sum, effective, 1e-6);
        cblas_dscal(COLUMNS * COLUMNS, noise * noise, inverse, 1);
        assert_true(covariance_difference(&solution.covariance, inverse) < 1e-7);
        free(inverse);
        free(a);
        free(target);
        ff_solution_clear(&solution);
    }
    drop(&s);
}

static void classes_are_judged_as_their_rows(void **state)
{
    (void)state;
    enum { COLUMNS = 8 };
    static const double table[2 * FF_KINDS] = {20, 1, 3, 0, 0, 2, 0.5, 0.1};
    system_of_rows s;
    make_classes(&s, 24, 2, COLUMNS, 31);
    ff_solution solution = solved(&s, (ff_solver_options){.method = FF_SOLVER_QR}, table);
    assert_int_equal(solution.fit_count, 2 * FF_KINDS);
    double chi2 = 0;
    for (size_t k = 0; k < solution.fit_count; k++) {
        const ff_class_fit *fit = &solution.fit[k];
        double squares = 0, report = 0, ratio = 0, reported = 0;
        size_t count = 0;
        for (size_t i = 0; i < s.rows; i++) {
            const ff_row_label *label = &s.label[i];
            if (s.frames.group[label->frame] != fit->group || label->kind != fit->kind)
                continue;
            double error =
                cblas_ddot(COLUMNS, s.matrix + i * COLUMNS, 1, solution.coefficients, 1) -
                s.target[i];
            double scale = weight_of_row(&s, i, NULL);
            report = ff_row_report_scale(&s.frames, label);
            squares += scale * error * scale * error;
            reported += report * error * report * error;
            ratio += report / scale * report / scale;
            count++;
        }
        assert_int_equal(fit->count, count);
        assert_near(fit->squares, squares, 1e-11 * squares);
        assert_near(fit->rmse, sqrt(ratio * squares) / (double)count, 1e-11 * fit->rmse);
        /* Sizes of 2 to 5 atoms and weights of 1 and 1.5 are not independent of the errors in so
         * small a sample, but nearly so. */
        assert_near(fit->rmse, sqrt(reported / (double)count), 0.2 * fit->rmse);
        double weight = table[fit->group * FF_KINDS + fit->kind];
        assert_near(fit->weight, weight, 0);
        if (weight > 0) {
            assert_near(fit->noise, solution.noise[fit->kind] / weight, 1e-15 * fit->noise);
            assert_near(fit->chi2, squares / (fit->noise * fit->noise), 1e-11 * fit->chi2);
            chi2 += fit->chi2;
        } else
            assert_true(isnan(fit->chi2) && isnan(fit->noise));
    }
    assert_near(chi2, (double)solution.observations - COLUMNS, 1e-9 * chi2);
    double over[2 * FF_KINDS];
    ff_weights_over_noise(over, &solution, 2, table);
    assert_near(over[FF_KIND_ENERGY], 20 / solution.noise[FF_KIND_ENERGY], 1e-12 * over[0]);
    assert_near(over[FF_KINDS + FF_KIND_ENERGY], 0, 0);
    ff_solution_clear(&solution);
    drop(&s);
}

/* ---- constraints ---- */

static void constraints_are_dgglse(void **state)
{
    (void)state;
    enum { COLUMNS = 18, CONSTRAINTS = 5 };
    system_of_rows s;
    double c[CONSTRAINTS * COLUMNS], d[CONSTRAINTS], copy[CONSTRAINTS * COLUMNS], side[CONSTRAINTS];
    double expected[COLUMNS], *target = NULL;
    make_classes(&s, 20, 2, COLUMNS, 40);
    for (size_t i = 0; i < CONSTRAINTS; i++) {
        double scale = pow(10, (double)i * 2 - 4);
        for (size_t j = 0; j < COLUMNS; j++)
            c[i * COLUMNS + j] = scale * cos((double)((i + 2) * (j + 1) * (j + 3)));
        d[i] = scale * (1 + (double)i);
    }
    memcpy(copy, c, sizeof c);
    memcpy(side, d, sizeof d);
    double *a = weighted_rows(&s, table_of_two, 0, &target);
    assert_int_equal(LAPACKE_dgglse(LAPACK_ROW_MAJOR, (int)s.rows, COLUMNS, CONSTRAINTS, a, COLUMNS,
                                    copy, COLUMNS, target, side, expected),
                     0);
    const ff_constraints constraints = {CONSTRAINTS, c, d, NULL};
    ff_solver_options options = {.method = FF_SOLVER_QR, .constraints = &constraints};
    ff_solution solution = solved(&s, options, table_of_two);
    assert_true(distance(solution.coefficients, expected, COLUMNS) < 1e-11);
    assert_int_equal(solution.rank, COLUMNS - CONSTRAINTS);
    assert_near(solution.effective, COLUMNS - CONSTRAINTS, 1e-9);
    for (size_t i = 0; i < CONSTRAINTS; i++) {
        double value = cblas_ddot(COLUMNS, c + i * COLUMNS, 1, solution.coefficients, 1);
        assert_near(value, d[i], 1e-12 * fabs(d[i]));
        /* What is constrained is certain. */
        double row[COLUMNS], most = solution.covariance.r[COLUMNS * COLUMNS - 1];
        memcpy(row, c + i * COLUMNS, sizeof row);
        cblas_dtrmv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, COLUMNS,
                    solution.covariance.r, COLUMNS, row, 1);
        assert_true(cblas_dnrm2(COLUMNS, row, 1) <
                    1e-13 * most * cblas_dnrm2(COLUMNS, c + i * COLUMNS, 1));
    }
    ff_solution_clear(&solution);
    ff_solution rows = solved_from_rows(&s, options, table_of_two);
    assert_true(distance(rows.coefficients, expected, COLUMNS) < 1e-8);
    ff_solution_clear(&rows);
    free(a);
    free(target);
    drop(&s);
}

/* Minimise |W (A c - y)|^2 + lambda^2 |Gamma c|^2 subject to C c = d by its optimality conditions.
 */
static void solve_saddle(const system_of_rows *s, const double *damping,
                         const ff_constraints *constraints, double *solution)
{
    size_t n = s->columns, p = constraints->count, order = n + p;
    double *target = NULL, *a = weighted_rows(s, table_of_two, 0, &target);
    double *matrix = calloc(order * order, sizeof *matrix), *side = calloc(order, sizeof *side);
    lapack_int *pivot = calloc(order, sizeof *pivot);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            matrix[i * order + j] =
                cblas_ddot((int)s->rows, a + i, (int)n, a + j, (int)n) + (i == j ? damping[i] : 0);
        side[i] = cblas_ddot((int)s->rows, a + i, (int)n, target, 1);
        for (size_t k = 0; k < p; k++)
            matrix[i * order + n + k] = matrix[(n + k) * order + i] =
                constraints->matrix[k * n + i];
    }
    memcpy(side + n, constraints->target, p * sizeof *side);
    assert_int_equal(
        LAPACKE_dgesv(LAPACK_ROW_MAJOR, (int)order, 1, matrix, (int)order, pivot, side, 1), 0);
    memcpy(solution, side, n * sizeof *solution);
    free(matrix);
    free(side);
    free(pivot);
    free(a);
    free(target);
}

static void constraints_and_a_ridge_go_together(void **state)
{
    (void)state;
    enum { COLUMNS = 14 };
    system_of_rows s;
    double c[2 * COLUMNS], prior[COLUMNS], damping[COLUMNS], expected[COLUMNS];
    static const double d[2] = {0.7, -1.1};
    make_classes(&s, 3, 2, COLUMNS, 41);
    for (size_t j = 0; j < COLUMNS; j++) {
        prior[j] = 1 + 0.3 * (double)j;
        c[j] = 1;
        c[COLUMNS + j] = (double)j;
    }
    const ff_constraints constraints = {2, c, d, NULL};
    ff_solver_options options = {
        .method = FF_SOLVER_RIDGE, .ridge = 0.1, .prior = prior, .constraints = &constraints};
    ff_solution solution = solved(&s, options, table_of_two);
    /* sigma belongs to the system without the constrained directions; what it came to is told. */
    for (size_t j = 0; j < COLUMNS; j++)
        damping[j] = pow(0.1 * solution.singular_max * prior[j], 2);
    solve_saddle(&s, damping, &constraints, expected);
    assert_true(distance(solution.coefficients, expected, COLUMNS) < 1e-9);
    options.method = FF_SOLVER_LSQR;
    ff_solution other = solved(&s, options, table_of_two);
    assert_true(distance(other.coefficients, expected, COLUMNS) < 1e-7);
    ff_solution rows = solved_from_rows(&s, options, table_of_two);
    assert_true(distance(rows.coefficients, expected, COLUMNS) < 1e-7);
    ff_solution_clear(&other);
    ff_solution_clear(&rows);
    ff_solution_clear(&solution);
    drop(&s);
}

static void dependent_constraints_may_agree_but_not_contradict(void **state)
{
    (void)state;
    enum { COLUMNS = 6 };
    system_of_rows s;
    double c[4 * COLUMNS] = {0}, d[4] = {1, 2, 3, 0}, without[COLUMNS];
    static const char *const names[] = {"energy", "stress", "sum", "nothing"};
    make_classes(&s, 10, 2, COLUMNS, 42);
    for (size_t j = 0; j < COLUMNS; j++) {
        c[j] = 1 / (double)(j + 1);
        c[COLUMNS + j] = (double)(j * j);
        c[2 * COLUMNS + j] = c[j] + c[COLUMNS + j];
    }
    ff_constraints constraints = {2, c, d, names};
    ff_solver_options options = {.method = FF_SOLVER_QR, .constraints = &constraints};
    ff_solution solution = solved(&s, options, table_of_two);
    memcpy(without, solution.coefficients, sizeof without);
    ff_solution_clear(&solution);
    constraints.count = 4;
    solution = solved(&s, options, table_of_two);
    assert_int_equal(solution.rank, COLUMNS - 2);
    assert_true(distance(solution.coefficients, without, COLUMNS) < 1e-12);
    ff_solution_clear(&solution);

    ff_error err = {0};
    d[2] = 3.001;
    assert_int_equal(solve(&solution, &s, options, table_of_two, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "contradicts the others"));
    assert_true(strstr(err.message, "energy") || strstr(err.message, "stress") ||
                strstr(err.message, "sum"));
    d[2] = 3;
    d[3] = 1;
    assert_int_equal(solve(&solution, &s, options, table_of_two, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "constraint nothing cannot be met"));
    d[3] = 0;
    c[4] = INFINITY;
    constraints.names = NULL;
    assert_int_equal(solve(&solution, &s, options, table_of_two, &err), FF_E_RANGE);
    assert_non_null(strstr(err.message, "constraint 1 "));
    drop(&s);
}

static void constraints_that_leave_nothing_are_an_error(void **state)
{
    (void)state;
    system_of_rows s;
    ff_solution solution;
    ff_error err = {0};
    static const double c[6] = {1, 0, 1, 1, 0, 2}, d[3] = {1, 1, 0};
    make_classes(&s, 10, 2, 2, 43);
    const ff_constraints constraints = {3, c, d, NULL};
    ff_solver_options options = {.method = FF_SOLVER_QR, .constraints = &constraints};
    assert_int_equal(solve(&solution, &s, options, table_of_two, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "leave none of 2 coefficients"));
    drop(&s);
}

/* ---- LSQR ---- */

static void lsqr_agrees_with_qr_and_ridge(void **state)
{
    (void)state;
    enum { COLUMNS = 60 };
    system_of_rows s;
    double prior[COLUMNS];
    make_classes(&s, 40, 2, COLUMNS, 50);
    /* Columns of very different lengths, as those of functions are. */
    for (size_t i = 0; i < s.rows * COLUMNS; i++)
        s.matrix[i] *= pow(10, -0.1 * (double)(i % COLUMNS));
    for (size_t j = 0; j < COLUMNS; j++)
        prior[j] = pow(1 + (double)j, 0.5);
    for (int ridge = 0; ridge < 2; ridge++) {
        ff_solver_options options = {.method = ridge ? FF_SOLVER_RIDGE : FF_SOLVER_QR,
                                     .ridge = ridge ? 1e-3 : 0,
                                     .prior = prior};
        ff_solution direct = solved(&s, options, table_of_two);
        options.method = FF_SOLVER_LSQR;
        options.tolerance = 1e-13;
        ff_solution triangle = solved(&s, options, table_of_two);
        ff_solution rows = solved_from_rows(&s, options, table_of_two);
        assert_true(distance(triangle.coefficients, direct.coefficients, COLUMNS) < 1e-9);
        assert_true(distance(rows.coefficients, direct.coefficients, COLUMNS) < 1e-9);
        assert_true(rows.steps > 1 && rows.steps < 2 * COLUMNS);
        assert_int_equal(rows.observations, direct.observations);
        if (ridge)
            assert_near(rows.singular_max, direct.singular_max, 1e-8 * direct.singular_max);
        else
            assert_near(rows.noise[1], direct.noise[1], 1e-9 * direct.noise[1]);
        assert_int_equal(rows.fit_count, direct.fit_count);
        for (size_t k = 0; k < rows.fit_count; k++) {
            assert_int_equal(rows.fit[k].count, direct.fit[k].count);
            assert_int_equal(rows.fit[k].kind, direct.fit[k].kind);
            assert_near(rows.fit[k].squares, direct.fit[k].squares, 1e-7 * rows.fit[k].squares);
        }
        ff_solution_clear(&direct);
        ff_solution_clear(&triangle);
        ff_solution_clear(&rows);
    }
    drop(&s);
}

static void lsqr_has_the_same_bits_on_all_threads(void **state)
{
    (void)state;
    enum { COLUMNS = 150 };
    system_of_rows s;
    make_classes(&s, 300, 2, COLUMNS, 51);
    const ff_solver_options options = {.ridge = 1e-4};
    ff_set_threads(1);
    ff_solution expected = solved_from_rows(&s, options, table_of_two);
    for (int threads = 2; threads <= 4; threads += 2) {
        ff_set_threads(threads);
        ff_solution found = solved_from_rows(&s, options, table_of_two);
        assert_memory_equal(found.coefficients, expected.coefficients, COLUMNS * sizeof(double));
        assert_memory_equal(found.fit, expected.fit, found.fit_count * sizeof *found.fit);
        ff_solution_clear(&found);
    }
    ff_set_threads(0);
    ff_solution_clear(&expected);
    drop(&s);
}

static void lsqr_says_when_it_has_not_converged(void **state)
{
    (void)state;
    system_of_rows s;
    ff_solution solution;
    ff_error err = {0};
    make_classes(&s, 40, 2, 50, 52);
    const ff_rows rows = rows_of(&s);
    ff_solver_options options = {.method = FF_SOLVER_LSQR, .weight = table_of_two, .most_steps = 3};
    assert_int_equal(ff_solve_rows(&solution, &rows, &options, &err), FF_E_NUMERIC);
    assert_non_null(strstr(err.message, "has not converged in 3 passes"));
    options.method = FF_SOLVER_QR;
    assert_int_equal(ff_solve_rows(&solution, &rows, &options, &err), FF_E_USAGE);
    options = (ff_solver_options){
        .method = FF_SOLVER_LSQR, .weight = table_of_two, .noise = FF_NOISE_PER_KIND};
    assert_int_equal(ff_solve_rows(&solution, &rows, &options, &err), FF_E_USAGE);
    drop(&s);
}

/* ---- all ---- */

static void solutions_have_the_same_bits_on_all_threads(void **state)
{
    (void)state;
    enum { COLUMNS = 40 };
    system_of_rows s;
    make_classes(&s, 100, 2, COLUMNS, 60);
    for (int method = 0; method < FF_SOLVERS; method++) {
        ff_solver_options options = {.method = (enum ff_solver_method)method,
                                     .ridge = 1e-6,
                                     .cutoff = 1e-12,
                                     .noise = FF_NOISE_PER_KIND};
        ff_set_threads(1);
        ff_solution expected = solved(&s, options, table_of_two);
        for (int threads = 2; threads <= 4; threads += 2) {
            ff_set_threads(threads);
            ff_solution found = solved(&s, options, table_of_two);
            assert_memory_equal(found.coefficients, expected.coefficients,
                                COLUMNS * sizeof(double));
            assert_memory_equal(found.noise, expected.noise, sizeof found.noise);
            if (found.covariance.r)
                assert_memory_equal(found.covariance.r, expected.covariance.r,
                                    COLUMNS * COLUMNS * sizeof(double));
            ff_solution_clear(&found);
        }
        ff_solution_clear(&expected);
    }
    ff_set_threads(0);
    drop(&s);
}

static void options_out_of_range_are_refused(void **state)
{
    (void)state;
    system_of_rows s;
    ff_solution solution;
    ff_error err = {0};
    double prior[3] = {1, 0, 1}, table[FF_KINDS] = {1, -1, 1, 1};
    make_classes(&s, 10, 1, 3, 61);
    ff_solver_options options = {.method = FF_SOLVER_RIDGE};
    assert_int_equal(solve(&solution, &s, options, table, &err), FF_E_RANGE);
    options.ridge = NAN;
    assert_int_equal(solve(&solution, &s, options, NULL, &err), FF_E_RANGE);
    options = (ff_solver_options){.method = FF_SOLVER_SVD, .cutoff = 1};
    assert_int_equal(solve(&solution, &s, options, NULL, &err), FF_E_RANGE);
    options = (ff_solver_options){.method = FF_SOLVER_QR, .prior = prior};
    assert_int_equal(solve(&solution, &s, options, NULL, &err), FF_E_RANGE);
    options = (ff_solver_options){.method = FF_SOLVER_LSQR, .tolerance = -1};
    assert_int_equal(solve(&solution, &s, options, NULL, &err), FF_E_RANGE);
    memset(table, 0, sizeof table);
    for (int method = 0; method < FF_SOLVERS; method++) {
        options = (ff_solver_options){.method = (enum ff_solver_method)method};
        assert_int_equal(solve(&solution, &s, options, table, &err), FF_E_NUMERIC);
        assert_non_null(strstr(err.message, "no observation is left"));
        assert_null(solution.coefficients);
    }
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qr_is_dgels),
        cmocka_unit_test(condition_1e12_costs_no_more_than_it_must),
        cmocka_unit_test(svd_is_dgelsd_on_deficient_systems),
        cmocka_unit_test(a_cut_off_drops_the_small_directions_only),
        cmocka_unit_test(ridge_is_dgels_with_the_rows_of_the_prior),
        cmocka_unit_test(covariance_and_noise_are_those_of_the_textbook),
        cmocka_unit_test(classes_are_judged_as_their_rows),
        cmocka_unit_test(constraints_are_dgglse),
        cmocka_unit_test(constraints_and_a_ridge_go_together),
        cmocka_unit_test(dependent_constraints_may_agree_but_not_contradict),
        cmocka_unit_test(constraints_that_leave_nothing_are_an_error),
        cmocka_unit_test(lsqr_agrees_with_qr_and_ridge),
        cmocka_unit_test(lsqr_has_the_same_bits_on_all_threads),
        cmocka_unit_test(lsqr_says_when_it_has_not_converged),
        cmocka_unit_test(solutions_have_the_same_bits_on_all_threads),
        cmocka_unit_test(options_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
