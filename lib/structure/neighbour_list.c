#include "lib/structure/neighbour_list.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"
#include "lib/structure/cell_grid.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Atoms per item of parallel work; any value gives the same list. */
enum { CHUNK = 256 };

/* Atoms closer than this (A) are a mistake in the input. */
static const double closest = 1e-3;

/* One neighbour while it is being collected and sorted. */
typedef struct candidate {
    uint32_t neighbour;
    int32_t shift[3];
} candidate;

/* Candidates of one atom; one for each thread. */
typedef struct collection {
    candidate *list;
    size_t count, capacity;
} collection;

/* What the parallel passes share. */
typedef struct search {
    ff_neighbour_list *list;
    const ff_frame *frame;
    const ff_cell_grid *grid;
    collection *collections; /* [threads] */
} search;

void ff_neighbour_list_init(ff_neighbour_list *list)
{
    memset(list, 0, sizeof *list);
}

static void free_entries(ff_neighbour_list *list)
{
    free(list->neighbour);
    free(list->shift);
    free(list->reverse);
    free(list->vector);
    free(list->distance);
    list->neighbour = list->reverse = NULL;
    list->shift = NULL;
    list->vector = list->distance = NULL;
    list->capacity = 0;
}

void ff_neighbour_list_clear(ff_neighbour_list *list)
{
    free(list->offset);
    free_entries(list);
    ff_neighbour_list_init(list);
}

/* r_j - r_i + shift . cell, in an order of operations that changes only its sign when the bond is
 * turned round, so that both directions agree to the last bit. */
static double bond(double vector[3], const ff_frame *frame, size_t i, size_t j,
                   const int32_t shift[3])
{
    const double *a = frame->positions + 3 * i, *b = frame->positions + 3 * j;
    const double *cell = frame->cell;
    for (int k = 0; k < 3; k++)
        vector[k] =
            (b[k] - a[k]) + (shift[0] * cell[k] + shift[1] * cell[3 + k] + shift[2] * cell[6 + k]);
    return sqrt(ff_vector_dot(vector, vector));
}

/* Image of the frame's cell in which atom j of box image n is seen from atom i. */
static void frame_shift(int32_t shift[3], const ff_cell_grid *grid, size_t i, size_t j,
                        const int n[3])
{
    int64_t image[3];
    for (size_t k = 0; k < 3; k++)
        image[k] = n[k] - grid->home[3 * j + k] + grid->home[3 * i + k];
    for (int k = 0; k < 3; k++)
        shift[k] = (int32_t)(image[0] * grid->transform[k] + image[1] * grid->transform[3 + k] +
                             image[2] * grid->transform[6 + k]);
}

/* Adds the atoms of one box, seen through image n, that are near atom i. */
static int search_box(collection *found, const search *s, size_t i, size_t box, const int n[3],
                      ff_error *err)
{
    const ff_cell_grid *grid = s->grid;
    size_t first = grid->start[box], last = grid->start[box + 1];
    if (ff_reserve(&found->list, &found->capacity, found->count + last - first, sizeof *found->list,
                   err) != FF_OK)
        return FF_E_NOMEM;
    /* A little beyond the cutoff: wrapped positions differ from the frame's by rounding. */
    double reach = s->list->cutoff * (1 + 1e-6), square = reach * reach, origin[3];
    double image[3] = {n[0], n[1], n[2]};
    ff_row_times_matrix(origin, image, grid->vectors);
    for (int k = 0; k < 3; k++)
        origin[k] -= grid->place[3 * i + (size_t)k];
    for (size_t entry = first; entry < last; entry++) {
        const double *x = grid->wrapped + 3 * entry;
        double d[3] = {x[0] + origin[0], x[1] + origin[1], x[2] + origin[2]}, exact[3];
        if (ff_vector_dot(d, d) >= square)
            continue;
        size_t j = grid->atom[entry];
        candidate *c = found->list + found->count;
        if (j == i && n[0] == 0 && n[1] == 0 && n[2] == 0)
            continue;
        c->neighbour = (uint32_t)j;
        frame_shift(c->shift, grid, i, j, n);
        found->count += bond(exact, s->frame, i, j, c->shift) < s->list->cutoff;
    }
    return FF_OK;
}

/* Box index and image of box + offset along one direction; false when there is nothing there. */
static bool neighbour_box(const ff_cell_grid *grid, int k, int32_t box, int offset, int *index,
                          int *image)
{
    int count = grid->boxes[k], at = box + offset;
    *image = at >= 0 ? at / count : -((count - 1 - at) / count);
    *index = at - *image * count;
    return grid->periodic[k] || *image == 0;
}

/* Collects the neighbours of atom i, in whatever order the boxes give them. */
static int collect(collection *found, const search *s, size_t i, ff_error *err)
{
    const ff_cell_grid *grid = s->grid;
    const int32_t *box = grid->box + 3 * i;
    const int *reach = grid->reach;
    int at[3], n[3];
    found->count = 0;
    for (int a = -reach[0]; a <= reach[0]; a++) {
        if (!neighbour_box(grid, 0, box[0], a, &at[0], &n[0]))
            continue;
        for (int b = -reach[1]; b <= reach[1]; b++) {
            if (!neighbour_box(grid, 1, box[1], b, &at[1], &n[1]))
                continue;
            size_t row =
                ((size_t)at[0] * (size_t)grid->boxes[1] + (size_t)at[1]) * (size_t)grid->boxes[2];
            for (int c = -reach[2]; c <= reach[2]; c++)
                if (neighbour_box(grid, 2, box[2], c, &at[2], &n[2]) &&
                    search_box(found, s, i, row + (size_t)at[2], n, err) != FF_OK)
                    return FF_E_NOMEM;
        }
    }
    return FF_OK;
}

static int compare_shifts(const int32_t a[3], const int32_t b[3])
{
    for (int k = 0; k < 3; k++)
        if (a[k] != b[k])
            return a[k] < b[k] ? -1 : 1;
    return 0;
}

static int compare_candidates(const void *left, const void *right)
{
    const candidate *a = left, *b = right;
    if (a->neighbour != b->neighbour)
        return a->neighbour < b->neighbour ? -1 : 1;
    return compare_shifts(a->shift, b->shift);
}

/* Lists are mostly tens of entries, already partly in order: insertion beats qsort there. */
static void sort_candidates(candidate *list, size_t count)
{
    if (count > 200) {
        qsort(list, count, sizeof *list, compare_candidates);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        candidate moving = list[i];
        size_t j = i;
        for (; j > 0 && compare_candidates(list + j - 1, &moving) > 0; j--)
            list[j] = list[j - 1];
        list[j] = moving;
    }
}

static size_t chunk_end(const search *s, size_t chunk)
{
    size_t end = (chunk + 1) * CHUNK;
    return end < s->list->atoms ? end : s->list->atoms;
}

/* First pass: the number of neighbours of each atom, left in offset[i + 1]. */
static int count_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const search *s = context;
    collection *found = s->collections + thread;
    for (size_t i = chunk * CHUNK; i < chunk_end(s, chunk); i++) {
        if (collect(found, s, i, err) != FF_OK)
            return FF_E_NOMEM;
        s->list->offset[i + 1] = found->count;
    }
    return FF_OK;
}

/* Second pass: the entries themselves, sorted. */
static int fill_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const search *s = context;
    ff_neighbour_list *list = s->list;
    collection *found = s->collections + thread;
    for (size_t i = chunk * CHUNK; i < chunk_end(s, chunk); i++) {
        if (collect(found, s, i, err) != FF_OK)
            return FF_E_NOMEM;
        sort_candidates(found->list, found->count);
        for (size_t k = 0, p = list->offset[i]; k < found->count; k++, p++) {
            const candidate *c = found->list + k;
            list->neighbour[p] = c->neighbour;
            memcpy(list->shift + 3 * p, c->shift, sizeof c->shift);
            list->distance[p] = bond(list->vector + 3 * p, s->frame, i, c->neighbour, c->shift);
        }
    }
    return FF_OK;
}

/* The entry of atom j that is (neighbour, shift), by bisection: it is there by construction. */
static size_t find_entry(const ff_neighbour_list *list, size_t j, size_t neighbour,
                         const int32_t shift[3])
{
    size_t low = list->offset[j], high = list->offset[j + 1];
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        bool beyond = list->neighbour[middle] != neighbour
                          ? list->neighbour[middle] > neighbour
                          : compare_shifts(list->shift + 3 * middle, shift) > 0;
        if (beyond)
            high = middle;
        else
            low = middle;
    }
    return low;
}

static int reverse_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    (void)thread, (void)err;
    const search *s = context;
    ff_neighbour_list *list = s->list;
    for (size_t i = chunk * CHUNK; i < chunk_end(s, chunk); i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1]; p++) {
            const int32_t *shift = list->shift + 3 * p;
            int32_t back[3] = {-shift[0], -shift[1], -shift[2]};
            list->reverse[p] = (uint32_t)find_entry(list, list->neighbour[p], i, back);
        }
    return FF_OK;
}

/* Makes room for the entries that the first pass counted. */
static int reserve_entries(ff_neighbour_list *list, ff_error *err)
{
    for (size_t i = 0; i < list->atoms; i++)
        list->offset[i + 1] += list->offset[i];
    size_t entries = list->offset[list->atoms];
    if (entries > UINT32_MAX)
        return ff_fail(err, FF_E_RANGE, "%zu pairs within %g A, at most %u are possible", entries,
                       list->cutoff, UINT32_MAX);
    if (entries <= list->capacity)
        return FF_OK;
    free_entries(list);
    size_t capacity = entries + entries / 16; /* so that rebuilding rarely grows it again */
    if (!(list->neighbour = ff_new_array(capacity, sizeof *list->neighbour, err)) ||
        !(list->shift = ff_new_array(capacity, 3 * sizeof *list->shift, err)) ||
        !(list->reverse = ff_new_array(capacity, sizeof *list->reverse, err)) ||
        !(list->vector = ff_new_array(capacity, 3 * sizeof *list->vector, err)) ||
        !(list->distance = ff_new_array(capacity, sizeof *list->distance, err)))
        return FF_E_NOMEM;
    list->capacity = capacity;
    return FF_OK;
}

/* Refuses atoms on top of one another, naming the first pair in list order. */
static int check_distances(const ff_neighbour_list *list, ff_error *err)
{
    for (size_t i = 0; i < list->atoms; i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1]; p++)
            if (list->distance[p] < closest) {
                ff_fail(err, FF_E_RANGE,
                        "atoms %zu and %u are %.3g A apart, expected at least "
                        "%g A",
                        i + 1, list->neighbour[p] + 1, list->distance[p], closest);
                ff_error_at_atom(err, (int64_t)i + 1);
                return FF_E_RANGE;
            }
    return FF_OK;
}

static int build_entries(search *s, ff_error *err)
{
    ff_neighbour_list *list = s->list;
    size_t chunks = (list->atoms + CHUNK - 1) / CHUNK;
    int status = ff_parallel_for(chunks, count_chunk, s, NULL, err);
    if (status == FF_OK)
        status = reserve_entries(list, err);
    if (status == FF_OK)
        status = ff_parallel_for(chunks, fill_chunk, s, NULL, err);
    if (status == FF_OK)
        status = ff_parallel_for(chunks, reverse_chunk, s, NULL, err);
    if (status == FF_OK)
        status = check_distances(list, err);
    return status;
}

int ff_neighbour_list_build(ff_neighbour_list *list, const ff_frame *frame, double cutoff,
                            ff_error *err)
{
    int status = FF_E_NOMEM, threads = ff_threads();
    ff_cell_grid grid;
    search s = {.list = list, .frame = frame, .grid = &grid};
    ff_cell_grid_init(&grid);
    if (!(cutoff > 0) || !isfinite(cutoff)) {
        status = ff_fail(err, FF_E_RANGE, "a cutoff of %g A, expected a positive number", cutoff);
        goto done;
    }
    free(list->offset);
    if (!(list->offset = ff_new_array(frame->atoms + 1, sizeof *list->offset, err)) ||
        !(s.collections = ff_new_array((size_t)threads, sizeof *s.collections, err)))
        goto done;
    list->atoms = frame->atoms;
    list->cutoff = cutoff;
    if ((status = ff_cell_grid_build(&grid, frame, cutoff, err)) == FF_OK)
        status = build_entries(&s, err);
done:
    for (int t = 0; s.collections && t < threads; t++)
        free(s.collections[t].list);
    free(s.collections);
    ff_cell_grid_clear(&grid);
    if (status != FF_OK)
        ff_neighbour_list_clear(list);
    return status;
}

static int update_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    (void)thread, (void)err;
    const search *s = context;
    ff_neighbour_list *list = s->list;
    for (size_t i = chunk * CHUNK; i < chunk_end(s, chunk); i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1]; p++)
            list->distance[p] =
                bond(list->vector + 3 * p, s->frame, i, list->neighbour[p], list->shift + 3 * p);
    return FF_OK;
}

void ff_neighbour_list_update(ff_neighbour_list *list, const ff_frame *frame)
{
    search s = {.list = list, .frame = frame};
    (void)ff_parallel_for((list->atoms + CHUNK - 1) / CHUNK, update_chunk, &s, NULL, NULL);
}
