#ifndef FF_LIB_DEFECTS_PREPARE_H
#define FF_LIB_DEFECTS_PREPARE_H

/* Unrelaxed defects: what relaxations start from. Units as in relaxation.h. */

#include "lib/defects/relaxation.h"
#include "lib/structure/defect_match.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes *relaxation (initialised) the unrelaxed defect in a perfect supercell: reference
 * configuration, sites, centre, zero displacement. Errors as those of ff_point_defect. */
int ff_relaxation_prepare_in(ff_relaxation *relaxation, const ff_host *host, const char *defect,
                             ff_error *err);

/* The same with a defect that is read off a structure in the same supercell; its atoms' distances
 * from their sites become the displacement to start from. name: that of the defect. Arguments and
 * errors as those of ff_defect_from_frame. */
int ff_relaxation_prepare_from(ff_relaxation *relaxation, const ff_host *host, const char *name,
                               const ff_frame *defective, double tolerance, ff_defect_match *found,
                               ff_error *err);

/* Makes *copy (initialised) the unrelaxed defect of another relaxation: the same reference
 * configuration, zero displacement. */
int ff_relaxation_prepare_like(ff_relaxation *copy, const ff_relaxation *other, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
