#ifndef FF_STAGES_RUN_LISTING_H
#define FF_STAGES_RUN_LISTING_H

/* What a study consists of, and what running it would do; all on a stream, nothing is run. */

#include "stages/run/study.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sweeps, constants and stages as a table. */
int ff_study_list(FILE *stream, const ff_study *study, ff_error *err);

/* The stages as a graph in the DOT language of Graphviz. */
int ff_study_graph(FILE *stream, const ff_study *study, ff_error *err);

/* One line for each wanted instance: "reuse" with the path of the result, or "run" with the first
 * reason. */
int ff_study_dry_run(FILE *stream, ff_study *study, ff_error *err);

/* For each instance of a stage: whether it would run, and every way in which its key differs from
 * that of its last result. */
int ff_study_explain(FILE *stream, ff_study *study, const char *stage, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
