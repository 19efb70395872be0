#ifndef FF_FORMATS_DEFECT_QUANTITIES_GROUP_H
#define FF_FORMATS_DEFECT_QUANTITIES_GROUP_H

/* What can be derived of a relaxed defect, kept in the group "quantities" of a relaxation. */

#include "formats/container.h"
#include "lib/analysis/defect_quantities.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Adds the group. */
int ff_defect_quantities_write(ff_container *container, const ff_defect_quantities *quantities,
                               ff_error *err);

/* Reads it, or where the file has none derives it from the relaxation. *quantities is initialised
 * by the call. */
int ff_defect_quantities_read(ff_defect_quantities *quantities, ff_container *container,
                              const ff_relaxation *relaxation, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
