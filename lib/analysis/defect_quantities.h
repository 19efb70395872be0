#ifndef FF_LIB_ANALYSIS_DEFECT_QUANTITIES_H
#define FF_LIB_ANALYSIS_DEFECT_QUANTITIES_H

/* What a relaxation says of its defect beyond the energy, all that can be derived from it at once.
 */

#include "lib/analysis/core_map.h"
#include "lib/analysis/defect_symmetry.h"
#include "lib/analysis/elastic_dipole.h"
#include "lib/analysis/strain_profile.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_defect_quantities {
    double dipole[6]; /* eV, elastic dipole tensor; NaN for a dislocation */
    double volume;    /* A^3, relaxation volume; NaN without elastic constants */
    ff_strain_profile profile;
    ff_defect_symmetry symmetry;
    ff_core_map core; /* of a dislocation */
} ff_defect_quantities;

void ff_defect_quantities_init(ff_defect_quantities *quantities);
void ff_defect_quantities_clear(ff_defect_quantities *quantities);

/* *quantities is initialised by the call. Not to be called by two threads at a time (symmetry.h).
 */
int ff_defect_quantities_find(ff_defect_quantities *quantities, const ff_relaxation *relaxation,
                              ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
