#include "lib/regression/lsqr.h"

#include "lib/base/memory.h"
#include "lib/regression/solver_parts.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Orthogonal vectors, as many as may be kept. */
typedef struct vector_store {
    size_t length, count, capacity, most;
    double *vectors;
} vector_store;

static int keep(vector_store *store, const double *vector, ff_error *err)
{
    if (store->count == store->most)
        return FF_OK;
    int status = ff_reserve(&store->vectors, &store->capacity, store->count + 1,
                            store->length * sizeof(double), err);
    if (status == FF_OK)
        memcpy(store->vectors + store->count++ * store->length, vector,
               store->length * sizeof(double));
    return status;
}

/* Twice is enough (W. Kahan, in B. N. Parlett, The Symmetric Eigenvalue Problem). */
static void orthogonalise(const vector_store *store, double *vector, double *work)
{
    int length = (int)store->length, count = (int)store->count;
    for (int i = 0; i < 2 && count > 0; i++) {
        cblas_dgemv(CblasColMajor, CblasTrans, length, count, 1, store->vectors, length, vector, 1,
                    0, work, 1);
        cblas_dgemv(CblasColMajor, CblasNoTrans, length, count, -1, store->vectors, length, work, 1,
                    1, vector, 1);
    }
}

/* Scales to unit length, unless it is zero; returns the length. */
static double normalise(double *vector, size_t length)
{
    double norm = cblas_dnrm2((int)length, vector, 1);
    if (norm > 0)
        cblas_dscal((int)length, 1 / norm, vector, 1);
    return norm;
}

typedef struct lsqr_task {
    const ff_lsqr_system *system;
    size_t columns;
    double damping;
    double *scale;   /* [columns] z = scale v */
    double *scaled;  /* [columns] */
    double *v, *w;   /* [columns] */
    double *product; /* [columns] */
    double *tail;    /* [columns] the part of u that belongs to the rows of the ridge */
    double *work;    /* [most vectors] */
    vector_store store;
    int most;
} lsqr_task;

static void task_clear(lsqr_task *task)
{
    free(task->scale);
    free(task->work);
    free(task->store.vectors);
}

static int task_init(lsqr_task *task, const ff_lsqr_system *system, ff_error *err)
{
    size_t n = system->columns;
    *task = (lsqr_task){.system = system, .columns = n};
    task->most = system->most_steps > 0 ? system->most_steps : 1000;
    task->store = (vector_store){.length = n, .most = 2 + ((size_t)1 << 25) / (n + 1)};
    if (task->store.most > (size_t)task->most + 1)
        task->store.most = (size_t)task->most + 1;
    task->scale = ff_new_array(6 * n, sizeof(double), err);
    task->work = ff_new_array(task->store.most, sizeof(double), err);
    if (!task->scale || !task->work)
        return FF_E_NOMEM;
    task->scaled = task->scale + n;
    task->v = task->scaled + n;
    task->w = task->v + n;
    task->product = task->w + n;
    task->tail = task->product + n;
    return FF_OK;
}

/* As ff_lsqr_pass, for the scaled matrix with the rows of the ridge below. */
static int pass(lsqr_task *task, const double *v, double minus, double *squares, ff_error *err)
{
    size_t n = task->columns;
    for (size_t j = 0; v && j < n; j++)
        task->scaled[j] = task->scale[j] * v[j];
    int status = task->system->pass(task->system->context, v ? task->scaled : NULL, minus, squares,
                                    task->product, err);
    for (size_t j = 0; j < n; j++) {
        task->tail[j] = v ? task->damping * task->scaled[j] - minus * task->tail[j] : 0;
        *squares += task->tail[j] * task->tail[j];
        task->product[j] = task->scale[j] * (task->product[j] + task->damping * task->tail[j]);
    }
    return status;
}

/* Largest eigenvalue of a symmetric tridiagonal matrix. */
static int largest_eigenvalue(double *value, const double *diagonal, const double *off, int count,
                              ff_error *err)
{
    double *d = ff_copy_array(diagonal, (size_t)count, sizeof *d, err);
    double *e = ff_copy_array(off, (size_t)count, sizeof *e, err);
    int status = d && e ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK && LAPACKE_dsterf_work(count, d, e) != 0)
        status = ff_fail(err, FF_E_NUMERIC, "the largest singular value did not converge");
    if (status == FF_OK)
        *value = d[count - 1];
    free(d);
    free(e);
    return status;
}

/* The Lanczos method for the largest eigenvalue of A^T A, starting from the columns' lengths: large
 * columns make large singular values. */
static int find_sigma(lsqr_task *task, double *sigma, int *steps, ff_error *err)
{
    enum { MOST = 200 };
    double diagonal[MOST] = {0}, off[MOST] = {0}, value = 0, previous = -1;
    size_t n = task->columns;
    int status = FF_OK, count = 0;
    for (size_t j = 0; j < n; j++) {
        task->scale[j] = 1;
        task->v[j] = task->system->length[j];
    }
    double length = normalise(task->v, n);
    while (status == FF_OK && length > 0 && count < MOST && (size_t)count < n &&
           fabs(value - previous) > 1e-11 * value) {
        status = keep(&task->store, task->v, err);
        if (status == FF_OK)
            status = pass(task, task->v, 0, &diagonal[count], err);
        if (status != FF_OK)
            break;
        ++*steps;
        orthogonalise(&task->store, task->product, task->work);
        memcpy(task->v, task->product, n * sizeof *task->v);
        length = normalise(task->v, n);
        off[count++] = length;
        previous = value;
        status = largest_eigenvalue(&value, diagonal, off, count, err);
    }
    task->store.count = 0;
    *sigma = sqrt(value);
    return status;
}

/* The iteration of Paige and Saunders, in their notation; u is not scaled to unit length, beta is
 * what it lacks. */
static int iterate(lsqr_task *task, double *z, int *steps, ff_error *err)
{
    size_t n = task->columns;
    const double tolerance = task->system->tolerance > 0 ? task->system->tolerance : 1e-10;
    double squares = 0, norm = 0;
    int status = pass(task, NULL, 0, &squares, err);
    double beta = sqrt(squares), target = beta;
    if (status != FF_OK || beta == 0)
        return status;
    memcpy(task->v, task->product, n * sizeof *task->v);
    double alpha = normalise(task->v, n) / beta, phi_bar = beta, rho_bar = alpha, cosine = 1;
    memcpy(task->w, task->v, n * sizeof *task->w);
    for (int step = 1; alpha > 0; step++) {
        if (phi_bar <= tolerance * target ||
            (step > 1 && alpha * fabs(cosine) <= tolerance * sqrt(norm)))
            return FF_OK;
        if (step > task->most)
            return ff_fail(err, FF_E_NUMERIC,
                           "LSQR has not converged in %d passes over the rows: a ridge or a "
                           "larger tolerance would help",
                           task->most);
        status = keep(&task->store, task->v, err);
        if (status == FF_OK)
            status = pass(task, task->v, alpha / beta, &squares, err);
        if (status != FF_OK)
            return status;
        ++*steps;
        norm += alpha * alpha + squares;
        beta = sqrt(squares);
        for (size_t j = 0; j < n; j++)
            task->v[j] = beta > 0 ? task->product[j] / beta - beta * task->v[j] : 0;
        orthogonalise(&task->store, task->v, task->work);
        alpha = normalise(task->v, n);
        double rho = hypot(rho_bar, beta), sine = beta / rho, theta = sine * alpha;
        cosine = rho_bar / rho;
        rho_bar = -cosine * alpha;
        cblas_daxpy((int)n, cosine * phi_bar / rho, task->w, 1, z, 1);
        phi_bar *= sine;
        for (size_t j = 0; j < n; j++)
            task->w[j] = task->v[j] - theta / rho * task->w[j];
    }
    return FF_OK;
}

int ff_lsqr(double *z, double *sigma, int *steps, const ff_lsqr_system *system, ff_error *err)
{
    lsqr_task task;
    int status = task_init(&task, system, err);
    if (status == FF_OK && system->ridge > 0)
        status = find_sigma(&task, sigma, steps, err);
    if (status == FF_OK) {
        task.damping = system->ridge > 0 ? system->ridge * *sigma : 0;
        for (size_t j = 0; j < system->columns; j++) {
            double length = hypot(system->length[j], task.damping);
            task.scale[j] = length > 0 ? 1 / length : 1;
            z[j] = 0;
        }
        status = iterate(&task, z, steps, err);
        for (size_t j = 0; j < system->columns; j++)
            z[j] *= task.scale[j];
    }
    task_clear(&task);
    return status;
}

/* ---- as a method: the matrix is a triangle ---- */

typedef struct triangle_rows {
    ff_triangle triangle;
    double *u; /* [order] */
} triangle_rows;

static int pass_triangle(void *context, const double *v, double minus, double *squares,
                         double *product, ff_error *err)
{
    triangle_rows *rows = context;
    size_t order = rows->triangle.order, columns = order - 1;
    int m = (int)columns;
    (void)err;
    if (v) {
        memcpy(product, v, columns * sizeof *product);
        cblas_dtrmv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, m, rows->triangle.r,
                    m + 1, product, 1);
        for (size_t i = 0; i < columns; i++)
            rows->u[i] = product[i] - minus * rows->u[i];
        rows->u[columns] *= -minus;
    } else
        memcpy(rows->u, rows->triangle.r + columns * order, order * sizeof *rows->u);
    *squares = cblas_ddot(m + 1, rows->u, 1, rows->u, 1);
    memcpy(product, rows->u, columns * sizeof *product);
    cblas_dtrmv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, m, rows->triangle.r, m + 1,
                product, 1);
    return FF_OK;
}

int ff_solve_lsqr(ff_standard_solution *solution, const ff_standard_problem *problem, ff_error *err)
{
    static const double ones[FF_KINDS] = {1, 1, 1, 1};
    size_t columns = problem->columns;
    triangle_rows rows = {0};
    double sigma = NAN;
    double *length = ff_new_array(columns, sizeof *length, err);
    rows.u = ff_new_array(columns + 1, sizeof *rows.u, err);
    int status = length && rows.u ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_standard_triangle(&rows.triangle, problem, ones, err);
    if (status == FF_OK) {
        for (size_t j = 0; j < columns; j++)
            length[j] = ff_triangle_column_length(&rows.triangle, j);
        const ff_lsqr_system system = {.columns = columns,
                                       .pass = pass_triangle,
                                       .context = &rows,
                                       .length = length,
                                       .ridge = problem->options->ridge,
                                       .tolerance = problem->options->tolerance,
                                       .most_steps = problem->options->most_steps};
        status = ff_lsqr(solution->z, &sigma, &solution->steps, &system, err);
    }
    if (status == FF_OK) {
        solution->singular_max = sigma;
        ff_standard_noise(solution, problem, (double)columns);
    }
    ff_triangle_clear(&rows.triangle);
    free(rows.u);
    free(length);
    return status;
}
