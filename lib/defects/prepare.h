#ifndef FF_LIB_DEFECTS_PREPARE_H
#define FF_LIB_DEFECTS_PREPARE_H

/* Unrelaxed defects: what relaxations start from. Units as in relaxation.h. */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes *relaxation (initialised) the unrelaxed defect: reference configuration, sites, centre,
 * zero displacement. species: atomic number. Errors as those of ff_crystal_supercell and
 * ff_point_defect; FF_E_USAGE for an unknown crystal. */
int ff_relaxation_prepare(ff_relaxation *relaxation, const char *crystal, int species,
                          double lattice_constant, const int cells[3], const char *defect,
                          ff_error *err);

/* Makes *copy (initialised) the unrelaxed defect of another relaxation: the same reference
 * configuration, zero displacement. */
int ff_relaxation_prepare_like(ff_relaxation *copy, const ff_relaxation *other, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
