/* Fits of functions on part of the interval of their base functions. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/pace/chebyshev_fit.h"

#include <math.h>

static const double inner = 1.7, cutoff = 5.0;

/* (5 - r) and 1/r - 1/5. */
static void simple(const void *context, const double *distance, double (*values)[FF_LANES],
                   double (*derivatives)[FF_LANES])
{
    (void)context;
    for (int q = 0; q < FF_LANES; q++) {
        values[0][q] = cutoff - distance[q];
        derivatives[0][q] = -1;
        values[1][q] = 1 / distance[q] - 1 / cutoff;
        derivatives[1][q] = -1 / (distance[q] * distance[q]);
    }
}

static double sum_of_bases(const ff_chebyshev_fit *fit, int f, double r)
{
    double sum = 0;
    for (int k = 1; k <= fit->bases; k++)
        sum += fit->coefficient[f * fit->bases + k - 1] * 0.5 *
               (1 - cos(k * acos(2 * r / cutoff - 1)));
    return sum;
}

/* The first is a base function, times 5, which nothing
 * much larger takes the place of. The second has a pole at 0, where the
 * base functions are regular: they follow it within [inner, cutoff] only. Errors are those found,
 * sizes and fourth derivatives (24/r^5) those of the functions. */
static void fits_where_it_should(void **state)
{
    (void)state;
    ff_chebyshev_fit fit = {
        .functions = 2, .bases = 40, .inner = inner, .closest = 2.0, .cutoff = cutoff};
    assert_int_equal(ff_chebyshev_fit_make(&fit, simple, NULL, NULL), FF_OK);
    double largest[2] = {0};
    for (double r = inner; r < cutoff; r += 0.01) {
        largest[0] = fmax(largest[0], fabs(sum_of_bases(&fit, 0, r) - (cutoff - r)));
        largest[1] = fmax(largest[1], fabs(sum_of_bases(&fit, 1, r) - (1 / r - 1 / cutoff)));
    }
    assert_true(largest[0] < 1e-13 && largest[1] < 1e-12);
    assert_true(fit.error[0] < 1e-12 && fit.error[1] < 1e-11);
    assert_true(fit.size[0] < 1.01 * cutoff && fit.size[1] < 10);
    /* Root mean square of 24/r^5 with weight r^2 from 2 to 5. */
    double square = 576 / 7.0 * (pow(2, -7) - pow(5, -7)) / ((125 - 8) / 3.0);
    assert_true(fabs(fit.fourth[1] / sqrt(square) - 1) < 1e-3);
    ff_chebyshev_fit_clear(&fit);
    assert_null(fit.coefficient);
}

static void more_bases_are_more_accurate(void **state)
{
    (void)state;
    double before = INFINITY;
    for (int bases = 4; bases <= 24; bases += 4) {
        ff_chebyshev_fit fit = {
            .functions = 2, .bases = bases, .inner = inner, .closest = inner, .cutoff = cutoff};
        assert_int_equal(ff_chebyshev_fit_make(&fit, simple, NULL, NULL), FF_OK);
        assert_true(fit.error[1] < 0.1 * before);
        before = fit.error[1];
        ff_chebyshev_fit_clear(&fit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_where_it_should),
        cmocka_unit_test(more_bases_are_more_accurate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
