#include "lib/defects/sparse_hessian.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/defects/sparse_stars.h"

#include <stdlib.h>
#include <string.h>

typedef struct assembly {
    const ff_frame *frame;
    const bool *fixed;
    ff_sparse_hessian *out;
    ff_stars stars;
    uint32_t *row;          /* [atoms] rows; UINT32_MAX: fixed */
    size_t *first;          /* [atoms + 1] into the following */
    uint32_t *of_star, *as; /* stars that an atom is in, and the place it has there */
    uint32_t **slot;        /* [threads][moving] scratch */
} assembly;

static void assembly_clear(assembly *a)
{
    for (int thread = 0; a->slot && thread < ff_threads(); thread++)
        free(a->slot[thread]);
    ff_stars_clear(&a->stars);
    free(a->row);
    free(a->first);
    free(a->of_star);
    free(a->as);
    free(a->slot);
}

static bool moves(const assembly *a, size_t atom)
{
    return !a->fixed || !a->fixed[atom];
}

static int number_rows(assembly *a, ff_error *err)
{
    ff_sparse_hessian *out = a->out;
    if (!(out->atom = ff_new_array(a->frame->atoms, sizeof *out->atom, err)) ||
        !(a->row = ff_new_array(a->frame->atoms, sizeof *a->row, err)) ||
        !(a->slot = ff_new_array((size_t)ff_threads(), sizeof *a->slot, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < a->frame->atoms; i++) {
        a->row[i] = moves(a, i) ? (uint32_t)out->moving : UINT32_MAX;
        if (moves(a, i))
            out->atom[out->moving++] = (uint32_t)i;
    }
    if (!(out->core = ff_new_array(out->moving, sizeof *out->core, err)))
        return FF_E_NOMEM;
    return out->moving ? FF_OK : ff_fail(err, FF_E_RANGE, "every atom is fixed");
}

/* Whatever is in the range of an atom whose own site Hessian was taken. */
static void mark_core(assembly *a)
{
    a->out->own = a->stars.own;
    for (size_t n = 0; n < a->stars.own; n++) {
        const ff_star *s = &a->stars.star[a->stars.own_atom[n]];
        for (size_t p = 0; p < s->count; p++)
            if (a->row[s->member[p]] != UINT32_MAX)
                a->out->core[a->row[s->member[p]]] = true;
    }
}

/* Rows. */

static int find_incidences(assembly *a, ff_error *err)
{
    size_t atoms = a->frame->atoms;
    size_t *next = ff_new_array(atoms, sizeof *next, err);
    if (!next || !(a->first = ff_new_array(atoms + 1, sizeof *a->first, err))) {
        free(next);
        return FF_E_NOMEM;
    }
    for (size_t i = 0; i < atoms; i++)
        for (size_t p = 0; a->stars.star[i].member && p < a->stars.star[i].count; p++)
            a->first[a->stars.star[i].member[p] + 1]++;
    for (size_t i = 0; i < atoms; i++) {
        a->first[i + 1] += a->first[i];
        next[i] = a->first[i];
    }
    a->of_star = ff_new_array(a->first[atoms], sizeof *a->of_star, err);
    a->as = ff_new_array(a->first[atoms], sizeof *a->as, err);
    for (size_t i = 0; a->of_star && a->as && i < atoms; i++)
        for (size_t p = 0; a->stars.star[i].member && p < a->stars.star[i].count; p++) {
            size_t place = next[a->stars.star[i].member[p]]++;
            a->of_star[place] = (uint32_t)i;
            a->as[place] = (uint32_t)p;
        }
    free(next);
    return a->of_star && a->as ? FF_OK : FF_E_NOMEM;
}

static int compare_columns(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Thread's scratch, of which every element is 0 between rows. */
static uint32_t *slots(assembly *a, int thread, ff_error *err)
{
    if (!a->slot[thread])
        a->slot[thread] = ff_new_array(a->out->moving, sizeof *a->slot[thread], err);
    return a->slot[thread];
}

/* The columns up to `row` of its row, marked with 1 in slot; into column[] unless that is NULL. */
static size_t mark_columns(const assembly *a, size_t row, uint32_t *slot, uint32_t *column)
{
    size_t atom = a->out->atom[row], count = 0;
    for (size_t n = a->first[atom]; n < a->first[atom + 1]; n++) {
        const ff_star *s = &a->stars.star[a->of_star[n]];
        for (size_t q = 0; q < s->count; q++) {
            uint32_t other = a->row[s->member[q]];
            if (other > row || slot[other]) /* fixed ones have the largest number */
                continue;
            slot[other] = 1;
            if (column)
                column[count] = other;
            count++;
        }
    }
    return count;
}

/* Counts them, and takes the marks off again. */
static int count_columns(size_t row, int thread, void *context, ff_error *err)
{
    assembly *a = context;
    uint32_t *slot = slots(a, thread, err);
    if (!slot)
        return FF_E_NOMEM;
    a->out->offset[row + 1] = mark_columns(a, row, slot, NULL);
    size_t atom = a->out->atom[row];
    for (size_t n = a->first[atom]; n < a->first[atom + 1]; n++) {
        const ff_star *s = &a->stars.star[a->of_star[n]];
        for (size_t q = 0; q < s->count; q++)
            if (a->row[s->member[q]] <= row)
                slot[a->row[s->member[q]]] = 0;
    }
    return FF_OK;
}

/* block += that of the site's matrix in these three rows and columns. */
static void add_block(double *restrict block, const ff_star *s, size_t as, size_t other)
{
    for (size_t k = 0; k < 9; k++)
        block[k] += s->matrix[(3 * as + k / 3) * 3 * s->count + 3 * other + k % 3];
    const double *restrict slope = s->slope ? s->slope + 81 * (as * s->count + other) : NULL;
    for (size_t n = 0; slope && n < 9; n++)
        for (size_t k = 0; k < 9; k++)
            block[k] += s->strain[n] * slope[9 * n + k];
}

static int fill_row(size_t row, int thread, void *context, ff_error *err)
{
    assembly *a = context;
    ff_sparse_hessian *out = a->out;
    uint32_t *slot = slots(a, thread, err), *column = out->column + out->offset[row];
    if (!slot)
        return FF_E_NOMEM;
    size_t count = mark_columns(a, row, slot, column), atom = out->atom[row];
    double *blocks = out->block + 9 * out->offset[row];
    qsort(column, count, sizeof *column, compare_columns);
    for (size_t c = 0; c < count; c++)
        slot[column[c]] = (uint32_t)c;
    for (size_t n = a->first[atom]; n < a->first[atom + 1]; n++) {
        const ff_star *s = &a->stars.star[a->of_star[n]];
        for (size_t q = 0; q < s->count; q++)
            if (a->row[s->member[q]] <= row)
                add_block(blocks + 9 * slot[a->row[s->member[q]]], s, a->as[n], q);
    }
    for (size_t c = 0; c < count; c++)
        slot[column[c]] = 0;
    return FF_OK;
}

static int assemble(assembly *a, ff_error *err)
{
    ff_sparse_hessian *out = a->out;
    if (!(out->offset = ff_new_array(out->moving + 1, sizeof *out->offset, err)))
        return FF_E_NOMEM;
    int status = find_incidences(a, err);
    if (status == FF_OK)
        status = ff_parallel_for(out->moving, count_columns, a, NULL, err);
    if (status != FF_OK)
        return status;
    for (size_t row = 0; row < out->moving; row++)
        out->offset[row + 1] += out->offset[row];
    if (!(out->column = ff_new_array(out->offset[out->moving], sizeof *out->column, err)) ||
        !(out->block = ff_new_array(out->offset[out->moving], 9 * sizeof(double), err)))
        return FF_E_NOMEM;
    return ff_parallel_for(out->moving, fill_row, a, NULL, err);
}

void ff_sparse_hessian_clear(ff_sparse_hessian *hessian)
{
    free(hessian->atom);
    free(hessian->offset);
    free(hessian->column);
    free(hessian->block);
    free(hessian->core);
    *hessian = (ff_sparse_hessian){0};
}

int ff_sparse_hessian_init(ff_sparse_hessian *hessian, const ff_potential *potential,
                           const ff_frame *unit, const ff_frame *frame, const int64_t *site,
                           const bool *fixed, ff_error *err)
{
    assembly a = {.frame = frame, .fixed = fixed, .out = hessian};
    *hessian = (ff_sparse_hessian){0};
    int status = ff_potential_need_sites(potential, "a sparse matrix of force constants", err);
    if (status == FF_OK)
        status = ff_stars_init(&a.stars, potential, unit, frame, site, fixed, err);
    if (status == FF_OK)
        status = number_rows(&a, err);
    if (status == FF_OK) {
        mark_core(&a);
        status = assemble(&a, err);
    }
    assembly_clear(&a);
    if (status != FF_OK)
        ff_sparse_hessian_clear(hessian);
    return status;
}
