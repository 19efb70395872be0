#ifndef FF_LIB_STRUCTURE_NEAREST_DISTANCE_H
#define FF_LIB_STRUCTURE_NEAREST_DISTANCE_H

/* How far atoms are from their nearest neighbours, over all species and by pairs of species. A. */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_nearest_distance {
    size_t count;            /* atoms it is taken over; 0: none, and the rest is 0 */
    double median, smallest; /* A */
} ff_nearest_distance;

/* *all: over the atoms of the dataset that have a neighbour within 8 A, of the distance to the
 * nearest one, whatever its species. FF_E_RANGE when there is none; errors of neighbour lists name
 * the frame.
 *
 * pairs[species_count (species_count + 1) / 2], one for each pair of the listed species in the
 * order (0,0) (0,1) .. (1,1) ..: over the atoms of one species, of the distance to the nearest of
 * the other. In each frame the atoms are those of the species that it has fewer of, so that the
 * many atoms of a host far from an impurity do not count; and a distance counts only up to 1.75
 * times that of the atom's nearest neighbour, which is about the third shell: atoms that merely
 * occur in the same frame are no pair. */
int ff_dataset_nearest_distances(ff_nearest_distance *all, ff_nearest_distance *pairs,
                                 const ff_dataset *dataset, const int *species,
                                 size_t species_count, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
