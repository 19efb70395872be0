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

static const ff_radial_form forms[] = {
    {FF_RADIAL_AGNESI, FF_RADIAL_ORTHOGONAL, 0, 0},
    {FF_RADIAL_AGNESI, FF_RADIAL_ORTHOGONAL, 2, 4},
    {FF_RADIAL_AGNESI, FF_RADIAL_CHEBYSHEV, 1, 3},
    {FF_RADIAL_AGNESI, FF_RADIAL_ORTHOGONAL, 1, 1},
    {FF_RADIAL_POLYNOMIAL, FF_RADIAL_ORTHOGONAL, 0, 0},
    {FF_RADIAL_POLYNOMIAL, FF_RADIAL_CHEBYSHEV, 3, 0},
    {FF_RADIAL_EXPONENTIAL, FF_RADIAL_ORTHOGONAL, 0, 0},
    {FF_RADIAL_EXPONENTIAL, FF_RADIAL_CHEBYSHEV, 3.3, 0},
    {FF_RADIAL_POWER, FF_RADIAL_ORTHOGONAL, 0, 0},
    {FF_RADIAL_POWER, FF_RADIAL_CHEBYSHEV, 1, 0},
    {FF_RADIAL_POWER, FF_RADIAL_ORTHOGONAL, 3, 0},
};
enum { FORMS = sizeof forms / sizeof *forms };

/* R_n, R_n' and R_n'' at one distance. */
static void evaluate_at(const ff_radial *radial, double r, double *value, double *slope,
                        double *curvature)
{
    double distance[FF_LANES], values[FF_RADIAL_MAX][FF_LANES], slopes[FF_RADIAL_MAX][FF_LANES];
    double curvatures[FF_RADIAL_MAX][FF_LANES], again[FF_RADIAL_MAX][FF_LANES];
    FF_EACH_LANE(q)
    distance[q] = r;
    ff_radial_evaluate(radial, distance, again, slopes, NULL);
    ff_radial_evaluate(radial, distance, values, slopes, curvatures);
    for (int n = 0; n < radial->count; n++) {
        value[n] = values[n][0];
        slope[n] = slopes[n][0];
        curvature[n] = curvatures[n][0];
        assert_true(fabs(again[n][0] - value[n]) <= 1e-14 * (1 + fabs(value[n])));
    }
}

static ff_radial make_radial(int count, const ff_radial_form *form)
{
    ff_radial radial;
    const ff_radial_range range = {cutoff, inner, nearest};
    assert_int_equal(ff_radial_form_check(form, NULL), FF_OK);
    assert_int_equal(ff_radial_init(&radial, count, form, &range, NULL), FF_OK);
    return radial;
}

/* Gram matrix by quadrature at other nodes than the implementation's (GSL tabulates 512 to full
 * precision). Chebyshev's polynomials are not orthogonal here, but the first has norm 1. */
static void orthonormal(void **state)
{
    (void)state;
    enum { N = 20, POINTS = 512 };
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(POINTS);
    double density = sqrt(2) / (nearest * nearest * nearest);
    for (int f = 0; f < FORMS; f++) {
        double gram[N][N] = {{0}};
        ff_radial radial = make_radial(N, &forms[f]);
        for (size_t i = 0; i < POINTS; i++) {
            double r, weight, value[N], unused[2][N];
            gsl_integration_glfixed_point(inner, cutoff, i, &r, &weight, table);
            evaluate_at(&radial, r, value, unused[0], unused[1]);
            for (int n = 0; n < N; n++)
                for (int m = 0; m < N; m++)
                    gram[n][m] += weight * density * r * r * value[n] * value[m];
        }
        int checked = forms[f].polynomials == FF_RADIAL_ORTHOGONAL ? N : 1;
        for (int n = 0; n < checked; n++)
            for (int m = 0; m < checked; m++)
                assert_true(fabs(gram[n][m] - (n == m)) < 1e-11);
    }
    gsl_integration_glfixed_table_free(table);
}

/* t as written in the header, from which Chebyshev's polynomials follow in closed form. */
static double transformed(const ff_radial_form *form, double r)
{
    double s = r / nearest, p = form->p, q = form->q;
    double a = (4 * p * q - 2 * p - 2 * q) / (p * p + p + q * q + q);
    switch (form->transform) {
    case FF_RADIAL_POLYNOMIAL:
        return pow((1 + nearest) / (1 + r), p);
    case FF_RADIAL_EXPONENTIAL:
        return exp(-p * r / cutoff);
    case FF_RADIAL_POWER:
        return pow(1 - r / cutoff, p);
    default:
        return 1 / (1 + a * pow(s, q) / (1 + pow(s, q - p)));
    }
}

static void chebyshev_in_closed_form(void **state)
{
    (void)state;
    enum { N = 12 };
    for (int f = 0; f < FORMS; f++) {
        if (forms[f].polynomials != FF_RADIAL_CHEBYSHEV)
            continue;
        ff_radial radial = make_radial(N, &forms[f]);
        double ends[2] = {transformed(&forms[f], cutoff), transformed(&forms[f], inner)};
        for (double r = inner; r < cutoff; r += 0.113) {
            double value[N], unused[2][N];
            double t = (transformed(&forms[f], r) - ends[0]) / (ends[1] - ends[0]);
            evaluate_at(&radial, r, value, unused[0], unused[1]);
            double scale = value[0] * sqrt(2); /* T_0 / sqrt(2) */
            for (int n = 1; n < N; n++)
                assert_true(fabs(value[n] - scale * cos(n * acos(fmin(2 * t - 1, 1)))) <
                            1e-12 * fabs(scale) + 1e-15);
        }
    }
}

/* Agnesi's curve is steepest at the nearest-neighbour distance, whatever its exponents: the slope
 * of t is that of R_2 / R_1 up to a factor. */
static void agnesi_is_steepest_at_the_nearest_distance(void **state)
{
    (void)state;
    for (int f = 0; f < 3; f++) {
        ff_radial radial = make_radial(2, &forms[f]);
        double steepest = 0, where = 0;
        for (double r = inner; r < cutoff; r += 1e-3) {
            double v[2], s[2], c[2];
            evaluate_at(&radial, r, v, s, c);
            double slope = fabs((s[1] - s[0] * v[1] / v[0]) / v[0]);
            if (slope > steepest) {
                steepest = slope;
                where = r;
            }
        }
        assert_true(fabs(where - nearest) < 2e-3);
    }
}

/* Fourth-order differences over h = 2e-4: the fading functions have fifth derivatives up to 1e7
 * /A^5 (sixth up to 1e9), so that h^4 f5/30 stays below 1e-9 (1e-7). */
static void derivatives_agree_with_differences(void **state)
{
    (void)state;
    enum { N = 10 };
    const double h = 2e-4, joints[3] = {0.75 * inner, inner, cutoff};
    for (int f = 0; f < FORMS; f++) {
        ff_radial radial = make_radial(N, &forms[f]);
        for (double r = 0.5; r < 5.2; r += 0.0137) {
            double value[5][N], slope[5][N], curvature[5][N], largest[2] = {1, 1};
            bool near_joint = false; /* the third derivative jumps there */
            for (int i = 0; i < 3; i++)
                near_joint |= fabs(r - joints[i]) < 3 * h;
            for (int i = 0; i < 5; i++)
                evaluate_at(&radial, r + (i - 2) * h, value[i], slope[i], curvature[i]);
            for (int n = 0; n < N; n++) {
                largest[0] = fmax(largest[0], fabs(slope[2][n]) + fabs(value[2][n]));
                largest[1] = fmax(largest[1], fabs(slope[2][n]) + fabs(curvature[2][n]));
            }
            for (int n = 0; n < N && !near_joint; n++) {
                double first = (8 * (value[3][n] - value[1][n]) - (value[4][n] - value[0][n]));
                double second = (8 * (slope[3][n] - slope[1][n]) - (slope[4][n] - slope[0][n]));
                assert_true(fabs(first / (12 * h) - slope[2][n]) <= 1e-7 * largest[0]);
                assert_true(fabs(second / (12 * h) - curvature[2][n]) <= 1e-6 * largest[1]);
            }
        }
    }
}

/* Value, slope and second derivative are continuous where the pieces meet: their changes across a
 * joint shrink with the interval. */
static void two_derivatives_are_continuous(void **state)
{
    (void)state;
    enum { N = 8 };
    const double joints[3] = {0.75 * inner, inner, cutoff};
    for (int k = 0; k < 3 * FORMS; k++) {
        ff_radial radial = make_radial(N, &forms[k / 3]);
        double at[2][2][3][N], middle[3][N], joint = joints[k % 3]; /* [interval][side] */
        evaluate_at(&radial, joint, middle[0], middle[1], middle[2]);
        for (int i = 0; i < 4; i++)
            evaluate_at(&radial, joint + (i % 2 ? 1 : -1) * (i < 2 ? 1e-5 : 1e-6),
                        at[i / 2][i % 2][0], at[i / 2][i % 2][1], at[i / 2][i % 2][2]);
        for (int n = 0; n < N; n++)
            for (int order = 0; order < 3; order++) {
                double wide = fabs(at[0][1][order][n] - at[0][0][order][n]);
                double narrow = fabs(at[1][1][order][n] - at[1][0][order][n]);
                assert_true(narrow <= 0.2 * wide + 1e-8 * (1 + fabs(middle[order][n])));
                if (joint != inner)
                    assert_true(fabs(middle[order][n]) < 1e-9);
            }
    }
}

static void zero_beyond_the_cutoff_and_in_the_core(void **state)
{
    (void)state;
    enum { N = 12 };
    double value[N], slope[N], curvature[N];
    for (int f = 0; f < FORMS; f++) {
        ff_radial radial = make_radial(N, &forms[f]);
        for (int i = 0; i < 3; i++) {
            evaluate_at(&radial, (const double[]){0, 0.7 * inner, 1.01 * cutoff}[i], value, slope,
                        curvature);
            for (int n = 0; n < N; n++)
                assert_true(value[n] == 0 && slope[n] == 0 && curvature[n] == 0);
        }
    }
}

static void wrong_forms_and_ranges_are_refused(void **state)
{
    (void)state;
    static const ff_radial_form wrong_forms[] = {
        {FF_RADIAL_TRANSFORMS, FF_RADIAL_ORTHOGONAL, 0, 0},
        {FF_RADIAL_AGNESI, FF_RADIAL_POLYNOMIAL_KINDS, 0, 0},
        {FF_RADIAL_AGNESI, FF_RADIAL_ORTHOGONAL, 3, 2},
        {FF_RADIAL_AGNESI, FF_RADIAL_ORTHOGONAL, 1.5, 2},
        {FF_RADIAL_POLYNOMIAL, FF_RADIAL_ORTHOGONAL, -1, 0},
        {FF_RADIAL_POWER, FF_RADIAL_ORTHOGONAL, 13, 0},
        {FF_RADIAL_EXPONENTIAL, FF_RADIAL_ORTHOGONAL, NAN, 0},
    };
    static const ff_radial_range wrong_ranges[] = {
        {0, 1, 2}, {5, 0, 2}, {5, 5, 2}, {5, 1, 0}, {INFINITY, 1, 2}, {5, NAN, 2}, {5, 1, NAN},
    };
    for (size_t i = 0; i < sizeof wrong_forms / sizeof *wrong_forms; i++)
        assert_int_equal(ff_radial_form_check(&wrong_forms[i], NULL), FF_E_RANGE);
    for (size_t i = 0; i < sizeof wrong_ranges / sizeof *wrong_ranges; i++)
        assert_int_equal(ff_radial_range_check(&wrong_ranges[i], NULL), FF_E_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orthonormal),
        cmocka_unit_test(chebyshev_in_closed_form),
        cmocka_unit_test(agnesi_is_steepest_at_the_nearest_distance),
        cmocka_unit_test(derivatives_agree_with_differences),
        cmocka_unit_test(two_derivatives_are_continuous),
        cmocka_unit_test(zero_beyond_the_cutoff_and_in_the_core),
        cmocka_unit_test(wrong_forms_and_ranges_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
