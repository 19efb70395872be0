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
 *
 * The response may be given a core: atoms next to the defect between which the Hessian H is the
 * structure's own. With P that approximation, C = P_SS and K = (P^-1)_SS within the core S,
 *   (P^-1 + E (H_SS - K) E^t)^-1 = P + P E M E^t P,  M = C^(-1/2) V (1/lambda - 1) V^t C^(-1/2),
 * V and lambda the eigenvectors and eigenvalues of 1 + C^(1/2) (H_SS - K) C^(1/2): Dyson's equation
 * for the Green's function of a crystal with a defect (Tewary 1973), whose eigenvalues are the
 * stiffnesses of the core's modes relative to the perfect crystal's. Negative ones, along which the
 * structure is unstable, count by their modulus, so that the response stays positive: a step of
 * that length descends along the unstable modes instead of going back to the saddle.
 */

#include "lib/defects/green_function.h"
#include "lib/defects/trust_region.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_defect_response ff_defect_response;

/* `green` (borrowed, must outlive the response) is the Green's function of the perfect supercell,
 * site[frame->atoms] each atom's site in it or -1 for an extra atom. The extra atoms' stiffness is
 * taken by central differences of the potential's forces in `frame`, in a cluster about them
 * (twice the cutoff) so that the cost does not depend on the supercell; stiffnesses below a
 * hundredth of the crystal's largest are replaced by their modulus, or by that at least. With a
 * potential for whole structures it is the crystal's largest stiffness.
 * FF_E_FORMAT for a site that the supercell does not have. */
int ff_defect_response_new(ff_defect_response **out, ff_green_function *green,
                           const ff_potential *potential, const ff_frame *frame,
                           const int64_t *site, ff_error *err);
void ff_defect_response_free(ff_defect_response *response);

/* displacement = H^-1 force, both [atoms][3]; they may be the same array. With a core this takes
 * two Green's functions of the crystal, else one. */
void ff_defect_response_apply(ff_defect_response *response, const double *force,
                              double *displacement);

/* The same without the core. */
void ff_defect_response_apply_perfect(ff_defect_response *response, const double *force,
                                      double *displacement);

/* step[atoms][3] = the one of a trust region (trust_region.h) in the model whose gradient[atoms][3]
 * is given and whose Hessian is the inverse of the response, unstable modes included as they are;
 * lengths are those of the response without the core. The arrays are different ones. For responses
 * with a core. */
ff_model_step ff_defect_response_step(ff_defect_response *response, const double *gradient,
                                      double radius, double *step);

/* What the core's Hessian says. */
typedef struct ff_core_modes {
    double softest;  /* lowest eigenvalue: stiffness of a mode relative to the perfect crystal's */
    size_t unstable; /* negative eigenvalues */
} ff_core_modes;

/* Gives the response, made with the Green's function of `constants` for cells[3], a core: the atoms
 * atom[count], which have to hold the extra atoms and what is next to them. The Hessian is the
 * perfect crystal's until ff_defect_response_update_core. */
int ff_defect_response_add_core(ff_defect_response *response, const ff_force_constants *constants,
                                const int cells[3], const ff_potential *potential,
                                const ff_frame *frame, const size_t *atom, size_t count,
                                ff_error *err);

/* Takes the core's Hessian in `frame`, in a cluster about the core, so that the cost does not
 * depend on the supercell. modes may be NULL. Errors as those of ff_calculator_hessian_products,
 * upon which the response stays as it was. */
int ff_defect_response_update_core(ff_defect_response *response, const ff_frame *frame,
                                   ff_core_modes *modes, ff_error *err);

/* The forces force[atoms][3] under which the perfect crystal would move along the core's softest
 * mode, as last updated. */
void ff_defect_response_softest_force(const ff_defect_response *response, double *force);

/* ff_core_hessian_cost of the core's Hessian; 0 without. */
size_t ff_defect_response_core_cost(const ff_defect_response *response);

#ifdef __cplusplus
}
#endif
#endif
