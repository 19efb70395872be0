#ifndef FF_LIB_PACE_PACE_PARTS_H
#define FF_LIB_PACE_PACE_PARTS_H

/* What the potential of a ff_pace is made of. For the files of lib/ace. */

#include "lib/ace/one_particle.h"
#include "lib/pace/pace_radial.h"
#include "lib/pace/polynomial.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The sums over neighbours with real harmonics of which a variable z is made. A_{z n l m} of pace.h
 * is sqrt(4 pi) z for m = 0 and (-1)^m sqrt(2 pi) z for m > 0; the factors are in the coefficients.
 */
typedef struct ff_pace_variable {
    size_t real, imaginary; /* of (l, m) and (l, -m) */
    int m;
} ff_pace_variable;

typedef struct ff_pace_centre {
    double energy, core_cutoff, core_width;
    ff_pace_variable *variable; /* [polynomial.variables] */
    ff_polynomial polynomial;
} ff_pace_centre;

typedef struct ff_pace_parts {
    int elements;
    ff_pace_core core;
    ff_one_particle one_particle;
    int pair_row; /* of the radial functions: the functions of order 1, summed */
    double cutoff[FF_PACE_MAX_SPECIES * FF_PACE_MAX_SPECIES]; /* [centre][neighbour] */
    ff_pace_bond *bond;     /* [centre][neighbour], without coefficients */
    ff_pace_radial *radial; /* [centre][neighbour] */
    ff_pace_centre *centre; /* [elements] */
} ff_pace_parts;

/* From a pace that has been checked. */
int ff_pace_parts_new(ff_pace_parts **out, const ff_pace *pace, ff_error *err);
void ff_pace_parts_free(ff_pace_parts *parts);

#ifdef __cplusplus
}
#endif
#endif
