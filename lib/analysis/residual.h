#ifndef FF_LIB_ANALYSIS_RESIDUAL_H
#define FF_LIB_ANALYSIS_RESIDUAL_H

/* What the theory predicts for a model's geometry error from its forces alone.
 *
 * r = the model's forces at the reference's equilibrium. To first order u_model - u_reference =
 * H^-1 r, where H is the model's Hessian, approximated by that of its perfect crystal, with a
 * stiffness of their own for extra atoms (defect_response.h). The prediction is the bond norm
 * |D H^-1 r|. It is linear in r, so that the parts of r within and beyond the training radius
 * predict fields that add up: each part is made to sum to zero by a uniform force on the lattice
 * sites, which cancels between the two.
 */

#include "lib/analysis/comparison.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What to know about a prediction before trusting it. */
typedef struct ff_residual_report {
    size_t unstable_modes; /* of the model's perfect crystal */
    ff_close_pairs close; /* atoms of the reference's equilibrium closer than the model was made for
                           */
} ff_residual_report;

/* Fills residual_norm, predicted_error, effectivity, training_radius, predicted_core,
 * predicted_far and the residual of each decay bin of a comparison that ff_compare has filled from
 * this reference. training_radius in A; NAN: no split. report may be NULL. FF_E_NUMERIC when the
 * model's forces are not finite; errors of the potential as they are. */
int ff_compare_residual(ff_comparison *comparison, const ff_relaxation *reference,
                        const ff_potential *model, double training_radius,
                        ff_residual_report *report, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
