#ifndef FF_LIB_REGRESSION_SMOOTHNESS_PRIOR_H
#define FF_LIB_REGRESSION_SMOOTHNESS_PRIOR_H

/* A prior under which a potential is smooth: coefficients of functions of high degree, which
 * oscillate, are expected to be small. */

#include "lib/ace/basis.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the diagonal of Gamma (solver.h) grows with the degrees n_a, l_a of the factors a of a
 * function; p is the strength. The weight 2/3 of l and the usual p = 4 of the first are those of
 * ACEpotentials. */
enum ff_smoothness {
    FF_SMOOTHNESS_ALGEBRAIC,   /* sum over a of n_a^p + (2 l_a / 3)^p (W. C. Witt et al., J. Chem.
                                  Phys. 159, 164101 (2023)); p = 0 gives all ones */
    FF_SMOOTHNESS_EXPONENTIAL, /* exp(p sum over a of n_a + 2 l_a / 3) */
    FF_SMOOTHNESS_GAUSSIAN,    /* exp(p sum over a of n_a^2 + (2 l_a / 3)^2) */
    FF_SMOOTHNESSES
};

/* Names on the command line and in files: "algebraic", "exponential", "gaussian". */
extern const char *const ff_smoothness_names[FF_SMOOTHNESSES];

/* gamma: [ff_ace_basis_size]. FF_E_RANGE for a negative strength and for one so large that the
 * largest element exceeds the smallest by more than 1e100. */
int ff_smoothness_prior(double *gamma, const ff_ace_basis *basis, enum ff_smoothness form,
                        double strength, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
