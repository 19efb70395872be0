#ifndef FF_LIB_DEFECTS_CORE_ATOMS_H
#define FF_LIB_DEFECTS_CORE_ATOMS_H

/* Where a point defect is: extra atoms, vacant sites, sites with an atom of another species than
 * the crystal's, and the atoms about them. */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The atoms nearest to the defect's points in the reference configuration, in order of their
 * number, with images: about `most` of them for one point, and half as many for each further one,
 * always whole shells, so that the symmetry of the defect is theirs. *atom is the caller's to
 * free. *count = 0 for a perfect crystal. */
int ff_core_atoms(size_t **atom, size_t *count, const ff_relaxation *relaxation, size_t most,
                  ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
