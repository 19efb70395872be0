#ifndef FF_LIB_STRUCTURE_PERTURBATION_H
#define FF_LIB_STRUCTURE_PERTURBATION_H

/* Random copies of structures, for training and test sets.
 *
 * A copy depends on the seed, the number of its structure and its own number only, not on how many
 * copies are made, so that a longer set begins with a shorter one; and each kind of disorder draws
 * its own numbers, so that changing one amplitude leaves the others' pattern. Random numbers:
 * MT19937 of GSL, a stream for each copy. */

#include "lib/structure/dataset.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_perturbation {
    double rattle_A;  /* standard deviation of each Cartesian displacement (normal), A */
    double strain;    /* components of the symmetric strain are uniform in [-strain, strain] */
    double volume[2]; /* the volume is first multiplied by a factor uniform between these, > 0 */
    uint64_t seed;
} ff_perturbation;

/* Makes *copy (initialised by the call) perturbed copy number `index` of base, which is structure
 * number `structure` of the set: first scaled, then strained, then rattled; labels are dropped, the
 * group kept. */
int ff_perturb(ff_frame *copy, const ff_frame *base, const ff_perturbation *perturbation,
               uint64_t structure, uint64_t index, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
