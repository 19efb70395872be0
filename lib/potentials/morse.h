#ifndef FF_LIB_POTENTIALS_MORSE_H
#define FF_LIB_POTENTIALS_MORSE_H

/* Morse: phi(r) = D [exp(-2 alpha (r - r0)) - 2 exp(-alpha (r - r0))] - the same at the cutoff.
 * P. M. Morse, Phys. Rev. 34, 57 (1929). The energy is shifted to zero at the cutoff, the force is
 * not (LAMMPS: morse with pair_modify shift yes). */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_morse_parameters {
    double depth;    /* D, eV */
    double alpha;    /* 1/A, > 0 */
    double distance; /* r0, A */
    double cutoff;   /* A, > 0 */
} ff_morse_parameters;

/* species: the atomic number it describes, 0: any. */
int ff_morse_new(ff_potential **out, const ff_morse_parameters *parameters, int species,
                 ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
