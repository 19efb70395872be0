#ifndef FF_FORMATS_PIPELINE_PLAN_H
#define FF_FORMATS_PIPELINE_PLAN_H

/* A pipeline expanded: every instance of every stage with its texts put in.
 *
 * Instances of a stage are in the order of the sweeps' values, the sweep defined first changing
 * slowest; stages come in an order in which each instance follows those it takes input from.
 * Strings are borrowed from the plan's pool or the pipeline's, which must outlive the plan.
 */

#include "formats/pipeline.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One word of an instance's command line: an option with its text, or a file. */
typedef struct ff_plan_argument {
    ff_place place;
    const char *option; /* long name; NULL: an operand */
    const char *text;   /* option's text; NULL: a flag, or a file */
    size_t source;      /* instance whose result it is, or FF_PIPELINE_NONE */
    const char *file;   /* path of a file, or NULL */
    const char *prefix; /* before the path of a result or file; "" when there is none */
} ff_plan_argument;

typedef struct ff_plan_instance {
    size_t stage;        /* index into the pipeline's stages */
    const char *label;   /* "model L=2 observations=EF" */
    const char *publish; /* name below the study's directory, or NULL */
    size_t argument_count, argument_capacity;
    ff_plan_argument *arguments; /* options, then files as in the document */
} ff_plan_instance;

typedef struct ff_plan {
    const ff_pipeline *pipeline; /* borrowed */
    const char *title;           /* "" when there is none */
    size_t count, capacity;
    ff_plan_instance *instances;
    size_t *first; /* [stage_count + 1 in pipeline->order]: instances of stage order[i] are
                      [first[i], first[i + 1]) */
    ff_text_pool pool;
} ff_plan;

/* Expands; *plan is initialised by the call, also when it fails. FF_E_FORMAT with a place when a
 * text has no value for some combination, two instances publish one name, or a published name would
 * leave the directory. */
int ff_plan_make(ff_plan *plan, const ff_pipeline *pipeline, ff_error *err);
void ff_plan_clear(ff_plan *plan);

/* Range [*begin, *end) of the instances of a stage. */
void ff_plan_stage_range(const ff_plan *plan, size_t stage, size_t *begin, size_t *end);

/* Marks wanted[count] those instances of a stage and everything they need; others are untouched. */
void ff_plan_mark_needed(const ff_plan *plan, size_t stage, bool *wanted);

#ifdef __cplusplus
}
#endif
#endif
