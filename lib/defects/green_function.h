#ifndef FF_LIB_DEFECTS_GREEN_FUNCTION_H
#define FF_LIB_DEFECTS_GREEN_FUNCTION_H

/* Powers of the Hessian H of a perfect periodic supercell, applied by FFT, wave vector by wave
 * vector: H^-1 is the lattice Green's function (forces to displacements), H the linear response
 * (displacements to minus the forces), H^(1/2) and H^(-1/2) measure in the energy norm and its
 * dual.
 *
 * Fields: [sites of the supercell][3], sites numbered with the unit cell's basis fastest, then the
 * cells along z, y, x, as ff_crystal_supercell does. Units: eV, A.
 * Rigid translations are the null space of H: every power maps them to zero, and its result has
 * zero mean over the sites (per direction). For powers other than 1, a mode whose stiffness is
 * negative or almost zero is guarded: its stiffness is replaced by its modulus, but at least 1e-3
 * of the crystal's own scale at that wave length, so that the operator stays positive. The spectrum
 * says how many modes were.
 */

#include "lib/defects/force_constants.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_green_function ff_green_function;

/* Stiffnesses, eV/A^2, over all wave vectors, translations left out. */
typedef struct ff_spectrum {
    double lowest, highest;
    size_t modes;    /* of the supercell: 3 sites - 3 */
    size_t unstable; /* of them with negative stiffness */
    size_t guarded;  /* of them replaced, unstable ones included */
} ff_spectrum;

/* H^power for cells[i] unit cells along each cell vector. FF_E_USAGE for cells < 1, FF_E_NUMERIC
 * when a diagonalisation does not converge. Threads: yes, with bit-identical results. */
int ff_green_function_new(ff_green_function **out, const ff_force_constants *constants,
                          const int cells[3], double power, ff_error *err);
void ff_green_function_free(ff_green_function *green);

/* The spectrum it was made from. Borrowed. */
const ff_spectrum *ff_green_function_spectrum(const ff_green_function *green);
/* Sites of the supercell. */
size_t ff_green_function_sites(const ff_green_function *green);

/* out = H^power in, both [sites][3]; they may be the same array. O(N log N). Uses workspace of
 * `green`: one call at a time. */
void ff_green_function_apply(ff_green_function *green, const double *in, double *out);

#ifdef __cplusplus
}
#endif
#endif
