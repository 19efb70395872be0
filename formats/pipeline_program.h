#ifndef FF_FORMATS_PIPELINE_PROGRAM_H
#define FF_FORMATS_PIPELINE_PROGRAM_H

/* What a stage's executable says of itself with --describe, and whether an instance of a plan suits
 * it. The text: a line "stage NAME VERSION OUTPUT_KIND LEAST MOST" (operands; MOST < 0: any
 * number), then a line "NAME LETTER TYPE FLAGS DEFAULT" for each option; fields are separated by
 * tabs, "-" stands for nothing, flags are separated by commas. */

#include "formats/pipeline_plan.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_program_type {
    FF_PROGRAM_FLAG,
    FF_PROGRAM_TEXT,
    FF_PROGRAM_INTEGER,
    FF_PROGRAM_NUMBER,
    FF_PROGRAM_FILE,
    FF_PROGRAM_POTENTIAL
} ff_program_type;

enum ff_program_flags {
    FF_PROGRAM_REQUIRED = 1u << 0,
    FF_PROGRAM_REPEATABLE = 1u << 1,
    FF_PROGRAM_NO_EFFECT = 1u << 2 /* cannot change the result's bytes */
};

typedef struct ff_program_option {
    const char *name;
    ff_program_type type;
    unsigned flags;
    const char *default_value; /* NULL: none */
} ff_program_option;

typedef struct ff_program {
    const char *name, *version, *output_kind; /* kind "" when the output is no intermediate */
    int least, most;
    size_t option_count, option_capacity;
    ff_program_option *options;
    ff_text_pool pool;
} ff_program;

/* Parses a description; *program is initialised by the call, also when it fails. FF_E_FORMAT names
 * the line. */
int ff_program_parse(ff_program *program, const char *text, ff_error *err);
void ff_program_clear(ff_program *program);

/* The option of that name, or NULL. Borrowed. */
const ff_program_option *ff_program_find(const ff_program *program, const char *name);

/* Checks an instance's arguments against its program: options known, of the right type, given once
 * unless repeatable, the required ones present, the number of operands. Options whose text names a
 * file (type file, and potentials of a kind that reads one) become files relative to the folder of
 * the pipeline's file, and every file must be readable. FF_E_FORMAT with a place. */
int ff_program_bind(const ff_program *program, ff_plan *plan, ff_plan_instance *instance,
                    ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
