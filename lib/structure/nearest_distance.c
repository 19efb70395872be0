#include "lib/structure/nearest_distance.h"

#include "lib/base/memory.h"
#include "lib/structure/neighbour_list.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

static const double first_cutoff = 3.0, last_cutoff = 8.0; /* A; the list is widened in between */
static const double farthest_pair = 1.75; /* nearest-neighbour distances of the atom */

typedef struct distances {
    size_t count, capacity;
    double *value;
} distances;

typedef struct survey {
    const int *species;
    size_t species_count;
    distances all, *pairs; /* [pairs of species] */
    ff_neighbour_list list;
    size_t capacity;
    double *nearest; /* [atoms] of the frame; INFINITY: none */
} survey;

static int add_distance(distances *to, double value, ff_error *err)
{
    int status = ff_reserve(&to->value, &to->capacity, to->count + 1, sizeof *to->value, err);
    if (status == FF_OK)
        to->value[to->count++] = value;
    return status;
}

/* Distance to the nearest neighbour of a species (0: of any). */
static double nearest_of(const ff_neighbour_list *list, const ff_frame *frame, size_t atom,
                         int species)
{
    double nearest = INFINITY;
    for (size_t p = list->offset[atom]; p < list->offset[atom + 1]; p++)
        if (species == 0 || frame->species[list->neighbour[p]] == species)
            nearest = fmin(nearest, list->distance[p]);
    return nearest;
}

/* Fills s->nearest, widening the list until every atom has a neighbour. */
static int find_nearest(survey *s, const ff_frame *frame, double *cutoff, ff_error *err)
{
    int status = ff_reserve(&s->nearest, &s->capacity, frame->atoms, sizeof *s->nearest, err);
    *cutoff = first_cutoff;
    while (status == FF_OK) {
        size_t found = 0;
        status = ff_neighbour_list_build(&s->list, frame, *cutoff, err);
        for (size_t i = 0; i < frame->atoms && status == FF_OK; i++) {
            s->nearest[i] = nearest_of(&s->list, frame, i, 0);
            found += s->nearest[i] < INFINITY;
        }
        if (found == frame->atoms || *cutoff >= last_cutoff)
            break;
        *cutoff = fmin(1.4 * *cutoff, last_cutoff);
    }
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++)
        if (s->nearest[i] < INFINITY)
            status = add_distance(&s->all, s->nearest[i], err);
    return status;
}

static size_t count_species(const ff_frame *frame, int species)
{
    size_t count = 0;
    for (size_t i = 0; i < frame->atoms; i++)
        count += frame->species[i] == species;
    return count;
}

static int add_pair(survey *s, distances *to, const ff_frame *frame, int a, int b, ff_error *err)
{
    int status = FF_OK;
    if (count_species(frame, a) > count_species(frame, b)) {
        int swapped = a;
        a = b;
        b = swapped;
    }
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++) {
        double distance =
            frame->species[i] == a ? nearest_of(&s->list, frame, i, b) : (double)INFINITY;
        if (distance <= farthest_pair * s->nearest[i] && distance < INFINITY)
            status = add_distance(to, distance, err);
    }
    return status;
}

static int add_frame(survey *s, const ff_frame *frame, ff_error *err)
{
    double cutoff, reach = 0;
    int status = find_nearest(s, frame, &cutoff, err);
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++)
        if (s->nearest[i] < INFINITY)
            reach = fmax(reach, farthest_pair * s->nearest[i]);
    if (status == FF_OK && s->species_count > 0 && cutoff < fmin(reach, last_cutoff))
        status = ff_neighbour_list_build(&s->list, frame, fmin(reach, last_cutoff), err);
    size_t pair = 0;
    for (size_t a = 0; a < s->species_count; a++)
        for (size_t b = a; b < s->species_count && status == FF_OK; b++)
            status = add_pair(s, &s->pairs[pair++], frame, s->species[a], s->species[b], err);
    return status;
}

static ff_nearest_distance summary(distances *of)
{
    ff_nearest_distance result = {.count = of->count};
    if (of->count > 0) {
        gsl_sort(of->value, 1, of->count);
        result.median = gsl_stats_median_from_sorted_data(of->value, 1, of->count);
        result.smallest = of->value[0];
    }
    return result;
}

int ff_dataset_nearest_distances(ff_nearest_distance *all, ff_nearest_distance *pairs,
                                 const ff_dataset *dataset, const int *species,
                                 size_t species_count, ff_error *err)
{
    const size_t pair_count = species_count * (species_count + 1) / 2;
    survey s = {.species = species, .species_count = species_count};
    ff_neighbour_list_init(&s.list);
    s.pairs = ff_new_array(pair_count, sizeof *s.pairs, err);
    int status = s.pairs ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < dataset->count && status == FF_OK; i++) {
        status = add_frame(&s, &dataset->frames[i], err);
        if (status != FF_OK)
            ff_error_in_frame(err, (int64_t)i + 1);
    }
    if (status == FF_OK && s.all.count == 0)
        status = ff_fail(err, FF_E_RANGE, "no atom has a neighbour within %g A", last_cutoff);
    if (status == FF_OK)
        *all = summary(&s.all);
    for (size_t p = 0; p < pair_count && s.pairs; p++) {
        if (status == FF_OK)
            pairs[p] = summary(&s.pairs[p]);
        free(s.pairs[p].value);
    }
    ff_neighbour_list_clear(&s.list);
    free(s.pairs);
    free(s.all.value);
    free(s.nearest);
    return status;
}
