#ifndef FF_TESTS_LIB_STRUCTURE_SORTED_DISTANCES_H
#define FF_TESTS_LIB_STRUCTURE_SORTED_DISTANCES_H

/* Distances of atoms' neighbours, for tests that count shells. */

#include "lib/structure/neighbour_list.h"

#include <stdlib.h>
#include <string.h>

static inline int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The distances of atoms first to last - 1 to their neighbours within the cutoff, nearest first;
 * their number, which must not exceed `most`. */
static inline size_t sorted_distances_of(double *list, size_t most, const ff_frame *frame,
                                         size_t first, size_t last, double cutoff)
{
    ff_neighbour_list neighbours;
    ff_neighbour_list_init(&neighbours);
    assert_int_equal(ff_neighbour_list_build(&neighbours, frame, cutoff, NULL), FF_OK);
    size_t begin = neighbours.offset[first], count = neighbours.offset[last] - begin;
    assert_true(count <= most);
    memcpy(list, neighbours.distance + begin, count * sizeof *list);
    qsort(list, count, sizeof *list, compare_numbers);
    ff_neighbour_list_clear(&neighbours);
    return count;
}

/* The same of one atom; list[512]. */
static inline size_t sorted_distances(double *list, const ff_frame *frame, size_t i, double cutoff)
{
    return sorted_distances_of(list, 512, frame, i, i + 1, cutoff);
}

#endif
