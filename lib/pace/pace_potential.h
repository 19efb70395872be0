#ifndef FF_LIB_PACE_PACE_POTENTIAL_H
#define FF_LIB_PACE_PACE_POTENTIAL_H

/* The potentials of pace.h, evaluated: all functions of a species of centre become one polynomial
 * in the sums A (polynomial.h), which goes forward to the energy and back to its derivatives. */

#include "lib/pace/pace.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* FF_E_RANGE saying what is wrong: numbers that are not finite or positive where they must be, an n
 * or l that no bond has, ranks or l beyond what is supported, terms whose m do not fit. */
int ff_pace_check(const ff_pace *pace, ff_error *err);

/* A potential from pace, of which nothing is kept. Errors are those of ff_pace_check, or
 * FF_E_NOMEM. Free with ff_potential_free. */
int ff_pace_potential_new(ff_potential **out, const ff_pace *pace, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
