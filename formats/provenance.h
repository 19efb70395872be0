#ifndef FF_FORMATS_PROVENANCE_H
#define FF_FORMATS_PROVENANCE_H

/* The history of an intermediate, kept inside it so that one file alone tells how it was made.
 *
 * A step is one run of a stage: program, version, canonical parameters (every option that can
 * change the output, defaults included), seed, inputs (role, SHA-256 of the bytes, size, step that
 * made it if it is an intermediate), warnings. It is a JSON text; its id is the SHA-256 of that
 * text. No time, host, path or number of threads is in it, so equal runs give equal bytes.
 *   /provenance            attribute `step`: id of the step that wrote this file
 *   /provenance/steps/ID   the JSON text of each step this file descends from, and its own
 */

#include "formats/container.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_provenance ff_provenance;

/* A new step of a stage. */
int ff_provenance_new(ff_provenance **out, const char *program, ff_error *err);
void ff_provenance_free(ff_provenance *provenance);

/* Records an option's effective value. Options are sorted by name when written; a repeated option
 * keeps the order of its values. */
int ff_provenance_parameter(ff_provenance *provenance, const char *name, const char *value,
                            ff_error *err);

/* Records an opened intermediate and everything it descends from. role: "input", "potential", ...
 */
int ff_provenance_input(ff_provenance *provenance, const char *role, const ff_container *container,
                        ff_error *err);

/* Records a file that is not an intermediate (extXYZ, setfl, ...) by its digest and size. */
int ff_provenance_input_file(ff_provenance *provenance, const char *role, const char *path,
                             ff_error *err);
/* The same where the bytes came from elsewhere (standard input). */
int ff_provenance_input_digest(ff_provenance *provenance, const char *role, const char *digest,
                               int64_t size, ff_error *err);

/* Records a warning (also for the user to see). */
int ff_provenance_warning(ff_provenance *provenance, const char *text, ff_error *err);

/* Writes /provenance. Call once, before ff_container_commit. */
int ff_provenance_write(const ff_provenance *provenance, ff_container *container, ff_error *err);

/* Reading back: the steps of an intermediate, newest first (a step comes before those it descends
 * from; ties by id). */
typedef struct ff_history_step {
    char id[65];
    char *json;    /* the whole step */
    char *summary; /* "fit 0.1.0 observations=EF ... <- input 0123456789ab" for one-line listings */
    size_t warning_count;
    char **warnings; /* [warning_count] */
} ff_history_step;
int ff_history_read(const ff_container *container, size_t *count, ff_history_step **steps,
                    ff_error *err);

/* What a step was made from. */
typedef struct ff_history_input {
    char role[32];   /* "input", "potential", ... */
    char kind[32];   /* of an intermediate; "" for other files */
    char digest[65]; /* SHA-256 of its bytes */
} ff_history_input;
/* *inputs is allocated; the caller frees it. */
int ff_history_inputs(const ff_history_step *step, size_t *count, ff_history_input **inputs,
                      ff_error *err);
void ff_history_free(size_t count, ff_history_step *steps);

#ifdef __cplusplus
}
#endif
#endif
