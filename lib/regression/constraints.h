#ifndef FF_LIB_REGRESSION_CONSTRAINTS_H
#define FF_LIB_REGRESSION_CONSTRAINTS_H

/* Equations that the coefficients must satisfy exactly, C c = d: an energy, a stress, an elastic
 * constant or any other observation that is linear in the coefficients. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Everything is borrowed. Equations may have any scale and may repeat or follow from one another,
 * as long as they do not contradict. */
typedef struct ff_constraints {
    size_t count;
    const double *matrix;     /* [count][columns] C */
    const double *target;     /* [count] d */
    const char *const *names; /* [count] for messages; NULL: they are numbered from 1 */
} ff_constraints;

#ifdef __cplusplus
}
#endif
#endif
