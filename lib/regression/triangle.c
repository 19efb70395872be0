#include "lib/regression/triangle.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Columns whose reflections are applied together. Measured with OpenBLAS on x86-64: 32 is best up
 * to some hundred columns, 128 beyond. */
static lapack_int panel_width(size_t order)
{
    size_t width = order < 512 ? 32 : 128;
    return (lapack_int)(order < width ? order : width);
}

int ff_triangle_init(ff_triangle *triangle, size_t order, ff_error *err)
{
    *triangle = (ff_triangle){0};
    if (order < 1 || order > INT_MAX)
        return ff_fail(err, FF_E_RANGE, "%zu columns, expected from 1 to %d", order, INT_MAX);
    /* A product beyond size_t cannot happen: order^2 <= 2^62, and ff_new_array checks the rest. */
    triangle->r = ff_new_array(order * order, sizeof *triangle->r, err);
    if (!triangle->r)
        return FF_E_NOMEM;
    triangle->order = order;
    return FF_OK;
}

void ff_triangle_clear(ff_triangle *triangle)
{
    free(triangle->r);
    *triangle = (ff_triangle){0};
}

int ff_triangle_workspace_init(ff_triangle_workspace *workspace, size_t order, ff_error *err)
{
    size_t size = order * (size_t)panel_width(order);
    *workspace = (ff_triangle_workspace){0};
    workspace->reflectors = ff_new_array(size, sizeof(double), err);
    workspace->work = ff_new_array(size, sizeof(double), err);
    if (workspace->reflectors && workspace->work)
        return FF_OK;
    ff_triangle_workspace_clear(workspace);
    return FF_E_NOMEM;
}

void ff_triangle_workspace_clear(ff_triangle_workspace *workspace)
{
    free(workspace->reflectors);
    free(workspace->work);
    *workspace = (ff_triangle_workspace){0};
}

/* Reflects rows so that no diagonal element is negative. sign[order] is scratch. */
static void fix_signs(ff_triangle *triangle, double *sign)
{
    size_t order = triangle->order;
    for (size_t j = 0; j < order; j++) {
        double *column = triangle->r + j * order;
        sign[j] = column[j] < 0 ? -1 : 1;
        for (size_t i = 0; i <= j; i++)
            column[i] *= sign[i];
    }
}

/* A block of rows on its way into a triangle. */
typedef struct fold_task {
    size_t rows; /* of the block, as far as they are not zero */
    size_t order, stride;
    double *r;     /* [order][order] */
    double *block; /* [order][stride]; becomes the reflectors V */
    double *t;     /* [width][width] upper triangle of the compact form of a panel */
    size_t width;
} fold_task;

static double *at(double *matrix, size_t leading, size_t row, size_t column)
{
    return matrix + column * leading + row;
}

/* Applies the transpose of Q = I - [I; V] T [I; V]^T, of `count` columns from `first`, to `others`
 * columns from `second` of [R; block]: with W = T^T (R12 + V^T B2), R12 -= W and B2 -= V W. work:
 * [others][leading], leading >= count. */
static void apply(const fold_task *task, size_t first, size_t count, size_t second, size_t others,
                  const double *t, double *work, size_t leading)
{
    int k = (int)count, n = (int)others, m = (int)task->rows, ldb = (int)task->stride;
    int ldt = (int)task->width, ldw = (int)leading;
    double *v = at(task->block, task->stride, 0, first);
    double *b = at(task->block, task->stride, 0, second);
    double *r = at(task->r, task->order, first, second);
    for (size_t j = 0; j < others; j++)
        memcpy(work + j * leading, r + j * task->order, count * sizeof *work);
    cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, k, n, m, 1, v, ldb, b, ldb, 1, work, ldw);
    cblas_dtrmm(CblasColMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, k, n, 1, t, ldt,
                work, ldw);
    for (size_t j = 0; j < others; j++)
        cblas_daxpy(k, -1, work + j * leading, 1, r + j * task->order, 1);
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, k, -1, v, ldb, work, ldw, 1, b,
                ldb);
}

/* Eliminates `count` columns of the block from `first`, leaving V there and T in t[.][width], by
 * halves, so that all but the narrowest work is matrix times matrix (E. Elmroth and F. G.
 * Gustavson, IBM J. Res. Dev. 44, 605 (2000)). The parts of V in R are unit vectors, so that they
 * enter no product. LAPACK's own dtpqrt works column by column in a panel, which is twice slower
 * here. */
static int eliminate(const fold_task *task, size_t first, size_t count, double *t, ff_error *err)
{
    enum { NARROW = 8 };
    int ldt = (int)task->width, ldb = (int)task->stride;
    if (count <= NARROW) {
        int info = (int)LAPACKE_dtpqrt2_work(
            LAPACK_COL_MAJOR, (lapack_int)task->rows, (lapack_int)count, 0,
            at(task->r, task->order, first, first), (lapack_int)task->order,
            at(task->block, task->stride, 0, first), ldb, t, ldt);
        return info == 0 ? FF_OK : ff_fail(err, FF_E_INTERNAL, "LAPACK dtpqrt2 returned %d", info);
    }
    size_t half = count / 2, rest = count - half;
    double *t12 = at(t, task->width, 0, half), *t22 = at(t, task->width, half, half);
    int status = eliminate(task, first, half, t, err);
    if (status != FF_OK)
        return status;
    apply(task, first, half, first + half, rest, t, t12, task->width);
    status = eliminate(task, first + half, rest, t22, err);
    /* T12 = -T11 (V1^T V2) T22 */
    cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, (int)half, (int)rest, (int)task->rows, 1,
                at(task->block, task->stride, 0, first), ldb,
                at(task->block, task->stride, 0, first + half), ldb, 0, t12, ldt);
    cblas_dtrmm(CblasColMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, (int)half,
                (int)rest, -1, t, ldt, t12, ldt);
    cblas_dtrmm(CblasColMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, (int)half,
                (int)rest, 1, t22, ldt, t12, ldt);
    return status;
}

/* Folds in a block of rows. Upper: the block is zero below its diagonal, as column j is before it
 * is eliminated, so that a panel needs only the rows down to its last diagonal element. */
static int fold(ff_triangle *triangle, size_t rows, double *block, size_t stride, bool upper,
                ff_triangle_workspace *workspace, ff_error *err)
{
    size_t order = triangle->order, width = (size_t)panel_width(order);
    fold_task task = {rows, order, stride, triangle->r, block, workspace->reflectors, width};
    if (rows == 0)
        return FF_OK;
    if (stride > INT_MAX)
        return ff_fail(err, FF_E_RANGE, "%zu rows in one block, expected at most %d", stride,
                       INT_MAX);
    for (size_t first = 0; first < order; first += width) {
        size_t count = order - first < width ? order - first : width;
        size_t next = first + count;
        task.rows = upper && next < rows ? next : rows;
        int status = eliminate(&task, first, count, task.t, err);
        if (status != FF_OK)
            return status;
        if (next < order)
            apply(&task, first, count, next, order - next, task.t, workspace->work, width);
    }
    fix_signs(triangle, workspace->work);
    return FF_OK;
}

int ff_triangle_fold(ff_triangle *triangle, size_t rows, double *block, size_t stride,
                     ff_triangle_workspace *workspace, ff_error *err)
{
    return fold(triangle, rows, block, stride, false, workspace, err);
}

int ff_trapezoid_factor(size_t rows, size_t order, double *block, size_t stride, ff_error *err)
{
    double *tau = ff_new_array(rows, sizeof *tau, err);
    if (!tau)
        return FF_E_NOMEM;
    int info = (int)LAPACKE_dgeqrf(LAPACK_COL_MAJOR, (lapack_int)rows, (lapack_int)order, block,
                                   (lapack_int)stride, tau);
    for (size_t i = 0; i < rows; i++) {
        double sign = block[i * stride + i] < 0 ? -1 : 1;
        for (size_t j = 0; j < order; j++)
            block[j * stride + i] *= j < i ? 0 : sign;
    }
    free(tau);
    return info == 0 ? FF_OK : ff_fail(err, FF_E_INTERNAL, "LAPACK dgeqrf returned %d", info);
}

int ff_triangle_merge(ff_triangle *triangle, ff_triangle *other, size_t height,
                      ff_triangle_workspace *workspace, ff_error *err)
{
    return fold(triangle, height, other->r, other->order, true, workspace, err);
}

size_t ff_packed_size(size_t height, size_t order)
{
    return height == 0 ? 0 : height * order - height * (height - 1) / 2;
}

void ff_triangle_pack(double *packed, size_t height, const ff_triangle *triangle)
{
    for (size_t i = 0; i < height; i++)
        for (size_t j = i; j < triangle->order; j++)
            *packed++ = triangle->r[j * triangle->order + i];
}

void ff_triangle_unpack(ff_triangle *triangle, size_t height, const double *packed, double scale)
{
    size_t order = triangle->order;
    memset(triangle->r, 0, order * order * sizeof *triangle->r);
    for (size_t i = 0; i < height; i++)
        for (size_t j = i; j < order; j++)
            triangle->r[j * order + i] = scale * *packed++;
}

void ff_triangle_scale_columns(ff_triangle *triangle, size_t count, const double *scale)
{
    for (size_t j = 0; j < count; j++)
        cblas_dscal((int)j + 1, scale[j], triangle->r + j * triangle->order, 1);
}

double ff_triangle_column_length(const ff_triangle *triangle, size_t column)
{
    return cblas_dnrm2((int)column + 1, triangle->r + column * triangle->order, 1);
}

/* One step of power iteration on R^T R: replaces vector (of unit length) by the next one and
 * returns |R vector|. */
static double power_step(const ff_triangle *triangle, double *vector)
{
    int order = (int)triangle->order, count = order - 1;
    cblas_dtrmv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, count, triangle->r, order,
                vector, 1);
    double norm = cblas_dnrm2(count, vector, 1);
    cblas_dtrmv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, count, triangle->r, order,
                vector, 1);
    double length = cblas_dnrm2(count, vector, 1);
    if (length > 0)
        cblas_dscal(count, 1 / length, vector, 1);
    return norm;
}

int ff_triangle_norm(const ff_triangle *triangle, double *norm, ff_error *err)
{
    enum { MOST_STEPS = 1000 };
    size_t count = triangle->order - 1;
    *norm = 0;
    if (count == 0)
        return FF_OK;
    double *vector = ff_new_array(count, sizeof *vector, err);
    if (!vector)
        return FF_E_NOMEM;
    /* Columns weighted by their lengths: large columns make large singular values. */
    for (size_t j = 0; j < count; j++)
        vector[j] = ff_triangle_column_length(triangle, j);
    double length = cblas_dnrm2((int)count, vector, 1);
    double previous = -1;
    if (length > 0)
        cblas_dscal((int)count, 1 / length, vector, 1);
    for (int step = 0; step < MOST_STEPS && fabs(*norm - previous) > 1e-12 * *norm; step++) {
        previous = *norm;
        *norm = power_step(triangle, vector);
    }
    free(vector);
    return FF_OK;
}

int ff_triangle_reciprocal_condition(const ff_triangle *triangle, double *reciprocal, ff_error *err)
{
    size_t count = triangle->order - 1;
    double *work = ff_new_array(3 * count, sizeof *work, err);
    lapack_int *indices = ff_new_array(count, sizeof *indices, err), info = 0;
    int status = FF_E_NOMEM;
    if (!work || !indices)
        goto done;
    info = LAPACKE_dtrcon_work(LAPACK_COL_MAJOR, '1', 'U', 'N', (lapack_int)count, triangle->r,
                               (lapack_int)triangle->order, reciprocal, work, indices);
    status = FF_OK;
    if (info != 0)
        status = ff_fail(err, FF_E_INTERNAL, "LAPACK dtrcon returned %d", (int)info);
done:
    free(work);
    free(indices);
    return status;
}

int ff_triangle_solve(const ff_triangle *triangle, double *solution, ff_error *err)
{
    lapack_int order = (lapack_int)triangle->order, count = order - 1;
    memcpy(solution, triangle->r + (size_t)count * triangle->order,
           (size_t)count * sizeof *solution);
    lapack_int info = LAPACKE_dtrtrs_work(LAPACK_COL_MAJOR, 'U', 'N', 'N', count, 1, triangle->r,
                                          order, solution, order);
    if (info > 0)
        return ff_fail(err, FF_E_NUMERIC, "column %d depends on the columns before it", (int)info);
    if (info < 0)
        return ff_fail(err, FF_E_INTERNAL, "LAPACK dtrtrs returned %d", (int)info);
    return FF_OK;
}
