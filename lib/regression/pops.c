#include "lib/regression/pops.h"

#include "lib/base/memory.h"
#include "lib/regression/tsqr.h"

#include <cblas.h>
#include <gsl/gsl_rng.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_CHUNK = 256 };

void ff_pops_init(ff_pops *pops)
{
    *pops = (ff_pops){0};
}

void ff_pops_clear(ff_pops *pops)
{
    free(pops->direction);
    free(pops->lower);
    free(pops->upper);
    free(pops->spread);
    ff_pops_init(pops);
}

typedef struct pops_task {
    ff_pops *pops;
    const double *coefficients;
    const ff_triangle *covariance;
    const ff_rows *rows;
    const double *weight; /* table */
    double size;          /* of the covariance's triangle, Frobenius norm squared */
    double *leverage;     /* [rows->count] first pass; NULL when all rows count */
    uint8_t *kind;        /* [rows->count] */
    double least[FF_KINDS];
    ff_tsqr *tsqr; /* second pass */
    ff_design_block *block;
    size_t capacity;
    double *use;        /* [capacity] leverage of each row of the block, then 1: it counts, or 0 */
    double *projection; /* [capacity][rank] third pass */
    size_t projections;
} pops_task;

/* Rows x become x F, and use their length squared; 0 where rounding is all there is: of rows that
 * constraints determine, and of zeros. */
static int weigh_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    pops_task *task = context;
    ff_design_block *block = task->block;
    size_t first = chunk * ROW_CHUNK, n = block->columns;
    size_t count = block->rows - first < ROW_CHUNK ? block->rows - first : ROW_CHUNK;
    double *x = block->matrix + first * n;
    (void)thread;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        block->target[first + i] -= cblas_ddot((int)n, x + i * n, 1, task->coefficients, 1);
        task->use[first + i] = 1e-26 * task->size * cblas_ddot((int)n, x + i * n, 1, x + i * n, 1);
    }
    cblas_dtrmm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)count, (int)n,
                1, task->covariance->r, (int)n, x, (int)n);
    for (size_t i = 0; i < count; i++) {
        double squares = cblas_ddot((int)n, x + i * n, 1, x + i * n, 1);
        task->use[first + i] = squares > task->use[first + i] ? squares : 0;
    }
    return FF_OK;
}

/* Rows x F become the corrections F F^T x r / |F^T x|^2. */
static int correct_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    pops_task *task = context;
    ff_design_block *block = task->block;
    size_t first = chunk * ROW_CHUNK, n = block->columns;
    size_t count = block->rows - first < ROW_CHUNK ? block->rows - first : ROW_CHUNK;
    double *x = block->matrix + first * n;
    (void)thread;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        double squares = task->use[first + i];
        double factor = squares > 0 ? block->target[first + i] / squares : 0;
        cblas_dscal((int)n, factor, x + i * n, 1);
    }
    cblas_dtrmm(CblasRowMajor, CblasRight, CblasLower, CblasNoTrans, CblasNonUnit, (int)count,
                (int)n, 1, task->covariance->r, (int)n, x, (int)n);
    return FF_OK;
}

static size_t chunks(const ff_design_block *block)
{
    return (block->rows + ROW_CHUNK - 1) / ROW_CHUNK;
}

static double row_weight(const pops_task *task, const ff_row_label *label, double scale)
{
    size_t group = task->rows->frames->group[label->frame];
    return scale * task->weight[group * FF_KINDS + label->kind];
}

/* block becomes rows x F with their residuals. */
static int weigh_block(pops_task *task, ff_design_block *block, ff_error *err)
{
    task->block = block;
    int status = ff_reserve(&task->use, &task->capacity, block->rows, sizeof(double), err);
    return status == FF_OK ? ff_parallel_for(chunks(block), weigh_chunk, task, NULL, err) : status;
}

/* ---- which rows ---- */

static int note_leverages(void *context, size_t first, ff_design_block *block, const double *scale,
                          ff_error *err)
{
    pops_task *task = context;
    int status = weigh_block(task, block, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++) {
        double weight = row_weight(task, &block->label[i], scale[i]);
        task->leverage[first + i] = weight * weight * task->use[i];
        task->kind[first + i] = block->label[i].kind;
    }
    return status;
}

static int compare_numbers(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* least[K]: the quantile of the leverages of kind K that are not 0. */
static int find_quantiles(pops_task *task, double quantile, ff_error *err)
{
    double *sorted = ff_new_array(task->rows->count, sizeof *sorted, err);
    if (!sorted)
        return FF_E_NOMEM;
    for (int kind = 0; kind < FF_KINDS; kind++) {
        size_t count = 0;
        for (size_t i = 0; i < task->rows->count; i++)
            if (task->kind[i] == kind && task->leverage[i] > 0)
                sorted[count++] = task->leverage[i];
        qsort(sorted, count, sizeof *sorted, compare_numbers);
        task->least[kind] = count > 0 ? sorted[(size_t)(quantile * (double)count)] : 0;
    }
    free(sorted);
    return FF_OK;
}

static int choose_rows(pops_task *task, double quantile, ff_error *err)
{
    if (quantile == 0)
        return FF_OK;
    task->leverage = ff_new_array(task->rows->count, sizeof *task->leverage, err);
    task->kind = ff_new_array(task->rows->count, sizeof *task->kind, err);
    if (!task->leverage || !task->kind)
        return FF_E_NOMEM;
    int status = ff_rows_each(task->rows, note_leverages, task, err);
    return status == FF_OK ? find_quantiles(task, quantile, err) : status;
}

/* ---- corrections ---- */

/* Rows of the block become corrections, and use 1 for those that count, else 0. */
static int correct_block(pops_task *task, ff_design_block *block, const double *scale,
                         ff_error *err)
{
    int status = weigh_block(task, block, err);
    if (status == FF_OK)
        status = ff_parallel_for(chunks(block), correct_chunk, task, NULL, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++) {
        const ff_row_label *label = &block->label[i];
        double weight = row_weight(task, label, scale[i]);
        double leverage = weight * weight * task->use[i];
        task->use[i] = leverage > 0 && leverage >= task->least[label->kind];
    }
    return status;
}

static int reduce_block(void *context, size_t first, ff_design_block *block, const double *scale,
                        ff_error *err)
{
    pops_task *task = context;
    (void)first;
    int status = correct_block(task, block, scale, err);
    memset(block->target, 0, block->rows * sizeof *block->target);
    return status == FF_OK ? ff_tsqr_add(task->tsqr, block->rows, block->matrix, block->target,
                                         task->use, NULL, err)
                           : status;
}

static int allocate(ff_pops *pops, size_t columns, ff_error *err)
{
    pops->columns = columns;
    pops->direction = ff_new_array(columns * columns, sizeof *pops->direction, err);
    pops->lower = ff_new_array(columns, sizeof *pops->lower, err);
    pops->upper = ff_new_array(columns, sizeof *pops->upper, err);
    pops->spread = ff_new_array(columns, sizeof *pops->spread, err);
    return pops->direction && pops->lower && pops->upper && pops->spread ? FF_OK : FF_E_NOMEM;
}

/* Right singular vectors of the corrections' triangle. */
static int find_directions(pops_task *task, double cutoff, ff_error *err)
{
    ff_pops *pops = task->pops;
    size_t n = task->rows->columns;
    int m = (int)n, status = FF_OK;
    double *packed = NULL, *vt = ff_new_array(n * n, sizeof *vt, err);
    ff_triangle triangle = {0};
    pops->rows = ff_tsqr_rows(task->tsqr, 0);
    if (!vt)
        return FF_E_NOMEM;
    if (pops->rows == 0)
        status = ff_fail(err, FF_E_NUMERIC,
                         "no row has a weight and says anything of the "
                         "coefficients");
    if (status == FF_OK)
        status = ff_tsqr_finish(task->tsqr, err);
    if (status == FF_OK)
        status = ff_triangle_init(&triangle, n + 1, err);
    if (status == FF_OK) {
        size_t height = ff_tsqr_take(task->tsqr, 0, &packed);
        ff_triangle_unpack(&triangle, height, packed, 1);
        /* The columns of the triangle but the last, whose rows are n + 1 apart. */
        if (LAPACKE_dgesvd(LAPACK_COL_MAJOR, 'N', 'S', m, m, triangle.r, m + 1, pops->spread, NULL,
                           1, vt, m, pops->upper) != 0)
            status = ff_fail(err, FF_E_NUMERIC,
                             "the directions of the corrections did not "
                             "converge");
    }
    while (status == FF_OK && pops->rank < n && pops->spread[pops->rank] > cutoff * pops->spread[0])
        pops->rank++;
    for (size_t k = 0; k < pops->rank; k++) {
        for (size_t j = 0; j < n; j++)
            pops->direction[k * n + j] = vt[j * n + k];
        pops->spread[k] /= sqrt((double)pops->rows);
        pops->lower[k] = pops->upper[k] = 0;
    }
    ff_triangle_clear(&triangle);
    free(packed);
    free(vt);
    return status;
}

static int project_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    pops_task *task = context;
    const ff_design_block *block = task->block;
    size_t first = chunk * ROW_CHUNK, n = block->columns, rank = task->pops->rank;
    size_t count = block->rows - first < ROW_CHUNK ? block->rows - first : ROW_CHUNK;
    (void)thread;
    (void)err;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)count, (int)rank, (int)n, 1,
                block->matrix + first * n, (int)n, task->pops->direction, (int)n, 0,
                task->projection + first * rank, (int)rank);
    return FF_OK;
}

static int bound_block(void *context, size_t first, ff_design_block *block, const double *scale,
                       ff_error *err)
{
    pops_task *task = context;
    ff_pops *pops = task->pops;
    (void)first;
    int status = correct_block(task, block, scale, err);
    if (status == FF_OK)
        status = ff_reserve(&task->projection, &task->projections, block->rows * pops->rank,
                            sizeof(double), err);
    if (status == FF_OK)
        status = ff_parallel_for(chunks(block), project_chunk, task, NULL, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++)
        for (size_t k = 0; k < pops->rank && task->use[i] > 0; k++) {
            double along = task->projection[i * pops->rank + k];
            pops->lower[k] = fmin(pops->lower[k], along);
            pops->upper[k] = fmax(pops->upper[k], along);
        }
    return status;
}

static int check(const ff_triangle *covariance, const ff_rows *rows, const ff_pops_options *options,
                 ff_error *err)
{
    if (covariance->order != rows->columns)
        return ff_fail(err, FF_E_USAGE, "a covariance of %zu coefficients for rows of %zu columns",
                       covariance->order, rows->columns);
    if (!(options->leverage_quantile >= 0 && options->leverage_quantile < 1))
        return ff_fail(err, FF_E_RANGE, "leverage quantile %g, expected a number from 0 to below 1",
                       options->leverage_quantile);
    if (!(options->cutoff >= 0 && options->cutoff < 1))
        return ff_fail(err, FF_E_RANGE, "cut-off %g, expected a number from 0 to below 1",
                       options->cutoff);
    return FF_OK;
}

int ff_pops_find(ff_pops *pops, const double *coefficients, const ff_triangle *covariance,
                 const ff_rows *rows, const double *weight, const ff_pops_options *options,
                 ff_error *err)
{
    pops_task task = {.pops = pops,
                      .coefficients = coefficients,
                      .covariance = covariance,
                      .rows = rows,
                      .weight = weight};
    ff_pops_init(pops);
    int status = check(covariance, rows, options, err);
    if (status != FF_OK)
        return status;
    for (size_t i = 0; i < covariance->order * covariance->order; i++)
        task.size += covariance->r[i] * covariance->r[i];
    status = allocate(pops, rows->columns, err);
    if (status == FF_OK)
        status = choose_rows(&task, options->leverage_quantile, err);
    if (status == FF_OK)
        status = ff_tsqr_new(&task.tsqr, rows->columns, 1, err);
    if (status == FF_OK)
        status = ff_rows_each(rows, reduce_block, &task, err);
    if (status == FF_OK)
        status = find_directions(&task, options->cutoff > 0 ? options->cutoff : 1e-8, err);
    if (status == FF_OK)
        status = ff_rows_each(rows, bound_block, &task, err);
    if (status != FF_OK)
        ff_pops_clear(pops);
    ff_tsqr_free(task.tsqr);
    free(task.leverage);
    free(task.kind);
    free(task.use);
    free(task.projection);
    return status;
}

/* ---- what follows ---- */

int ff_pops_draw(double *members, const double *coefficients, const ff_pops *pops, size_t count,
                 uint64_t seed, ff_error *err)
{
    size_t n = pops->columns;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (!random)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a random number generator");
    gsl_rng_set(random, (unsigned long)seed);
    for (size_t i = 0; i < count; i++) {
        double *member = members + i * n;
        memcpy(member, coefficients, n * sizeof *member);
        for (size_t k = 0; k < pops->rank; k++) {
            double along =
                pops->lower[k] + gsl_rng_uniform(random) * (pops->upper[k] - pops->lower[k]);
            cblas_daxpy((int)n, along, pops->direction + k * n, 1, member, 1);
        }
    }
    gsl_rng_free(random);
    return FF_OK;
}

int ff_pops_bounds(double *lower, double *upper, double *deviation, const ff_pops *pops,
                   size_t count, const double *x, ff_error *err)
{
    size_t n = pops->columns, rank = pops->rank;
    double *projection = ff_new_array(rank, sizeof *projection, err);
    if (!projection)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        double least = 0, most = 0, variance = 0;
        if (rank > 0)
            cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)rank, (int)n, 1, pops->direction, (int)n,
                        x + i * n, 1, 0, projection, 1);
        for (size_t k = 0; k < rank; k++) {
            double a = projection[k] * pops->lower[k], b = projection[k] * pops->upper[k];
            least += fmin(a, b);
            most += fmax(a, b);
            variance += (b - a) * (b - a) / 12;
        }
        if (lower)
            lower[i] = least;
        if (upper)
            upper[i] = most;
        if (deviation)
            deviation[i] = sqrt(variance);
    }
    free(projection);
    return FF_OK;
}
