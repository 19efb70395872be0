#ifndef FF_STAGES_CLI_STRUCTURE_INPUT_H
#define FF_STAGES_CLI_STRUCTURE_INPUT_H

/* One structure from a file that an option names: extended XYZ (plain or gzip), a dataset, or a
 * relaxation. */

#include "lib/structure/dataset.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes *frame (initialised by the call) the only structure of the file that the option names,
 * without labels, and records the file in the step's provenance under the option's name.
 * FF_E_FORMAT when the file holds none or several. */
int ff_stage_structure(ff_stage_run *stage, ff_frame *frame, const char *option, ff_error *err);

/* The name of a file without folders and without what follows its first dot, cut to fit. */
void ff_stem_of_path(char *stem, size_t size, const char *path);

#ifdef __cplusplus
}
#endif
#endif
