#ifndef FF_LIB_DEFECTS_SITE_MATCH_H
#define FF_LIB_DEFECTS_SITE_MATCH_H

/* Which atoms of two relaxations correspond to each other. Positions are compared within 1e-6 A. */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* FF_OK when both have the same reference configuration: cell, species, positions in the same
 * order. FF_E_FORMAT otherwise, saying what differs. */
int ff_relaxation_check_same_reference(const ff_relaxation *a, const ff_relaxation *b,
                                       ff_error *err);

/* For the same defect in two sizes of supercell: match[i] = the atom of `large` that stands to the
 * defect's centre as atom i of `small` does, taking the periodic image of i nearest to the centre.
 * match has room for small's atoms. The unit cells span the same lattice, as they lie, but need not
 * be the same. FF_E_FORMAT when crystal, defect or lattice constant differ, when large has fewer
 * cells along some axis, or when some atom has no counterpart of its own. */
int ff_relaxation_match(size_t *match, const ff_relaxation *small, const ff_relaxation *large,
                        ff_error *err);

/* from[3] = the vector from the defect's centre to the nearest periodic image of the atom's
 * reference position, A. */
void ff_relaxation_from_centre(double from[3], const ff_relaxation *relaxation, size_t atom);

#ifdef __cplusplus
}
#endif
#endif
