#ifndef FF_LIB_STRUCTURE_NEAREST_DISTANCE_H
#define FF_LIB_STRUCTURE_NEAREST_DISTANCE_H

/* How far atoms are from their nearest neighbours. */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* median: over all atoms of the dataset that have a neighbour within 8 A, of the distance (A) to
 * the nearest one; smallest: the smallest of them. FF_E_RANGE when no atom has a neighbour; errors
 * of neighbour lists name the frame. */
int ff_dataset_nearest_distance(const ff_dataset *dataset, double *median, double *smallest,
                                ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
