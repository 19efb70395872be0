#ifndef FF_LIB_POTENTIALS_GRADIENT_BATCH_H
#define FF_LIB_POTENTIALS_GRADIENT_BATCH_H

/* Several gradients of a frame at once: what each site contributes to its neighbours, for `count`
 * functions of the sites, gathered to the atoms. For the files that implement ff_calculator. */

#include "lib/potentials/calculator.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_gradient_batch {
    ff_calculator *calculator; /* prepared for derivatives of the frame */
    const ff_frame *frame;
    size_t count;
    double *sum; /* [count][atoms][3] derivatives by the positions of the atoms */
} ff_gradient_batch;

/* Memory for the batch, and for one thread: scratch->product[count][neighbours][3]. */
int ff_gradient_batch_reserve(const ff_gradient_batch *batch, ff_error *err);
int ff_gradient_batch_scratch(const ff_gradient_batch *batch, ff_calculator_scratch *scratch,
                              ff_error *err);

/* Takes scratch->product[count][neighbours][3], the derivatives of site i by the vectors to its
 * neighbours as ff_calculator_gather has put them there. Every atom's turn comes once. */
void ff_gradient_batch_put(const ff_gradient_batch *batch, size_t i, size_t neighbours,
                           const ff_calculator_scratch *scratch);

/* After that: completes the sums. */
int ff_gradient_batch_collect(const ff_gradient_batch *batch, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
