/* What fits of the referee need of the rows: their products, and the spreads of the labels. */

#include "lib/audit/referee_parts.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_referee_free(ff_referee *referee)
{
    if (!referee)
        return;
    for (int k = 0; k < FF_REFEREE_KINDS; k++)
        for (size_t g = 0; g < FF_REFEREE_MOST_GROUPS; g++) {
            free(referee->of[k][g].gram);
            for (int r = 0; r < FF_REFEREE_READINGS; r++)
                free(referee->of[k][g].moment[r]);
        }
    for (int r = 0; r < FF_REFEREE_READINGS; r++)
        free(referee->energy_target[r]);
    free(referee->energy_matrix);
    free(referee->centre);
    free(referee->weight);
    free(referee->matrix);
    free(referee->right);
    free(referee->solution);
    free(referee->coefficients);
    free(referee);
}

double ff_referee_energy_spread(const ff_referee *referee)
{
    return referee->spread[FF_KIND_ENERGY][FF_REFEREE_AS_IS][0];
}

double ff_referee_energy_mean(const ff_referee *referee, size_t group)
{
    const ff_referee_rows *rows = referee->rows;
    double sum = 0, count = 0;
    for (size_t i = 0; i < rows->kind[FF_KIND_ENERGY].rows; i++)
        if (rows->group[rows->kind[FF_KIND_ENERGY].frame[i]] == group) {
            sum += referee->energy_target[FF_REFEREE_AS_IS][i];
            count++;
        }
    return count > 0 ? sum / count : 0;
}

bool ff_referee_has(const ff_referee *referee, int kind)
{
    /* eV per atom, eV/A: labels that vanish by symmetry are noise. */
    static const double noise[FF_REFEREE_KINDS] = {1e-7, 1e-5, 1e-5};
    const ff_referee_kind *k = &referee->rows->kind[kind];
    double sum = 0;
    for (size_t i = 0; i < k->rows; i++) {
        const double value = kind == FF_KIND_ENERGY ? referee->energy_target[FF_REFEREE_AS_IS][i]
                                                    : k->target[FF_REFEREE_AS_IS][i];
        sum += value * value;
    }
    return k->rows > 0 && sqrt(sum / (double)k->rows) > noise[kind];
}

/* Centring: what energies are because of the composition alone is far larger than what they say,
 * and is taken off before products are formed. */

static int centre_energies(ff_referee *referee, ff_error *err)
{
    const ff_referee_rows *rows = referee->rows;
    const ff_referee_kind *energies = &rows->kind[FF_KIND_ENERGY];
    const size_t n = energies->rows, columns = rows->columns, species = rows->species;
    const size_t first = rows->functions;
    double gram[FF_ACE_MAX_BASIS_SPECIES * FF_ACE_MAX_BASIS_SPECIES] = {0}, trace = 0;
    double *right = ff_new_array(species * (first + 2), sizeof *right, err);
    if (!right)
        return FF_E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const double *row = energies->matrix + i * columns;
        for (size_t s = 0; s < species; s++) {
            const double part = row[first + s];
            for (size_t t = 0; t < species; t++)
                gram[s * species + t] += part * row[first + t];
            for (size_t c = 0; c < first; c++)
                right[c * species + s] += part * row[c];
            right[first * species + s] += part * energies->target[FF_REFEREE_AS_IS][i];
            right[(first + 1) * species + s] += part * energies->target[FF_REFEREE_PER_ATOM][i];
        }
    }
    for (size_t s = 0; s < species; s++)
        trace += gram[s * species + s];
    for (size_t s = 0; s < species; s++)
        gram[s * species + s] += 1e-9 * trace; /* one composition throughout */
    lapack_int info =
        LAPACKE_dposv(LAPACK_COL_MAJOR, 'U', (lapack_int)species, (lapack_int)first + 2, gram,
                      (lapack_int)species, right, (lapack_int)species);
    for (size_t s = 0; s < species && info == 0; s++) {
        for (size_t c = 0; c < first; c++)
            referee->centre[s * first + c] = right[c * species + s];
        referee->target_centre[FF_REFEREE_AS_IS][s] = right[first * species + s];
        referee->target_centre[FF_REFEREE_PER_ATOM][s] = right[(first + 1) * species + s];
    }
    free(right);
    for (size_t i = 0; i < n; i++) {
        double *row = referee->energy_matrix + i * columns;
        for (int r = FF_REFEREE_AS_IS; r <= FF_REFEREE_PER_ATOM; r++)
            referee->energy_target[r][i] = energies->target[r][i];
        for (size_t s = 0; s < species; s++) {
            const double part = row[first + s];
            cblas_daxpy((int)first, -part, referee->centre + s * first, 1, row, 1);
            for (int r = FF_REFEREE_AS_IS; r <= FF_REFEREE_PER_ATOM; r++)
                referee->energy_target[r][i] -= part * referee->target_centre[r][s];
        }
    }
    return FF_OK;
}

/* Spreads. */

double ff_referee_robust_spread(double *values, size_t count)
{
    if (count == 0)
        return 0;
    for (size_t i = 0; i < count; i++)
        values[i] = fabs(values[i]);
    gsl_sort(values, 1, count);
    return 1.4826 * gsl_stats_median_from_sorted_data(values, 1, count);
}

static double root_mean_square(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return count ? sqrt(sum / (double)count) : 0;
}

/* Takes off the energies of each group their median, into values. */
static int deviate_within_groups(const ff_referee *referee, const double *target, double *values,
                                 ff_error *err)
{
    const ff_referee_rows *rows = referee->rows;
    const ff_referee_kind *energies = &rows->kind[FF_KIND_ENERGY];
    double *own = ff_new_array(energies->rows, sizeof *own, err);
    if (!own)
        return FF_E_NOMEM;
    for (size_t g = 0; g < rows->groups; g++) {
        size_t count = 0;
        for (size_t i = 0; i < energies->rows; i++)
            if (rows->group[energies->frame[i]] == g)
                own[count++] = target[i];
        gsl_sort(own, 1, count);
        const double middle = count ? gsl_stats_median_from_sorted_data(own, 1, count) : 0;
        for (size_t i = 0; i < energies->rows; i++)
            if (rows->group[energies->frame[i]] == g)
                values[i] = target[i] - middle;
    }
    free(own);
    return FF_OK;
}

/* Energies have one spread for all groups, that within them, and a robust one: they alone are few
 * and may be far off. */
static int spread_energies(ff_referee *referee, ff_error *err)
{
    const size_t n = referee->rows->kind[FF_KIND_ENERGY].rows;
    double *values = ff_new_array(2 * n, sizeof *values, err);
    int status = values ? FF_OK : FF_E_NOMEM;
    for (int r = FF_REFEREE_AS_IS; r <= FF_REFEREE_PER_ATOM && n && status == FF_OK; r++) {
        status = deviate_within_groups(referee, referee->energy_target[r], values, err);
        if (status != FF_OK)
            break;
        memcpy(values + n, values, n * sizeof *values);
        double spread = ff_referee_robust_spread(values + n, n);
        if (!(spread > 1e-9)) /* half of them equal */
            spread = root_mean_square(values, n);
        if (!(spread > 1e-9)) /* a frame in each group */
            spread = root_mean_square(referee->energy_target[r], n);
        for (size_t g = 0; g < FF_REFEREE_MOST_GROUPS; g++)
            referee->spread[FF_KIND_ENERGY][r][g] = spread > 0 ? spread : 1;
        for (size_t i = 0; i < n && r == FF_REFEREE_AS_IS; i++) {
            const double far = spread > 0 ? values[i] / (10 * spread) : 0;
            referee->weight[i] = 1 / (1 + far * far);
        }
    }
    free(values);
    return status;
}

/* Each group has its own, so that one in another unit does not rule; but none much below the rest.
 */
static void spread_others(ff_referee *referee, int kind)
{
    const ff_referee_rows *rows = referee->rows;
    const ff_referee_kind *k = &rows->kind[kind];
    for (int r = 0; r < FF_REFEREE_READINGS; r++) {
        double sum[FF_REFEREE_MOST_GROUPS] = {0}, known[FF_REFEREE_MOST_GROUPS];
        size_t count[FF_REFEREE_MOST_GROUPS] = {0}, used = 0;
        if (!k->target[r])
            continue;
        for (size_t i = 0; i < k->rows; i++) {
            const size_t g = rows->group[k->frame[i]];
            sum[g] += k->target[r][i] * k->target[r][i];
            count[g]++;
        }
        for (size_t g = 0; g < FF_REFEREE_MOST_GROUPS; g++)
            if (count[g] && sum[g] > 0)
                known[used++] = sqrt(sum[g] / (double)count[g]);
        gsl_sort(known, 1, used);
        const double middle = used ? gsl_stats_median_from_sorted_data(known, 1, used) : 1;
        for (size_t g = 0; g < FF_REFEREE_MOST_GROUPS; g++) {
            const double own = count[g] ? sqrt(sum[g] / (double)count[g]) : 0;
            referee->spread[kind][r][g] = fmax(own, 0.1 * middle);
        }
    }
}

/* Products. */

/* Rows are sorted by frame, and frames of a group need not be together: stretches of rows of one
 * group are multiplied at a time. */
static void add_products(ff_referee *referee, int kind, const double *matrix,
                         double *const target[FF_REFEREE_READINGS], const double *weight,
                         double *scratch)
{
    const ff_referee_rows *rows = referee->rows;
    const ff_referee_kind *k = &rows->kind[kind];
    const size_t columns = referee->columns;
    for (size_t first = 0; first < k->rows;) {
        const size_t group = rows->group[k->frame[first]];
        ff_referee_products *p = &referee->of[kind][group];
        size_t last = first;
        while (last < k->rows && rows->group[k->frame[last]] == group && last - first < 512)
            last++;
        const size_t count = last - first;
        const double *block = matrix + first * columns;
        for (size_t i = 0; weight && i < count; i++)
            for (size_t c = 0; c < columns; c++)
                scratch[i * columns + c] = weight[first + i] * block[i * columns + c];
        const double *left = weight ? scratch : block;
        if (weight)
            cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)columns, (int)columns,
                        (int)count, 1, left, (int)columns, block, (int)columns, 1, p->gram,
                        (int)columns);
        else
            cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)columns, (int)count, 1, block,
                        (int)columns, 1, p->gram, (int)columns);
        for (int r = 0; r < FF_REFEREE_READINGS; r++) {
            if (!target[r])
                continue;
            cblas_dgemv(CblasRowMajor, CblasTrans, (int)count, (int)columns, 1, left, (int)columns,
                        target[r] + first, 1, 1, p->moment[r], 1);
            for (size_t i = first; i < last; i++)
                p->square[r] += (weight ? weight[i] : 1) * target[r][i] * target[r][i];
        }
        p->rows += count;
        first = last;
    }
}

int ff_referee_form_products(ff_referee *referee, int kind, ff_error *err)
{
    const ff_referee_kind *k = &referee->rows->kind[kind];
    const bool energies = kind == FF_KIND_ENERGY;
    const size_t columns = referee->columns;
    double *scratch = ff_new_array(energies ? 512 * columns : 1, sizeof *scratch, err);
    if (!scratch)
        return FF_E_NOMEM;
    for (size_t g = 0; g < referee->rows->groups; g++) {
        ff_referee_products *p = &referee->of[kind][g];
        bool made = p->gram || (p->gram = ff_new_array(columns * columns, sizeof(double), err));
        if (made)
            memset(p->gram, 0, columns * columns * sizeof(double));
        for (int r = 0; r < FF_REFEREE_READINGS && made; r++) {
            p->square[r] = 0;
            if (!k->target[r])
                continue;
            made = p->moment[r] || (p->moment[r] = ff_new_array(columns, sizeof(double), err));
            if (made)
                memset(p->moment[r], 0, columns * sizeof(double));
        }
        p->rows = 0;
        if (!made) {
            free(scratch);
            return FF_E_NOMEM;
        }
    }
    add_products(referee, kind, energies ? referee->energy_matrix : k->matrix,
                 energies ? referee->energy_target : (double *const *)k->target,
                 energies ? referee->weight : NULL, scratch);
    free(scratch);
    return FF_OK;
}

int ff_referee_new(ff_referee **out, const ff_referee_rows *rows, ff_error *err)
{
    ff_referee *referee = ff_new_array(1, sizeof *referee, err);
    const size_t columns = rows->columns, n = rows->kind[FF_KIND_ENERGY].rows;
    if (!referee)
        return FF_E_NOMEM;
    referee->rows = rows;
    referee->columns = columns;
    int status = FF_E_NOMEM;
    if ((referee->energy_matrix =
             ff_copy_array(rows->kind[FF_KIND_ENERGY].matrix, n * columns, sizeof(double), err)) &&
        (referee->energy_target[0] = ff_new_array(n, sizeof(double), err)) &&
        (referee->energy_target[1] = ff_new_array(n, sizeof(double), err)) &&
        (referee->centre = ff_new_array(rows->species * rows->functions, sizeof(double), err)) &&
        (referee->weight = ff_new_array(n, sizeof(double), err)) &&
        (referee->matrix = ff_new_array(columns * columns, sizeof(double), err)) &&
        (referee->right = ff_new_array(columns, sizeof(double), err)) &&
        (referee->solution = ff_new_array(columns, sizeof(double), err)) &&
        (referee->coefficients = ff_new_array(columns, sizeof(double), err)))
        status = n ? centre_energies(referee, err) : FF_OK;
    if (status == FF_OK)
        status = spread_energies(referee, err);
    spread_others(referee, FF_KIND_FORCE);
    spread_others(referee, FF_KIND_VIRIAL);
    for (int k = 0; k < FF_REFEREE_KINDS && status == FF_OK; k++)
        status = ff_referee_form_products(referee, k, err);
    if (status == FF_OK)
        *out = referee;
    else
        ff_referee_free(referee);
    return status;
}
