#ifndef FF_LIB_DEFECTS_SPARSE_RESPONSE_H
#define FF_LIB_DEFECTS_SPARSE_RESPONSE_H

/* The linear response of a crystal with dislocations, or with atoms that are held: displacement =
 * H^-1 force, H a sparse matrix of force constants, factorised once (CHOLMOD: Y. Chen, T. A. Davis,
 * W. W. Hager and S. Rajamanickam, ACM Trans. Math. Softw. 35, 22 (2008)).
 *
 * H is the sum over atoms of the Hessians of their site energies. Where an atom's neighbours stand
 * as they do in the perfect crystal, to a hundredth of the nearest-neighbour distance, that is the
 * perfect crystal's; where they stand as in the crystal under a strain, to three hundredths, it is
 * that of the strained crystal to first order, if the potential is smooth enough for that; both are
 * computed once. So the crystal may be cut and slipped, and only where atoms stand will be asked.
 * Elsewhere, in the core, it is the atom's own, at the start.
 *
 * Positive by construction: where Cholesky's method meets a pivot that is not, the diagonal of the
 * core's atoms is raised, step by step, and in the end that of all atoms. The core's softest modes,
 * which that stiffens most, are then given their own stiffness back, unstable ones by its modulus
 * (sparse_modes.h).
 *
 * Units: eV, A. One thread computes the factor and applies it; bits do not depend on the number of
 * threads.
 */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_sparse_response ff_sparse_response;

typedef struct ff_sparse_report {
    size_t core;      /* atoms whose own site Hessian was taken */
    double shift;     /* eV/A^2 that was added to the diagonal of the core; 0: none */
    bool shifted_all; /* and of all atoms */
    size_t modes;     /* of the core that are soft beside the shift, and have their own stiffness */
    size_t unstable;  /* of them */
    size_t bytes;     /* of the factor */
} ff_sparse_report;

/* `unit` is the perfect crystal's unit cell in the axes of `frame`, whose atoms stand at the start;
 * site[frame->atoms] modulo unit->atoms says which of the unit cell's atoms each is. Atoms with
 * fixed[i] do not move (NULL: all move, and rigid translations are taken out of forces and
 * displacements). *report, unless NULL, is filled; on entry report->shift is that of a similar
 * structure before, to start from, or 0. Errors of the potential as they are;
 * FF_E_NUMERIC when the factor cannot be made. */
int ff_sparse_response_new(ff_sparse_response **out, const ff_potential *potential,
                           const ff_frame *unit, const ff_frame *frame, const int64_t *site,
                           const bool *fixed, ff_sparse_report *report, ff_error *err);
void ff_sparse_response_free(ff_sparse_response *response);

/* displacement = H^-1 force, both [atoms][3]; they may be the same array. Zero on fixed atoms,
 * whose forces are not looked at. Not for two threads at a time. */
void ff_sparse_response_apply(ff_sparse_response *response, const double *force,
                              double *displacement);

#ifdef __cplusplus
}
#endif
#endif
