#ifndef FF_FORMATS_RADIAL_NAME_H
#define FF_FORMATS_RADIAL_NAME_H

/* The form of radial functions as one word, on command lines and in files:
 *     TRANSFORM[:P[,Q]][/POLYNOMIALS]
 * TRANSFORM is agnesi (P and Q), polynomial, exponential or power (P); without numbers, its
 * defaults. POLYNOMIALS is orthogonal (the default) or chebyshev. "agnesi:2,4", "power/chebyshev".
 * What they are: lib/ace/radial.h. */

#include "lib/ace/radial.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_RADIAL_NAME_SIZE = 96 }; /* any name, terminator included */

/* Reads a whole text. FF_E_USAGE saying what was expected; whether the numbers are in range is the
 * business of ff_ace_options_check. */
int ff_radial_name_parse(ff_radial_form *form, const char *text, ff_error *err);

/* Writes the one name that equal forms share: numbers unless both are 0, "/chebyshev" or nothing.
 * Parsing gives the same form back. */
void ff_radial_name_format(char name[FF_RADIAL_NAME_SIZE], const ff_radial_form *form);

#ifdef __cplusplus
}
#endif
#endif
