#ifndef FF_LIB_DEFECTS_STABILITY_H
#define FF_LIB_DEFECTS_STABILITY_H

/* Is a relaxed structure a minimum or a saddle? The lowest mode of its Hessian H relative to the
 * preconditioner's: H v = ratio P^-1 v, by Lanczos' method in the inner product of P^-1, with
 * products H v exact where the problem has them, else by differences of gradients. With the lattice
 * Green's function for P nearly all ratios are close to 1 and the few modes that the defect makes
 * soft or unstable stand out, so that a dozen products find them at any size, three or four if the
 * search starts near the mode. (ARPACK's dsaupd in the same inner product, which a test holds the
 * results against, takes about twice as many, since it only looks at its residuals once a basis is
 * full.)
 */

#include "lib/defects/minimise.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_stability {
    double ratio;       /* lowest found; negative: a saddle, 1: as stiff as the preconditioner */
    double curvature;   /* eV/A^2, v . H v / v . v of that mode; the same sign */
    double uncertainty; /* of the ratio: some eigenvalue lies within this of it */
    size_t products; /* with the Hessian, each one evaluation of the gradient (and one more for all
                        of them) where differences are taken */
} ff_stability;

/* Where to look for the lowest mode, and how long. */
typedef struct ff_stability_options {
    const size_t *where; /* [count] atoms that forces are drawn on at first: the neighbourhood of
                            the defect, in directions drawn with `seed`, so that no symmetry hides a
                            mode */
    size_t count;
    uint64_t seed;
    const double *force; /* [atoms][3] to start from instead, near those of the mode; may be NULL */
    size_t most;         /* products at most */
    double noise;        /* eV/A, of the gradient, if there is more than rounding: differences are
                            then central and wider, two evaluations each */
} ff_stability_options;

/* Looks for the lowest mode at x[atoms][3], a stationary point. Stops when the lowest ratio is
 * known to a tenth, or to 0.05 if that leaves no doubt of its sign. problem->precondition is
 * needed. mode[atoms][3], when not NULL, receives v, largest displacement of an atom 1. Errors as
 * evaluate gives them. */
int ff_stability_check(const ff_minimise_problem *problem, const double *x,
                       const ff_stability_options *options, ff_stability *stability, double *mode,
                       ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
