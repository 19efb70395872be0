#include "lib/regression/uncertainty.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_CHUNK = 256 };

/* rows[count][n] become rows F, in place. */
static void multiply_root(double *rows, const ff_triangle *covariance, size_t count)
{
    int n = (int)covariance->order;
    /* Row-major, the column-major F is a lower triangle transposed. */
    cblas_dtrmm(CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int)count, n, 1,
                covariance->r, n, rows, n);
}

typedef struct variance_task {
    const ff_triangle *covariance;
    const double *x; /* [count][n] */
    double *variance;
    size_t count;
} variance_task;

static int variance_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const variance_task *task = context;
    size_t first = chunk * ROW_CHUNK, n = task->covariance->order;
    size_t count = task->count - first < ROW_CHUNK ? task->count - first : ROW_CHUNK;
    double *rows = ff_copy_array(task->x + first * n, count * n, sizeof *rows, err);
    (void)thread;
    if (!rows)
        return FF_E_NOMEM;
    multiply_root(rows, task->covariance, count);
    for (size_t i = 0; i < count; i++)
        task->variance[first + i] = cblas_ddot((int)n, rows + i * n, 1, rows + i * n, 1);
    free(rows);
    return FF_OK;
}

int ff_posterior_variances(double *variance, const ff_triangle *covariance, size_t count,
                           const double *x, ff_error *err)
{
    variance_task task = {.covariance = covariance, .x = x, .variance = variance, .count = count};
    return ff_parallel_for((count + ROW_CHUNK - 1) / ROW_CHUNK, variance_chunk, &task, NULL, err);
}

int ff_posterior_covariances(double *result, const ff_triangle *covariance, size_t count,
                             const double *x, ff_error *err)
{
    int n = (int)covariance->order, m = (int)count;
    double *rows = ff_copy_array(x, count * covariance->order, sizeof *rows, err);
    if (!rows)
        return FF_E_NOMEM;
    multiply_root(rows, covariance, count);
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, m, n, 1, rows, n, 0, result, m);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            result[i * count + j] = result[j * count + i];
    free(rows);
    return FF_OK;
}

/* ---- leverage ---- */

typedef struct leverage_pass {
    const ff_triangle *covariance;
    const ff_frame_table *frames;
    const double *weight; /* table */
    double *leverage;
    size_t capacity;
    double *variance; /* [capacity] */
} leverage_pass;

static int add_block(void *context, size_t first, ff_design_block *block, const double *scale,
                     ff_error *err)
{
    leverage_pass *pass = context;
    (void)first;
    int status = ff_reserve(&pass->variance, &pass->capacity, block->rows, sizeof(double), err);
    if (status == FF_OK)
        status = ff_posterior_variances(pass->variance, pass->covariance, block->rows,
                                        block->matrix, err);
    for (size_t i = 0; i < block->rows && status == FF_OK; i++) {
        const ff_row_label *label = &block->label[i];
        size_t group = pass->frames->group[label->frame];
        double weight = scale[i] * pass->weight[group * FF_KINDS + label->kind];
        pass->leverage[(size_t)label->frame * FF_KINDS + label->kind] +=
            weight * weight * pass->variance[i];
    }
    return status;
}

int ff_frame_leverages(double *leverage, const ff_triangle *covariance, const ff_rows *rows,
                       const double *weight, ff_error *err)
{
    leverage_pass pass = {
        .covariance = covariance, .frames = rows->frames, .weight = weight, .leverage = leverage};
    if (covariance->order != rows->columns)
        return ff_fail(err, FF_E_USAGE, "a covariance of %zu coefficients for rows of %zu columns",
                       covariance->order, rows->columns);
    memset(leverage, 0, rows->frames->count * FF_KINDS * sizeof *leverage);
    int status = ff_rows_each(rows, add_block, &pass, err);
    free(pass.variance);
    return status;
}
