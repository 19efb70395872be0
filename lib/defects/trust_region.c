#include "lib/defects/trust_region.h"

#include <math.h>

enum { MOST_ITERATIONS = 60 };

/* Of the squared length, below which a mode has no component. */
static const double least_share = 1e-20;

static double squared_amounts(const ff_quadratic_model *model)
{
    double sum = model->rest;
    for (size_t i = 0; i < model->modes; i++)
        sum += model->amount[i] * model->amount[i];
    return sum;
}

static bool takes_part(const ff_quadratic_model *model, double all, size_t mode)
{
    return model->amount[mode] * model->amount[mode] > least_share * all;
}

/* Of the modes that take part; the rest has 1. */
static double lowest_ratio(const ff_quadratic_model *model, double all)
{
    double lowest = INFINITY;
    for (size_t i = 0; i < model->modes; i++)
        if (takes_part(model, all, i))
            lowest = fmin(lowest, model->ratio[i]);
    return model->rest > 0.0 ? fmin(lowest, 1.0) : lowest;
}

/* Sum of component^2 / (ratio + shift)^power. */
static double sum_of_powers(const ff_quadratic_model *model, double all, double shift, int power)
{
    double sum = model->rest * pow(1.0 + shift, -power);
    for (size_t i = 0; i < model->modes; i++)
        if (takes_part(model, all, i))
            sum += model->amount[i] * model->amount[i] * pow(model->ratio[i] + shift, -power);
    return sum;
}

/* Newton's method on 1 / |s(shift)| = 1 / radius, which is nearly linear in the shift, kept within
 * a bracket. The length falls with the shift from above the radius at `low`. */
static double shift_for(const ff_quadratic_model *model, double all, double radius, double low)
{
    double high = low + sqrt(all) / radius; /* all factors are below radius / sqrt(all) there */
    double shift = low;
    for (int n = 0; n < MOST_ITERATIONS; n++) {
        double squared = sum_of_powers(model, all, shift, 2), length = sqrt(squared);
        if (isfinite(length) && fabs(length - radius) <= 1e-3 * radius)
            break;
        if (!isfinite(length) || length > radius)
            low = shift;
        else
            high = shift;
        double next =
            shift + squared * (length - radius) / (radius * sum_of_powers(model, all, shift, 3));
        shift = next > low && next < high ? next : 0.5 * (low + high);
    }
    return shift;
}

ff_model_step ff_trust_region_step(const ff_quadratic_model *model, double radius)
{
    double all = squared_amounts(model), lowest = lowest_ratio(model, all);
    double shift = lowest > 0.0 ? 0.0 : -lowest;
    bool newton = lowest > 0.0 && sqrt(sum_of_powers(model, all, 0.0, 2)) <= radius;
    if (!newton)
        shift = isinf(radius) ? 2.0 * shift : shift_for(model, all, radius, shift);
    double squared = sum_of_powers(model, all, shift, 2);
    /* With B s = -g - shift M s, - g . s - s . B s / 2 = (- g . s + shift |s|^2) / 2. */
    double decrease = 0.5 * (sum_of_powers(model, all, shift, 1) + shift * squared);
    return (ff_model_step){
        .shift = shift, .length = sqrt(squared), .decrease = decrease, .at_boundary = !newton};
}

void ff_trust_region_compliance(const ff_quadratic_model *model, double shift, double *compliance)
{
    double all = squared_amounts(model);
    for (size_t i = 0; i < model->modes; i++)
        compliance[i] = takes_part(model, all, i) ? 1.0 / (model->ratio[i] + shift) : 0.0;
}

double ff_trust_region_next(double radius, const ff_model_step *step, double slope, double change)
{
    if (isnan(change))
        return 0.25 * step->length;
    double agreement = -change / step->decrease;
    if (agreement < 0.25) {
        double lowest = 0.5 * slope / (slope - change); /* where a parabola has its minimum */
        return step->length * fmin(fmax(lowest, 0.1), 0.5);
    }
    return agreement > 0.75 && step->at_boundary ? 2.0 * step->length : radius;
}
