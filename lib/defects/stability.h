#ifndef FF_LIB_DEFECTS_STABILITY_H
#define FF_LIB_DEFECTS_STABILITY_H

/* Is a relaxed structure a minimum or a saddle? The lowest mode of its Hessian H relative to the
 * preconditioner's: H v = ratio P^-1 v, by Lanczos' method in the inner product of P^-1, with
 * products H v exact where the problem has them, else by differences of gradients. With the lattice
 * Green's function for P nearly all ratios are close to 1 and the few modes that the defect makes
 * soft or unstable stand out, so that a dozen products find them at any size.
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

/* Looks for the lowest mode at x[atoms][3], a stationary point, starting from forces on the atoms
 * where[count] (the neighbourhood of the defect) in directions drawn with `seed`, so that no
 * symmetry hides a mode. Stops after at most `most` products, or when the lowest ratio is known
 * to a tenth. problem->precondition is needed. mode[atoms][3], when not NULL, receives v, largest
 * displacement of an atom 1. Errors as evaluate gives them. */
int ff_stability_check(const ff_minimise_problem *problem, const double *x, const size_t *where,
                       size_t count, uint64_t seed, size_t most, ff_stability *stability,
                       double *mode, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
