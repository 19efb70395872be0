#include "lib/potentials/cubic_spline.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <stdlib.h>

/* Second derivatives M (for a step of 1) at the knots: M_{k-1} + 4 M_k + M_{k+1} = 6 d_k with d_k
 * the second difference. Not-a-knot on equidistant knots, M_0 = 2 M_1 - M_2, turns the first
 * equation into M_1 = d_1, and likewise at the other end; the rest is tridiagonal with constant
 * coefficients, solved by elimination. */
static void second_derivatives(double *m, double *factor, const double *values, size_t count)
{
    size_t last = count - 1;
    for (size_t k = 1; k < last; k++)
        m[k] = values[k - 1] - 2 * values[k] + values[k + 1];
    factor[1] = 0;
    for (size_t k = 2; k + 1 < last; k++) {
        factor[k] = 1 / (4 - factor[k - 1]);
        m[k] = (6 * m[k] - m[k - 1]) * factor[k];
    }
    for (size_t k = last - 2; k >= 2; k--)
        m[k] -= factor[k] * m[k + 1];
    m[0] = 2 * m[1] - m[2];
    m[last] = 2 * m[last - 1] - m[last - 2];
}

int ff_cubic_spline_fit(double *coefficients, size_t stride, const double *values, size_t count,
                        ff_error *err)
{
    assert(count >= FF_SPLINE_LEAST_KNOTS);
    double *m = ff_new_array(count, 2 * sizeof *m, err);
    if (!m)
        return FF_E_NOMEM;
    second_derivatives(m, m + count, values, count);
    for (size_t k = 0; k + 1 < count; k++) {
        double *c = coefficients + k * stride;
        c[0] = values[k];
        c[1] = values[k + 1] - values[k] - (2 * m[k] + m[k + 1]) / 6;
        c[2] = m[k] / 2;
        c[3] = (m[k + 1] - m[k]) / 6;
    }
    free(m);
    return FF_OK;
}

static void difference_slopes(double *slope, const double *f, size_t count)
{
    size_t last = count - 1;
    slope[0] = f[1] - f[0];
    slope[1] = 0.5 * (f[2] - f[0]);
    for (size_t k = 2; k + 2 < count; k++)
        slope[k] = ((f[k - 2] - f[k + 2]) + 8 * (f[k + 1] - f[k - 1])) / 12;
    slope[last - 1] = 0.5 * (f[last] - f[last - 2]);
    slope[last] = f[last] - f[last - 1];
}

int ff_cubic_lammps_fit(double *coefficients, size_t stride, const double *values, size_t count,
                        ff_error *err)
{
    assert(count >= FF_SPLINE_LEAST_KNOTS);
    double *slope = ff_new_array(count, sizeof *slope, err);
    if (!slope)
        return FF_E_NOMEM;
    difference_slopes(slope, values, count);
    for (size_t k = 0; k + 1 < count; k++) {
        double *c = coefficients + k * stride, rise = values[k + 1] - values[k];
        c[0] = values[k];
        c[1] = slope[k];
        c[2] = 3 * rise - 2 * slope[k] - slope[k + 1];
        c[3] = slope[k] + slope[k + 1] - 2 * rise;
    }
    free(slope);
    return FF_OK;
}
