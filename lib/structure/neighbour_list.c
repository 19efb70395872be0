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

/* Wrapped positions differ from the frame's by rounding: distances this near to the cutoff,
 * relative to it, are looked at again. */
static const double doubt = 1e-6;

/* Neighbours while they are collected and sorted: the atom in the upper half, the number of the
 * image in the lower. Images are numbered in the order of their shifts, and the shifts of one
 * atom's images differ by those of the images, so this is the order of the list. */
typedef struct collection {
    uint64_t *list;
    size_t count, capacity;
} collection;

/* Memory of one thread. */
typedef struct scratch {
    collection found, merged; /* of one atom */
} scratch;

/* What the parallel passes share. */
typedef struct search {
    ff_neighbour_list *list;
    const ff_frame *frame;
    const ff_cell_grid *grid;
    collection *chunks; /* [chunks] sorted candidates of the chunk's atoms, one after another */
    scratch *scratches; /* [threads] */
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
    bool bare = list->bare;
    free(list->offset);
    free_entries(list);
    ff_neighbour_list_init(list);
    list->bare = bare;
}

/* Shift of a candidate as seen from atom i, both at their own places. */
static void candidate_shift(int32_t shift[3], const ff_cell_grid *grid, size_t i,
                            uint64_t candidate)
{
    const int32_t *from = grid->home + 3 * i, *to = grid->home + 3 * (candidate >> 32);
    const int32_t *image = grid->image[candidate & UINT32_MAX].shift;
    for (int k = 0; k < 3; k++)
        shift[k] = image[k] + from[k] - to[k];
}

/* Adds the atoms of one box, seen through image n, that are near atom i. Returns whether some
 * distance is too near the cutoff to tell. The caller has made room. */
static bool search_box(collection *found, const search *s, size_t i, size_t box, const int32_t n[3])
{
    const ff_cell_grid *grid = s->grid;
    double outer = s->list->cutoff * (1 + doubt), inner = s->list->cutoff * (1 - doubt);
    uint32_t number = ff_cell_grid_image_number(grid, n);
    const double *translation = grid->image[number].translation, *place = grid->place + 3 * i;
    double origin[3] = {translation[0] - place[0], translation[1] - place[1],
                        translation[2] - place[2]};
    size_t self = n[0] == 0 && n[1] == 0 && n[2] == 0 ? i : SIZE_MAX;
    uint64_t *list = found->list;
    size_t count = found->count;
    bool doubtful = false;
    outer *= outer;
    inner *= inner;
    for (size_t entry = grid->start[box]; entry < grid->start[box + 1]; entry++) {
        const double *x = grid->wrapped + 3 * entry;
        double d[3] = {x[0] + origin[0], x[1] + origin[1], x[2] + origin[2]};
        double square = ff_vector_dot(d, d);
        if (square >= outer || grid->atom[entry] == self)
            continue;
        list[count++] = (uint64_t)grid->atom[entry] << 32 | number;
        doubtful |= square > inner;
    }
    found->count = count;
    return doubtful;
}

/* Keeps the candidates of atom i that are closer than the cutoff by the distance of the list. */
static void resolve_doubt(collection *found, const search *s, size_t i)
{
    size_t kept = 0;
    for (size_t k = 0; k < found->count; k++) {
        int32_t shift[3];
        double vector[3];
        candidate_shift(shift, s->grid, i, found->list[k]);
        if (sqrt(ff_bond_vector(vector, s->frame, i, found->list[k] >> 32, shift)) <
            s->list->cutoff)
            found->list[kept++] = found->list[k];
    }
    found->count = kept;
}

/* Box index and image of box + offset along one direction; false when there is nothing there. */
static bool neighbour_box(const ff_cell_grid *grid, int k, int32_t box, int offset, int *index,
                          int32_t *image)
{
    int count = grid->boxes[k], at = box + offset;
    *image = at >= 0 ? (at < count ? 0 : at / count) : -((count - 1 - at) / count);
    *index = at - *image * count;
    return grid->periodic[k] || *image == 0;
}

/* The boxes along direction k that can hold a neighbour of atom i. Those farther than the cutoff
 * cannot; distances are smaller than they seem by rounding at most. */
static void boxes_within(int range[2], const search *s, size_t i, int k)
{
    const ff_cell_grid *grid = s->grid;
    const double limit = s->list->cutoff * (1 + 2 * doubt) + 1e-9 * grid->width[k];
    for (int side = 0; side < 2; side++) {
        const int sign = side ? 1 : -1;
        int offset = 0;
        while (offset < grid->reach[k] &&
               ff_cell_grid_distance(grid, i, k, sign * (offset + 1)) <= limit)
            offset++;
        range[side] = sign * offset;
    }
}

/* Collects the neighbours of atom i in the order of the boxes, each box's by increasing atom. */
static int collect(collection *found, const search *s, size_t i, ff_error *err)
{
    const ff_cell_grid *grid = s->grid;
    const int32_t *box = grid->box + 3 * i;
    int at[3], range[3][2];
    int32_t n[3];
    bool doubtful = false;
    found->count = 0;
    for (int k = 0; k < 3; k++)
        boxes_within(range[k], s, i, k);
    for (int a = range[0][0]; a <= range[0][1]; a++) {
        if (!neighbour_box(grid, 0, box[0], a, &at[0], &n[0]))
            continue;
        for (int b = range[1][0]; b <= range[1][1]; b++) {
            if (!neighbour_box(grid, 1, box[1], b, &at[1], &n[1]))
                continue;
            size_t row =
                ((size_t)at[0] * (size_t)grid->boxes[1] + (size_t)at[1]) * (size_t)grid->boxes[2];
            for (int c = range[2][0]; c <= range[2][1]; c++) {
                if (!neighbour_box(grid, 2, box[2], c, &at[2], &n[2]))
                    continue;
                size_t number = row + (size_t)at[2];
                size_t room = found->count + grid->start[number + 1] - grid->start[number];
                if (ff_reserve(&found->list, &found->capacity, room + 1, sizeof *found->list,
                               err) != FF_OK)
                    return FF_E_NOMEM;
                doubtful |= search_box(found, s, i, number, n);
            }
        }
    }
    if (doubtful)
        resolve_doubt(found, s, i);
    return FF_OK;
}

/* Merges the sorted stretches from[first..middle) and from[middle..last) to the same places. */
static void merge(uint64_t *to, const uint64_t *from, size_t first, size_t middle, size_t last)
{
    size_t a = first, b = middle;
    for (size_t k = first; k < last; k++) {
        bool left = b == last || (a < middle && from[a] < from[b]);
        to[k] = from[left ? a++ : b++];
    }
}

/* End of the ascending stretch that starts at `first`. */
static size_t stretch_end(const uint64_t *list, size_t first, size_t count)
{
    size_t end = first + 1;
    while (end < count && list[end - 1] < list[end])
        end++;
    return end;
}

/* Natural merge sort: the boxes have left a few ascending stretches. */
static int sort_candidates(scratch *s, ff_error *err)
{
    size_t count = s->found.count, stretches = 2;
    if (ff_reserve(&s->merged.list, &s->merged.capacity, count, sizeof *s->merged.list, err) !=
        FF_OK)
        return FF_E_NOMEM;
    while (stretches > 1) {
        stretches = 0;
        for (size_t first = 0; first < count; stretches++) {
            size_t middle = stretch_end(s->found.list, first, count);
            size_t last = middle < count ? stretch_end(s->found.list, middle, count) : middle;
            merge(s->merged.list, s->found.list, first, middle, last);
            first = last;
        }
        collection swap = s->found;
        s->found = s->merged;
        s->merged = swap;
        s->found.count = count;
    }
    return FF_OK;
}

static size_t chunk_count(const ff_neighbour_list *list)
{
    return (list->atoms + CHUNK - 1) / CHUNK;
}

static size_t chunk_end(const search *s, size_t chunk)
{
    size_t end = (chunk + 1) * CHUNK;
    return end < s->list->atoms ? end : s->list->atoms;
}

/* First pass: the neighbours of each atom, sorted; their number is left in offset[i + 1]. */
static int collect_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const search *s = context;
    scratch *own = &s->scratches[thread];
    collection *all = &s->chunks[chunk];
    for (size_t i = chunk * CHUNK; i < chunk_end(s, chunk); i++) {
        if (collect(&own->found, s, i, err) != FF_OK || sort_candidates(own, err) != FF_OK ||
            ff_reserve(&all->list, &all->capacity, all->count + own->found.count, sizeof *all->list,
                       err) != FF_OK)
            return FF_E_NOMEM;
        if (own->found.count)
            memcpy(all->list + all->count, own->found.list, own->found.count * sizeof *all->list);
        all->count += own->found.count;
        s->list->offset[i + 1] = own->found.count;
    }
    return FF_OK;
}

/* Computes vector and distance of entry p of atom i. Returns the square of the distance. */
static double set_vector(ff_neighbour_list *list, const ff_frame *frame, size_t i, size_t p)
{
    double vector[3];
    double square = ff_bond_vector(vector, frame, i, list->neighbour[p], list->shift + 3 * p);
    if (!list->bare) {
        memcpy(list->vector + 3 * p, vector, sizeof vector);
        list->distance[p] = sqrt(square);
    }
    return square;
}

/* Second pass: the entries themselves. */
static int fill_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    (void)thread, (void)err;
    const search *s = context;
    ff_neighbour_list *list = s->list;
    collection *all = &s->chunks[chunk];
    const uint64_t *candidate = all->list;
    all->count = 0; /* now of entries that are too close */
    for (size_t i = chunk * CHUNK; i < chunk_end(s, chunk); i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1]; p++, candidate++) {
            list->neighbour[p] = (uint32_t)(*candidate >> 32);
            candidate_shift(list->shift + 3 * p, s->grid, i, *candidate);
            all->count += set_vector(list, s->frame, i, p) < closest * closest;
        }
    return FF_OK;
}

/* Taking atoms i in order, the entries that lead back to i come up in each list in turn: next[j] is
 * the first entry of j not yet paired. Several images of one neighbour j are sorted by shift; the
 * way back has the opposite shifts, so its entries are in the opposite order. */
static void pair_entries(ff_neighbour_list *list, size_t *next)
{
    memcpy(next, list->offset, list->atoms * sizeof *next);
    for (size_t i = 0; i < list->atoms; i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1];) {
            size_t j = list->neighbour[p], last = p;
            while (last < list->offset[i + 1] && list->neighbour[last] == j)
                last++;
            size_t back = next[j] + (last - p);
            next[j] = back;
            for (; p < last; p++)
                list->reverse[p] = (uint32_t)--back;
        }
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
        !(list->reverse = ff_new_array(capacity, sizeof *list->reverse, err)))
        return FF_E_NOMEM;
    if (!list->bare && (!(list->vector = ff_new_array(capacity, 3 * sizeof *list->vector, err)) ||
                        !(list->distance = ff_new_array(capacity, sizeof *list->distance, err))))
        return FF_E_NOMEM;
    list->capacity = capacity;
    return FF_OK;
}

/* Refuses atoms on top of one another, naming the first pair in list order. */
static int check_distances(const search *s, ff_error *err)
{
    const ff_neighbour_list *list = s->list;
    size_t chunk = 0;
    while (chunk < chunk_count(list) && s->chunks[chunk].count == 0)
        chunk++;
    for (size_t i = chunk * CHUNK; i < list->atoms; i++)
        for (size_t p = list->offset[i]; p < list->offset[i + 1]; p++) {
            double vector[3];
            double square =
                ff_bond_vector(vector, s->frame, i, list->neighbour[p], list->shift + 3 * p);
            if (square >= closest * closest)
                continue;
            ff_fail(err, FF_E_RANGE, "atoms %zu and %u are %.3g A apart, expected at least %g A",
                    i + 1, list->neighbour[p] + 1, sqrt(square), closest);
            ff_error_at_atom(err, (int64_t)i + 1);
            return FF_E_RANGE;
        }
    return FF_OK;
}

static int build_entries(search *s, size_t *next, ff_error *err)
{
    ff_neighbour_list *list = s->list;
    int status = ff_parallel_for(chunk_count(list), collect_chunk, s, NULL, err);
    if (status == FF_OK)
        status = reserve_entries(list, err);
    if (status == FF_OK)
        status = ff_parallel_for(chunk_count(list), fill_chunk, s, NULL, err);
    if (status != FF_OK)
        return status;
    pair_entries(list, next);
    return check_distances(s, err);
}

static void free_search(search *s, int threads)
{
    for (int t = 0; s->scratches && t < threads; t++) {
        free(s->scratches[t].found.list);
        free(s->scratches[t].merged.list);
    }
    for (size_t c = 0; s->chunks && c < chunk_count(s->list); c++)
        free(s->chunks[c].list);
    free(s->scratches);
    free(s->chunks);
}

int ff_neighbour_list_build(ff_neighbour_list *list, const ff_frame *frame, double cutoff,
                            ff_error *err)
{
    int status = FF_E_NOMEM, threads = ff_threads();
    ff_cell_grid grid;
    search s = {.list = list, .frame = frame, .grid = &grid};
    size_t *next = NULL;
    ff_cell_grid_init(&grid);
    list->atoms = frame->atoms;
    list->cutoff = cutoff;
    if (!(cutoff > 0) || !isfinite(cutoff)) {
        status = ff_fail(err, FF_E_RANGE, "a cutoff of %g A, expected a positive number", cutoff);
        goto done;
    }
    free(list->offset);
    if (!(list->offset = ff_new_array(list->atoms + 1, sizeof *list->offset, err)) ||
        !(next = ff_new_array(list->atoms, sizeof *next, err)) ||
        !(s.chunks = ff_new_array(chunk_count(list), sizeof *s.chunks, err)) ||
        !(s.scratches = ff_new_array((size_t)threads, sizeof *s.scratches, err)))
        goto done;
    if ((status = ff_cell_grid_build(&grid, frame, cutoff, err)) == FF_OK)
        status = build_entries(&s, next, err);
done:
    free_search(&s, threads);
    free(next);
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
            (void)set_vector(list, s->frame, i, p);
    return FF_OK;
}

void ff_neighbour_list_update(ff_neighbour_list *list, const ff_frame *frame)
{
    search s = {.list = list, .frame = frame};
    (void)ff_parallel_for(chunk_count(list), update_chunk, &s, NULL, NULL);
}
