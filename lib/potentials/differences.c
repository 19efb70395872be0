/* Second derivatives by differences, for potentials that have no better. */

#include "lib/base/memory.h"
#include "lib/potentials/calculator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps that are tried: the smallest, A, and how often it is doubled. */
static const double smallest = 2.5e-4;
enum { STEPS = 9 };

static double longest_vector(const double *vectors, size_t count)
{
    double longest = 0;
    for (size_t i = 0; i < count; i++) {
        const double *v = vectors + 3 * i;
        longest = fmax(longest, v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    }
    return sqrt(longest);
}

/* Adds weight times the forces where the atoms are moved by shift times the direction. */
static int add_forces(ff_calculator *calculator, const ff_frame *frame, const double *direction,
                      double shift, double weight, double *sum, double *positions, ff_error *err)
{
    ff_evaluation_result result;
    ff_frame moved = *frame;
    moved.positions = positions;
    for (size_t k = 0; k < 3 * frame->atoms; k++)
        positions[k] = frame->positions[k] + shift * direction[k];
    int status = ff_calculator_evaluate(calculator, &moved, FF_WANT_FORCES, &result, err);
    for (size_t k = 0; k < 3 * frame->atoms && status == FF_OK; k++)
        sum[k] += weight * result.forces[k];
    return status;
}

int ff_calculator_difference(ff_calculator *calculator, const ff_frame *frame,
                             const double *direction, double *product, double *positions,
                             ff_error *err)
{
    static const double shift[4] = {-2, -1, 1, 2}, weight[4] = {-1, 8, -8, 1};
    double longest = longest_vector(direction, frame->atoms);
    double step = longest > 0 ? calculator->step / longest : 0;
    int status = FF_OK;
    memset(product, 0, 3 * frame->atoms * sizeof *product);
    for (int s = 0; step > 0 && s < 4 && status == FF_OK; s++)
        status = add_forces(calculator, frame, direction, shift[s] * step, weight[s] / (12 * step),
                            product, positions, err);
    return status;
}

/* differences[STEPS][atoms][3]: second-order central differences at all steps. */
static int find_differences(ff_calculator *calculator, const ff_frame *frame,
                            const double *direction, double longest, double *differences,
                            double *positions, ff_error *err)
{
    int status = FF_OK;
    for (int s = 0; s < STEPS && status == FF_OK; s++) {
        double step = ldexp(smallest, s) / longest,
               *sum = differences + (size_t)s * 3 * frame->atoms;
        status = add_forces(calculator, frame, direction, -step, 0.5 / step, sum, positions, err);
        if (status == FF_OK)
            status =
                add_forces(calculator, frame, direction, step, -0.5 / step, sum, positions, err);
    }
    return status;
}

/* The largest change of the extrapolated difference from one step to the next. */
static double change_at(const double *differences, size_t size, int s)
{
    const double *d = differences + (size_t)s * size;
    double change = 0;
    for (size_t k = 0; k < size; k++) {
        double here = (4 * d[k] - d[k + size]) / 3, next = (4 * d[k + size] - d[k + 2 * size]) / 3;
        change = fmax(change, fabs(here - next));
    }
    return change;
}

int ff_calculator_choose_step(ff_calculator *calculator, const ff_frame *frame,
                              const double *direction, ff_difference_step *chosen, ff_error *err)
{
    size_t size = 3 * frame->atoms;
    double longest = longest_vector(direction, frame->atoms), best = INFINITY;
    if (chosen)
        *chosen = (ff_difference_step){0};
    if (calculator->potential->class_->hessian_products || !(longest > 0))
        return FF_OK;
    double *differences = ff_new_array(STEPS + 1, size * sizeof *differences, err);
    int status = differences ? find_differences(calculator, frame, direction, longest, differences,
                                                differences + STEPS * size, err)
                             : FF_E_NOMEM;
    for (int s = 0; s + 2 < STEPS && status == FF_OK; s++) {
        double change = change_at(differences, size, s) / longest;
        if (!(change < best))
            continue;
        best = change;
        calculator->step = ldexp(smallest, s);
        if (chosen)
            *chosen = (ff_difference_step){.step = calculator->step, .error = change};
    }
    free(differences);
    return status;
}
