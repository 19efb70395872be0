/* Radial functions: orthonormality, smoothness at both ends, derivatives. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/radial.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdbool.h>

static const double nearest = 2.35, inner = 1.5, cutoff = 4.9;

/* R_n and R_n' at one distance. */
static void evaluate_at(const ff_radial *radial, double r, double *value, double *slope)
{
    double distance[FF_LANES], values[FF_RADIAL_MAX][FF_LANES], slopes[FF_RADIAL_MAX][FF_LANES];
    FF_EACH_LANE(q)
    distance[q] = r;
    ff_radial_evaluate(radial, distance, values, slopes);
    for (int n = 0; n < radial->count; n++) {
        value[n] = values[n][0];
        slope[n] = slopes[n][0];
    }
}

static ff_radial make_radial(int count)
{
    ff_radial radial;
    assert_int_equal(ff_radial_init(&radial, count, cutoff, inner, nearest, NULL), FF_OK);
    return radial;
}

/* By quadrature at other nodes than the implementation's (GSL tabulates 512 to full precision). */
static void orthonormal(void **state)
{
    (void)state;
    enum { N = 20, POINTS = 512 };
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(POINTS);
    double density = sqrt(2) / (nearest * nearest * nearest), gram[N][N] = {{0}};
    ff_radial radial = make_radial(N);
    for (size_t i = 0; i < POINTS; i++) {
        double r, weight, value[N], slope[N];
        gsl_integration_glfixed_point(inner, cutoff, i, &r, &weight, table);
        evaluate_at(&radial, r, value, slope);
        for (int n = 0; n < N; n++)
            for (int m = 0; m < N; m++)
                gram[n][m] += weight * density * r * r * value[n] * value[m];
    }
    for (int n = 0; n < N; n++)
        for (int m = 0; m < N; m++)
            assert_true(fabs(gram[n][m] - (n == m)) < 1e-11);
    gsl_integration_glfixed_table_free(table);
}

/* Fourth-order differences over h = 2e-4: the fading functions have fifth derivatives up to 1e7
 * /A^5, so that h^4 f5/30 stays below 1e-9. */
static void slopes_agree_with_differences(void **state)
{
    (void)state;
    enum { N = 10 };
    const double h = 2e-4, joints[3] = {0.75 * inner, inner, cutoff};
    ff_radial radial = make_radial(N);
    for (double r = 0.5; r < 5.2; r += 0.0137) {
        double value[5][N], slope[N], unused[N], largest = 0;
        bool near_joint = false; /* the third derivative jumps there */
        for (int i = 0; i < 3; i++)
            near_joint |= fabs(r - joints[i]) < 3 * h;
        for (int i = 0; i < 5; i++)
            evaluate_at(&radial, r + (i - 2) * h, value[i], i == 2 ? slope : unused);
        for (int n = 0; n < N; n++)
            largest = fmax(largest, fabs(slope[n]) + fabs(value[2][n]));
        for (int n = 0; n < N && !near_joint; n++) {
            double difference =
                (8 * (value[3][n] - value[1][n]) - (value[4][n] - value[0][n])) / (12 * h);
            assert_true(fabs(difference - slope[n]) <= 1e-7 * (1 + largest));
        }
    }
}

/* Value, slope and second derivative are continuous where the pieces meet. With h = 1e-6 and third
 * derivatives that jump by up to 1e5 /A^3 (n = 8), second differences of slopes over h change by
 * 0.1. */
static void two_derivatives_are_continuous(void **state)
{
    (void)state;
    enum { N = 8 };
    const double h = 1e-6, joints[3] = {0.75 * inner, inner, cutoff};
    ff_radial radial = make_radial(N);
    for (int joint = 0; joint < 3; joint++) {
        double value[3][N], slope[3][N];
        for (int i = 0; i < 3; i++)
            evaluate_at(&radial, joints[joint] + (i - 1) * h, value[i], slope[i]);
        for (int n = 0; n < N; n++) {
            double scale = 1 + fabs(slope[1][n]);
            assert_true(fabs(value[2][n] - value[0][n]) <= 3 * h * scale);
            double bend = (slope[2][n] - slope[1][n]) / h - (slope[1][n] - slope[0][n]) / h;
            assert_true(fabs(bend) < 0.1 * scale);
            if (joints[joint] != inner)
                assert_true(fabs(value[1][n]) < 1e-14 && fabs(slope[1][n]) < 1e-9);
        }
    }
}

static void zero_beyond_the_cutoff_and_in_the_core(void **state)
{
    (void)state;
    enum { N = 12 };
    double value[N], slope[N];
    ff_radial radial = make_radial(N);
    for (int i = 0; i < 3; i++) {
        evaluate_at(&radial, (const double[]){0, 0.7 * inner, 1.01 * cutoff}[i], value, slope);
        for (int n = 0; n < N; n++)
            assert_true(value[n] == 0 && slope[n] == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orthonormal),
        cmocka_unit_test(slopes_agree_with_differences),
        cmocka_unit_test(two_derivatives_are_continuous),
        cmocka_unit_test(zero_beyond_the_cutoff_and_in_the_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
