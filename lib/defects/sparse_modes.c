#include "lib/defects/sparse_modes.h"

#include "lib/base/memory.h"
#include "lib/defects/minimise.h"

#include <gsl/gsl_rng.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Two dislocations have each mode twice, which takes two vectors at a time. */
enum { AT_ONCE = 4, MOST = 48 };

static const double highest = 0.5; /* ratio of a mode that is worth correcting */
static const double least = 0.01;  /* ratio a mode is given at least */
static const double least_share = 1e-5;

typedef struct krylov {
    const ff_shifted_matrix *matrix;
    size_t *coordinate, raised; /* coordinates that were raised */
    double *vector;             /* [MOST][raised] orthonormal q */
    double *product;            /* [MOST][raised] shift D F^-1 D q */
    double *solution;           /* [order] F^-1 D q */
    double *projected;          /* [MOST][MOST] q . product, then its eigenvectors in rows */
    double value[MOST];         /* ascending */
    size_t count;
} krylov;

void ff_sparse_modes_clear(ff_sparse_modes *modes)
{
    free(modes->ratio);
    free(modes->vector);
    *modes = (ff_sparse_modes){0};
}

static void krylov_clear(krylov *k)
{
    free(k->coordinate);
    free(k->vector);
    free(k->product);
    free(k->solution);
    free(k->projected);
}

static int krylov_init(krylov *k, const ff_shifted_matrix *matrix, ff_error *err)
{
    *k = (krylov){.matrix = matrix};
    if (!(k->coordinate = ff_new_array(matrix->order, sizeof *k->coordinate, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < matrix->order; i++)
        if (!matrix->raised || matrix->raised[i / 3])
            k->coordinate[k->raised++] = i;
    if (!(k->vector = ff_new_array(k->raised, MOST * sizeof(double), err)) ||
        !(k->product = ff_new_array(k->raised, MOST * sizeof(double), err)) ||
        !(k->solution = ff_new_array(matrix->order, sizeof(double), err)) ||
        !(k->projected = ff_new_array((size_t)MOST * MOST, sizeof(double), err)))
        return FF_E_NOMEM;
    return FF_OK;
}

static void add_scaled(double *to, double factor, const double *from, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] += factor * from[i];
}

/* Orthonormal to those before it; false if they span it. */
static bool orthonormalise(const krylov *k, double *q)
{
    double before = sqrt(ff_dot(q, q, k->raised));
    for (int pass = 0; pass < 2; pass++)
        for (size_t j = 0; j < k->count; j++) {
            const double *other = k->vector + j * k->raised;
            add_scaled(q, -ff_dot(other, q, k->raised), other, k->raised);
        }
    double after = sqrt(ff_dot(q, q, k->raised));
    for (size_t i = 0; i < k->raised; i++)
        q[i] /= after;
    return after > 1e-10 * before;
}

/* solution = F^-1 D q. */
static void solve(krylov *k, const double *q)
{
    memset(k->solution, 0, k->matrix->order * sizeof(double));
    for (size_t i = 0; i < k->raised; i++)
        k->solution[k->coordinate[i]] = q[i];
    k->matrix->solve(k->matrix->context, k->solution);
}

/* The next vector: drawn, or what the matrix made of an earlier one. */
static bool grow(krylov *k, gsl_rng *random)
{
    double *q = k->vector + k->count * k->raised, *product = k->product + k->count * k->raised;
    if (k->count < AT_ONCE)
        for (size_t i = 0; i < k->raised; i++)
            q[i] = gsl_rng_uniform(random) - 0.5;
    else
        memcpy(q, product - AT_ONCE * k->raised, k->raised * sizeof(double));
    if (!orthonormalise(k, q))
        return false;
    solve(k, q);
    for (size_t i = 0; i < k->raised; i++)
        product[i] = k->matrix->shift * k->solution[k->coordinate[i]];
    k->count++;
    return true;
}

static int diagonalise(krylov *k, ff_error *err)
{
    size_t n = k->count;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            k->projected[i * n + j] =
                ff_dot(k->vector + i * k->raised, k->product + j * k->raised, k->raised);
    if (n && LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'U', (lapack_int)n, k->projected, (lapack_int)n,
                            k->value) != 0)
        return ff_fail(err, FF_E_NUMERIC, "the core's modes could not be found");
    return FF_OK;
}

/* The m-th lowest, which is the m-th highest eigenvalue here. */
static void make_mode(krylov *k, ff_sparse_modes *modes, size_t m, double *w)
{
    size_t row = k->count - 1 - m;
    double size = sqrt(k->matrix->shift / k->value[row]);
    memset(w, 0, k->raised * sizeof *w);
    for (size_t j = 0; j < k->count; j++)
        add_scaled(w, k->projected[row * k->count + j], k->vector + j * k->raised, k->raised);
    solve(k, w);
    for (size_t i = 0; i < modes->order; i++)
        modes->vector[m * modes->order + i] = size * k->solution[i];
    modes->ratio[m] = 1.0 - k->value[row];
}

int ff_sparse_modes_find(ff_sparse_modes *modes, const ff_shifted_matrix *matrix, ff_error *err)
{
    krylov k;
    double *w = NULL;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    *modes = (ff_sparse_modes){.order = matrix->order};
    int status = random ? krylov_init(&k, matrix, err)
                        : ff_fail(err, FF_E_NOMEM, "out of memory for random numbers");
    if (!random)
        return status;
    while (status == FF_OK && k.count < MOST && k.count < k.raised && grow(&k, random))
        ;
    if (status == FF_OK)
        status = diagonalise(&k, err);
    while (status == FF_OK && modes->count < k.count &&
           1.0 - k.value[k.count - 1 - modes->count] < highest)
        modes->count++;
    if (status == FF_OK &&
        (!(w = ff_new_array(k.raised, sizeof *w, err)) ||
         !(modes->ratio = ff_new_array(modes->count, sizeof(double), err)) ||
         !(modes->vector = ff_new_array(modes->count, modes->order * sizeof(double), err))))
        status = FF_E_NOMEM;
    for (size_t m = 0; status == FF_OK && m < modes->count; m++)
        make_mode(&k, modes, m, w);
    free(w);
    krylov_clear(&k);
    gsl_rng_free(random);
    if (status != FF_OK)
        ff_sparse_modes_clear(modes);
    return status;
}

void ff_sparse_modes_correct(const ff_sparse_modes *modes, const double *force,
                             double *displacement)
{
    double whole = modes->count ? ff_dot(force, displacement, modes->order) : 0.0;
    for (size_t m = 0; m < modes->count; m++) {
        const double *v = modes->vector + m * modes->order;
        double ratio = modes->ratio[m], amount = ff_dot(v, force, modes->order);
        bool alone = ratio < 0.0 && fabs(amount) < least_share * sqrt(whole);
        double compliance = alone ? 0.0 : 1.0 / fmax(fabs(ratio), least);
        add_scaled(displacement, (compliance - 1.0) * amount, v, modes->order);
    }
}
