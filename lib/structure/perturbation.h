#ifndef FF_LIB_STRUCTURE_PERTURBATION_H
#define FF_LIB_STRUCTURE_PERTURBATION_H

/* Random copies of a structure, for training and test sets.
 *
 * Copy number k depends on the seed and k only, not on how many copies are made, so that a longer
 * set begins with a shorter one. Random numbers: MT19937 of GSL, seeded through SplitMix64. */

#include "lib/structure/dataset.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_perturbation {
    double rattle_A; /* standard deviation of each Cartesian displacement (normal), A */
    double strain;   /* components of the symmetric strain are uniform in [-strain, strain] */
    uint64_t seed;
} ff_perturbation;

/* Makes *copy (initialised by the call) the index-th perturbed copy of base: first strained, then
 * rattled; labels are dropped, the group kept. */
int ff_perturb(ff_frame *copy, const ff_frame *base, const ff_perturbation *perturbation,
               uint64_t index, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
