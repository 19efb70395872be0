#ifndef FF_FORMATS_PIPELINE_H
#define FF_FORMATS_PIPELINE_H

/* A study as written in XML: variables (constants and sweeps) and stages. The language is described
 * in docs/pipelines.md and laid down in pipelines/farfield.rng; pipeline_plan.h expands it.
 *
 * Strings are borrowed from the pipeline's pool. Variables and stages keep the order of the
 * document. Sweeps are also numbered among themselves; sets of sweeps are bits 1u << number.
 */

#include "formats/text_pool.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_PIPELINE_MAX_SWEEPS = 32, FF_PIPELINE_MOST_TEXT = 1 << 16 };
#define FF_PIPELINE_NONE SIZE_MAX

/* Where something was written. */
typedef struct ff_place {
    const char *file;
    int64_t line; /* from 1 */
} ff_place;

typedef struct ff_variable {
    const char *name;
    ff_place place;
    bool is_sweep;
    bool is_file;          /* its value is a path relative to the folder of place.file */
    bool literal;          /* replaced from outside: ${...} is not looked for */
    const char *value;     /* of a plain constant; NULL for a sweep or a constant with `by` */
    size_t by;             /* variable index of the sweep whose values select; FF_PIPELINE_NONE */
    size_t count;          /* values of a sweep, or of a constant with `by` */
    const char **values;   /* [count] */
    const char **selector; /* [count] with `by`: the sweep's value that selects values[i]; NULL:
                              values in the order of the sweep's */
    size_t sweep;          /* number of a sweep among the sweeps */
    uint32_t sweeps;       /* sweeps on which the value depends */
    size_t size;           /* bounds the length of the value */
} ff_variable;

typedef struct ff_pipeline_option {
    ff_place place;
    const char *name;
    const char *value; /* raw; NULL: a flag */
} ff_pipeline_option;

typedef struct ff_pipeline_input {
    ff_place place;
    const char *stage; /* id, or NULL */
    const char *file;  /* raw path, or NULL */
    size_t source;     /* index of stage, or FF_PIPELINE_NONE */
    const char *as;    /* name of the option that takes it; NULL: an operand */
    const char *prefix;
    bool collects;      /* takes several instances */
    uint32_t collected; /* sweeps collected over; meaningful when collects */
} ff_pipeline_input;

typedef struct ff_pipeline_stage {
    ff_place place;
    const char *id, *program;
    const char *publish; /* raw, or NULL */
    size_t option_count, option_capacity;
    ff_pipeline_option *options;
    size_t input_count, input_capacity;
    ff_pipeline_input *inputs;
    uint32_t sweeps; /* an instance exists for each combination of these */
} ff_pipeline_stage;

typedef struct ff_pipeline {
    ff_place place;
    const char *name, *title; /* title raw, or NULL */
    size_t variable_count, variable_capacity;
    ff_variable *variables;
    size_t sweep_count;
    size_t stage_count, stage_capacity;
    ff_pipeline_stage *stages;
    size_t *order; /* [stage_count] stage indices, each after those it takes input from */
    ff_text_pool pool;
} ff_pipeline;

/* Reads and checks a file: XML without entities, inclusions, the schema, names, cycles, use of
 * every sweep. *pipeline is initialised by the call, also when it fails. Errors name file and line.
 */
int ff_pipeline_read(ff_pipeline *pipeline, const char *path, ff_error *err);
void ff_pipeline_clear(ff_pipeline *pipeline);

/* Replaces the values of a sweep ("L=1 2 3") or the value of a constant ("reference=sw:Si"; with
 * `by`, one value for each of the sweep's values), as literal text. A file's path is relative to
 * the current folder. FF_E_USAGE for an unknown name, listing those known. */
int ff_pipeline_set(ff_pipeline *pipeline, const char *assignment, ff_error *err);

/* Index of the stage of that id, or FF_PIPELINE_NONE. */
size_t ff_pipeline_find_stage(const ff_pipeline *pipeline, const char *id);
/* Index of the variable of that name, or FF_PIPELINE_NONE. */
size_t ff_pipeline_find_variable(const ff_pipeline *pipeline, const char *name);
/* The variable of a sweep's number. */
const ff_variable *ff_pipeline_sweep(const ff_pipeline *pipeline, size_t number);

/* Sets *err to FF_E_FORMAT with the message and the place. Returns FF_E_FORMAT. */
int ff_fail_at(ff_place place, ff_error *err, const char *format, ...) FF_PRINTF(3, 4);

/* path as seen from the folder of the file that names it; absolute paths stay. From the pool. */
const char *ff_path_beside(ff_text_pool *pool, const char *file, const char *path, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
