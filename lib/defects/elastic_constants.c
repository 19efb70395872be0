#include "lib/defects/elastic_constants.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Voigt index of each pair of directions, and the pairs. */
static const int voigt[3][3] = {{0, 5, 4}, {5, 1, 3}, {4, 3, 2}};
static const int pair[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};

/* The symbol of the force constants to second order in the wave vector k,
 *   H(k) = H0 + i k_c H1_c + k_c k_d H2_cd,
 * and what of it meets displacements u of the whole crystal. The phase of a wave is counted from
 * cell to cell and not from atom to atom: a unitary change, which what follows does not feel. */
typedef struct long_waves {
    size_t order;     /* 3 sites */
    double *hessian;  /* [order][order] H0; then its eigenvectors */
    double *values;   /* [order] its eigenvalues */
    double *push;     /* [9][order]: column 3 c + j is H1_c times a translation along j */
    double *answer;   /* [order] */
    double sum[6][9]; /* over all sites, of H2_cd; [Voigt cd][3 i + j] */
} long_waves;

static int long_waves_init(long_waves *w, const ff_force_constants *constants, ff_error *err)
{
    *w = (long_waves){.order = 3 * constants->sites};
    w->hessian = ff_new_array(w->order, w->order * sizeof(double), err);
    w->values = ff_new_array(w->order, sizeof(double), err);
    w->push = ff_new_array(w->order, 9 * sizeof(double), err);
    w->answer = ff_new_array(w->order, sizeof(double), err);
    return w->hessian && w->values && w->push && w->answer ? FF_OK : FF_E_NOMEM;
}

static void long_waves_clear(long_waves *w)
{
    free(w->hessian);
    free(w->values);
    free(w->push);
    free(w->answer);
}

static void expand(long_waves *w, const ff_force_constants *constants)
{
    for (size_t entry = 0; entry < constants->count; entry++) {
        const ff_force_constant *f = &constants->list[entry];
        double r[3];
        ff_row_times_matrix(r, (const double[3]){f->cell[0], f->cell[1], f->cell[2]},
                            constants->cell);
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++) {
                double value = f->block[3 * i + j];
                w->hessian[(3 * f->site + i) * w->order + 3 * f->other + j] += value;
                for (size_t c = 0; c < 3; c++)
                    w->push[(3 * c + j) * w->order + 3 * f->site + i] += value * r[c];
                for (size_t v = 0; v < 6; v++)
                    w->sum[v][3 * i + j] -= 0.5 * value * r[pair[v][0]] * r[pair[v][1]];
            }
    }
}

/* Eigenvectors of H0. Three modes are the translations; any other without stiffness leaves the
 * crystal's answer undetermined. */
static int diagonalise(long_waves *w, ff_error *err)
{
    lapack_int n = (lapack_int)w->order;
    int info = (int)LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', n, w->hessian, n, w->values);
    if (info != 0)
        return ff_fail(err, FF_E_NUMERIC,
                       "no eigenvalues of the Hessian of the unit cell (LAPACK dsyev: %d)", info);
    double largest = fmax(fabs(w->values[0]), fabs(w->values[w->order - 1]));
    size_t without = 0;
    for (size_t mode = 0; mode < w->order; mode++)
        without += fabs(w->values[mode]) <= 1e-6 * largest;
    if (without > 3 && largest > 0.0 && w->order > 3)
        return ff_fail(err, FF_E_NUMERIC,
                       "the atoms of the unit cell do not resist %zu displacements against each "
                       "other: no elastic constants",
                       without - 3);
    return FF_OK;
}

/* a H0^+ b for two columns of `push`; the translations, which nothing pushes, are left out. */
static double given_way(const long_waves *w, const double *a, const double *b)
{
    double largest = fmax(fabs(w->values[0]), fabs(w->values[w->order - 1])), sum = 0.0;
    for (size_t mode = 0; mode < w->order; mode++) {
        const double *vector = w->hessian + mode * w->order;
        double along_a = 0.0, along_b = 0.0;
        if (w->order == 3 || fabs(w->values[mode]) <= 1e-6 * largest)
            continue;
        for (size_t i = 0; i < w->order; i++) {
            along_a += vector[i] * a[i];
            along_b += vector[i] * b[i];
        }
        sum += along_a * along_b / w->values[mode];
    }
    return sum;
}

/* bracket[3 i + j][Voigt kl] = [ij, kl]: the energy density of a displacement wave u of wave vector
 * k is 1/2 [ij, kl] u_i u_j k_k k_l. Perturbation theory to second order on the translations. */
static void acoustic(double bracket[9][6], const long_waves *w, double volume)
{
    for (size_t v = 0; v < 6; v++) {
        size_t c = (size_t)pair[v][0], d = (size_t)pair[v][1];
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++) {
                const double *ci = w->push + (3 * c + i) * w->order,
                             *cj = w->push + (3 * c + j) * w->order,
                             *di = w->push + (3 * d + i) * w->order,
                             *dj = w->push + (3 * d + j) * w->order;
                double way = 0.5 * (given_way(w, ci, dj) + given_way(w, di, cj));
                double direct = 0.5 * (w->sum[v][3 * i + j] + w->sum[v][3 * j + i]);
                bracket[3 * i + j][v] = (direct - way) / volume;
            }
    }
}

/* The brackets hold 1/2 (C_ikjl + C_iljk) + stress_kl delta_ij, with C the second derivatives of
 * the energy by Lagrange's strain: solved for C_ijkl. */
static double lagrangian(const double bracket[9][6], const double stress[6], const int index[4])
{
    const int(*terms)[4] = (const int[3][4]){{index[0], index[2], index[1], index[3]},
                                             {index[1], index[2], index[0], index[3]},
                                             {index[0], index[1], index[2], index[3]}};
    double sum = 0.0;
    for (size_t t = 0; t < 3; t++) {
        int i = terms[t][0], j = terms[t][1], kl = voigt[terms[t][2]][terms[t][3]];
        double value = bracket[3 * i + j][kl] - (i == j ? stress[kl] : 0.0);
        sum += t < 2 ? value : -value;
    }
    return sum;
}

/* stress_pq delta_rt */
static double turned(const double stress[6], int p, int q, int r, int t)
{
    return r == t ? stress[voigt[p][q]] : 0.0;
}

/* C_ijkl + 1/2 (s_il d_jk + s_ik d_jl + s_jl d_ik + s_jk d_il - 2 s_ij d_kl), made symmetric. */
static double coefficient(const double bracket[9][6], const double stress[6], const int index[4])
{
    const int i = index[0], j = index[1], k = index[2], l = index[3];
    double sum = lagrangian(bracket, stress, index) +
                 lagrangian(bracket, stress, (const int[4]){k, l, i, j});
    sum += turned(stress, i, l, j, k) + turned(stress, i, k, j, l) + turned(stress, j, l, i, k) +
           turned(stress, j, k, i, l);
    sum -= turned(stress, i, j, k, l) + turned(stress, k, l, i, j);
    return 0.5 * sum;
}

int ff_elastic_constants(double stiffness[36], const ff_force_constants *constants, ff_error *err)
{
    long_waves waves;
    double bracket[9][6], stress[6], volume = fabs(ff_lattice_determinant(constants->cell));
    for (size_t k = 0; k < 36; k++)
        stiffness[k] = NAN;
    int status = long_waves_init(&waves, constants, err);
    if (status != FF_OK)
        goto done;
    expand(&waves, constants);
    if ((status = diagonalise(&waves, err)) != FF_OK)
        goto done;
    acoustic(bracket, &waves, volume);
    for (size_t k = 0; k < 6; k++)
        stress[k] = -constants->bulk_virial[k] * (double)constants->sites / volume;
    for (size_t row = 0; row < 6; row++)
        for (size_t column = 0; column < 6; column++)
            stiffness[6 * row + column] = coefficient(
                bracket, stress,
                (const int[4]){pair[row][0], pair[row][1], pair[column][0], pair[column][1]});
done:
    long_waves_clear(&waves);
    return status;
}

/* out = -H0^+ of column `column` of `push`: how the sites answer to the forces on them. */
static void answer(double *out, const long_waves *w, size_t column)
{
    const double *push = w->push + column * w->order;
    double largest = fmax(fabs(w->values[0]), fabs(w->values[w->order - 1]));
    memset(out, 0, w->order * sizeof *out);
    for (size_t mode = 0; mode < w->order; mode++) {
        const double *vector = w->hessian + mode * w->order;
        double along = 0.0;
        if (w->order == 3 || fabs(w->values[mode]) <= 1e-6 * largest)
            continue;
        for (size_t i = 0; i < w->order; i++)
            along += vector[i] * push[i];
        for (size_t i = 0; i < w->order; i++)
            out[i] -= vector[i] * along / w->values[mode];
    }
}

/* Waves are counted from cell to cell, so that the answer is that of all atoms of a cell to their
 * moving as one: what the gradient does to their places in the cell is taken off again. */
static void fill_internal(double *response, long_waves *w, const ff_frame *unit)
{
    double middle[3] = {0};
    for (size_t i = 0; i < 3 * unit->atoms; i++)
        middle[i % 3] += unit->positions[i] / (double)unit->atoms;
    for (size_t column = 0; column < 9; column++) {
        size_t k = column / 3, j = column % 3;
        answer(w->answer, w, column);
        for (size_t a = 0; a < unit->atoms; a++)
            for (size_t i = 0; i < 3; i++) {
                double affine = i == j ? unit->positions[3 * a + k] - middle[k] : 0.0;
                double value = w->answer[3 * a + i] - affine;
                response[27 * a + 9 * i + 3 * j + k] = fabs(value) < 1e-7 ? 0.0 : value;
            }
    }
}

int ff_internal_strain(double *response, const ff_force_constants *constants, const ff_frame *unit,
                       ff_error *err)
{
    long_waves waves;
    int status = long_waves_init(&waves, constants, err);
    if (status == FF_OK) {
        expand(&waves, constants);
        status = diagonalise(&waves, err);
    }
    if (status == FF_OK)
        fill_internal(response, &waves, unit);
    long_waves_clear(&waves);
    return status;
}
