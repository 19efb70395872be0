#ifndef FF_STAGES_CLI_RUN_STATE_H
#define FF_STAGES_CLI_RUN_STATE_H

/* What a running stage carries with it. For the files of this folder only. */

#include "stages/cli/options.h"
#include "stages/cli/progress.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ff_stage_run {
    char program[64]; /* "farfield-fit" */
    ff_arguments arguments;
    ff_provenance *provenance;
    ff_progress_display *display;
    const char **opened; /* [opened_count] paths opened as intermediates, borrowed */
    size_t opened_count, opened_capacity;
};

#ifdef __cplusplus
}
#endif
#endif
