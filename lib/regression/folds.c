#include "lib/regression/folds.h"

#include "lib/base/memory.h"

#include <stdlib.h>

/* A number from 64 bits, any two of which may be close: the finaliser of splitmix64 (G. L. Steele,
 * D. Lea and C. H. Flood, OOPSLA 2014, 453). */
static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/* Deals a hand: a random permutation (Fisher and Yates) of the folds. */
static void deal(uint32_t *hand, uint32_t folds, uint64_t state)
{
    for (uint32_t i = 0; i < folds; i++)
        hand[i] = i;
    for (uint32_t i = folds; i > 1; i--) {
        state = mix(state);
        uint32_t j = (uint32_t)(state % i), swap = hand[j];
        hand[j] = hand[i - 1];
        hand[i - 1] = swap;
    }
}

int ff_assign_folds(uint32_t *fold, const ff_frame_table *frames, uint32_t folds, uint64_t seed,
                    ff_error *err)
{
    if (folds == 0)
        return ff_fail(err, FF_E_RANGE, "0 folds, expected at least 1");
    int status = FF_E_NOMEM;
    size_t *place = ff_new_array(frames->group_count, sizeof *place, err);
    uint32_t *hands = ff_new_array(frames->group_count * folds, sizeof *hands, err);
    if (!place || !hands)
        goto done;
    for (size_t i = 0; i < frames->count; i++) {
        size_t group = frames->group[i], at = place[group]++;
        uint32_t *hand = hands + group * folds;
        if (at % folds == 0)
            deal(hand, folds, mix(mix(mix(seed) + group) + at / folds));
        fold[i] = hand[at % folds];
    }
    status = FF_OK;
done:
    free(place);
    free(hands);
    return status;
}
