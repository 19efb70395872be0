#ifndef FF_FORMATS_COMMAND_POTENTIAL_H
#define FF_FORMATS_COMMAND_POTENTIAL_H

/* Potentials that are programs: structures as extended XYZ to their standard input, energies and
 * forces as extended XYZ from their standard output, one process for many frames
 * (docs/command-potential.md). A process that ends is started again, once for a frame. */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The potential `kind` that the program argv (copied; ends with NULL) evaluates, of any species.
 * No answer within `seconds` is an error. Processes are started when they are first needed, one
 * for each calculator. */
int ff_command_potential_new(ff_potential **out, const char *kind, const char *const *argv,
                             double seconds, ff_error *err);

/* The same from "[timeout=SECONDS] PROGRAM [ARGUMENT]...": words separated by blanks, in which '..'
 * and ".." hold blanks and each other. An hour without timeout. FF_E_USAGE for what is not such. */
int ff_command_potential_open(ff_potential **out, const char *command, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
