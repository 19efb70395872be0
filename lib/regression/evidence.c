#include "lib/regression/evidence.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t ff_evidence_first_block(const ff_evidence_problem *problem)
{
    return problem->noise_given ? 0 : problem->levels;
}

int ff_evidence_init(ff_evidence *evidence, const ff_evidence_problem *problem, ff_error *err)
{
    ff_evidence *e = evidence;
    size_t count = ff_evidence_first_block(problem) + problem->blocks;
    *e = (ff_evidence){.parameters = count};
    e->x = ff_new_array(count, sizeof *e->x, err);
    e->z = ff_new_array(problem->columns, sizeof *e->z, err);
    e->trace = ff_new_array(count, sizeof *e->trace, err);
    e->gradient = ff_new_array(count, sizeof *e->gradient, err);
    e->hessian = ff_new_array(count * count, sizeof *e->hessian, err);
    e->at_bound = ff_new_array(count, sizeof *e->at_bound, err);
    int status =
        e->x && e->z && e->trace && e->gradient && e->hessian && e->at_bound ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_triangle_init(&e->p, problem->columns + 1, err);
    if (status == FF_OK)
        status = ff_triangle_init(&e->root, problem->columns, err);
    if (status != FF_OK)
        ff_evidence_clear(e);
    return status;
}

void ff_evidence_clear(ff_evidence *evidence)
{
    free(evidence->x);
    free(evidence->z);
    free(evidence->trace);
    free(evidence->gradient);
    free(evidence->hessian);
    free(evidence->at_bound);
    ff_triangle_clear(&evidence->p);
    ff_triangle_clear(&evidence->root);
    *evidence = (ff_evidence){0};
}

/* ---- value ---- */

static double beta(const ff_evidence *e, const ff_evidence_problem *problem, size_t level)
{
    return problem->noise_given ? 1 : exp(e->x[level]);
}

static double alpha(const ff_evidence *e, const ff_evidence_problem *problem, size_t column)
{
    return exp(e->x[ff_evidence_first_block(problem) + problem->block[column]]);
}

/* p = R of the levels, each times the root of its beta, and of the prior. */
static int stack(ff_evidence *e, const ff_evidence_problem *problem, ff_triangle *other,
                 ff_error *err)
{
    size_t order = problem->columns + 1;
    ff_triangle_workspace workspace;
    int status = ff_triangle_workspace_init(&workspace, order, err);
    memset(e->p.r, 0, order * order * sizeof(double));
    for (size_t j = 0; j < problem->columns; j++)
        e->p.r[j * order + j] = sqrt(alpha(e, problem, j));
    for (size_t k = 0; k < problem->levels && status == FF_OK; k++) {
        double scale = sqrt(beta(e, problem, k));
        for (size_t i = 0; i < order * order; i++)
            other->r[i] = scale * problem->level[k].r[i];
        status = ff_triangle_merge(&e->p, other, order, &workspace, err);
    }
    ff_triangle_workspace_clear(&workspace);
    return status;
}

int ff_evidence_evaluate(ff_evidence *evidence, const ff_evidence_problem *problem, ff_error *err)
{
    ff_evidence *e = evidence;
    size_t order = problem->columns + 1;
    ff_triangle other;
    int status = ff_triangle_init(&other, order, err);
    if (status == FF_OK)
        status = stack(e, problem, &other, err);
    ff_triangle_clear(&other);
    if (status == FF_OK)
        status = ff_triangle_solve(&e->p, e->z, err);
    if (status != FF_OK)
        return status;
    double rest = e->p.r[order * order - 1], sum = -0.5 * rest * rest;
    for (size_t k = 0; k < problem->levels; k++)
        sum += 0.5 * problem->rows[k] * log(beta(e, problem, k) / (2 * acos(-1)));
    for (size_t j = 0; j < problem->columns; j++)
        sum += 0.5 * log(alpha(e, problem, j)) - log(e->p.r[j * order + j]);
    e->value = sum;
    return FF_OK;
}

/* ---- derivatives ---- */

/* What one noise level contributes; m = columns. */
typedef struct level_terms {
    double *s;             /* [m][m] root^T B_k root */
    double *y_squares;     /* [m] squared lengths of the columns of beta^1/2 A_k P^-1 */
    double *w;             /* [m] P^-1 g_k */
    double *h;             /* [m] root^T g_k */
    double trace, squares; /* tr(P^-1 B_k), q_k */
} level_terms;

typedef struct derivative_task {
    const ff_evidence *e;
    const ff_evidence_problem *problem;
    level_terms *terms; /* [levels] */
} derivative_task;

/* sqrt(beta) (A z - y) of a level, [m + 1]. */
static void weighted_residual(double *residual, const ff_evidence *e, const ff_triangle *level,
                              double scale)
{
    int order = (int)level->order, columns = order - 1;
    for (int i = 0; i < columns; i++)
        residual[i] = e->z[i];
    residual[columns] = -1;
    cblas_dtrmv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, order, level->r, order,
                residual, 1);
    cblas_dscal(order, scale, residual, 1);
}

static int differentiate_level(size_t index, int thread, void *context, ff_error *err)
{
    const derivative_task *task = context;
    const ff_evidence *e = task->e;
    const ff_triangle *level = &task->problem->level[index];
    level_terms *terms = &task->terms[index];
    size_t columns = task->problem->columns;
    int m = (int)columns;
    double scale = sqrt(beta(e, task->problem, index));
    (void)thread;
    terms->s = ff_new_array(columns * columns, sizeof(double), err);
    terms->y_squares = ff_new_array(3 * columns, sizeof(double), err);
    double *x = ff_copy_array(e->root.r, columns * columns, sizeof *x, err);
    double *residual = ff_new_array(columns + 1, sizeof *residual, err);
    int status = terms->s && terms->y_squares && x && residual ? FF_OK : FF_E_NOMEM;
    if (status != FF_OK)
        goto done;
    terms->w = terms->y_squares + columns;
    terms->h = terms->w + columns;
    /* x = sqrt(beta) A_k root */
    cblas_dtrmm(CblasColMajor, CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, m, m, scale,
                level->r, m + 1, x, m);
    cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, m, m, 1, x, m, 0, terms->s, m);
    weighted_residual(residual, e, level, scale);
    double norm = cblas_dnrm2(m * m, x, 1), rest = cblas_dnrm2(m + 1, residual, 1);
    terms->trace = norm * norm;
    terms->squares = rest * rest;
    cblas_dgemv(CblasColMajor, CblasTrans, m, m, 1, x, m, residual, 1, 0, terms->h, 1);
    memcpy(terms->w, terms->h, columns * sizeof *terms->w);
    cblas_dtrmv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, m, e->root.r, m, terms->w,
                1);
    /* x = sqrt(beta) A_k P^-1 */
    cblas_dtrmm(CblasColMajor, CblasRight, CblasUpper, CblasTrans, CblasNonUnit, m, m, 1, e->root.r,
                m, x, m);
    for (size_t j = 0; j < columns; j++) {
        double length = cblas_dnrm2(m, x + j * columns, 1);
        terms->y_squares[j] = length * length;
    }
done:
    free(x);
    free(residual);
    return status;
}

static void add(ff_evidence *e, size_t i, size_t j, double value)
{
    e->hessian[i * e->parameters + j] += value;
}

/* Products of levels with levels and with blocks. */
static void set_level_derivatives(ff_evidence *e, const ff_evidence_problem *problem,
                                  const level_terms *terms)
{
    size_t m = problem->columns;
    for (size_t k = 0; k < problem->levels; k++) {
        e->trace[k] = terms[k].trace;
        e->gradient[k] = 0.5 * (problem->rows[k] - terms[k].trace - terms[k].squares);
        add(e, k, k, -0.5 * (terms[k].trace + terms[k].squares));
        for (size_t l = 0; l < problem->levels; l++) {
            double sum = 0;
            for (size_t j = 0; j < m; j++) {
                const double *a = terms[k].s + j * m, *b = terms[l].s + j * m;
                sum += 2 * cblas_ddot((int)j, a, 1, b, 1) + a[j] * b[j];
            }
            add(e, k, l, 0.5 * sum + cblas_ddot((int)m, terms[k].h, 1, terms[l].h, 1));
        }
        for (size_t j = 0; j < m; j++) {
            size_t b = ff_evidence_first_block(problem) + problem->block[j];
            double a = alpha(e, problem, j);
            double value = 0.5 * a * terms[k].y_squares[j] + a * e->z[j] * terms[k].w[j];
            add(e, k, b, value);
            add(e, b, k, value);
        }
    }
}

/* Products of blocks with blocks. inverse: [m][m] P^-1; precision: [m] alpha. */
static void set_block_derivatives(ff_evidence *e, const ff_evidence_problem *problem,
                                  const double *inverse, const double *precision)
{
    size_t m = problem->columns, first = ff_evidence_first_block(problem);
    for (size_t j = 0; j < m; j++) {
        size_t b = first + problem->block[j];
        double trace = precision[j] * inverse[j * m + j];
        double square = precision[j] * e->z[j] * e->z[j];
        e->trace[b] += trace;
        e->gradient[b] += 0.5 * (1 - trace - square);
        add(e, b, b, -0.5 * (trace + square));
        for (size_t i = 0; i < m; i++) {
            double element = inverse[j * m + i], c = precision[i] * precision[j] * element;
            add(e, b, first + problem->block[i], c * (0.5 * element + e->z[j] * e->z[i]));
        }
    }
}

static int set_root(ff_evidence *e, ff_error *err)
{
    size_t columns = e->root.order, order = columns + 1;
    for (size_t j = 0; j < columns; j++)
        memcpy(e->root.r + j * columns, e->p.r + j * order, (j + 1) * sizeof(double));
    int info = (int)LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, 'U', 'N', (lapack_int)columns, e->root.r,
                                        (lapack_int)columns);
    return info == 0 ? FF_OK : ff_fail(err, FF_E_NUMERIC, "the fit is singular");
}

int ff_evidence_differentiate(ff_evidence *evidence, const ff_evidence_problem *problem,
                              ff_error *err)
{
    ff_evidence *e = evidence;
    size_t m = problem->columns, levels = ff_evidence_first_block(problem);
    level_terms *terms = ff_new_array(levels, sizeof *terms, err);
    double *inverse = ff_new_array(m * m, sizeof *inverse, err);
    double *precision = ff_new_array(m, sizeof *precision, err);
    int status = terms && inverse && precision ? set_root(e, err) : FF_E_NOMEM;
    derivative_task task = {e, problem, terms};
    if (status == FF_OK)
        status = ff_parallel_for(levels, differentiate_level, &task, NULL, err);
    if (status == FF_OK) {
        memset(e->trace, 0, e->parameters * sizeof *e->trace);
        memset(e->gradient, 0, e->parameters * sizeof *e->gradient);
        memset(e->hessian, 0, e->parameters * e->parameters * sizeof *e->hessian);
        memcpy(inverse, e->root.r, m * m * sizeof *inverse);
        cblas_dtrmm(CblasColMajor, CblasRight, CblasUpper, CblasTrans, CblasNonUnit, (int)m, (int)m,
                    1, e->root.r, (int)m, inverse, (int)m);
        if (levels > 0)
            set_level_derivatives(e, problem, terms);
        for (size_t j = 0; j < m; j++)
            precision[j] = alpha(e, problem, j);
        set_block_derivatives(e, problem, inverse, precision);
    }
    for (size_t k = 0; k < levels && terms; k++) {
        free(terms[k].s);
        free(terms[k].y_squares);
    }
    free(terms);
    free(inverse);
    free(precision);
    return status;
}
