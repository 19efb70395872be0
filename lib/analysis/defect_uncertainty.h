#ifndef FF_LIB_ANALYSIS_DEFECT_UNCERTAINTY_H
#define FF_LIB_ANALYSIS_DEFECT_UNCERTAINTY_H

/* How sure a model is of a relaxed defect: what the members of its ensemble (ensemble.h) would have
 * found instead, to first order, without relaxing with any of them.
 *
 * u is the model's equilibrium, H its Hessian there, and member m differs from it by energies
 * delta E_m and forces r_m. To leading order the member's equilibrium is u + H^-1 r_m, and its
 * formation energy, against its own bulk at the same lattice constant,
 *     E_f + delta E_m(u) - sum over atoms of delta e_m(bulk) - 1/2 <r_m, H^-1 r_m>
 * (the residual identity, docs/theory.md section 3). H^-1 r_m is solved for by conjugate gradients
 * with exact products of H, preconditioned as relaxations are (crystal_response.h), for all members
 * at a time. In a cylinder the members leave the same rim in place.
 */

#include "lib/base/parallel.h"
#include "lib/defects/relaxation.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_defect_uncertainty {
    size_t members;
    double *energy;   /* [members] eV, change of the formation energy */
    double *geometry; /* [members] A, bond norm of the displacements' change */
    size_t atoms;
    double *displacement;      /* [atoms] A, root mean square over members of its length */
    double energy_deviation;   /* eV, root mean square over members */
    double geometry_deviation; /* A, likewise */
    size_t products;           /* with H, for all members together */
} ff_defect_uncertainty;

void ff_defect_uncertainty_init(ff_defect_uncertainty *uncertainty);
void ff_defect_uncertainty_clear(ff_defect_uncertainty *uncertainty);

/* *uncertainty is initialised by the call. The relaxation must be the potential's own, and the
 * potential have members (FF_E_USAGE). FF_E_NUMERIC when H is not positive, as at a saddle, or the
 * gradients do not converge. progress: products; may be NULL. Bit-identical for any number of
 * threads. */
int ff_defect_uncertainty_find(ff_defect_uncertainty *uncertainty, const ff_relaxation *relaxation,
                               const ff_potential *potential, const ff_progress *progress,
                               ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
