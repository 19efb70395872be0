#ifndef FF_STAGES_CLI_OBSERVATIONS_H
#define FF_STAGES_CLI_OBSERVATIONS_H

/* Kinds of observation as users write them: E energies, F forces, V virials, FC force constants,
 * e.g. "EF" or "EFV+FC". "FC" always means force constants; "+" may stand between kinds. */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "E", "F", "V", "FC" by ff_kind. */
extern const char *const ff_kind_letters[FF_KINDS];

/* What people call the kinds: "energies", "forces", "virials", "force constants". */
extern const char *const ff_kind_names[FF_KINDS];

/* The kind that text begins with. Returns the number of its letters; 0 when there is none. */
size_t ff_kind_scan(const char *text, enum ff_kind *kind);

/* Sets bits 1u << ff_kind of *kinds for the kinds of text. FF_E_USAGE for an empty text, one that
 * names no kind somewhere, or one twice. */
int ff_parse_observations(unsigned *kinds, const char *text, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
