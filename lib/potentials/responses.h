#ifndef FF_LIB_POTENTIALS_RESPONSES_H
#define FF_LIB_POTENTIALS_RESPONSES_H

/* A potential's force constants for the displacements of a frame. */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* response[displacements][atoms][3] (caller's memory) as ff_frame.force_constants: d2E/ds dx_jb,
 * eV/A^2, s how far the displaced atom has moved. By ff_calculator_hessian_products, whose errors
 * are passed on. Where these are differences, their step is chosen along the first displacement;
 * *chosen (may be NULL) says how, as ff_calculator_choose_step. */
int ff_calculator_responses(ff_calculator *calculator, const ff_frame *frame, double *response,
                            ff_difference_step *chosen, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
