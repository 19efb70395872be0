#include "lib/regression/defect_weights.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>

int ff_defect_weights_init(ff_defect_weights *weights, const ff_frame_table *frames, double weight,
                           double radius, ff_error *err)
{
    *weights = (ff_defect_weights){.weight = weight, .radius = radius, .frames = frames};
    if (!(weight >= 0) || !isfinite(weight) || !(radius > 0) || !isfinite(radius))
        return ff_fail(err, FF_E_RANGE,
                       "a weight of %g near defects within %g A, expected a weight of at least 0 "
                       "and a positive radius",
                       weight, radius);
    if (!frames->distance)
        return ff_fail(err, FF_E_FORMAT, "no frame knows where its defect is");
    if (!(weights->first = ff_new_array(frames->count, sizeof *weights->first, err)))
        return FF_E_NOMEM;
    for (size_t i = 1; i < frames->count; i++)
        weights->first[i] = weights->first[i - 1] + frames->atoms[i - 1];
    return FF_OK;
}

void ff_defect_weights_clear(ff_defect_weights *weights)
{
    free(weights->first);
    *weights = (ff_defect_weights){0};
}

void ff_defect_multipliers(const ff_defect_weights *weights, const ff_design_block *block,
                           double *multipliers)
{
    for (size_t row = 0; row < block->rows; row++) {
        const ff_row_label *label = &block->label[row];
        multipliers[row] = 1;
        if (label->kind != FF_KIND_FORCE && label->kind != FF_KIND_FORCE_CONSTANT)
            continue;
        double distance = weights->frames->distance[weights->first[label->frame] + label->atom];
        double reach = distance / weights->radius;
        if (!isnan(distance))
            multipliers[row] += (weights->weight - 1) * exp(-reach * reach);
    }
}
