#include "lib/regression/elimination.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ff_elimination_clear(ff_elimination *elimination)
{
    free(elimination->particular);
    free(elimination->scale);
    free(elimination->reflectors);
    free(elimination->tau);
    free(elimination->axis);
    free(elimination->dependence);
    *elimination = (ff_elimination){0};
}

/* The constraints C Gamma^-1 u = d with rows of unit length, and their factorisation with pivoting,
 * (C Gamma^-1)^T P = Q R. */
typedef struct factored {
    size_t count, columns;
    double *matrix; /* [count][columns]; Q and R in dgeqp3's form */
    double *target; /* [count], in the order of the pivots */
    double *tau;
    lapack_int *pivot; /* [count], from 1 */
    size_t rank;
    double *shortest; /* [columns] the shortest solution u */
    double noise;     /* of the constraints, by rounding: rows as short as this are zero, and what
                         they ask for is known to no better */
} factored;

static void factored_clear(factored *f)
{
    free(f->matrix);
    free(f->target);
    free(f->tau);
    free(f->pivot);
    free(f->shortest);
}

static const char *name_of(const ff_constraints *constraints, size_t index, char buffer[32])
{
    if (constraints->names)
        return constraints->names[index];
    (void)snprintf(buffer, 32, "%zu", index + 1);
    return buffer;
}

static double row_length(const factored *f, size_t i)
{
    return cblas_dnrm2((int)f->columns, f->matrix + i * f->columns, 1);
}

/* Scales the rows; one that is zero says nothing, or what cannot be. What should be zero by
 * symmetry (a force in a perfect crystal) is so to the rounding of its terms only, for which the
 * longest row stands. */
static int load(factored *f, const ff_constraints *constraints, const double *scale, double *target,
                ff_error *err)
{
    char buffer[32];
    for (size_t i = 0; i < f->count; i++) {
        double *row = f->matrix + i * f->columns;
        for (size_t j = 0; j < f->columns; j++)
            row[j] = constraints->matrix[i * f->columns + j] * scale[j];
        double length = row_length(f, i);
        target[i] = constraints->target[i];
        if (!isfinite(length) || !isfinite(target[i]))
            return ff_fail(err, FF_E_RANGE, "constraint %s holds a number that is not finite",
                           name_of(constraints, i, buffer));
        f->noise = fmax(f->noise, 1e-13 * length);
    }
    for (size_t i = 0; i < f->count; i++) {
        double length = row_length(f, i);
        if (length <= f->noise && fabs(target[i]) > f->noise)
            return ff_fail(err, FF_E_NUMERIC,
                           "constraint %s cannot be met: no function contributes to it",
                           name_of(constraints, i, buffer));
        double factor = length > f->noise ? 1 / length : 0;
        cblas_dscal((int)f->columns, factor, f->matrix + i * f->columns, 1);
        target[i] *= factor;
    }
    return FF_OK;
}

/* Constraints that follow from the others must agree with them. */
static int check_dependent(const factored *f, const ff_constraints *constraints,
                           const double *scale, ff_error *err)
{
    char buffer[32];
    double size = cblas_dnrm2((int)f->columns, f->shortest, 1);
    for (size_t k = f->rank; k < f->count; k++) {
        size_t i = (size_t)f->pivot[k] - 1;
        const double *row = constraints->matrix + i * f->columns;
        double made = 0, squares = 0, asked = constraints->target[i];
        for (size_t j = 0; j < f->columns; j++) {
            made += row[j] * scale[j] * f->shortest[j];
            squares += row[j] * scale[j] * row[j] * scale[j];
        }
        double allowed = 1e-9 * (sqrt(squares) * size + fabs(asked)) + (1 + size) * f->noise;
        if (fabs(made - asked) > allowed)
            return ff_fail(err, FF_E_NUMERIC,
                           "constraint %s contradicts the others: it asks for %.10g, they make "
                           "it %.10g",
                           name_of(constraints, i, buffer), asked, made);
    }
    return FF_OK;
}

/* The shortest u that meets the first `rank` constraints: Q1 R11^-T d. */
static int find_shortest(factored *f, ff_error *err)
{
    int n = (int)f->columns, rank = (int)f->rank;
    memset(f->shortest, 0, f->columns * sizeof *f->shortest);
    memcpy(f->shortest, f->target, f->rank * sizeof *f->shortest);
    cblas_dtrsv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, rank, f->matrix, n,
                f->shortest, 1);
    int info = (int)LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'N', n, 1, rank, f->matrix, n, f->tau,
                                   f->shortest, n);
    return info == 0 ? FF_OK : ff_fail(err, FF_E_INTERNAL, "LAPACK dormqr returned %d", info);
}

static int factor(factored *f, const ff_constraints *constraints, const double *scale,
                  ff_error *err)
{
    size_t most = f->count < f->columns ? f->count : f->columns;
    double *target = ff_new_array(f->count, sizeof *target, err);
    f->matrix = ff_new_array(f->count * f->columns, sizeof *f->matrix, err);
    f->target = ff_new_array(f->count, sizeof *f->target, err);
    f->tau = ff_new_array(most, sizeof *f->tau, err);
    f->pivot = ff_new_array(f->count, sizeof *f->pivot, err);
    f->shortest = ff_new_array(f->columns, sizeof *f->shortest, err);
    int status = FF_E_NOMEM;
    if (!target || !f->matrix || !f->target || !f->tau || !f->pivot || !f->shortest)
        goto done;
    status = load(f, constraints, scale, target, err);
    if (status != FF_OK)
        goto done;
    int info = (int)LAPACKE_dgeqp3(LAPACK_COL_MAJOR, (int)f->columns, (int)f->count, f->matrix,
                                   (int)f->columns, f->pivot, f->tau);
    if (info != 0) {
        status = ff_fail(err, FF_E_INTERNAL, "LAPACK dgeqp3 returned %d", info);
        goto done;
    }
    /* Rows of unit length: what rounding leaves of one that follows from others is of this size. */
    double least = 100 * DBL_EPSILON * (double)(f->columns + f->count);
    while (f->rank < most && fabs(f->matrix[f->rank * f->columns + f->rank]) > least)
        f->rank++;
    for (size_t k = 0; k < f->count; k++)
        f->target[k] = target[f->pivot[k] - 1];
    status = find_shortest(f, err);
    if (status == FF_OK)
        status = check_dependent(f, constraints, scale, err);
done:
    free(target);
    return status;
}

/* ---- by axes ---- */

static int compare_axes(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return (left > right) - (left < right);
}

/* The constraints are Q1^T u = w. From Q1^T P = S [R1 R2]: the u of the first `rank` axes are
 * R1^-1 (S^T w - R2 u of the others); those of z are put in increasing order. */
static int choose_axes(ff_elimination *e, const factored *f, ff_error *err)
{
    int n = (int)f->columns, rank = (int)f->rank;
    size_t left = f->columns - f->rank;
    int status = FF_E_NOMEM;
    double *q = ff_new_array(f->columns * f->columns, sizeof *q, err);
    double *rows = ff_new_array(f->columns * f->rank, sizeof *rows, err);
    double *tau = ff_new_array(f->rank, sizeof *tau, err);
    double *sides = ff_new_array((left + 1) * f->rank, sizeof *sides, err);
    lapack_int *pivot = ff_new_array(f->columns, sizeof *pivot, err);
    if (!q || !rows || !tau || !sides || !pivot)
        goto done;
    memcpy(q, f->matrix, f->columns * f->rank * sizeof *q);
    int info = (int)LAPACKE_dorgqr(LAPACK_COL_MAJOR, n, rank, rank, q, n, f->tau);
    for (size_t j = 0; j < f->columns; j++)
        for (size_t k = 0; k < f->rank; k++)
            rows[j * f->rank + k] = q[k * f->columns + j];
    if (info == 0)
        info = (int)LAPACKE_dgeqp3(LAPACK_COL_MAJOR, rank, n, rows, rank, pivot, tau);
    if (info != 0) {
        status = ff_fail(err, FF_E_INTERNAL, "LAPACK dorgqr or dgeqp3 returned %d", info);
        goto done;
    }
    for (size_t j = 0; j < f->columns; j++)
        e->axis[j] = (size_t)pivot[j] - 1;
    qsort(e->axis + f->rank, left, sizeof *e->axis, compare_axes);
    /* Right-hand sides Q1^T e_j for the axes of z, and w = Q1^T u for the shortest u. */
    for (size_t j = 0; j < left; j++)
        for (size_t k = 0; k < f->rank; k++)
            sides[j * f->rank + k] = q[k * f->columns + e->axis[f->rank + j]];
    cblas_dgemv(CblasColMajor, CblasTrans, n, rank, 1, q, n, f->shortest, 1, 0,
                sides + left * f->rank, 1);
    info = (int)LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'T', rank, (int)left + 1, rank, rows, rank,
                               tau, sides, rank);
    cblas_dtrsm(CblasColMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, rank,
                (int)left + 1, 1, rows, rank, sides, rank);
    memcpy(e->dependence, sides, left * f->rank * sizeof *sides);
    for (size_t k = 0; k < f->rank; k++)
        e->particular[e->axis[k]] = sides[left * f->rank + k];
    status = info == 0 ? FF_OK : ff_fail(err, FF_E_INTERNAL, "LAPACK dormqr returned %d", info);
done:
    free(q);
    free(rows);
    free(tau);
    free(sides);
    free(pivot);
    return status;
}

/* ---- both ---- */

static int eliminate(ff_elimination *e, const ff_constraints *constraints, bool by_axes,
                     ff_error *err)
{
    factored f = {.count = constraints->count, .columns = e->columns};
    int status = factor(&f, constraints, e->scale, err);
    if (status == FF_OK && f.rank == f.columns)
        status = ff_fail(err, FF_E_NUMERIC,
                         "%zu independent constraints leave none of %zu coefficients to fit",
                         f.rank, f.columns);
    if (status != FF_OK)
        goto done;
    e->rank = f.rank;
    if (by_axes) {
        e->axis = ff_new_array(f.columns, sizeof *e->axis, err);
        e->dependence = ff_new_array((f.columns - f.rank) * f.rank, sizeof *e->dependence, err);
        status = e->axis && e->dependence ? choose_axes(e, &f, err) : FF_E_NOMEM;
    } else {
        memcpy(e->particular, f.shortest, f.columns * sizeof *f.shortest);
        e->reflectors = f.matrix;
        e->tau = f.tau;
        f.matrix = NULL;
        f.tau = NULL;
    }
    for (size_t j = 0; j < e->columns; j++)
        e->particular[j] *= e->scale[j];
done:
    factored_clear(&f);
    return status;
}

int ff_elimination_find(ff_elimination *elimination, size_t columns,
                        const ff_constraints *constraints, const double *prior, bool by_axes,
                        ff_error *err)
{
    ff_elimination *e = elimination;
    *e = (ff_elimination){.columns = columns};
    e->particular = ff_new_array(columns, sizeof *e->particular, err);
    e->scale = ff_new_array(columns, sizeof *e->scale, err);
    int status = e->particular && e->scale ? FF_OK : FF_E_NOMEM;
    for (size_t j = 0; j < columns && status == FF_OK; j++)
        e->scale[j] = prior ? 1 / prior[j] : 1;
    if (status == FF_OK && constraints && constraints->count > 0)
        status = eliminate(e, constraints, by_axes, err);
    if (status != FF_OK)
        ff_elimination_clear(e);
    return status;
}

int ff_elimination_apply(const ff_elimination *elimination, size_t rows, double *x, size_t stride,
                         double **first, ff_error *err)
{
    const ff_elimination *e = elimination;
    int count = (int)rows, ld = (int)stride, rank = (int)e->rank;
    *first = x;
    if (rows == 0)
        return FF_OK;
    for (size_t j = 0; j < e->columns; j++)
        cblas_dscal(count, e->scale[j], x + j * stride, 1);
    if (rank == 0)
        return FF_OK;
    if (e->reflectors) {
        int info = (int)LAPACKE_dormqr(LAPACK_COL_MAJOR, 'R', 'N', count, (int)e->columns, rank,
                                       e->reflectors, (int)e->columns, e->tau, x, ld);
        *first = x + e->rank * stride;
        return info == 0 ? FF_OK : ff_fail(err, FF_E_INTERNAL, "LAPACK dormqr returned %d", info);
    }
    double *following = ff_new_array(e->rank * rows, sizeof *following, err);
    if (!following)
        return FF_E_NOMEM;
    for (size_t k = 0; k < e->rank; k++)
        memcpy(following + k * rows, x + e->axis[k] * stride, rows * sizeof *x);
    for (size_t j = 0; j < e->columns - e->rank; j++) {
        double *to = x + j * stride;
        memmove(to, x + e->axis[e->rank + j] * stride, rows * sizeof *x);
        cblas_dgemv(CblasColMajor, CblasNoTrans, count, rank, -1, following, count,
                    e->dependence + j * e->rank, 1, 1, to, 1);
    }
    free(following);
    return FF_OK;
}

/* One vector, by axes: z is at the front of u. */
static void expand_axes(const ff_elimination *e, double *u, double *z)
{
    size_t left = e->columns - e->rank;
    memcpy(z, u, left * sizeof *z);
    for (size_t j = 0; j < left; j++)
        u[e->axis[e->rank + j]] = z[j];
    for (size_t k = 0; k < e->rank; k++)
        u[e->axis[k]] = -cblas_ddot((int)left, e->dependence + k, (int)e->rank, z, 1);
}

int ff_elimination_expand(const ff_elimination *elimination, size_t count, double *x, size_t stride,
                          ff_error *err)
{
    const ff_elimination *e = elimination;
    size_t left = e->columns - e->rank;
    int info = 0;
    if (e->reflectors) {
        for (size_t i = 0; i < count; i++) {
            memmove(x + i * stride + e->rank, x + i * stride, left * sizeof *x);
            memset(x + i * stride, 0, e->rank * sizeof *x);
        }
        info = (int)LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'N', (int)e->columns, (int)count,
                                   (int)e->rank, e->reflectors, (int)e->columns, e->tau, x,
                                   (int)stride);
    } else if (e->rank > 0) {
        double *z = ff_new_array(left, sizeof *z, err);
        if (!z)
            return FF_E_NOMEM;
        for (size_t i = 0; i < count; i++)
            expand_axes(e, x + i * stride, z);
        free(z);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < e->columns; j++)
            x[i * stride + j] *= e->scale[j];
    return info == 0 ? FF_OK : ff_fail(err, FF_E_INTERNAL, "LAPACK dormqr returned %d", info);
}
