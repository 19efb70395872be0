#ifndef FF_LIB_DEFECTS_DISLOCATION_CORE_H
#define FF_LIB_DEFECTS_DISLOCATION_CORE_H

/* Where between the atoms to put the line of a dislocation. Units: A; axes as in dislocation.h. */

#include "lib/defects/stroh.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* core[2] = x, y of the line from atom 0 of `unit`, an upright cell (its vectors along x, y, z),
 * for the field of a dislocation; nearest: A, of the atoms of the crystal. dislocation.h says which
 * point is chosen. Of equal ones the nearest to atom 0, then the lowest. */
int ff_dislocation_choose_core(double core[2], const ff_frame *unit, const ff_stroh *stroh,
                               double nearest, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
