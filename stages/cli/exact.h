#ifndef FF_STAGES_CLI_EXACT_H
#define FF_STAGES_CLI_EXACT_H

/* Observations that a fit meets exactly, as users name them: GROUP:KINDS, e.g. "strained:EV". */

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whether text names the observations of that kind (enum ff_kind) in that group. */
bool ff_names_observation(const char *text, const char *group, int kind);

#ifdef __cplusplus
}
#endif
#endif
