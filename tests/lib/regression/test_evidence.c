/* The evidence against the dense Gaussian density of the targets, its derivatives against
 * differences, and the maxima that the solvers find against both. */

#include "lib/regression/evidence.h"

#include "lib/regression/solver.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/lib/regression/row_system.h"
#include "tests/near.h"

enum { MOST_CLASSES = 64 };

/* ln of the normal density of y with covariance A diag(1/alpha) A^T + diag(variance), by Cholesky.
 */
static double dense_log_density(size_t rows, size_t columns, const double *a, const double *y,
                                const double *alpha, const double *variance)
{
    int n = (int)rows, m = (int)columns;
    double *scaled = calloc(rows * columns, sizeof *scaled);
    double *covariance = calloc(rows * rows, sizeof *covariance);
    double *z = calloc(rows, sizeof *z), sum = -0.5 * (double)rows * log(2 * acos(-1));
    for (size_t i = 0; i < rows * columns; i++)
        scaled[i] = a[i] / sqrt(alpha[i % columns]);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, m, 1, scaled, m, scaled, m, 0,
                covariance, n);
    for (size_t i = 0; i < rows; i++)
        covariance[i * rows + i] += variance[i];
    assert_int_equal(LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', n, covariance, n), 0);
    memcpy(z, y, rows * sizeof *z);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, covariance, n, z, 1);
    for (size_t i = 0; i < rows; i++)
        sum -= log(covariance[i * rows + i]) + 0.5 * z[i] * z[i];
    free(scaled);
    free(covariance);
    free(z);
    return sum;
}

/* Two levels of rows and two blocks of columns, in dense form and as triangles. */
typedef struct two_levels {
    size_t rows[2], columns;
    double *a, *y; /* [rows[0] + rows[1]][columns], the first level's rows first */
    ff_triangle level[2];
    double count[2];
    size_t block[32];
    ff_evidence_problem problem;
} two_levels;

static void make_levels(two_levels *t, size_t first, size_t second, size_t columns, size_t blocks)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    ff_triangle_workspace workspace;
    gsl_rng_set(random, 3);
    *t = (two_levels){.rows = {first, second}, .columns = columns};
    t->a = calloc((first + second) * columns, sizeof(double));
    t->y = calloc(first + second, sizeof(double));
    for (size_t i = 0; i < first + second; i++) {
        t->y[i] = (i < first ? 0.1 : 0.5) * normal(random);
        for (size_t j = 0; j < columns; j++) {
            t->a[i * columns + j] = normal(random) / (double)(j + 1);
            t->y[i] += t->a[i * columns + j] * (j < 4 ? 2 : 0.1);
        }
    }
    assert_int_equal(ff_triangle_workspace_init(&workspace, columns + 1, NULL), FF_OK);
    for (size_t k = 0, at = 0; k < 2; at += t->rows[k++]) {
        size_t rows = t->rows[k];
        double *block = calloc(rows * (columns + 1), sizeof *block);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j <= columns; j++)
                block[j * rows + i] = j < columns ? t->a[(at + i) * columns + j] : t->y[at + i];
        assert_int_equal(ff_triangle_init(&t->level[k], columns + 1, NULL), FF_OK);
        assert_int_equal(ff_triangle_fold(&t->level[k], rows, block, rows, &workspace, NULL),
                         FF_OK);
        t->count[k] = (double)rows;
        free(block);
    }
    ff_triangle_workspace_clear(&workspace);
    for (size_t j = 0; j < columns; j++)
        t->block[j] = blocks == columns ? j : j * blocks / columns;
    t->problem = (ff_evidence_problem){.columns = columns,
                                       .levels = 2,
                                       .blocks = blocks,
                                       .level = t->level,
                                       .rows = t->count,
                                       .block = t->block};
    gsl_rng_free(random);
}

static void drop_levels(two_levels *t)
{
    free(t->a);
    free(t->y);
    ff_triangle_clear(&t->level[0]);
    ff_triangle_clear(&t->level[1]);
}

static double dense_evidence(const two_levels *t, const double *x)
{
    size_t rows = t->rows[0] + t->rows[1], first = t->problem.noise_given ? 0 : 2;
    double *alpha = calloc(t->columns, sizeof *alpha), *variance = calloc(rows, sizeof *variance);
    for (size_t j = 0; j < t->columns; j++)
        alpha[j] = exp(x[first + t->block[j]]);
    for (size_t i = 0; i < rows; i++)
        variance[i] = t->problem.noise_given ? 1 : exp(-x[i < t->rows[0] ? 0 : 1]);
    double value = dense_log_density(rows, t->columns, t->a, t->y, alpha, variance);
    free(alpha);
    free(variance);
    return value;
}

static void value_is_the_density_of_the_targets(void **state)
{
    (void)state;
    static const double points[][4] = {
        {0, 0, 0, 0}, {4, 1, -2, 5}, {-3, 2, 10, -8}, {12, -1, 3, 3}};
    for (int given = 0; given < 2; given++) {
        two_levels t;
        ff_evidence e;
        make_levels(&t, 25, 40, 12, 2); /* fewer rows than columns would do as well: 25 + 40 > 12 */
        t.problem.noise_given = given;
        assert_int_equal(ff_evidence_init(&e, &t.problem, NULL), FF_OK);
        assert_int_equal(e.parameters, given ? 2 : 4);
        for (size_t k = 0; k < 4; k++) {
            memcpy(e.x, points[k], e.parameters * sizeof(double));
            assert_int_equal(ff_evidence_evaluate(&e, &t.problem, NULL), FF_OK);
            double expected = dense_evidence(&t, e.x);
            assert_near(e.value, expected, 1e-10 * fabs(expected));
        }
        ff_evidence_clear(&e);
        drop_levels(&t);
    }
}

static void fewer_rows_than_columns_are_enough(void **state)
{
    (void)state;
    two_levels t;
    ff_evidence e;
    make_levels(&t, 3, 5, 20, 2);
    assert_int_equal(ff_evidence_init(&e, &t.problem, NULL), FF_OK);
    e.x[0] = 2;
    e.x[3] = 1;
    assert_int_equal(ff_evidence_evaluate(&e, &t.problem, NULL), FF_OK);
    assert_near(e.value, dense_evidence(&t, e.x), 1e-10 * fabs(e.value));
    ff_evidence_clear(&e);
    drop_levels(&t);
}

/* Fourth-order differences of step h: errors of h^4 and of rounding 1e-13 * 100 / h. */
static void derivatives_are_those_of_differences(void **state)
{
    (void)state;
    const double h = 1e-3;
    static const size_t blocks[] = {1, 2, 6};
    for (size_t b = 0; b < 3; b++)
        for (int given = 0; given < 2; given++) {
            two_levels t;
            ff_evidence e, moved;
            make_levels(&t, 15, 22, 6, blocks[b]);
            t.problem.noise_given = given;
            assert_int_equal(ff_evidence_init(&e, &t.problem, NULL), FF_OK);
            assert_int_equal(ff_evidence_init(&moved, &t.problem, NULL), FF_OK);
            for (size_t i = 0; i < e.parameters; i++)
                e.x[i] = 0.7 * cos((double)(3 * i)) + 1;
            assert_int_equal(ff_evidence_evaluate(&e, &t.problem, NULL), FF_OK);
            assert_int_equal(ff_evidence_differentiate(&e, &t.problem, NULL), FF_OK);
            for (size_t i = 0; i < e.parameters; i++) {
                static const double step[4] = {-2, -1, 1, 2};
                static const double factor[4] = {1 / 12.0, -8 / 12.0, 8 / 12.0, -1 / 12.0};
                double slope = 0, curvature[16] = {0};
                for (size_t k = 0; k < 4; k++) {
                    memcpy(moved.x, e.x, e.parameters * sizeof(double));
                    moved.x[i] += step[k] * h;
                    assert_int_equal(ff_evidence_evaluate(&moved, &t.problem, NULL), FF_OK);
                    assert_int_equal(ff_evidence_differentiate(&moved, &t.problem, NULL), FF_OK);
                    slope += factor[k] * dense_evidence(&t, moved.x) / h;
                    for (size_t j = 0; j < e.parameters; j++)
                        curvature[j] += factor[k] * moved.gradient[j] / h;
                }
                assert_near(e.gradient[i], slope, 1e-8);
                for (size_t j = 0; j < e.parameters; j++)
                    assert_near(e.hessian[i * e.parameters + j], curvature[j], 1e-9);
            }
            ff_evidence_clear(&e);
            ff_evidence_clear(&moved);
            drop_levels(&t);
        }
}

/* The density at the maximum exceeds that at points around it, near and far. */
static void maximum_is_a_maximum_of_the_density(void **state)
{
    (void)state;
    two_levels t;
    ff_evidence e;
    int steps = 0;
    make_levels(&t, 30, 50, 12, 2);
    assert_int_equal(ff_evidence_init(&e, &t.problem, NULL), FF_OK);
    assert_int_equal(ff_evidence_start(&e, &t.problem, NULL), FF_OK);
    assert_int_equal(ff_evidence_maximise(&e, &t.problem, &steps, 100, NULL), FF_OK);
    assert_true(steps < 30);
    assert_true(ff_evidence_slope(&e) <= 1e-6 + 1e-9 * 50);
    double best = dense_evidence(&t, e.x), x[4];
    assert_near(e.value, best, 1e-10 * fabs(best));
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (int k = 0; k < 400; k++) {
        double size = k % 2 ? 0.02 : 3;
        for (size_t i = 0; i < 4; i++)
            x[i] = e.x[i] + size * (2 * gsl_rng_uniform(random) - 1);
        assert_true(dense_evidence(&t, x) < best);
    }
    gsl_rng_free(random);
    ff_evidence_clear(&e);
    drop_levels(&t);
}

/* ---- the solvers ---- */

static int solve(ff_solution *solution, const ff_reduction *reduction, ff_solver_options options,
                 const double *table, ff_error *err)
{
    double weight[MOST_CLASSES];
    assert_true(reduction->count <= MOST_CLASSES);
    ff_class_weights(weight, reduction, table);
    options.weight = weight;
    return ff_solve(solution, reduction, &options, err);
}

static ff_solution solved(const ff_reduction *reduction, ff_solver_options options,
                          const double *table)
{
    ff_solution solution;
    ff_error err = {0};
    if (solve(&solution, reduction, options, table, &err) != FF_OK)
        fail_msg("%s", err.message);
    return solution;
}

static const double table_of_two[2 * FF_KINDS] = {20, 1, 3, 0.2, 5, 2, 0.5, 0.1};

/* ln density of the targets, unscaled, at the noise levels of a solution and a prior precision of
 * each coefficient. */
static double density_of_rows(const system_of_rows *s, const double *table, const double *noise,
                              const double *precision)
{
    double *variance = calloc(s->rows, sizeof *variance);
    for (size_t i = 0; i < s->rows; i++)
        variance[i] = pow(noise[s->label[i].kind] / weight_of_row(s, i, table), 2);
    double value =
        dense_log_density(s->rows, s->columns, s->matrix, s->target, precision, variance);
    free(variance);
    return value;
}

/* The reported evidence is the density of the targets as they are, whatever the scales, weights and
 * prior, and no other noise or prior strength does better. */
static void solvers_report_the_density_of_the_targets(void **state)
{
    (void)state;
    enum { COLUMNS = 10 };
    system_of_rows s;
    double prior[COLUMNS];
    make_classes(&s, 12, 2, COLUMNS, 70);
    for (size_t j = 0; j < COLUMNS; j++)
        prior[j] = 1 + 0.2 * (double)j;
    ff_reduction reduction = reduced(&s, 2);
    static const enum ff_noise_model models[] = {FF_NOISE_COMMON, FF_NOISE_PER_KIND,
                                                 FF_NOISE_GIVEN};
    for (int method = FF_SOLVER_RIDGE; method <= FF_SOLVER_ARD; method++)
        for (size_t k = 0; k < 3; k++) {
            if (method == FF_SOLVER_SVD)
                continue;
            ff_solver_options options = {.method = (enum ff_solver_method)method,
                                         .noise = models[k],
                                         .ridge = 0.05,
                                         .prior = prior};
            ff_solution solution = solved(&reduction, options, table_of_two);
            double best =
                density_of_rows(&s, table_of_two, solution.noise, solution.prior_precision);
            assert_near(solution.log_evidence, best, 1e-9 * fabs(best));
            if (method == FF_SOLVER_RIDGE) {
                ff_solution_clear(&solution);
                continue;
            }
            for (size_t i = 0; i < 2 * FF_KINDS; i++) {
                double noise[FF_KINDS], precision[COLUMNS], factor = i % 2 ? 1.05 : 1 / 1.05;
                memcpy(noise, solution.noise, sizeof noise);
                memcpy(precision, solution.prior_precision, sizeof precision);
                for (int kind = 0; kind < FF_KINDS && models[k] != FF_NOISE_GIVEN; kind++)
                    if (models[k] == FF_NOISE_COMMON || (size_t)kind == i / 2)
                        noise[kind] *= factor;
                if (models[k] != FF_NOISE_GIVEN)
                    assert_true(density_of_rows(&s, table_of_two, noise, precision) < best);
                for (size_t j = 0; j < COLUMNS; j++)
                    precision[j] *= factor;
                assert_true(density_of_rows(&s, table_of_two, solution.noise, precision) < best);
            }
            ff_solution_clear(&solution);
        }
    ff_reduction_clear(&reduction);
    drop(&s);
}

/* Rows of a frame that hang together: with N(y; A c, s^2)^share = N(y; A c, s^2 / share) times a
 * factor, the tempered evidence is a dense density again. It is highest where it is said to be, and
 * every kind's chi^2 is that of the observations it counts as. */
static void dependent_rows_count_less(void **state)
{
    (void)state;
    enum { COLUMNS = 10 };
    system_of_rows s;
    make_classes(&s, 12, 2, COLUMNS, 77);
    ff_reduction reduction = reduced(&s, 2);
    ff_solver_options options = {
        .method = FF_SOLVER_BAYES, .noise = FF_NOISE_PER_KIND, .dependence = 0.5};
    ff_solution solution = solved(&reduction, options, table_of_two);
    double *variance = calloc(s.rows, sizeof *variance), rows[FF_KINDS] = {0}, value[3];
    const double frames[FF_KINDS] = {12, 12, 12, 4};
    for (size_t i = 0; i < s.rows; i++)
        rows[s.label[i].kind]++;
    for (int kind = 0; kind < FF_KINDS; kind++)
        assert_near(solution.share[kind], sqrt(frames[kind] / rows[kind]), 1e-14);
    for (int k = 0; k < 3; k++) {
        double factor = k == 0 ? 1 : k == 1 ? 1.05 : 1 / 1.05;
        value[k] = 0;
        for (size_t i = 0; i < s.rows; i++) {
            int kind = s.label[i].kind;
            double share = solution.share[kind];
            double level = factor * solution.noise[kind] / weight_of_row(&s, i, table_of_two);
            variance[i] = level * level / share;
            value[k] += 0.5 * log(2 * acos(-1) * variance[i]) -
                        0.5 * share * log(2 * acos(-1) * level * level);
        }
        value[k] += dense_log_density(s.rows, COLUMNS, s.matrix, s.target, solution.prior_precision,
                                      variance);
    }
    assert_near(solution.log_evidence, value[0], 1e-9 * fabs(value[0]));
    assert_true(value[1] < value[0] && value[2] < value[0]);
    double chi2[FF_KINDS] = {0}, effective = 0;
    for (size_t k = 0; k < solution.fit_count; k++)
        chi2[solution.fit[k].kind] += solution.fit[k].chi2;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        double share = solution.share[kind];
        assert_near(share * chi2[kind], share * rows[kind] - solution.kind_effective[kind], 1e-5);
        effective += solution.kind_effective[kind];
    }
    assert_near(effective, solution.effective, 1e-9);

    /* Methods without evidence weigh the rows accordingly. */
    options.method = FF_SOLVER_QR;
    ff_solution qr = solved(&reduction, options, table_of_two);
    double over[2 * FF_KINDS], expected[COLUMNS], *target = NULL;
    ff_weights_over_noise(over, &solution, 2, table_of_two);
    assert_near(over[FF_KIND_FORCE],
                sqrt(solution.share[FF_KIND_FORCE]) / solution.noise[FF_KIND_FORCE],
                1e-12 * over[FF_KIND_FORCE]);
    double *a = weighted_rows(&s, over, 0, &target);
    dgels(s.rows, COLUMNS, a, target, expected);
    assert_true(distance(qr.coefficients, expected, COLUMNS) < 1e-9);
    options.dependence = 1.5;
    ff_error err = {0};
    ff_solution none;
    assert_int_equal(solve(&none, &reduction, options, table_of_two, &err), FF_E_RANGE);
    free(a);
    free(target);
    free(variance);
    ff_solution_clear(&qr);
    ff_solution_clear(&solution);
    ff_reduction_clear(&reduction);
    drop(&s);
}

/* With thousands of rows the levels of the noise are found to their statistical error,
 * 1 / sqrt(2 rows) relative; four times that is allowed. */
static void noise_levels_are_found(void **state)
{
    (void)state;
    enum { COLUMNS = 12 };
    system_of_rows s;
    make_classes(&s, 1500, 2, COLUMNS, 71);
    ff_reduction reduction = reduced(&s, 1);
    static const double ones[2 * FF_KINDS] = {1, 1, 1, 1, 1, 1, 1, 1};
    static const double half[2 * FF_KINDS] = {1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5};
    size_t rows[FF_KINDS] = {0};
    for (size_t i = 0; i < s.rows; i++)
        rows[s.label[i].kind]++;
    for (int method = FF_SOLVER_QR; method < FF_SOLVERS; method++) {
        ff_solver_options options = {
            .method = (enum ff_solver_method)method, .noise = FF_NOISE_PER_KIND, .ridge = 1e-9};
        ff_solution solution = solved(&reduction, options, ones);
        for (int kind = 0; kind < FF_KINDS; kind++) {
            double error = solution.noise[kind] / true_noise[kind] - 1;
            assert_true(fabs(error) < 4 / sqrt(2 * (double)rows[kind]));
        }
        for (size_t j = 0; j < COLUMNS; j++)
            assert_near(solution.coefficients[j], (j % 2 ? -1 : 1) / (double)(j + 1), 0.01);
        assert_true(!solution.noise_at_bound);
        ff_solution_clear(&solution);
    }
    /* Weights are relative: with one group at half weight that is thought to be noisier than it is,
     * the level lies between. */
    ff_solver_options options = {.method = FF_SOLVER_BAYES, .noise = FF_NOISE_PER_KIND};
    ff_solution solution = solved(&reduction, options, half);
    for (int kind = 0; kind < FF_KINDS; kind++) {
        double level = solution.noise[kind] / true_noise[kind];
        assert_near(level, sqrt((1 + 0.25) / 2), 0.1);
    }
    ff_solution_clear(&solution);
    ff_reduction_clear(&reduction);
    drop(&s);
}

/* The number of parameters that the data determine, and the fixed point of MacKay: at the maximum
 * strength = effective / |c|^2 and noise^2 = chi^2 / (rows - effective) of each kind. */
static void the_maximum_is_the_fixed_point(void **state)
{
    (void)state;
    enum { COLUMNS = 30 };
    system_of_rows s;
    make_classes(&s, 6, 1, COLUMNS, 72);
    ff_reduction reduction = reduced(&s, 1);
    ff_solver_options options = {.method = FF_SOLVER_BAYES, .noise = FF_NOISE_PER_KIND};
    ff_solution solution = solved(&reduction, options, table_of_two);
    double squares = cblas_ddot(COLUMNS, solution.coefficients, 1, solution.coefficients, 1);
    assert_true(solution.effective > 5 && solution.effective < COLUMNS);
    assert_near(solution.prior_strength, solution.effective / squares,
                1e-6 * solution.prior_strength);
    for (size_t k = 0; k < solution.fit_count; k++) {
        const ff_class_fit *fit = &solution.fit[k];
        assert_near(fit->chi2, (double)fit->count - solution.kind_effective[fit->kind], 1e-5);
    }
    ff_solution_clear(&solution);
    ff_reduction_clear(&reduction);
    drop(&s);
}

static void data_without_noise_are_recognised(void **state)
{
    (void)state;
    enum { COLUMNS = 8 };
    system_of_rows s;
    make_classes(&s, 20, 1, COLUMNS, 73);
    for (size_t i = 0; i < s.rows; i++) {
        s.target[i] = 0;
        for (size_t j = 0; j < COLUMNS; j++)
            s.target[i] += s.matrix[i * COLUMNS + j] * (double)(1 + j);
    }
    ff_reduction reduction = reduced(&s, 1);
    ff_solver_options options = {.method = FF_SOLVER_BAYES, .noise = FF_NOISE_PER_KIND};
    ff_solution solution = solved(&reduction, options, table_of_two);
    assert_true(solution.noise_at_bound);
    for (size_t j = 0; j < COLUMNS; j++)
        assert_near(solution.coefficients[j], (double)(1 + j), 1e-9);
    assert_true(solution.noise[FF_KIND_FORCE] < 1e-8);
    ff_solution_clear(&solution);
    ff_reduction_clear(&reduction);
    drop(&s);
}

/* 60 functions of which 6 matter. */
static void make_sparse(system_of_rows *s, size_t frames)
{
    make_classes(s, frames, 1, 60, 74);
    for (size_t i = 0; i < s->rows; i++)
        for (size_t j = 0; j < 60; j++)
            if (j % 10 != 3) /* take off what make_classes added */
                s->target[i] -= s->matrix[i * 60 + j] * (j % 2 ? -1 : 1) / (double)(j + 1);
}

static void ard_keeps_what_matters(void **state)
{
    (void)state;
    enum { COLUMNS = 60 };
    system_of_rows s;
    make_sparse(&s, 20);
    ff_reduction reduction = reduced(&s, 1);
    ff_solver_options options = {.method = FF_SOLVER_ARD, .noise = FF_NOISE_PER_KIND};
    ff_solution ard = solved(&reduction, options, table_of_two);
    options.method = FF_SOLVER_BAYES;
    ff_solution bayes = solved(&reduction, options, table_of_two);
    double ard_error = 0, bayes_error = 0;
    size_t kept = 0;
    for (size_t j = 0; j < COLUMNS; j++) {
        double truth = j % 10 == 3 ? -1 / (double)(j + 1) : 0;
        ard_error += pow(ard.coefficients[j] - truth, 2);
        bayes_error += pow(bayes.coefficients[j] - truth, 2);
        bool in = isfinite(ard.prior_precision[j]);
        kept += in;
        assert_true(in || ard.coefficients[j] == 0);
        assert_true(in || truth > -0.03); /* the noise hides the smallest */
    }
    assert_int_equal(ard.rank, kept);
    /* Of what does not matter the third stays whose apparent effect exceeds its standard error. */
    assert_true(kept >= 5 && kept < COLUMNS / 2);
    assert_true(ard.log_evidence > bayes.log_evidence + 20);
    assert_true(ard_error < 0.8 * bayes_error);

    /* Kept ones are at their best precision, and those left out would make things worse at any. */
    double best = density_of_rows(&s, table_of_two, ard.noise, ard.prior_precision);
    double precision[COLUMNS];
    for (size_t j = 0; j < COLUMNS; j++)
        for (int k = 0; k < 9; k++) {
            bool in = isfinite(ard.prior_precision[j]);
            memcpy(precision, ard.prior_precision, sizeof precision);
            precision[j] = in ? precision[j] * (k % 2 ? 1.2 : 0.8) : pow(10, k);
            assert_true(density_of_rows(&s, table_of_two, ard.noise, precision) < best + 2e-4);
        }
    ff_solution_clear(&ard);
    ff_solution_clear(&bayes);
    ff_reduction_clear(&reduction);
    drop(&s);
}

static void ard_meets_constraints(void **state)
{
    (void)state;
    enum { COLUMNS = 60 };
    system_of_rows s;
    double c[2 * COLUMNS], d[2] = {0};
    make_sparse(&s, 20);
    for (size_t j = 0; j < COLUMNS; j++) {
        double truth = j % 10 == 3 ? -1 / (double)(j + 1) : 0;
        c[j] = 1;
        c[COLUMNS + j] = cos((double)(j * j));
        d[0] += truth;
        d[1] += c[COLUMNS + j] * truth;
    }
    const ff_constraints constraints = {2, c, d, NULL};
    ff_reduction reduction = reduced(&s, 1);
    for (int method = FF_SOLVER_BAYES; method <= FF_SOLVER_ARD; method++) {
        ff_solver_options options = {.method = (enum ff_solver_method)method,
                                     .noise = FF_NOISE_PER_KIND,
                                     .constraints = &constraints};
        ff_solution solution = solved(&reduction, options, table_of_two);
        for (size_t i = 0; i < 2; i++)
            assert_near(cblas_ddot(COLUMNS, c + i * COLUMNS, 1, solution.coefficients, 1), d[i],
                        1e-11);
        assert_true(method == FF_SOLVER_ARD ? solution.rank < COLUMNS / 2
                                            : solution.rank == COLUMNS - 2);
        ff_solution_clear(&solution);
    }
    ff_reduction_clear(&reduction);
    drop(&s);
}

/* With a constraint c0 = known and no coupling to the others, what is left is the regression
 * without function 0 on what its contribution leaves: the evidence must be the same. */
static void evidence_with_constraints_is_that_of_what_is_left(void **state)
{
    (void)state;
    enum { COLUMNS = 9 };
    system_of_rows s, less;
    double c[COLUMNS] = {2};
    static const double d[1] = {1.4};
    make_classes(&s, 15, 1, COLUMNS, 75);
    make_classes(&less, 15, 1, COLUMNS, 75);
    less.columns = COLUMNS - 1;
    for (size_t i = 0; i < s.rows; i++) {
        less.target[i] -= 0.7 * s.matrix[i * COLUMNS];
        memcpy(less.matrix + i * (COLUMNS - 1), s.matrix + i * COLUMNS + 1,
               (COLUMNS - 1) * sizeof(double));
    }
    const ff_constraints constraints = {1, c, d, NULL};
    ff_reduction reduction = reduced(&s, 1), reduction_of_less = reduced(&less, 1);
    ff_solver_options options = {
        .method = FF_SOLVER_BAYES, .noise = FF_NOISE_PER_KIND, .constraints = &constraints};
    ff_solution with = solved(&reduction, options, table_of_two);
    options.constraints = NULL;
    ff_solution without = solved(&reduction_of_less, options, table_of_two);
    assert_near(with.log_evidence, without.log_evidence, 1e-8 * fabs(with.log_evidence));
    assert_near(with.coefficients[0], 0.7, 1e-14);
    assert_true(distance(with.coefficients + 1, without.coefficients, COLUMNS - 1) < 1e-7);
    ff_solution_clear(&with);
    ff_solution_clear(&without);
    ff_reduction_clear(&reduction);
    ff_reduction_clear(&reduction_of_less);
    drop(&less);
    drop(&s);
}

static void targets_that_are_zero_or_random_do_no_harm(void **state)
{
    (void)state;
    system_of_rows s;
    ff_solution solution;
    ff_error err = {0};
    make_classes(&s, 30, 1, 5, 76);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < s.rows; i++)
        s.target[i] = normal(random);
    gsl_rng_free(random);
    ff_reduction reduction = reduced(&s, 1);
    ff_solver_options options = {.method = FF_SOLVER_BAYES};
    solution = solved(&reduction, options, table_of_two);
    assert_true(solution.effective >= 0 && solution.effective < 5);
    ff_solution_clear(&solution);
    ff_reduction_clear(&reduction);
    memset(s.target, 0, s.rows * sizeof(double));
    reduction = reduced(&s, 1);
    for (int method = FF_SOLVER_BAYES; method <= FF_SOLVER_ARD; method++) {
        options.method = (enum ff_solver_method)method;
        int status = solve(&solution, &reduction, options, table_of_two, &err);
        assert_true(status == FF_OK || status == FF_E_NUMERIC);
        for (size_t j = 0; j < 5 && status == FF_OK; j++)
            assert_near(solution.coefficients[j], 0, 0);
        ff_solution_clear(&solution);
    }
    ff_reduction_clear(&reduction);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_is_the_density_of_the_targets),
        cmocka_unit_test(fewer_rows_than_columns_are_enough),
        cmocka_unit_test(derivatives_are_those_of_differences),
        cmocka_unit_test(maximum_is_a_maximum_of_the_density),
        cmocka_unit_test(solvers_report_the_density_of_the_targets),
        cmocka_unit_test(dependent_rows_count_less),
        cmocka_unit_test(noise_levels_are_found),
        cmocka_unit_test(the_maximum_is_the_fixed_point),
        cmocka_unit_test(data_without_noise_are_recognised),
        cmocka_unit_test(ard_keeps_what_matters),
        cmocka_unit_test(ard_meets_constraints),
        cmocka_unit_test(evidence_with_constraints_is_that_of_what_is_left),
        cmocka_unit_test(targets_that_are_zero_or_random_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
