#ifndef FF_TESTS_LIB_STRUCTURE_SORTED_DISTANCES_H
#define FF_TESTS_LIB_STRUCTURE_SORTED_DISTANCES_H

/* Distances of an atom's neighbours, for tests that count shells. */

#include "lib/structure/neighbour_list.h"

#include <stdlib.h>
#include <string.h>

static inline int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The distances of atom i to its neighbours within the cutoff, nearest first; their number. */
static inline size_t sorted_distances(double *list, const ff_frame *frame, size_t i, double cutoff)
{
    ff_neighbour_list neighbours;
    ff_neighbour_list_init(&neighbours);
    assert_int_equal(ff_neighbour_list_build(&neighbours, frame, cutoff, NULL), FF_OK);
    size_t first = neighbours.offset[i], count = neighbours.offset[i + 1] - first;
    memcpy(list, neighbours.distance + first, count * sizeof *list);
    qsort(list, count, sizeof *list, compare_numbers);
    ff_neighbour_list_clear(&neighbours);
    return count;
}

#endif
