#include "lib/potentials/responses.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Displacements of one atom that share the loading of its neighbours. */
enum { BATCH = 3 };

/* How many displacements from the first one on, up to BATCH, are of the same atom. */
static size_t batch_from(const ff_frame *frame, size_t first)
{
    size_t count = 1;
    while (count < BATCH && first + count < frame->displacements &&
           frame->displacement[first + count].atom == frame->displacement[first].atom)
        count++;
    return count;
}

static int choose_step(ff_calculator *calculator, const ff_frame *frame, double *direction,
                       ff_difference_step *chosen, ff_error *err)
{
    if (chosen)
        *chosen = (ff_difference_step){0};
    if (frame->displacements == 0)
        return FF_OK;
    double *place = direction + 3 * (size_t)frame->displacement[0].atom;
    memcpy(place, frame->displacement[0].direction, 3 * sizeof *place);
    int status = ff_calculator_choose_step(calculator, frame, direction, chosen, err);
    memset(place, 0, 3 * sizeof *place);
    return status;
}

int ff_calculator_responses(ff_calculator *calculator, const ff_frame *frame, double *response,
                            ff_difference_step *chosen, ff_error *err)
{
    const size_t numbers = 3 * frame->atoms;
    double *direction = ff_new_array(BATCH * numbers, sizeof *direction, err);
    int status = direction ? choose_step(calculator, frame, direction, chosen, err) : FF_E_NOMEM;
    for (size_t first = 0, count; first < frame->displacements && status == FF_OK; first += count) {
        const size_t place = 3 * (size_t)frame->displacement[first].atom;
        count = batch_from(frame, first);
        for (size_t i = 0; i < count; i++)
            memcpy(direction + i * numbers + place, frame->displacement[first + i].direction,
                   3 * sizeof *direction);
        status = ff_calculator_hessian_products(calculator, frame, count, direction,
                                                response + first * numbers, err);
        for (size_t i = 0; i < count; i++)
            memset(direction + i * numbers + place, 0, 3 * sizeof *direction);
    }
    free(direction);
    return status;
}
