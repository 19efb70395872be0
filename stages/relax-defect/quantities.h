#ifndef FF_STAGES_RELAX_DEFECT_QUANTITIES_H
#define FF_STAGES_RELAX_DEFECT_QUANTITIES_H

/* What farfield-relax-defect derives from the relaxed defect. For its own files only. */

#include "lib/defects/relaxation.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Says the relaxation volume, point group, decay and core of a relaxed defect, and adds them to the
 * output. What cannot be found of a structure far from a crystal leaves a warning and unknown
 * numbers. */
int relax_defect_quantities(ff_stage_run *stage, const ff_relaxation *relaxation,
                            ff_container *output, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
