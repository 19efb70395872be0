#ifndef FF_LIB_POTENTIALS_STILLINGER_WEBER_H
#define FF_LIB_POTENTIALS_STILLINGER_WEBER_H

/* Stillinger-Weber: F. H. Stillinger and T. A. Weber, Phys. Rev. B 31, 5262 (1985), with
 * epsilon = 2.1683 eV. For r < a sigma,
 *   phi2(r) = A epsilon [B (sigma/r)^p - (sigma/r)^q] exp[sigma / (r - a sigma)]
 *   phi3    = lambda epsilon (cos theta_jik - cos theta0)^2
 *             exp[gamma sigma / (r_ij - a sigma) + gamma sigma / (r_ik - a sigma)]
 *   E_i     = 1/2 sum_j phi2(r_ij) + sum_{j<k} phi3(r_ij, r_ik, theta_jik). */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* parameter_set: "Si". FF_E_USAGE for any other, listing those known. */
int ff_stillinger_weber_new(ff_potential **out, const char *parameter_set, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
