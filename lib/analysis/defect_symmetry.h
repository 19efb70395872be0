#ifndef FF_LIB_ANALYSIS_DEFECT_SYMMETRY_H
#define FF_LIB_ANALYSIS_DEFECT_SYMMETRY_H

/* The point group of a relaxed point defect: those of the perfect crystal's rotations and
 * reflections about the defect's centre that take the atoms round it onto themselves. */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_defect_symmetry {
    char group[8];  /* Hermann-Mauguin symbol ("m-3m", "-43m"); "" for a dislocation or in a planar
                       crystal */
    size_t order;   /* operations; 0 likewise */
    size_t crystal; /* operations of the perfect crystal's point group */
} ff_defect_symmetry;

/* Atoms within four nearest-neighbour distances of the centre are looked at (less in a small cell),
 * and have to fall on one another within 0.02 A. Not to be called by two threads at a time
 * (symmetry.h). */
int ff_defect_symmetry_find(ff_defect_symmetry *symmetry, const ff_relaxation *relaxation,
                            ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
