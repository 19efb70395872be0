#ifndef FF_STAGES_RUN_KEY_H
#define FF_STAGES_RUN_KEY_H

/* The key of an instance: the SHA-256 of a text that names everything its result depends on.
 *
 *   farfield key 1
 *   program NAME VERSION
 *   executable DIGEST
 *   option NAME VALUE             sorted by name; defaults included, those without effect left out
 *   file NAME PREFIX DIGEST       for an option that takes a file, among the options
 *   input PREFIX DIGEST           operands in order
 *
 * Fields are separated by tabs; tabs, newlines and backslashes in values are escaped. Names of
 * stages, paths and numbers of threads are not in it, so moving a study keeps its results. */

#include "stages/run/programs.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Stands for the digest of a result that is still to be made. */
#define FF_KEY_UNKNOWN "?"

/* digest[i] is that of argument i when it is a file or a result (else unused, may be NULL). *text
 * is allocated; the caller frees it. */
int ff_key_text(char **text, const ff_plan_instance *instance, const ff_executable *executable,
                const char *const *digest, ff_error *err);

/* One way in which two keys differ, for people: "option ridge 1e-8 -> 1e-6". */
typedef int (*ff_key_difference)(void *context, const char *line, ff_error *err);

/* Reports how the key text `now` differs from `then`. label(i) of operands: name[i] of operand i is
 * used for its input (borrowed). */
int ff_key_compare(const char *then, const char *now, size_t operands, const char *const *name,
                   ff_key_difference report, void *context, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
