#ifndef FF_STAGES_CLI_STAGE_H
#define FF_STAGES_CLI_STAGE_H

/* What every executable shares: options declared once as a table that yields parsing, --help, the
 * man page (--man) and the machine-readable description `run` reads (--describe); error reporting
 * and exit codes; signals; progress; provenance of options.
 *
 * A stage is a table and a function:
 *
 *     static const ff_option options[] = {
 *         {"potential", 'p', FF_OPTION_POTENTIAL, "NAME", NULL, "potential to relax with",
 *          FF_OPTION_REQUIRED},
 *         {"tolerance", 't', FF_OPTION_NUMBER, "EV_PER_A", "1e-8", "largest force at the end", 0},
 *         {0}};
 *     static int run(ff_stage_run *stage, ff_error *err) { ... }
 *     static const ff_stage stage = {.name = "relax-defect", .summary = "relax a crystal defect",
 *                                    ...};
 *     int main(int argc, char **argv) { return ff_stage_main(&stage, argc, argv); }
 *
 * Options every stage has without declaring them: -o/--output FILE, -@/--threads N, -v/--verbose,
 * -q/--quiet, --version, -h/--help, --man, --describe; stages that write an intermediate also have
 * -l/--level 0-9 and --no-provenance. A stage that declares one of these names itself gets its own.
 * Long options take "--name VALUE" or "--name=VALUE"; short ones cluster; "--" ends options; "-" is
 * standard input or output. An option given twice counts as given last, unless repeatable.
 */

#include "formats/container.h"
#include "formats/potential_name.h"
#include "formats/provenance.h"
#include "lib/base/parallel.h"
#include "lib/potentials/potential.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_option_type {
    FF_OPTION_FLAG, /* takes no argument */
    FF_OPTION_TEXT,
    FF_OPTION_INTEGER,
    FF_OPTION_NUMBER,   /* finite double */
    FF_OPTION_FILE,     /* an input file: its content, not its name, matters */
    FF_OPTION_POTENTIAL /* KIND:ARGUMENT, see formats/potential_name.h */
} ff_option_type;

enum ff_option_flags {
    FF_OPTION_REQUIRED = 1u << 0,
    FF_OPTION_REPEATABLE = 1u << 1,
    FF_OPTION_NO_EFFECT = 1u << 2 /* cannot change the output's bytes (threads, verbosity): left out
                                     of provenance and of cache keys */
};

typedef struct ff_option {
    const char *name; /* long name without dashes; NULL ends the table */
    char letter;      /* short name, or 0 */
    ff_option_type type;
    const char *argument;      /* placeholder in help, e.g. "N"; NULL for flags */
    const char *default_value; /* as text, parsed like the user's; NULL: none */
    const char *help;          /* lower-case phrase with units; may span lines with \n */
    unsigned flags;
} ff_option;

typedef struct ff_stage_run ff_stage_run;

typedef struct ff_stage {
    const char *name;                  /* "relax-defect" (the executable is farfield-NAME) */
    const char *summary;               /* one line, lower case, no final stop */
    const char *operands;              /* "INPUT...", "[INPUT]" or NULL: none */
    int least_operands, most_operands; /* most < 0: any number */
    const char *description; /* paragraphs for --help and the man page: blank lines separate them,
                                lines are filled, those that begin with a blank are kept */
    const char *example;     /* commands that work on sample-data, shown and tested */
    const char *output_kind; /* HDF5 kind written, "" when it writes something else (no -o check) */
    const ff_option *options;
    const ff_option *shared_options; /* a table that several stages have in common, listed before
                                        `options`; NULL: none */
    int (*run)(ff_stage_run *stage, ff_error *err);
} ff_stage;

/* main() of every stage. */
int ff_stage_main(const ff_stage *stage, int argc, char **argv);

/* Arguments. */
/* Values were validated by type before run() is called. Asking for an option that is not in the
 * table is a programming error (assert). */

bool ff_argument_given(const ff_stage_run *stage, const char *name); /* by the user */
bool ff_argument_flag(const ff_stage_run *stage, const char *name);
const char *ff_argument_text(const ff_stage_run *stage, const char *name); /* NULL: no value */
int64_t ff_argument_integer(const ff_stage_run *stage, const char *name);
double ff_argument_number(const ff_stage_run *stage, const char *name);
/* *value = that of an integer option; FF_E_USAGE when it is not from least to most (INT64_MAX: as
 * large as may be). */
int ff_argument_within(int64_t *value, const ff_stage_run *stage, const char *name, int64_t least,
                       int64_t most, ff_error *err);
/* *chosen = the place of an option's value among names[count]; FF_E_USAGE with those there are. */
int ff_argument_choice(int *chosen, const ff_stage_run *stage, const char *name,
                       const char *const *names, int count, ff_error *err);
size_t ff_argument_count(const ff_stage_run *stage, const char *name); /* of a repeatable option */
const char *ff_argument_at(const ff_stage_run *stage, const char *name, size_t index);
size_t ff_operand_count(const ff_stage_run *stage);
const char *ff_operand(const ff_stage_run *stage, size_t index); /* "-" counts as given */
const char *ff_output_path(const ff_stage_run *stage);           /* "-" by default */

/* Parses "4" or "4x4x6" (conventional cells) into cells[3]. FF_E_USAGE otherwise. */
int ff_parse_cells(int cells[3], const char *text, ff_error *err);

/* Inputs and outputs with provenance. */

/* Opens an intermediate ("-" is standard input) and records it in the step's provenance. */
int ff_stage_open(ff_stage_run *stage, ff_container **out, const char *path, const char *role,
                  const char *kind, int version, ff_error *err);

/* Opens the potential named by the text value of an option of type FF_OPTION_POTENTIAL, with
 * provenance. */
int ff_stage_potential(ff_stage_run *stage, ff_potential **out, const char *name, ff_error *err);

/* Starts the stage's output at -o with the stage's output_kind and deflate level. */
int ff_stage_create(ff_stage_run *stage, ff_container **out, int version, ff_error *err);

/* Writes provenance (unless --no-provenance) and commits. The container must still be closed. */
int ff_stage_commit(ff_stage_run *stage, ff_container *container, ff_error *err);

/* The step's provenance, for inputs that are not intermediates. Borrowed. */
ff_provenance *ff_stage_provenance(ff_stage_run *stage);

/* Words. */

/* A line to standard error, unless --quiet: "farfield-fit: ..." */
void ff_stage_note(const ff_stage_run *stage, const char *format, ...) FF_PRINTF(2, 3);
/* Only with --verbose. */
void ff_stage_detail(const ff_stage_run *stage, const char *format, ...) FF_PRINTF(2, 3);
/* A warning: to standard error and into provenance. */
void ff_stage_warn(ff_stage_run *stage, const char *format, ...) FF_PRINTF(2, 3);

/* Starts the progress display ("features", 400, "frames"); returns what lib calls take. One at a
 * time. On a terminal a bar with rate and time left; otherwise a line now and then. total 0:
 * unknown. */
const ff_progress *ff_stage_progress(ff_stage_run *stage, const char *what, size_t total,
                                     const char *unit);
void ff_stage_progress_end(ff_stage_run *stage);

#ifdef __cplusplus
}
#endif
#endif
