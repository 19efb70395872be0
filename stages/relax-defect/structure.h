#ifndef FF_STAGES_RELAX_DEFECT_STRUCTURE_H
#define FF_STAGES_RELAX_DEFECT_STRUCTURE_H

/* What is relaxed: the defect that the options describe. */

#include "lib/defects/relaxation.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes *relaxation (initialised) the unrelaxed defect of --crystal ... or --from-reference, with
 * the displacements of --start if there is one. FF_E_USAGE for options that are missing or
 * contradict each other. */
int relax_defect_prepare(ff_stage_run *stage, ff_relaxation *relaxation,
                         const ff_potential *potential, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
