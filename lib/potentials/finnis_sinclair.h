#ifndef FF_LIB_POTENTIALS_FINNIS_SINCLAIR_H
#define FF_LIB_POTENTIALS_FINNIS_SINCLAIR_H

/* Finnis-Sinclair: E_i = 1/2 sum_j V(r_ij) - A sqrt(rho_i),
 * rho_i = sum_j (r_ij - d)^2 + beta (r_ij - d)^3 / d for r < d,
 * V(r) = (r - c)^2 (c0 + c1 r + c2 r^2) for r < c.
 * M. W. Finnis and J. E. Sinclair, Philos. Mag. A 50, 45 (1984); erratum 53, 161 (1986), with
 * another iron. V and rho are only once continuously differentiable at c and d. With beta (Cr, Fe)
 * the density of a pair is negative below d (1 - 1/beta): where that of an atom is, FF_E_RANGE.
 */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* parameter_set: "V", "Nb", "Ta", "Cr", "Mo", "W" or "Fe". FF_E_USAGE for any other, listing these.
 */
int ff_finnis_sinclair_new(ff_potential **out, const char *parameter_set, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
