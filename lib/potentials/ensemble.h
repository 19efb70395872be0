#ifndef FF_LIB_POTENTIALS_ENSEMBLE_H
#define FF_LIB_POTENTIALS_ENSEMBLE_H

/* Ensembles: a potential that comes with members that differ from it slightly, such as a committee
 * drawn from the posterior of a fit. What the members say of a structure, less what the potential
 * itself does, tells how sure it is. Members share the work on neighbours of a site that does not
 * depend on them.
 */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Differences of the members from the potential, for one frame; everything is the caller's. */
typedef struct ff_ensemble_result {
    double *energy;        /* [potential->members] eV */
    double *site_energies; /* [members][atoms] eV; NULL: not wanted */
    double *forces;        /* [members][atoms][3] eV/A; NULL: not wanted */
    double *virial; /* [members][6] eV, Voigt, as ff_evaluation_result.virial; NULL: not wanted */
} ff_ensemble_result;

/* Evaluates the members of the calculator's potential on a frame. Errors as ff_calculator_evaluate.
 * Arrays of the calculator's last evaluation no longer hold. Bit-identical for any number of
 * threads. */
int ff_calculator_members(ff_calculator *calculator, const ff_frame *frame,
                          const ff_ensemble_result *result, ff_error *err);

/* Standard deviation about the potential itself: root of the mean over members of difference^2,
 * differences[members] `stride` apart. */
double ff_members_deviation(const double *differences, size_t members, size_t stride);

#ifdef __cplusplus
}
#endif
#endif
