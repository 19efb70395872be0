#include "lib/defects/sparse_response.h"

#include "lib/base/memory.h"
#include "lib/defects/sparse_hessian.h"
#include "lib/defects/sparse_modes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <suitesparse/cholmod.h>

enum { TRIALS = 10 };

struct ff_sparse_response {
    size_t atoms, moving;
    uint32_t *atom; /* [moving] */
    bool floating;  /* nothing is fixed: the first atom was held, translations are taken out */
    cholmod_common common;
    cholmod_factor *factor;
    cholmod_dense *right, *left, *work[2];
    double *scratch;       /* [3 moving] */
    ff_sparse_modes modes; /* of the core, if its diagonal was raised */
};

void ff_sparse_response_free(ff_sparse_response *response)
{
    if (!response)
        return;
    cholmod_l_free_factor(&response->factor, &response->common);
    cholmod_l_free_dense(&response->right, &response->common);
    cholmod_l_free_dense(&response->left, &response->common);
    for (int k = 0; k < 2; k++)
        cholmod_l_free_dense(&response->work[k], &response->common);
    cholmod_l_finish(&response->common);
    ff_sparse_modes_clear(&response->modes);
    free(response->atom);
    free(response->scratch);
    free(response);
}

static int cholmod_failed(const ff_sparse_response *response, ff_error *err)
{
    if (response->common.status == CHOLMOD_OUT_OF_MEMORY ||
        response->common.status == CHOLMOD_TOO_LARGE)
        return ff_fail(err, FF_E_NOMEM, "out of memory for the factor of the force constants");
    return ff_fail(err, FF_E_NUMERIC, "the force constants cannot be factorised (CHOLMOD: %d)",
                   response->common.status);
}

/* The upper triangle, column by column: by symmetry the rows of the Hessian up to the diagonal,
 * which comes last in each column. */
static int make_matrix(cholmod_sparse **out, ff_sparse_response *response,
                       const ff_sparse_hessian *hessian, ff_error *err)
{
    size_t order = 3 * hessian->moving, count = 9 * hessian->offset[hessian->moving], used = 0;
    *out = cholmod_l_allocate_sparse(order, order, count - 3 * hessian->moving, true, true, 1,
                                     CHOLMOD_REAL, &response->common);
    if (!*out)
        return cholmod_failed(response, err);
    SuiteSparse_long *start = (*out)->p, *row = (*out)->i;
    double *value = (*out)->x;
    for (size_t a = 0; a < hessian->moving; a++)
        for (size_t c = 0; c < 3; c++) {
            start[3 * a + c] = (SuiteSparse_long)used;
            for (size_t e = hessian->offset[a]; e < hessian->offset[a + 1]; e++)
                for (size_t r = 0; r < (hessian->column[e] == a ? c + 1 : 3); r++) {
                    row[used] = (SuiteSparse_long)(3 * hessian->column[e] + r);
                    value[used++] = hessian->block[9 * e + 3 * c + r];
                }
        }
    start[order] = (SuiteSparse_long)used;
    return FF_OK;
}

static double *diagonal(cholmod_sparse *matrix, size_t k)
{
    return (double *)matrix->x + ((const SuiteSparse_long *)matrix->p)[k + 1] - 1;
}

/* The first atom is held by a stiffness that outweighs all others. */
static void hold_first(cholmod_sparse *matrix)
{
    for (size_t k = 0; k < 3; k++)
        *diagonal(matrix, k) += 1e12;
}

static void raise_diagonal(cholmod_sparse *matrix, const bool *core, double amount)
{
    for (size_t k = 0; k < matrix->ncol; k++)
        if (!core || core[k / 3])
            *diagonal(matrix, k) += amount;
}

/* Cholesky's method, with the diagonal raised until it succeeds: that of the core from a few parts
 * in a hundred of the largest element to some times it, where the core is as good as fixed; then
 * that of all atoms. It starts with a quarter of what was needed the last time. */
static int factorise(ff_sparse_response *response, cholmod_sparse *matrix, const bool *core,
                     ff_sparse_report *report, ff_error *err)
{
    double largest = 0.0, raised = 0.0, shift = 0.25 * report->shift;
    for (size_t k = 0; k < matrix->ncol; k++)
        largest = fmax(largest, fabs(*diagonal(matrix, k)));
    if (!(largest > 0.0 && isfinite(largest)))
        return ff_fail(err, FF_E_NUMERIC, "the force constants are zero or not finite");
    if (response->floating)
        hold_first(matrix);
    if (shift < 0.001 * largest)
        shift = 0.0;
    for (int trial = 0; trial < TRIALS; trial++) {
        bool all = shift > 2.0 * largest;
        raise_diagonal(matrix, all ? NULL : core, shift - raised);
        raised = shift;
        if (!cholmod_l_factorize(matrix, response->factor, &response->common))
            return cholmod_failed(response, err);
        report->shift = raised;
        report->shifted_all = all;
        if (response->common.status == CHOLMOD_OK)
            return FF_OK;
        shift = fmax(4.0 * shift, 0.02 * largest);
    }
    return cholmod_failed(response, err);
}

static int analyse(ff_sparse_response *response, cholmod_sparse *matrix, ff_error *err)
{
    cholmod_common *common = &response->common;
    common->print = 0;
    common->supernodal = CHOLMOD_SUPERNODAL;
    common->nmethods = 1; /* nested dissection: the structure is nearly planar */
    common->method[0].ordering = CHOLMOD_METIS;
    response->factor = cholmod_l_analyze(matrix, common);
    if (!response->factor)
        return cholmod_failed(response, err);
    response->right = cholmod_l_zeros(matrix->nrow, 1, CHOLMOD_REAL, common);
    response->left = cholmod_l_zeros(matrix->nrow, 1, CHOLMOD_REAL, common);
    return response->right && response->left ? FF_OK : cholmod_failed(response, err);
}

/* vector = factor^-1 vector. */
static void solve(void *context, double *vector)
{
    ff_sparse_response *response = context;
    size_t bytes = 3 * response->moving * sizeof *vector;
    memcpy(response->right->x, vector, bytes);
    /* The workspaces are made by the first call; there is nothing else that can fail. */
    cholmod_l_solve2(CHOLMOD_A, response->factor, response->right, NULL, &response->left, NULL,
                     &response->work[0], &response->work[1], &response->common);
    memcpy(vector, response->left->x, bytes);
}

static int find_modes(ff_sparse_response *response, const bool *core, ff_sparse_report *report,
                      ff_error *err)
{
    const ff_shifted_matrix matrix = {.solve = solve,
                                      .context = response,
                                      .order = 3 * response->moving,
                                      .shift = report->shift,
                                      .raised = core};
    if (report->shift == 0.0 || report->shifted_all)
        return FF_OK;
    int status = ff_sparse_modes_find(&response->modes, &matrix, err);
    report->modes = response->modes.count;
    for (size_t m = 0; m < response->modes.count; m++)
        report->unstable += response->modes.ratio[m] < 0.0;
    return status;
}

static int fill(ff_sparse_response *response, ff_sparse_hessian *hessian, ff_sparse_report *report,
                ff_error *err)
{
    cholmod_sparse *matrix = NULL;
    report->core = hessian->own;
    response->moving = hessian->moving;
    response->atom = ff_copy_array(hessian->atom, hessian->moving, sizeof *hessian->atom, err);
    response->scratch = ff_new_array(hessian->moving, 3 * sizeof(double), err);
    if (!response->atom || !response->scratch)
        return FF_E_NOMEM;
    int status = make_matrix(&matrix, response, hessian, err);
    if (status == FF_OK)
        status = analyse(response, matrix, err);
    if (status == FF_OK)
        status = factorise(response, matrix, hessian->core, report, err);
    if (status == FF_OK)
        status = find_modes(response, hessian->core, report, err);
    if (status == FF_OK)
        report->bytes = response->factor->xsize * sizeof(double);
    cholmod_l_free_sparse(&matrix, &response->common);
    return status;
}

int ff_sparse_response_new(ff_sparse_response **out, const ff_potential *potential,
                           const ff_frame *unit, const ff_frame *frame, const int64_t *site,
                           const bool *fixed, ff_sparse_report *report, ff_error *err)
{
    ff_sparse_hessian hessian;
    ff_sparse_report local = {0};
    ff_sparse_response *response = ff_new_array(1, sizeof *response, err);
    *out = NULL;
    if (!response)
        return FF_E_NOMEM;
    cholmod_l_start(&response->common);
    report = report ? report : &local;
    *report = (ff_sparse_report){.shift = report->shift};
    response->atoms = frame->atoms;
    response->floating = true;
    for (size_t i = 0; fixed && i < frame->atoms; i++)
        response->floating = response->floating && !fixed[i];
    int status = ff_sparse_hessian_init(&hessian, potential, unit, frame, site, fixed, err);
    if (status == FF_OK)
        status = fill(response, &hessian, report, err);
    ff_sparse_hessian_clear(&hessian);
    if (status != FF_OK) {
        ff_sparse_response_free(response);
        return status;
    }
    *out = response;
    return FF_OK;
}

static void remove_mean(double *vector, size_t atoms)
{
    for (size_t k = 0; k < 3; k++) {
        double mean = 0.0;
        for (size_t i = 0; i < atoms; i++)
            mean += vector[3 * i + k] / (double)atoms;
        for (size_t i = 0; i < atoms; i++)
            vector[3 * i + k] -= mean;
    }
}

/* displacement[atoms][3] of what moves. */
static void spread(const ff_sparse_response *response, const double *moving, double *displacement)
{
    memset(displacement, 0, 3 * response->atoms * sizeof *displacement);
    for (size_t a = 0; a < response->moving; a++)
        memcpy(displacement + 3 * (size_t)response->atom[a], moving + 3 * a, 3 * sizeof *moving);
}

void ff_sparse_response_apply(ff_sparse_response *response, const double *force,
                              double *displacement)
{
    double *right = response->right->x, *left = response->scratch;
    for (size_t a = 0; a < response->moving; a++)
        memcpy(left + 3 * a, force + 3 * (size_t)response->atom[a], 3 * sizeof *left);
    if (response->floating)
        remove_mean(left, response->moving);
    solve(response, left);
    ff_sparse_modes_correct(&response->modes, right, left);
    if (response->floating)
        remove_mean(left, response->moving);
    spread(response, left, displacement);
}
