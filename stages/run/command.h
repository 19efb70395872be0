#ifndef FF_STAGES_RUN_COMMAND_H
#define FF_STAGES_RUN_COMMAND_H

/* The command line of an instance. */

#include "stages/run/study.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_command {
    ff_text_pool pool;
    size_t count, capacity;
    const char **words; /* [count] and a final NULL */
} ff_command;

void ff_command_init(ff_command *command);
void ff_command_clear(ff_command *command);

/* PROGRAM --threads=T --output=RESULT OPTION... -- OPERAND... for an instance whose inputs are
 * there. */
int ff_command_make(ff_command *command, const ff_study *study, size_t index, int threads,
                    const char *result, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
