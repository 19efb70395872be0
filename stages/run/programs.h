#ifndef FF_STAGES_RUN_PROGRAMS_H
#define FF_STAGES_RUN_PROGRAMS_H

/* The executables a study needs: where they are, what they say of themselves, which bytes they are.
 */

#include "formats/digest.h"
#include "formats/pipeline_program.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_executable {
    const char *path;
    char digest[FF_DIGEST_SIZE];
    ff_program program;
} ff_executable;

typedef struct ff_executables {
    size_t count;
    ff_executable *list;
    size_t *of_stage; /* [stages of the pipeline] index into list */
    ff_text_pool pool;
} ff_executables;

/* Finds farfield-PROGRAM for every stage, in $FARFIELD_PROGRAMS, beside this executable or on PATH,
 * and asks it to describe itself. *executables is initialised by the call, also when it fails.
 * FF_E_FORMAT at the stage's place when there is none or it does not answer. */
int ff_executables_find(ff_executables *executables, const ff_pipeline *pipeline, ff_error *err);
void ff_executables_clear(ff_executables *executables);

/* The executable of an instance. Borrowed. */
const ff_executable *ff_executable_of(const ff_executables *executables,
                                      const ff_plan_instance *instance);

#ifdef __cplusplus
}
#endif
#endif
