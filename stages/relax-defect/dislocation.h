#ifndef FF_STAGES_RELAX_DEFECT_DISLOCATION_H
#define FF_STAGES_RELAX_DEFECT_DISLOCATION_H

/* Dislocations that the options describe. */

#include "lib/defects/relaxation.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether --dislocation or --burgers is given. */
bool relax_defect_wants_dislocation(const ff_stage_run *stage);

/* FF_E_USAGE when an option of dislocations is given all the same. */
int relax_defect_check_no_dislocation(const ff_stage_run *stage, ff_error *err);

/* Makes *relaxation (initialised) the unrelaxed dislocation, its elastic field that of the
 * potential. FF_E_USAGE for options that are missing, not understood or contradict each other;
 * errors as ff_dislocation_prepare. */
int relax_defect_dislocation(ff_stage_run *stage, ff_relaxation *relaxation,
                             const ff_potential *potential, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
