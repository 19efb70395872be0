#ifndef FF_LIB_REGRESSION_DEFECT_WEIGHTS_H
#define FF_LIB_REGRESSION_DEFECT_WEIGHTS_H

/* Weights of single atoms by their distance r from the defect of their frame: rows of the forces
 * and force constants of an atom are multiplied by
 *     1 + (weight - 1) exp(-(r / radius)^2),
 * which is `weight` at the defect and 1 far from it. Atoms whose distance is unknown, energies and
 * virials keep 1. Most atoms of a training cell are far from its defect; what a defect study asks
 * of the fit is not.
 */

#include "lib/regression/design_matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_defect_weights {
    double weight; /* >= 0 */
    double radius; /* A */
    const ff_frame_table *frames;
    size_t *first; /* [frames->count] place of the frame's first atom in frames->distance */
} ff_defect_weights;

/* frames is borrowed. FF_E_RANGE for a weight or radius out of range, FF_E_FORMAT when no frame
 * knows where its defect is. */
int ff_defect_weights_init(ff_defect_weights *weights, const ff_frame_table *frames, double weight,
                           double radius, ff_error *err);
void ff_defect_weights_clear(ff_defect_weights *weights);

/* multipliers[block->rows] (rows.h) of a block whose labels are within the frame table. */
void ff_defect_multipliers(const ff_defect_weights *weights, const ff_design_block *block,
                           double *multipliers);

#ifdef __cplusplus
}
#endif
#endif
