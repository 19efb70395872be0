#ifndef FF_LIB_DEFECTS_DEFECT_RESPONSE_H
#define FF_LIB_DEFECTS_DEFECT_RESPONSE_H

/* The linear response of a crystal with a point defect, approximated by that of the perfect
 * crystal: displacement = H^-1 force with the lattice Green's function on the lattice sites. A
 * missing site bears no force and its displacement is ignored. An atom that sits on no lattice site
 * (an extra atom) hands the force on it down to the lattice atoms next to it and moves with their
 * mean; on top of that it gives way against its own stiffness, a block among the extra atoms. This
 * is the block inverse [1 0; T 1] [H^-1 0; 0 K^-1] [1 T^t; 0 1] of a Hessian with extra atoms, with
 * the mean over neighbours in the place of T.
 *
 * Symmetric and positive on forces that sum to zero, hence a preconditioner for L-BFGS; also the
 * first-order prediction of how a structure answers to a residual force.
 * Displacements have zero mean over the lattice sites, the missing one included.
 */

#include "lib/defects/green_function.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_defect_response ff_defect_response;

/* `green` (borrowed, must outlive the response) is the Green's function of the perfect supercell,
 * site[frame->atoms] each atom's site in it or -1 for an extra atom. The extra atoms' stiffness is
 * taken by central differences of the potential's forces in `frame`, in a cluster about them
 * (twice the cutoff) so that the cost does not depend on the supercell; stiffnesses below a
 * hundredth of the crystal's largest are replaced by their modulus, or by that at least.
 * FF_E_FORMAT for a site that the supercell does not have. */
int ff_defect_response_new(ff_defect_response **out, ff_green_function *green,
                           const ff_potential *potential, const ff_frame *frame,
                           const int64_t *site, ff_error *err);
void ff_defect_response_free(ff_defect_response *response);

/* displacement = H^-1 force, both [atoms][3]; they may be the same array. */
void ff_defect_response_apply(ff_defect_response *response, const double *force,
                              double *displacement);

#ifdef __cplusplus
}
#endif
#endif
