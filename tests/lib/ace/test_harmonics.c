/* Real spherical harmonics against GSL's Legendre functions, the addition theorem, differences. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/harmonics.h"

#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_legendre.h>
#include <math.h>
#include <stdlib.h>

enum { LARGEST = FF_HARMONICS_MAX, COUNT = (LARGEST + 1) * (LARGEST + 1) };

typedef struct table {
    double values[COUNT][FF_LANES], gradients[COUNT][3][FF_LANES];
} table;

/* The first two directions are the poles. */
static void random_directions(double direction[3][FF_LANES], gsl_rng *rng)
{
    FF_EACH_LANE(q)
    {
        double z = q < 2 ? 1 - 2 * q : 2 * gsl_rng_uniform(rng) - 1;
        double angle = 2 * M_PI * gsl_rng_uniform(rng), s = sqrt(1 - z * z);
        direction[0][q] = s * cos(angle);
        direction[1][q] = s * sin(angle);
        direction[2][q] = z;
    }
}

static void evaluate(table *t, double direction[3][FF_LANES])
{
    ff_harmonics harmonics;
    ff_harmonics_init(&harmonics, LARGEST);
    ff_harmonics_evaluate(&harmonics, (const double(*)[FF_LANES])direction, t->values,
                          t->gradients);
}

/* sqrt2 (-1)^m P_lm cos or sin(m phi), P with GSL's normalisation for spherical harmonics (its
 * Condon-Shortley phase removed). Recurrences to l = 12 lose a few digits: 1e-13. */
static void equal_gsl_legendre(void **state)
{
    (void)state;
    table *t = malloc(sizeof *t);
    double direction[3][FF_LANES];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (int trial = 0; trial < 20; trial++) {
        random_directions(direction, rng);
        evaluate(t, direction);
        FF_EACH_LANE(q)
        {
            double phi = atan2(direction[1][q], direction[0][q]);
            for (int l = 0; l <= LARGEST; l++)
                for (int m = 0; m <= l; m++) {
                    double p = gsl_sf_legendre_sphPlm(l, m, direction[2][q]);
                    double f = m ? sqrt(2) * (m % 2 ? -p : p) : p;
                    assert_true(fabs(t->values[l * l + l + m][q] - f * cos(m * phi)) < 1e-13);
                    if (m > 0)
                        assert_true(fabs(t->values[l * l + l - m][q] - f * sin(m * phi)) < 1e-13);
                }
        }
    }
    gsl_rng_free(rng);
    free(t);
}

/* sum_m Y_lm(a) Y_lm(b) = (2l+1)/(4 pi) P_l(a.b) */
static void addition_theorem(void **state)
{
    (void)state;
    table *t = malloc(sizeof *t);
    double direction[3][FF_LANES];
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    random_directions(direction, rng);
    evaluate(t, direction);
    for (int l = 0; l <= LARGEST; l++)
        for (int a = 0; a < FF_LANES; a++)
            for (int b = 0; b < FF_LANES; b++) {
                double sum = 0, dot = 0;
                for (int m = -l; m <= l; m++)
                    sum += t->values[l * l + l + m][a] * t->values[l * l + l + m][b];
                for (int k = 0; k < 3; k++)
                    dot += direction[k][a] * direction[k][b];
                dot = fmax(-1, fmin(1, dot));
                double expected = (2 * l + 1) / (4 * M_PI) * gsl_sf_legendre_Pl(l, dot);
                assert_true(fabs(sum - expected) < 1e-12);
            }
    gsl_rng_free(rng);
    free(t);
}

/* Along two tangents, by fourth-order differences over h = 1e-3: error h^4 l^5 / 30 < 1e-8. */
static void tangential_gradients(void **state)
{
    (void)state;
    const double h = 1e-3;
    table *t = malloc(sizeof *t), *at[4];
    double direction[3][FF_LANES], moved[3][FF_LANES];
    const double step[4] = {-2 * h, -h, h, 2 * h};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    random_directions(direction, rng);
    evaluate(t, direction);
    for (int k = 0; k < 3; k++) {
        double along[3][FF_LANES]; /* (1 - rr) e_k, of length up to 1 */
        for (int i = 0; i < 4; i++) {
            at[i] = malloc(sizeof *at[i]);
            FF_EACH_LANE(q)
            {
                double norm = 0;
                for (int a = 0; a < 3; a++) {
                    along[a][q] = (a == k) - direction[a][q] * direction[k][q];
                    moved[a][q] = direction[a][q] + step[i] * along[a][q];
                    norm += moved[a][q] * moved[a][q];
                }
                for (int a = 0; a < 3; a++)
                    moved[a][q] /= sqrt(norm);
            }
            evaluate(at[i], moved);
        }
        for (int lm = 0; lm < COUNT; lm++)
            FF_EACH_LANE(q)
            {
                double slope = 0;
                for (int a = 0; a < 3; a++)
                    slope += along[a][q] * t->gradients[lm][a][q];
                double difference = (8 * (at[2]->values[lm][q] - at[1]->values[lm][q]) -
                                     (at[3]->values[lm][q] - at[0]->values[lm][q])) /
                                    (12 * h);
                assert_true(fabs(slope - difference) < 1e-7);
            }
        for (int i = 0; i < 4; i++)
            free(at[i]);
    }
    gsl_rng_free(rng);
    free(t);
}

/* Values and gradients are polynomials of the vector, of any length: differences of fourth order in
 * any direction, error as above with one derivative more. */
static void changes_of_values_and_gradients(void **state)
{
    (void)state;
    const double h = 1e-3, step[4] = {-2 * h, -h, h, 2 * h};
    table *change = malloc(sizeof *change), *at[4];
    double direction[3][FF_LANES], turn[3][FF_LANES], moved[3][FF_LANES];
    ff_harmonics harmonics;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    random_directions(direction, rng);
    random_directions(turn, rng);
    ff_harmonics_init(&harmonics, LARGEST);
    ff_harmonics_change(&harmonics, (const double(*)[FF_LANES])direction,
                        (const double(*)[FF_LANES])turn, change->values, change->gradients);
    for (int i = 0; i < 4; i++) {
        at[i] = malloc(sizeof *at[i]);
        for (int a = 0; a < 3; a++)
            FF_EACH_LANE(q)
        moved[a][q] = direction[a][q] + step[i] * turn[a][q];
        evaluate(at[i], moved);
    }
    for (int k = 0; k < 4 * COUNT * FF_LANES; k++) {
        int lm = k / (4 * FF_LANES), a = k / FF_LANES % 4, q = k % FF_LANES;
        double number[4], exact = a < 3 ? change->gradients[lm][a][q] : change->values[lm][q];
        for (int i = 0; i < 4; i++)
            number[i] = a < 3 ? at[i]->gradients[lm][a][q] : at[i]->values[lm][q];
        double difference = (8 * (number[2] - number[1]) - (number[3] - number[0])) / (12 * h);
        assert_true(fabs(exact - difference) < 2e-6 * (1 + fabs(exact)));
    }
    for (int i = 0; i < 4; i++)
        free(at[i]);
    gsl_rng_free(rng);
    free(change);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_gsl_legendre),
        cmocka_unit_test(addition_theorem),
        cmocka_unit_test(tangential_gradients),
        cmocka_unit_test(changes_of_values_and_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
