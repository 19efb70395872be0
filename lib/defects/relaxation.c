#include "lib/defects/relaxation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_relaxation_init(ff_relaxation *relaxation)
{
    *relaxation = (ff_relaxation){.lowest_curvature = NAN};
}

void ff_relaxation_clear(ff_relaxation *relaxation)
{
    ff_frame_clear(&relaxation->reference);
    free(relaxation->site);
    free(relaxation->displacement);
    free(relaxation->site_energies);
    free(relaxation->history);
    ff_relaxation_init(relaxation);
}

int ff_relaxation_frame(const ff_relaxation *relaxation, ff_frame *frame, ff_error *err)
{
    int status = ff_frame_copy(frame, &relaxation->reference, err);
    for (size_t i = 0; status == FF_OK && i < 3 * frame->atoms; i++)
        frame->positions[i] += relaxation->displacement[i];
    if (status == FF_OK && strcmp(relaxation->defect, "none") != 0)
        memcpy(frame->centre, relaxation->centre, sizeof frame->centre);
    return status;
}
