#include "lib/defects/core_sites.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <lapacke.h>
#include <stdlib.h>
#include <string.h>

void ff_core_sites_clear(ff_core_sites *s)
{
    free(s->site);
    free(s->vacant);
    free(s->weight);
    free(s->green);
    free(s->stiff);
}

static int compare_sites(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

int64_t ff_core_site_number(const ff_core_sites *s, int64_t site)
{
    const int64_t *found = bsearch(&site, s->site, s->count, sizeof *s->site, compare_sites);
    return found ? found - s->site : -1;
}

/* The site of basis `basis` in the cell of `site` displaced by shift. */
static int64_t displaced(const ff_core_sites *s, int64_t site, const int32_t shift[3], size_t basis)
{
    int64_t cell = site / (int64_t)s->basis, index[3];
    for (int k = 2; k >= 0; k--) {
        int64_t n = s->cells[k];
        index[k] = ((cell % n + shift[k]) % n + n) % n;
        cell /= n;
    }
    return ((index[0] * s->cells[1] + index[1]) * s->cells[2] + index[2]) * (int64_t)s->basis +
           (int64_t)basis;
}

/* shift = the cell of site a less that of site b. */
static void cell_difference(const ff_core_sites *s, int64_t a, int64_t b, int32_t shift[3])
{
    a /= (int64_t)s->basis;
    b /= (int64_t)s->basis;
    for (int k = 2; k >= 0; k--) {
        shift[k] = (int32_t)(a % s->cells[k] - b % s->cells[k]);
        a /= s->cells[k];
        b /= s->cells[k];
    }
}

/* Lists the sites, sorted, each once. */
static int list_sites(ff_core_sites *s, const ff_defect_response *r, const size_t *atom,
                      size_t count, ff_error *err)
{
    size_t sites = ff_green_function_sites(r->green), unique = 0;
    char *kind = ff_new_array(sites, 1, err); /* 1: an atom on it, 2: of the core's sites */
    if (!kind)
        return FF_E_NOMEM;
    for (size_t i = 0; i < r->atoms; i++)
        if (r->site[i] >= 0)
            kind[r->site[i]] = 1;
    for (size_t i = 0; i < count; i++)
        if (r->site[atom[i]] >= 0)
            kind[r->site[atom[i]]] = 2;
    for (size_t c = 0; c < r->first_carrier[r->extras]; c++)
        kind[r->site[r->carrier[c]]] = 2;
    for (size_t i = 0; i < sites; i++)
        unique += kind[i] != 1;
    s->site = ff_new_array(unique, sizeof *s->site, err);
    s->vacant = ff_new_array(unique, sizeof *s->vacant, err);
    for (size_t i = 0; s->site && s->vacant && i < sites; i++)
        if (kind[i] != 1) {
            s->vacant[s->count] = kind[i] == 0;
            s->site[s->count++] = (int64_t)i;
        }
    free(kind);
    return s->site && s->vacant ? FF_OK : FF_E_NOMEM;
}

/* An atom on a site follows it, an extra atom the mean of its carriers. */
static int find_weights(ff_core_sites *s, const ff_defect_response *r, const size_t *atom,
                        size_t count, ff_error *err)
{
    if (!(s->weight = ff_new_array(count, s->count * sizeof(double), err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        if (r->site[atom[i]] >= 0)
            s->weight[i * s->count + (size_t)ff_core_site_number(s, r->site[atom[i]])] = 1.0;
        for (size_t e = 0; e < r->extras; e++) {
            size_t first = r->first_carrier[e], last = r->first_carrier[e + 1];
            for (size_t c = first; r->extra[e] == atom[i] && c < last; c++)
                s->weight[i * s->count + (size_t)ff_core_site_number(s, r->site[r->carrier[c]])] =
                    1.0 / (double)(last - first);
        }
    }
    return FF_OK;
}

/* The lattice Green's function between the sites: from the displacements by a force on each basis
 * site of one cell, all others being equal to these. */
static int find_green(ff_core_sites *s, const ff_defect_response *r, ff_error *err)
{
    size_t order = 3 * s->count;
    if (!(s->green = ff_new_array(order, order * sizeof(double), err)))
        return FF_E_NOMEM;
    for (size_t column = 0; column < 3 * s->basis; column++) {
        memset(r->field, 0, ff_green_function_sites(r->green) * 3 * sizeof(double));
        r->field[column] = 1.0;
        ff_green_function_apply(r->green, r->field, r->field);
        for (size_t b = 0; b < s->count; b++) {
            if ((size_t)s->site[b] % s->basis != column / 3)
                continue;
            for (size_t a = 0; a < s->count; a++) {
                int32_t shift[3];
                cell_difference(s, s->site[a], s->site[b], shift);
                size_t at = (size_t)displaced(s, 0, shift, (size_t)s->site[a] % s->basis);
                for (size_t k = 0; k < 3; k++)
                    s->green[(3 * a + k) * order + 3 * b + column % 3] = r->field[3 * at + k];
            }
        }
    }
    return FF_OK;
}

/* stiff -= stiff[., vacant] stiff[vacant, vacant]^-1 stiff[vacant, .]: no force acts on a vacant
 * site, which follows its neighbours. */
static int eliminate_vacant(ff_core_sites *s, ff_error *err)
{
    size_t order = 3 * s->count, vacant = 0;
    for (size_t i = 0; i < s->count; i++)
        vacant += 3 * s->vacant[i];
    if (vacant == 0)
        return FF_OK;
    double *block = ff_new_array(vacant, vacant * sizeof(double), err);
    double *rows = ff_new_array(vacant, order * sizeof(double), err);
    double *solved = ff_new_array(vacant, order * sizeof(double), err);
    int *pivot = ff_new_array(vacant, sizeof *pivot, err);
    int status = block && rows && solved && pivot ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0, row = 0; status == FF_OK && i < s->count; i++)
        for (size_t k = 0; s->vacant[i] && k < 3; k++, row++) {
            const double *from = s->stiff + (3 * i + k) * order;
            memcpy(rows + row * order, from, order * sizeof(double));
            for (size_t j = 0, column = 0; j < s->count; j++)
                for (size_t l = 0; s->vacant[j] && l < 3; l++)
                    block[row * vacant + column++] = from[3 * j + l];
        }
    if (status == FF_OK) {
        memcpy(solved, rows, vacant * order * sizeof(double));
        if (LAPACKE_dgesv(LAPACK_ROW_MAJOR, (lapack_int)vacant, (lapack_int)order, block,
                          (lapack_int)vacant, pivot, solved, (lapack_int)order) != 0)
            status = ff_fail(err, FF_E_NUMERIC, "the vacant sites' stiffness is singular");
    }
    if (status == FF_OK)
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)order, (int)order, (int)vacant,
                    -1.0, rows, (int)order, solved, (int)order, 1.0, s->stiff, (int)order);
    free(block);
    free(rows);
    free(solved);
    free(pivot);
    return status;
}

static int find_stiffness(ff_core_sites *s, const ff_force_constants *constants, ff_error *err)
{
    size_t order = 3 * s->count;
    if (!(s->stiff = ff_new_array(order, order * sizeof(double), err)))
        return FF_E_NOMEM;
    for (size_t a = 0; a < s->count; a++)
        for (size_t n = 0; n < constants->count; n++) {
            const ff_force_constant *c = &constants->list[n];
            if (c->site != (size_t)s->site[a] % s->basis)
                continue;
            int64_t b = ff_core_site_number(s, displaced(s, s->site[a], c->cell, c->other));
            for (size_t k = 0; b >= 0 && k < 9; k++)
                s->stiff[(3 * a + k / 3) * order + 3 * (size_t)b + k % 3] += c->block[k];
        }
    return eliminate_vacant(s, err);
}

int ff_core_sites_init(ff_core_sites *s, const ff_defect_response *response,
                       const ff_force_constants *constants, const int cells[3], const size_t *atom,
                       size_t count, ff_error *err)
{
    *s = (ff_core_sites){.cells = cells, .basis = constants->sites};
    int status = list_sites(s, response, atom, count, err);
    if (status == FF_OK)
        status = find_weights(s, response, atom, count, err);
    if (status == FF_OK)
        status = find_green(s, response, err);
    return status == FF_OK ? find_stiffness(s, constants, err) : status;
}
