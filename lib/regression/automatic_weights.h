#ifndef FF_LIB_REGRESSION_AUTOMATIC_WEIGHTS_H
#define FF_LIB_REGRESSION_AUTOMATIC_WEIGHTS_H

/* Weights of the kinds of observation that nobody has to choose.
 *
 * Start: weight of kind K = 1 / (noise level of K * root of the number of rows of K), with the
 * noise levels of highest evidence (FF_NOISE_PER_KIND, Bayesian ridge). The levels make errors of
 * different units comparable; the root makes each kind count as one.
 * Choice: from there, the weights for which
 *     sum over kinds of ln (sum of squared errors of that kind on the folds left out)
 * is least, the prior's strength being found by evidence in each fit: the product of the kinds'
 * errors on frames that were not fitted, which has no units and to which every kind contributes
 * alike. Pattern search in the logarithms, down to steps of a factor of the root of 2.
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

typedef struct ff_weight_search {
    double factor[FF_KINDS]; /* by which class weights are to be multiplied; 1 for the kind of most
                                rows, 0 for kinds without rows of nonzero weight */
    double noise[FF_KINDS];  /* levels of highest evidence, of scaled rows at weight 1; NaN for
                                those kinds */
    double start[FF_KINDS];  /* factors that follow from them */
    double gain;             /* by which the choice lowers the sum above from the start */
    size_t fits;             /* cross-validations made */
} ff_weight_search;

/* options: weights within each kind (relative), prior and constraints; method and noise are not
 * looked at. FF_E_RANGE when the reduction has a single fold and there is more than one kind to
 * weigh; errors of ff_solve. */
int ff_automatic_weights(ff_weight_search *search, const ff_reduction *reduction,
                         const ff_solver_options *options, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
