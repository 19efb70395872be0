#ifndef FF_LIB_REGRESSION_AUTOMATIC_WEIGHTS_H
#define FF_LIB_REGRESSION_AUTOMATIC_WEIGHTS_H

/* Weights of the kinds of observation that nobody has to choose:
 *
 *     weight of kind K = 1 / (noise level of K * root of the number of rows of K),
 *
 * with the noise levels of highest evidence (FF_NOISE_PER_KIND, Bayesian ridge). The levels make
 * errors of different units comparable; the root makes each kind count as one: the loss is the sum
 * over kinds of the mean square of error over level.
 *
 * Why not the levels alone, which would be the answer if the noise of all rows were independent:
 * errors of fits to noise-free data are those of one smooth function, and the three hundred force
 * components of a frame are far from three hundred independent witnesses. Evidence believes them,
 * and gives up the few energies (docs/theory.md section 7 has numbers).
 */

#include "lib/regression/solver.h"

#ifdef __cplusplus
extern "C" {
#endif

/* factor[FF_KINDS], by which class weights are to be multiplied: as above, but 1 for the kind of
 * most rows, and 0 for kinds without rows of nonzero weight. noise[FF_KINDS]: the levels found, of
 * scaled rows at weight 1; NaN for those kinds. options: weights within each kind (relative), prior
 * and constraints; method and noise are not looked at. Errors of ff_solve. */
int ff_automatic_weights(double factor[FF_KINDS], double noise[FF_KINDS],
                         const ff_reduction *reduction, const ff_solver_options *options,
                         ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
