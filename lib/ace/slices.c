#include "lib/ace/slices.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <stdlib.h>

/* Layout. */

/* A function on its way to its place. */
typedef struct item {
    uint32_t function;
    const size_t *first; /* [species + 1] */
    size_t species;
} item;

static size_t width(const item *a, size_t z)
{
    return a->first[z + 1] - a->first[z];
}

/* By numbers of entries, species by species. */
static int compare(const void *left, const void *right)
{
    const item *a = left, *b = right;
    for (size_t z = 0; z < a->species; z++)
        if (width(a, z) != width(b, z))
            return width(a, z) < width(b, z) ? -1 : 1;
    return a->function < b->function ? -1 : 1;
}

/* Where each slice begins, and its functions. */
static void lay_out(ff_slices *s, const item *items)
{
    s->steps = 0;
    for (size_t slice = 0; slice < s->count; slice++)
        for (size_t z = 0; z < s->species; z++) {
            size_t steps = 0;
            s->first[slice * s->species + z] = s->steps;
            for (size_t k = FF_PACK * slice; k < FF_PACK * (slice + 1) && k < s->functions; k++)
                steps = width(&items[k], z) > steps ? width(&items[k], z) : steps;
            s->steps += steps;
        }
    s->first[s->count * s->species] = s->steps;
}

static void fill(ff_slices *s, const item *items, const uint32_t *row, uint32_t *place)
{
    for (size_t k = 0; k < s->functions; k++) {
        s->function[k] = items[k].function;
        for (size_t z = 0; z < s->species; z++) {
            size_t at = FF_PACK * s->first[k / FF_PACK * s->species + z] + k % FF_PACK;
            for (size_t i = items[k].first[z]; i < items[k].first[z + 1]; i++, at += FF_PACK) {
                s->offset[at] = FF_BUNDLE * row[i];
                place[i] = (uint32_t)at;
            }
        }
    }
}

int ff_slices_init(ff_slices *slices, size_t functions, size_t species, const size_t *first,
                   const uint32_t *row, uint32_t *place, ff_error *err)
{
    *slices = (ff_slices){
        .functions = functions, .species = species, .entries = first[functions * species]};
    slices->count = (functions + FF_PACK - 1) / FF_PACK;
    slices->function = ff_new_array(functions, sizeof *slices->function, err);
    slices->first = ff_new_array(slices->count * species + 1, sizeof *slices->first, err);
    item *items = ff_new_array(functions, sizeof *items, err);
    int status = slices->function && slices->first && items ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK) {
        for (size_t k = 0; k < functions; k++)
            items[k] = (item){(uint32_t)k, first + k * species, species};
        if (functions > 0)
            qsort(items, functions, sizeof *items, compare);
        lay_out(slices, items);
        slices->offset = ff_new_array(FF_PACK * slices->steps, sizeof *slices->offset, err);
        status = slices->offset ? FF_OK : FF_E_NOMEM;
    }
    if (status == FF_OK)
        fill(slices, items, row, place);
    else
        ff_slices_clear(slices);
    free(items);
    return status;
}

void ff_slices_clear(ff_slices *slices)
{
    free(slices->function);
    free(slices->first);
    free(slices->offset);
    *slices = (ff_slices){0};
}

/* Products. */

/* sum[axis][function] of steps begin..end-1: all of it stays in registers. */
FF_INLINE void add_steps(ff_pack sum[3][FF_PACK], const ff_slice_term *term,
                         const uint32_t *restrict offset, size_t begin, size_t end)
{
    const double *restrict bundle = (const double *)term->bundle;
    for (size_t i = FF_PACK * begin; i < FF_PACK * end; i += FF_PACK)
        for (size_t f = 0; f < FF_PACK; f++) {
            const ff_pack *from = (const ff_pack *)(bundle + offset[i + f]);
            for (int a = 0; a < 3; a++)
                sum[a][f] += term->values[i + f] * from[a];
        }
}

FF_VECTORISE
static void add_slices(const ff_slices *slices, size_t species, size_t begin, size_t end,
                       const ff_slice_term *terms, size_t term_count, const ff_slice_target *target)
{
    double *row[FF_BUNDLE]; /* of its own: a store cannot change it */
    const double sign = target->sign;
    for (int i = 0; i < FF_BUNDLE; i++)
        row[i] = target->row[i] + target->column;
    for (size_t s = begin; s < end; s++) {
        const size_t *first = slices->first + s * slices->species + species;
        if (first[0] == first[1])
            continue;
        ff_pack sum[3][FF_PACK];
        for (int a = 0; a < 3; a++)
            for (int f = 0; f < FF_PACK; f++)
                sum[a][f] = (ff_pack){0};
        for (size_t t = 0; t < term_count; t++)
            add_steps(sum, &terms[t], slices->offset, first[0], first[1]);
        for (int a = 0; a < 3; a++) {
            ff_transpose(sum[a]);
            for (int q = 0; q < FF_PACK; q++)
                *(ff_loose_pack *)(row[FF_PACK * a + q] + FF_PACK * s) += sign * sum[a][q];
        }
    }
}

/* The last slice when it is not full: by way of rows as short as it is. */
static void add_last(const ff_slices *slices, size_t species, const ff_slice_term *terms,
                     size_t term_count, const ff_slice_target *target)
{
    size_t last = slices->functions / FF_PACK, first = FF_PACK * last;
    double sums[FF_BUNDLE][FF_PACK] = {{0}};
    ff_slice_target here = {.sign = target->sign};
    for (int i = 0; i < FF_BUNDLE; i++)
        here.row[i] = sums[i];
    ff_slices one = *slices;
    one.first += last * slices->species;
    add_slices(&one, species, 0, 1, terms, term_count, &here);
    for (int i = 0; i < FF_BUNDLE; i++)
        for (size_t k = first; k < slices->functions; k++)
            target->row[i][target->column + k] += sums[i][k - first];
}

void ff_slices_add(const ff_slices *slices, size_t species, size_t begin, size_t end,
                   const ff_slice_term *terms, size_t term_count, const ff_slice_target *target)
{
    size_t full = slices->functions / FF_PACK;
    assert(begin <= end && end <= slices->count);
    add_slices(slices, species, begin, end < full ? end : full, terms, term_count, target);
    if (begin < end && end > full)
        add_last(slices, species, terms, term_count, target);
}
