#include "lib/regression/solver_parts.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A = U diag(value) V^T of the triangle without its last row and column. */
typedef struct decomposition {
    double *u, *value, *vt; /* [m][m] column-major */
} decomposition;

static int decompose(decomposition *svd, const ff_triangle *triangle, ff_error *err)
{
    size_t columns = triangle->order - 1;
    int m = (int)columns, status = FF_E_NOMEM;
    double *a = ff_new_array(columns * columns, sizeof *a, err);
    svd->u = ff_new_array(columns * columns, sizeof *svd->u, err);
    svd->vt = ff_new_array(columns * columns, sizeof *svd->vt, err);
    svd->value = ff_new_array(columns, sizeof *svd->value, err);
    if (a && svd->u && svd->vt && svd->value) {
        for (size_t j = 0; j < columns; j++)
            memcpy(a + j * columns, triangle->r + j * triangle->order, (j + 1) * sizeof *a);
        int info = (int)LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'A', m, m, a, m, svd->value, svd->u, m,
                                       svd->vt, m);
        status = FF_OK;
        if (info != 0)
            status = ff_fail(err, FF_E_NUMERIC, "the singular values did not converge");
    }
    free(a);
    return status;
}

int ff_solve_svd(ff_standard_solution *solution, const ff_standard_problem *problem, ff_error *err)
{
    static const double ones[FF_KINDS] = {1, 1, 1, 1};
    size_t columns = problem->columns, rank = 0;
    double cutoff = fmax(problem->options->cutoff, DBL_EPSILON);
    decomposition svd = {0};
    ff_triangle triangle = {0};
    int status = ff_standard_triangle(&triangle, problem, ones, err);
    if (status == FF_OK)
        status = decompose(&svd, &triangle, err);
    if (status == FF_OK && svd.value[0] == 0)
        status = ff_fail(err, FF_E_NUMERIC, "all functions are zero in all fitted rows");
    if (status != FF_OK)
        goto done;
    while (rank < columns && svd.value[rank] > cutoff * svd.value[0])
        rank++;
    const double *target = triangle.r + columns * triangle.order;
    for (size_t k = 0; k < rank; k++) {
        double part = cblas_ddot((int)columns, svd.u + k * columns, 1, target, 1);
        cblas_daxpy((int)columns, part / svd.value[k], svd.vt + k, (int)columns, solution->z, 1);
        for (size_t j = 0; j < columns; j++)
            svd.u[k * columns + j] = svd.vt[j * columns + k] / svd.value[k];
    }
    status = ff_upper_root(&solution->root, columns, rank, svd.u, columns, err);
    if (status != FF_OK)
        goto done;
    solution->rank = rank;
    solution->singular_max = svd.value[0];
    solution->singular_min = svd.value[rank - 1];
    solution->condition = svd.value[0] / svd.value[rank - 1];
    ff_standard_noise(solution, problem, (double)rank);
done:
    free(svd.u);
    free(svd.value);
    free(svd.vt);
    ff_triangle_clear(&triangle);
    return status;
}
