#ifndef FF_STAGES_RELAX_DEFECT_UNCERTAINTY_H
#define FF_STAGES_RELAX_DEFECT_UNCERTAINTY_H

#include "lib/defects/relaxation.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* When the potential (of option --potential) is a model that knows of its uncertainty, finds that
 * of a converged relaxation, says it and adds it to the output. The potential may be given an
 * ensemble. A relaxation that is no minimum has none, with a warning. */
int relax_defect_uncertainty(ff_stage_run *stage, ff_potential *potential,
                             const ff_relaxation *relaxation, ff_container *output, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
