#include "lib/defects/sparse_hessian.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/defects/site_hessian.h"
#include "lib/structure/neighbour_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the nearest-neighbour distance: how far a neighbour may stand from its place. Some hundreds of
 * atoms about a line are then farther off, at any size. */
static const double tolerance = 0.05;

/* A site energy's Hessian with the atoms it acts on, the site itself first. */
typedef struct star {
    uint32_t *member; /* [count]; NULL: no atom that moves is in its range */
    size_t count;
    const double *matrix; /* [3 count][3 count], symmetric */
} star;

typedef struct assembly {
    const ff_potential *potential;
    const ff_frame *unit, *frame;
    const int64_t *site;
    const bool *fixed;
    ff_sparse_hessian *out;
    ff_neighbour_list unit_list, list;
    double nearest;       /* A */
    double step;          /* A, of differences; 0: exact derivatives */
    double **unit_matrix; /* [unit atoms] */
    star *star;           /* [atoms] */
    double **own_matrix;  /* [own] */
    uint32_t *own_atom;   /* [own] */
    size_t own;
    uint32_t *row;          /* [atoms] rows; UINT32_MAX: fixed */
    size_t *first;          /* [atoms + 1] into the following */
    uint32_t *of_star, *as; /* stars that an atom is in, and the place it has there */
    ff_site_hessian **work; /* [threads] */
    uint32_t **slot;        /* [threads][moving] scratch */
    size_t most;            /* neighbours */
} assembly;

static void assembly_clear(assembly *a)
{
    for (size_t i = 0; a->unit_matrix && i < a->unit->atoms; i++)
        free(a->unit_matrix[i]);
    for (size_t i = 0; a->own_matrix && i < a->own; i++)
        free(a->own_matrix[i]);
    for (size_t i = 0; a->star && i < a->frame->atoms; i++)
        free(a->star[i].member);
    for (int thread = 0; thread < ff_threads(); thread++) {
        if (a->work)
            ff_site_hessian_free(a->work[thread]);
        if (a->slot)
            free(a->slot[thread]);
    }
    free(a->unit_matrix);
    free(a->own_matrix);
    free(a->own_atom);
    free(a->star);
    free(a->row);
    free(a->first);
    free(a->of_star);
    free(a->as);
    free(a->work);
    free(a->slot);
    ff_neighbour_list_clear(&a->unit_list);
    ff_neighbour_list_clear(&a->list);
}

static size_t neighbours(const ff_neighbour_list *list, size_t i)
{
    return list->offset[i + 1] - list->offset[i];
}

static bool moves(const assembly *a, size_t atom)
{
    return !a->fixed || !a->fixed[atom];
}

static int assembly_init(assembly *a, ff_error *err)
{
    size_t atoms = a->frame->atoms, threads = (size_t)ff_threads();
    ff_neighbour_list_init(&a->unit_list);
    ff_neighbour_list_init(&a->list);
    int status = ff_neighbour_list_build(&a->unit_list, a->unit, a->potential->cutoff * 1.003, err);
    a->nearest = a->potential->cutoff;
    for (size_t e = 0; status == FF_OK && e < a->unit_list.offset[a->unit->atoms]; e++)
        a->nearest = fmin(a->nearest, a->unit_list.distance[e]);
    a->step = a->potential->class_->hessian_products ? 0.0 : 1e-3 * a->nearest;
    if (status == FF_OK)
        status = ff_neighbour_list_build(
            &a->list, a->frame, a->potential->cutoff * 1.003 + tolerance * a->nearest, err);
    if (status != FF_OK)
        return status;
    for (size_t i = 0; i < atoms; i++)
        a->most = neighbours(&a->list, i) > a->most ? neighbours(&a->list, i) : a->most;
    for (size_t i = 0; i < a->unit->atoms; i++)
        a->most = neighbours(&a->unit_list, i) > a->most ? neighbours(&a->unit_list, i) : a->most;
    if (!(a->unit_matrix = ff_new_array(a->unit->atoms, sizeof *a->unit_matrix, err)) ||
        !(a->star = ff_new_array(atoms, sizeof *a->star, err)) ||
        !(a->row = ff_new_array(atoms, sizeof *a->row, err)) ||
        !(a->work = ff_new_array(threads, sizeof *a->work, err)) ||
        !(a->slot = ff_new_array(threads, sizeof *a->slot, err)))
        return FF_E_NOMEM;
    return FF_OK;
}

static int number_rows(assembly *a, ff_error *err)
{
    ff_sparse_hessian *out = a->out;
    if (!(out->atom = ff_new_array(a->frame->atoms, sizeof *out->atom, err)))
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

/* Stars. */

/* The matrix over neighbours, column after column, with rows and columns for the centre, on which
 * minus their sum acts. */
static void add_centre(double *matrix, const double *columns, size_t count)
{
    size_t inner = 3 * count, size = inner + 3;
    for (size_t i = 0; i < inner; i++)
        for (size_t j = 0; j < inner; j++)
            matrix[(i + 3) * size + j + 3] =
                0.5 * (columns[i * inner + j] + columns[j * inner + i]);
    for (size_t k = 0; k < 3; k++)
        for (size_t j = 3; j < size; j++) {
            double sum = 0.0;
            for (size_t p = 1; p <= count; p++)
                sum -= matrix[(3 * p + k) * size + j];
            matrix[k * size + j] = matrix[j * size + k] = sum;
        }
    for (size_t k = 0; k < 3; k++)
        for (size_t j = 0; j < 3; j++) {
            double sum = 0.0;
            for (size_t p = 1; p <= count; p++)
                sum -= matrix[k * size + 3 * p + j];
            matrix[k * size + j] = sum;
        }
}

/* *matrix = the Hessian of the site energy of atom i of a frame, allocated. */
static int site_matrix(assembly *a, double **matrix, const ff_frame *frame,
                       const ff_neighbour_list *list, size_t i, int thread, ff_error *err)
{
    size_t first = list->offset[i], count = neighbours(list, i), size = 3 * count;
    ff_site_hessian **work = &a->work[thread];
    int *species = ff_new_array(count, sizeof *species, err), status = FF_OK;
    double *columns = ff_new_array(size, size * sizeof(double), err), difference;
    *matrix = ff_new_array(size + 3, (size + 3) * sizeof(double), err);
    if (!species || !columns || !*matrix)
        status = FF_E_NOMEM;
    if (status == FF_OK && !*work)
        status = ff_site_hessian_new(work, a->potential, a->most, err);
    for (size_t q = 0; status == FF_OK && q < count; q++)
        species[q] = frame->species[list->neighbour[first + q]];
    ff_environment environment = {.species = frame->species[i],
                                  .count = count,
                                  .neighbour_species = species,
                                  .vectors = list->vector + 3 * first,
                                  .distances = list->distance + first};
    for (size_t q = 0; status == FF_OK && q < count; q++)
        status = ff_site_hessian_columns(*work, &environment, q, a->step, columns + 3 * q * size,
                                         &difference, err);
    if (status == FF_OK)
        add_centre(*matrix, columns, count);
    free(species);
    free(columns);
    return status;
}

static int unit_matrix(size_t i, int thread, void *context, ff_error *err)
{
    assembly *a = context;
    return site_matrix(a, &a->unit_matrix[i], a->unit, &a->unit_list, i, thread, err);
}

static int own_matrix(size_t n, int thread, void *context, ff_error *err)
{
    assembly *a = context;
    size_t i = a->own_atom[n];
    int status = site_matrix(a, &a->own_matrix[n], a->frame, &a->list, i, thread, err);
    a->star[i].matrix = a->own_matrix[n];
    return status;
}

/* The neighbour of atom i that stands nearest to a place; its number in the list, or SIZE_MAX. */
static size_t neighbour_at(const assembly *a, size_t i, const double place[3], int species)
{
    double least = tolerance * a->nearest * tolerance * a->nearest;
    size_t found = SIZE_MAX;
    for (size_t e = a->list.offset[i]; e < a->list.offset[i + 1]; e++) {
        const double *v = a->list.vector + 3 * e;
        double x = v[0] - place[0], y = v[1] - place[1], z = v[2] - place[2];
        double square = x * x + y * y + z * z;
        if (square < least && a->frame->species[a->list.neighbour[e]] == species) {
            least = square;
            found = e;
        }
    }
    return found;
}

/* Members as in the perfect crystal; false where the atoms do not stand so. (Two places are never
 * within twice the tolerance of one another, so none is taken twice.) */
static bool match_star(const assembly *a, star *s, size_t i)
{
    const ff_neighbour_list *perfect = &a->unit_list;
    size_t basis = (size_t)a->site[i] % a->unit->atoms;
    s->count = 1;
    s->matrix = a->unit_matrix[basis];
    for (size_t e = perfect->offset[basis]; e < perfect->offset[basis + 1]; e++) {
        size_t found =
            neighbour_at(a, i, perfect->vector + 3 * e, a->unit->species[perfect->neighbour[e]]);
        if (found == SIZE_MAX)
            return false;
        s->member[s->count++] = a->list.neighbour[found];
    }
    return true;
}

/* Every neighbour in the list; the potential's cutoff makes the blocks of the far ones zero. */
static void own_star(const assembly *a, star *s, size_t i)
{
    s->count = 1;
    s->matrix = NULL; /* to come */
    for (size_t e = a->list.offset[i]; e < a->list.offset[i + 1]; e++)
        s->member[s->count++] = a->list.neighbour[e];
}

static int make_star(size_t i, int thread, void *context, ff_error *err)
{
    assembly *a = context;
    star *s = &a->star[i];
    bool wanted = moves(a, i);
    (void)thread;
    for (size_t e = a->list.offset[i]; e < a->list.offset[i + 1] && !wanted; e++)
        wanted = moves(a, a->list.neighbour[e]);
    if (!wanted)
        return FF_OK;
    if (!(s->member = ff_new_array(a->most + 1, sizeof *s->member, err)))
        return FF_E_NOMEM;
    s->member[0] = (uint32_t)i;
    if (a->site[i] < 0 || !match_star(a, s, i))
        own_star(a, s, i);
    return FF_OK;
}

/* Site Hessians of the core's atoms; whatever is in their range is core. */
static int make_core(assembly *a, ff_error *err)
{
    size_t capacity = 0;
    for (size_t i = 0; i < a->frame->atoms; i++) {
        const star *s = &a->star[i];
        if (!s->member || s->matrix)
            continue;
        int status = ff_reserve(&a->own_atom, &capacity, a->own + 1, sizeof *a->own_atom, err);
        if (status != FF_OK)
            return status;
        a->own_atom[a->own++] = (uint32_t)i;
        for (size_t p = 0; p < s->count; p++)
            if (a->row[s->member[p]] != UINT32_MAX)
                a->out->core[a->row[s->member[p]]] = true;
    }
    a->out->own = a->own;
    if (!(a->own_matrix = ff_new_array(a->own, sizeof *a->own_matrix, err)))
        return FF_E_NOMEM;
    return ff_parallel_for(a->own, own_matrix, a, NULL, err);
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
        for (size_t p = 0; a->star[i].member && p < a->star[i].count; p++)
            a->first[a->star[i].member[p] + 1]++;
    for (size_t i = 0; i < atoms; i++) {
        a->first[i + 1] += a->first[i];
        next[i] = a->first[i];
    }
    a->of_star = ff_new_array(a->first[atoms], sizeof *a->of_star, err);
    a->as = ff_new_array(a->first[atoms], sizeof *a->as, err);
    for (size_t i = 0; a->of_star && a->as && i < atoms; i++)
        for (size_t p = 0; a->star[i].member && p < a->star[i].count; p++) {
            size_t place = next[a->star[i].member[p]]++;
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
        const star *s = &a->star[a->of_star[n]];
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
        const star *s = &a->star[a->of_star[n]];
        for (size_t q = 0; q < s->count; q++)
            if (a->row[s->member[q]] <= row)
                slot[a->row[s->member[q]]] = 0;
    }
    return FF_OK;
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
        const star *s = &a->star[a->of_star[n]];
        size_t size = 3 * s->count;
        const double *rows = s->matrix + 3 * (size_t)a->as[n] * size;
        for (size_t q = 0; q < s->count; q++) {
            if (a->row[s->member[q]] > row)
                continue;
            double *block = blocks + 9 * slot[a->row[s->member[q]]];
            for (size_t r = 0; r < 3; r++)
                for (size_t k = 0; k < 3; k++)
                    block[3 * r + k] += rows[r * size + 3 * q + k];
        }
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
    assembly a = {.potential = potential,
                  .unit = unit,
                  .frame = frame,
                  .site = site,
                  .fixed = fixed,
                  .out = hessian};
    *hessian = (ff_sparse_hessian){0};
    int status = ff_potential_need_sites(potential, "a sparse matrix of force constants", err);
    if (status == FF_OK)
        status = assembly_init(&a, err);
    if (status == FF_OK)
        status = number_rows(&a, err);
    if (status == FF_OK)
        status = ff_parallel_for(unit->atoms, unit_matrix, &a, NULL, err);
    if (status == FF_OK)
        status = ff_parallel_for(frame->atoms, make_star, &a, NULL, err);
    if (status == FF_OK)
        status = make_core(&a, err);
    if (status == FF_OK)
        status = assemble(&a, err);
    assembly_clear(&a);
    if (status != FF_OK)
        ff_sparse_hessian_clear(hessian);
    return status;
}
