#ifndef FF_STAGES_CLI_OPTIONS_H
#define FF_STAGES_CLI_OPTIONS_H

/* A stage's command line, parsed against its option table and the table of options that every stage
 * has. Values stay text, checked by type; they borrow from argv and from the tables. A declared
 * option hides a common one of the same name or letter. */

#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Flags of the common options, beyond enum ff_option_flags. */
enum {
    FF_OPTION_REQUEST = 1u << 8,     /* answered by printing and leaving: --help, --version ... */
    FF_OPTION_HIDDEN = 1u << 9,      /* not in --help */
    FF_OPTION_CONTAINER = 1u << 10,  /* only for stages that write an intermediate */
    FF_OPTION_UNRECORDED = 1u << 11, /* not a parameter of the step */
};

typedef struct ff_option_value {
    const ff_option *option;
    char letter;        /* 0 when a declared option has taken a common option's letter */
    size_t count;       /* times given by the user */
    const char **texts; /* [count] values in order; NULL for flags */
} ff_option_value;

typedef struct ff_arguments {
    const ff_stage *stage;
    size_t option_count;
    ff_option_value *options; /* [option_count] declared first, then common */
    size_t operand_count;
    const char **operands;    /* [operand_count] */
    const ff_option *request; /* --help and the like, which end parsing; else NULL */
} ff_arguments;

/* Collects the options of a stage (nothing given). *arguments is initialised by the call. */
int ff_arguments_init(ff_arguments *arguments, const ff_stage *stage, ff_error *err);
void ff_arguments_clear(ff_arguments *arguments);

/* Parses argv[1..argc-1]. FF_E_USAGE saying which argument is wrong and what was expected. Missing
 * options and operands are not looked for after a request. */
int ff_arguments_parse(ff_arguments *arguments, int argc, char **argv, ff_error *err);

/* The option of that long name, or NULL. Borrowed. */
const ff_option_value *ff_arguments_find(const ff_arguments *arguments, const char *name);

/* Effective number of values, default included, and the value at an index (NULL beyond the last;
 * of an option that is not repeatable the last one given counts). */
size_t ff_option_value_count(const ff_option_value *value);
const char *ff_option_value_at(const ff_option_value *value, size_t index);

/* Writes the one spelling of a value that equal values share ("1.0e-8" and "1e-08" alike). */
void ff_option_canonical(char *buffer, size_t size, ff_option_type type, const char *text);

/* The value of a text that parsing has checked. */
int64_t ff_option_integer(const char *text);
double ff_option_number(const char *text);

/* "help (required; repeatable; default 3)". */
void ff_option_explain(char *buffer, size_t size, const ff_option *option);

/* The number of insertions, deletions and replacements that turn one word into the other (V. I.
 * Levenshtein, Sov. Phys. Dokl. 10, 707 (1966)); words beyond 63 letters are cut. */
size_t ff_edit_distance(const char *from, const char *to);

/* True when a word at that distance is close enough to propose instead of what was typed. */
bool ff_edit_distance_suggests(size_t distance, const char *typed);

#ifdef __cplusplus
}
#endif
#endif
