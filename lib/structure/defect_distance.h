#ifndef FF_LIB_STRUCTURE_DEFECT_DISTANCE_H
#define FF_LIB_STRUCTURE_DEFECT_DISTANCE_H

/* Distances of a frame's atoms from its defect, ff_frame.centre. */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* distance[atoms], A: from each atom to the nearest periodic image of the centre; NaN when the
 * frame has none. */
void ff_defect_distances(double *distance, const ff_frame *frame);

#ifdef __cplusplus
}
#endif
#endif
