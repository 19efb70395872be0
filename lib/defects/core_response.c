/* The exact core of a defect's response: see defect_response.h. */

#include "lib/defects/core_sites.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Relative stiffness a mode is given at least. */
static const double least_ratio = 0.01;

struct ff_core_response {
    size_t count, order; /* order = 3 count */
    size_t *atom;        /* [count] */
    ff_core_hessian *hessian;
    double *known;               /* [order][order] K, of the response without a core */
    double *root, *inverse_root; /* C^(1/2) and C^(-1/2) */
    double *modes;               /* [order][order] rows v^t C^(-1/2) */
    double *ratio;               /* [order] lambda, ascending */
    double *scratch[2];          /* [order][order] */
    double *value, *amount;      /* [order] scratch */
};

/* Which extra atom an atom is, or -1. */
static int64_t extra_number(const ff_defect_response *r, size_t atom)
{
    for (size_t e = 0; e < r->extras; e++)
        if (r->extra[e] == atom)
            return (int64_t)e;
    return -1;
}

/* The extra atoms' stiffness, the inverse of their compliance. */
static int invert_compliance(double **stiffness, const ff_defect_response *r, ff_error *err)
{
    size_t size = 3 * r->extras;
    *stiffness = ff_copy_array(r->compliance, size * size, sizeof(double), err);
    if (!*stiffness)
        return FF_E_NOMEM;
    if (size && (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'U', (lapack_int)size, *stiffness,
                                (lapack_int)size) != 0 ||
                 LAPACKE_dpotri(LAPACK_ROW_MAJOR, 'U', (lapack_int)size, *stiffness,
                                (lapack_int)size) != 0))
        return ff_fail(err, FF_E_NUMERIC, "the extra atoms' compliance is singular");
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j < i; j++)
            (*stiffness)[i * size + j] = (*stiffness)[j * size + i];
    return FF_OK;
}

/* How far atom i of the core stretches the springs between extra atom e and its carriers, when it
 * moves by one: as the extra atom itself, or as one of the carriers. */
static double stretch(const ff_core_sites *s, const ff_defect_response *r,
                      const ff_core_response *core, size_t i, size_t e)
{
    if (extra_number(r, core->atom[i]) == (int64_t)e)
        return 1.0;
    if (r->site[core->atom[i]] < 0)
        return 0.0;
    size_t at = (size_t)ff_core_site_number(s, r->site[core->atom[i]]);
    for (size_t j = 0; j < core->count; j++)
        if (core->atom[j] == r->extra[e])
            return -s->weight[j * s->count + at];
    return 0.0;
}

/* known += Q^t K Q, Q the stretches, K the stiffness of the extra atoms. */
static void add_springs(ff_core_response *core, const ff_core_sites *s, const ff_defect_response *r,
                        const double *stiffness)
{
    size_t size = 3 * r->extras;
    for (size_t e = 0; e < r->extras; e++)
        for (size_t f = 0; f < r->extras; f++)
            for (size_t i = 0; i < core->count; i++) {
                double left = stretch(s, r, core, i, e);
                for (size_t j = 0; left != 0.0 && j < core->count; j++) {
                    double both = left * stretch(s, r, core, j, f);
                    for (size_t k = 0; both != 0.0 && k < 9; k++)
                        core->known[(3 * i + k / 3) * core->order + 3 * j + k % 3] +=
                            both * stiffness[(3 * e + k / 3) * size + 3 * f + k % 3];
                }
            }
}

/* K of the response without a core. */
static int find_known(ff_core_response *core, const ff_core_sites *s, const ff_defect_response *r,
                      ff_error *err)
{
    double *stiffness = NULL;
    int status = invert_compliance(&stiffness, r, err);
    for (size_t i = 0; status == FF_OK && i < core->count; i++)
        for (size_t j = 0; r->site[core->atom[i]] >= 0 && j < core->count; j++) {
            if (r->site[core->atom[j]] < 0)
                continue;
            size_t a = (size_t)ff_core_site_number(s, r->site[core->atom[i]]);
            size_t b = (size_t)ff_core_site_number(s, r->site[core->atom[j]]);
            for (size_t k = 0; k < 9; k++)
                core->known[(3 * i + k / 3) * core->order + 3 * j + k % 3] =
                    s->stiff[(3 * a + k / 3) * 3 * s->count + 3 * b + k % 3];
        }
    if (status == FF_OK)
        add_springs(core, s, r, stiffness);
    free(stiffness);
    return status;
}

/* C = weights . green . weights^t, and the extra atoms' own compliance, in scratch[0]. */
static void find_compliance(ff_core_response *core, const ff_core_sites *s,
                            const ff_defect_response *r)
{
    double *c = core->scratch[0];
    size_t order = core->order, wide = 3 * s->count, size = 3 * r->extras;
    memset(c, 0, order * order * sizeof(double));
    for (size_t i = 0; i < core->count; i++)
        for (size_t j = 0; j < core->count; j++)
            for (size_t a = 0; a < s->count; a++) {
                double left = s->weight[i * s->count + a];
                for (size_t b = 0; left != 0.0 && b < s->count; b++) {
                    double both = left * s->weight[j * s->count + b];
                    for (size_t k = 0; both != 0.0 && k < 9; k++)
                        c[(3 * i + k / 3) * order + 3 * j + k % 3] +=
                            both * s->green[(3 * a + k / 3) * wide + 3 * b + k % 3];
                }
            }
    for (size_t i = 0; i < core->count; i++)
        for (size_t j = 0; j < core->count; j++) {
            int64_t e = extra_number(r, core->atom[i]), f = extra_number(r, core->atom[j]);
            for (size_t k = 0; e >= 0 && f >= 0 && k < 9; k++)
                c[(3 * i + k / 3) * order + 3 * j + k % 3] +=
                    r->compliance[(3 * (size_t)e + k / 3) * size + 3 * (size_t)f + k % 3];
        }
}

/* Eigenvectors (in the rows of `matrix`) and eigenvalues of a symmetric matrix. */
static int diagonalise(double *matrix, double *value, size_t order, ff_error *err)
{
    if (LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'L', (lapack_int)order, matrix, (lapack_int)order,
                       value) != 0)
        return ff_fail(err, FF_E_NUMERIC, "the core's Hessian could not be diagonalised");
    return FF_OK;
}

/* out = sum over modes of row^t factor row. */
static void rebuild(double *out, const double *rows, const double *factor, double *scaled,
                    size_t order)
{
    for (size_t i = 0; i < order; i++)
        for (size_t j = 0; j < order; j++)
            scaled[i * order + j] = factor[i] * rows[i * order + j];
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)order, (int)order, (int)order, 1.0,
                rows, (int)order, scaled, (int)order, 0.0, out, (int)order);
}

static void multiply(double *out, const double *a, const double *b, size_t order)
{
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)order, (int)order, (int)order, 1.0,
                a, (int)order, b, (int)order, 0.0, out, (int)order);
}

/* C^(1/2) and C^(-1/2) of the compliance in scratch[0]; rigid translations of a core that is the
 * whole structure have none. */
static int find_roots(ff_core_response *core, ff_error *err)
{
    size_t order = core->order;
    int status = diagonalise(core->scratch[0], core->value, order, err);
    if (status != FF_OK)
        return status;
    double least = 1e-10 * core->value[order - 1];
    for (size_t i = 0; i < order; i++)
        core->value[i] = core->value[i] > least ? sqrt(core->value[i]) : 0.0;
    rebuild(core->root, core->scratch[0], core->value, core->scratch[1], order);
    for (size_t i = 0; i < order; i++)
        core->value[i] = core->value[i] > 0.0 ? 1.0 / core->value[i] : 0.0;
    rebuild(core->inverse_root, core->scratch[0], core->value, core->scratch[1], order);
    return FF_OK;
}

static int allocate(ff_core_response *core, ff_error *err)
{
    size_t bytes = core->order * sizeof(double);
    double **matrix[6] = {&core->known, &core->root,       &core->inverse_root,
                          &core->modes, &core->scratch[0], &core->scratch[1]};
    for (int i = 0; i < 6; i++)
        if (!(*matrix[i] = ff_new_array(core->order, bytes, err)))
            return FF_E_NOMEM;
    if (!(core->value = ff_new_array(core->order, sizeof(double), err)) ||
        !(core->ratio = ff_new_array(core->order, sizeof(double), err)) ||
        !(core->amount = ff_new_array(core->order, sizeof(double), err)))
        return FF_E_NOMEM;
    return FF_OK;
}

int ff_defect_response_add_core(ff_defect_response *response, const ff_force_constants *constants,
                                const int cells[3], const ff_potential *potential,
                                const ff_frame *frame, const size_t *atom, size_t count,
                                ff_error *err)
{
    ff_core_sites s = {0};
    ff_core_response *core = ff_new_array(1, sizeof *core, err);
    if (!core)
        return FF_E_NOMEM;
    *core = (ff_core_response){.count = count, .order = 3 * count};
    int status = allocate(core, err);
    if (status == FF_OK && (!(core->atom = ff_copy_array(atom, count, sizeof *atom, err)) ||
                            !(response->core_force = ff_new_array(count, 3 * sizeof(double), err))))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_core_hessian_new(&core->hessian, potential, frame, atom, count, err);
    if (status == FF_OK)
        status = ff_core_sites_init(&s, response, constants, cells, atom, count, err);
    if (status == FF_OK)
        status = find_known(core, &s, response, err);
    if (status == FF_OK) {
        find_compliance(core, &s, response);
        status = find_roots(core, err);
    }
    for (size_t i = 0; status == FF_OK && i < core->order; i++)
        core->ratio[i] = 1.0;
    ff_core_sites_clear(&s);
    if (status == FF_OK)
        response->core = core;
    else
        ff_core_response_free(core);
    return status;
}

void ff_core_response_free(ff_core_response *core)
{
    if (!core)
        return;
    ff_core_hessian_free(core->hessian);
    free(core->atom);
    free(core->known);
    free(core->root);
    free(core->inverse_root);
    free(core->modes);
    free(core->ratio);
    free(core->amount);
    free(core->scratch[0]);
    free(core->scratch[1]);
    free(core->value);
    free(core);
}

/* Using. */

/* What differs between the core and what is outside is left out, and so the rows do not add up to
 * zero, as if the core were tied to the ground by springs, which would hold a mobile defect in its
 * place. Atoms outside are taken to move along instead. */
static void take_ground_away(double *difference, size_t order)
{
    for (size_t i = 0; i < order; i += 3) {
        double sum[9] = {0};
        for (size_t k = 0; k < 3; k++)
            for (size_t j = 0; j < order; j++)
                sum[3 * k + j % 3] += difference[(i + k) * order + j];
        for (size_t k = 0; k < 9; k++)
            difference[(i + k / 3) * order + i + k % 3] -=
                0.5 * (sum[k] + sum[3 * (k % 3) + k / 3]);
    }
}

int ff_defect_response_update_core(ff_defect_response *response, const ff_frame *frame,
                                   ff_core_modes *modes, ff_error *err)
{
    ff_core_response *core = response->core;
    size_t order = core->order;
    double *a = core->scratch[0], *b = core->scratch[1];
    int status = ff_core_hessian_compute(core->hessian, frame, a, err);
    if (status != FF_OK)
        return status;
    for (size_t i = 0; i < order * order; i++)
        a[i] -= core->known[i];
    take_ground_away(a, order);
    multiply(b, core->root, a, order);
    multiply(a, b, core->root, order);
    if ((status = diagonalise(a, core->value, order, err)) != FF_OK)
        return status;
    for (size_t i = 0; i < order; i++)
        core->ratio[i] = 1.0 + core->value[i];
    multiply(core->modes, a, core->inverse_root, order);
    if (modes)
        *modes = (ff_core_modes){.softest = core->ratio[0]};
    for (size_t i = 0; modes && i < order; i++)
        modes->unstable += core->ratio[i] < 0.0;
    return FF_OK;
}

const size_t *ff_core_response_atoms(const ff_core_response *core, size_t *count)
{
    *count = core->count;
    return core->atom;
}

/* amount = what of a displacement, the response to some force, is in each of the core's modes. */
static void find_amounts(const ff_core_response *core, const double *displacement)
{
    int order = (int)core->order;
    for (size_t i = 0; i < core->order; i++)
        core->value[i] = displacement[3 * core->atom[i / 3] + i % 3];
    cblas_dgemv(CblasRowMajor, CblasNoTrans, order, order, 1.0, core->modes, order, core->value, 1,
                0.0, core->amount, 1);
}

/* correction = the forces on the core to which the response without it is amount, mode by mode. */
static void forces_of_amounts(const ff_core_response *core, double *correction)
{
    int order = (int)core->order;
    cblas_dgemv(CblasRowMajor, CblasTrans, order, order, 1.0, core->modes, order, core->amount, 1,
                0.0, correction, 1);
}

void ff_core_response_correct(const ff_core_response *core, const double *displacement,
                              double *correction)
{
    find_amounts(core, displacement);
    for (size_t i = 0; i < core->order; i++)
        core->amount[i] *= 1.0 / fmax(fabs(core->ratio[i]), least_ratio) - 1.0;
    forces_of_amounts(core, correction);
}

ff_model_step ff_core_response_step(const ff_core_response *core, const double *displacement,
                                    double work, double radius, double *correction)
{
    ff_quadratic_model model = {
        .modes = core->order, .ratio = core->ratio, .amount = core->amount, .rest = work};
    find_amounts(core, displacement);
    for (size_t i = 0; i < core->order; i++)
        model.rest -= core->amount[i] * core->amount[i];
    model.rest = fmax(model.rest, 0.0);
    ff_model_step step = ff_trust_region_step(&model, radius);
    ff_trust_region_compliance(&model, step.shift, core->value);
    for (size_t i = 0; i < core->order; i++)
        core->amount[i] *= core->value[i] - 1.0 / (1.0 + step.shift);
    forces_of_amounts(core, correction);
    return step;
}

void ff_defect_response_softest_force(const ff_defect_response *response, double *force)
{
    const ff_core_response *core = response->core;
    memset(force, 0, 3 * response->atoms * sizeof(double));
    for (size_t i = 0; i < core->order; i++)
        force[3 * core->atom[i / 3] + i % 3] = core->modes[i];
}

size_t ff_defect_response_core_cost(const ff_defect_response *response)
{
    return response->core ? ff_core_hessian_cost(response->core->hessian) : 0;
}
