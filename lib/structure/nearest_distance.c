#include "lib/structure/nearest_distance.h"

#include "lib/base/memory.h"
#include "lib/structure/neighbour_list.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

static const double first_cutoff = 3.0, last_cutoff = 8.0; /* A; the list is widened in between */

typedef struct distances {
    size_t count, capacity;
    double *value;
} distances;

static double nearest_of(const ff_neighbour_list *list, size_t atom)
{
    double nearest = INFINITY;
    for (size_t p = list->offset[atom]; p < list->offset[atom + 1]; p++)
        nearest = fmin(nearest, list->distance[p]);
    return nearest;
}

/* Widens the list until every atom has a neighbour. */
static int add_frame(distances *all, ff_neighbour_list *list, const ff_frame *frame, ff_error *err)
{
    int status =
        ff_reserve(&all->value, &all->capacity, all->count + frame->atoms, sizeof *all->value, err);
    double cutoff = first_cutoff;
    while (status == FF_OK) {
        size_t found = 0;
        status = ff_neighbour_list_build(list, frame, cutoff, err);
        for (size_t i = 0; i < frame->atoms && status == FF_OK; i++) {
            double nearest = nearest_of(list, i);
            if (nearest < INFINITY)
                all->value[all->count + found++] = nearest;
        }
        if (found == frame->atoms || cutoff >= last_cutoff) {
            all->count += found;
            break;
        }
        cutoff = fmin(1.4 * cutoff, last_cutoff);
    }
    return status;
}

int ff_dataset_nearest_distance(const ff_dataset *dataset, double *median, double *smallest,
                                ff_error *err)
{
    distances all = {0};
    ff_neighbour_list list;
    ff_neighbour_list_init(&list);
    int status = FF_OK;
    for (size_t i = 0; i < dataset->count && status == FF_OK; i++) {
        status = add_frame(&all, &list, &dataset->frames[i], err);
        if (status != FF_OK)
            ff_error_in_frame(err, (int64_t)i + 1);
    }
    if (status == FF_OK && all.count == 0)
        status = ff_fail(err, FF_E_RANGE, "no atom has a neighbour within %g A", last_cutoff);
    if (status == FF_OK) {
        gsl_sort(all.value, 1, all.count);
        *median = gsl_stats_median_from_sorted_data(all.value, 1, all.count);
        *smallest = all.value[0];
    }
    ff_neighbour_list_clear(&list);
    free(all.value);
    return status;
}
