#ifndef FF_FORMATS_DEFECT_UNCERTAINTY_GROUP_H
#define FF_FORMATS_DEFECT_UNCERTAINTY_GROUP_H

/* How sure a model is of a relaxed defect, kept in the group "uncertainty" of a relaxation. */

#include "formats/container.h"
#include "lib/analysis/defect_uncertainty.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Adds the group. ensemble: where the members come from, "committee", "covariance" or "pops". */
int ff_defect_uncertainty_write(ff_container *container, const ff_defect_uncertainty *uncertainty,
                                const char *ensemble, ff_error *err);

/* Reads it for a relaxation of so many atoms. *uncertainty is initialised by the call, and empty
 * when the relaxation has none; ensemble: room for 16 characters. */
int ff_defect_uncertainty_read(ff_defect_uncertainty *uncertainty, char ensemble[16],
                               ff_container *container, size_t atoms, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
