#ifndef FF_STAGES_RUN_SCHEDULE_H
#define FF_STAGES_RUN_SCHEDULE_H

/* Runs what is missing of a study, as much at once as allowed. */

#include "stages/run/study.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_schedule_options {
    size_t jobs;           /* stages at once, at least 1 */
    int cores;             /* shared by the stages that run at once */
    bool keep_going;       /* after a failure, run what does not depend on it */
    bool silent;           /* say nothing but errors */
    const char *directory; /* where results are published; borrowed */
} ff_schedule_options;

/* Makes or reuses every wanted instance and publishes what is to be published. Instances are
 * started in the order of the plan as soon as their inputs are there. When a stage fails the status
 * is that of its exit code and err names the stage; what has been finished stays. When a signal
 * asks this process to end, children are ended first, everything is tidied, and the process ends by
 * that signal. */
int ff_study_run(ff_study *study, const ff_schedule_options *options, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
