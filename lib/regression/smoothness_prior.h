#ifndef FF_LIB_REGRESSION_SMOOTHNESS_PRIOR_H
#define FF_LIB_REGRESSION_SMOOTHNESS_PRIOR_H

/* A prior under which a potential is smooth: coefficients of functions of high degree, which
 * oscillate, are expected to be small. */

#include "lib/ace/basis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Diagonal of Gamma (see fit.h) that falls off algebraically:
 *     gamma_k = sum over the factors a of function k of n_a^power + (2 l_a / 3)^power
 * (W. C. Witt et al., J. Chem. Phys. 159, 164101 (2023); the weight 2/3 of l and the
 * usual power 4 are those of ACEpotentials). power >= 0; power 0 gives all ones: no preference.
 * gamma: [ff_ace_basis_size]. FF_E_RANGE for another power. */
int ff_smoothness_prior(double *gamma, const ff_ace_basis *basis, double power, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
