#include "lib/analysis/power_law.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

double ff_student_95(size_t freedom)
{
    return freedom ? gsl_cdf_tdist_Pinv(0.975, (double)freedom) : NAN;
}

static bool usable(double x, double y)
{
    return x > 0.0 && y > 0.0 && isfinite(x) && isfinite(y);
}

/* Sums about the mean, which do not cancel. */
static void sum_about_mean(const double *x, const double *y, size_t count, const double mean[2],
                           double sums[3])
{
    sums[0] = sums[1] = sums[2] = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (!usable(x[i], y[i]))
            continue;
        double dx = log(x[i]) - mean[0], dy = log(y[i]) - mean[1];
        sums[0] += dx * dx;
        sums[1] += dx * dy;
        sums[2] += dy * dy;
    }
}

void ff_power_law_fit(ff_power_law *law, const double *x, const double *y, size_t count)
{
    double mean[2] = {0.0, 0.0}, sums[3];
    *law = (ff_power_law){.exponent = NAN, .factor = NAN, .low = NAN, .high = NAN};
    for (size_t i = 0; i < count; i++) {
        if (!usable(x[i], y[i]))
            continue;
        mean[0] += log(x[i]);
        mean[1] += log(y[i]);
        law->points++;
    }
    if (law->points < 2)
        return;
    mean[0] /= (double)law->points;
    mean[1] /= (double)law->points;
    sum_about_mean(x, y, count, mean, sums);
    if (!(sums[0] > 0.0))
        return;
    law->exponent = sums[1] / sums[0];
    law->factor = exp(mean[1] - law->exponent * mean[0]);
    if (law->points < 3)
        return;
    double rest = fmax(0.0, sums[2] - sums[1] * law->exponent);
    size_t freedom = law->points - 2;
    double half = ff_student_95(freedom) * sqrt(rest / (double)freedom / sums[0]);
    law->low = law->exponent - half;
    law->high = law->exponent + half;
}
