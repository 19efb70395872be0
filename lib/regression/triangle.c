#include "lib/regression/triangle.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <lapacke.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Columns whose reflections are applied together. Measured with OpenBLAS on x86-64: 32 is best up
 * to some hundred columns, 64 beyond. */
static lapack_int panel_width(size_t order)
{
    size_t width = order < 512 ? 32 : 64;
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

/* shape: how many of the last rows of the block form an upper triangle (dtpqrt's L). */
static int fold(ff_triangle *triangle, size_t rows, lapack_int shape, double *block, size_t stride,
                ff_triangle_workspace *workspace, ff_error *err)
{
    lapack_int order = (lapack_int)triangle->order, width = panel_width(triangle->order);
    if (rows == 0)
        return FF_OK;
    if (stride > INT_MAX)
        return ff_fail(err, FF_E_RANGE, "%zu rows in one block, expected at most %d", stride,
                       INT_MAX);
    lapack_int info = LAPACKE_dtpqrt_work(LAPACK_COL_MAJOR, (lapack_int)rows, order, shape, width,
                                          triangle->r, order, block, (lapack_int)stride,
                                          workspace->reflectors, width, workspace->work);
    if (info != 0)
        return ff_fail(err, FF_E_INTERNAL, "LAPACK dtpqrt returned %d", (int)info);
    fix_signs(triangle, workspace->work);
    return FF_OK;
}

int ff_triangle_fold(ff_triangle *triangle, size_t rows, double *block, size_t stride,
                     ff_triangle_workspace *workspace, ff_error *err)
{
    return fold(triangle, rows, 0, block, stride, workspace, err);
}

int ff_triangle_merge(ff_triangle *triangle, ff_triangle *other, ff_triangle_workspace *workspace,
                      ff_error *err)
{
    size_t order = other->order;
    return fold(triangle, order, (lapack_int)order, other->r, order, workspace, err);
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
