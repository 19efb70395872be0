#ifndef FF_STAGES_CLI_OBSERVATIONS_H
#define FF_STAGES_CLI_OBSERVATIONS_H

/* Kinds of observation as users write them: E energies, F forces, V virials, e.g. "EF". */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets bits 1u << ff_kind of *kinds for the letters of text. FF_E_USAGE for an empty text, an
 * unknown letter or one that comes twice. */
int ff_parse_observations(unsigned *kinds, const char *text, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
