/* Sums of products in slices against the sums themselves. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/bilinear.h"

#include <math.h>
#include <string.h>

/* Numbers 0..9 are given, 10..19 of level 1 are made from them, 20..22 of level 2 from all; 23 is
 * idle. */
enum { GIVEN = 10, SECOND = 20, END = 23, TERMS = 60 };

static double some(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (1u << 24) - 0.5;
}

/* Sums have 1 to 9 terms, those of one sum not next to one another. */
static size_t make_terms(ff_bilinear_term *terms)
{
    size_t count = 0;
    unsigned seed = 3;
    for (uint32_t k = 0; k < 9; k++)
        for (uint32_t out = GIVEN; out < END; out++) {
            uint32_t level = out < SECOND ? 1 : 2, from = out < SECOND ? GIVEN : SECOND;
            if (k > out % 9 || count == TERMS)
                continue;
            terms[count++] = (ff_bilinear_term){level, out, (7 * k + out) % from,
                                                (3 * k + 2 * out) % from, some(&seed)};
        }
    return count;
}

/* What the sums should be, level by level. */
static void evaluate(const ff_bilinear_term *terms, size_t count, double *x)
{
    for (uint32_t level = 1; level <= 2; level++)
        for (size_t t = 0; t < count; t++)
            if (terms[t].level == level)
                x[terms[t].out] += terms[t].coefficient * x[terms[t].left] * x[terms[t].right];
}

typedef struct sums {
    ff_bilinear_term terms[TERMS];
    size_t count;
    ff_bilinear bilinear;
    double x[END + 1], dx[END + 1]; /* given numbers, the others zero */
} sums;

static void start(sums *s)
{
    ff_bilinear_term sorted[TERMS];
    unsigned seed = 11;
    memset(s, 0, sizeof *s);
    s->count = make_terms(s->terms);
    memcpy(sorted, s->terms, sizeof sorted);
    assert_int_equal(ff_bilinear_init(&s->bilinear, sorted, s->count, END, NULL), FF_OK);
    for (size_t i = 0; i < GIVEN; i++) {
        s->x[i] = some(&seed);
        s->dx[i] = some(&seed);
    }
}

static void sums_of_all_levels(void **state)
{
    sums s;
    double wanted[END + 1];
    (void)state;
    start(&s);
    memcpy(wanted, s.x, sizeof wanted);
    evaluate(s.terms, s.count, wanted);
    for (size_t i = GIVEN; i < END; i++)
        s.x[i] = 1e3; /* is overwritten */
    ff_bilinear_set(&s.bilinear, s.x, s.x, s.x);
    for (size_t i = 0; i < END; i++)
        assert_true(fabs(s.x[i] - wanted[i]) < 1e-15);
    ff_bilinear_clear(&s.bilinear);
}

static void sums_are_added(void **state)
{
    sums s;
    double given[END + 1], wanted[END + 1] = {0}, found[END + 1] = {0};
    (void)state;
    start(&s);
    memcpy(given, s.x, sizeof given);
    evaluate(s.terms, s.count, given);
    for (size_t i = 0; i < END; i++)
        wanted[i] = found[i] = (double)i;
    for (size_t t = 0; t < s.count; t++)
        wanted[s.terms[t].out] +=
            s.terms[t].coefficient * given[s.terms[t].left] * given[s.terms[t].right];
    ff_bilinear_add(&s.bilinear, given, given, found);
    for (size_t i = 0; i < END; i++)
        assert_true(fabs(found[i] - wanted[i]) < 1e-14);
    ff_bilinear_clear(&s.bilinear);
}

/* Level 2 is of degree 4 in the given numbers: central differences with Richardson's extrapolation
 * are exact but for rounding. */
static double difference(const sums *s, size_t i)
{
    double change = 0;
    for (int step = 1; step <= 2; step++) {
        double up[END + 1], down[END + 1];
        for (size_t k = 0; k <= END; k++) {
            up[k] = s->x[k] + 0.125 * step * s->dx[k];
            down[k] = s->x[k] - 0.125 * step * s->dx[k];
        }
        evaluate(s->terms, s->count, up);
        evaluate(s->terms, s->count, down);
        change += (step == 1 ? 4.0 : -1.0) / 3.0 * (up[i] - down[i]) / (0.25 * step);
    }
    return change;
}

static void changes_are_derivatives(void **state)
{
    sums s;
    double values[END + 1], set[END + 1], added[END + 1] = {0};
    (void)state;
    start(&s);
    memcpy(values, s.x, sizeof values);
    memcpy(set, s.dx, sizeof set);
    ff_bilinear_set(&s.bilinear, values, values, values);
    ff_bilinear_set_change(&s.bilinear, values, values, set, set, set);
    for (size_t i = GIVEN; i < END; i++)
        assert_true(fabs(set[i] - difference(&s, i)) < 1e-13);
    ff_bilinear_add_change(&s.bilinear, values, values, set, set, added);
    for (size_t i = GIVEN; i < END; i++)
        assert_true(fabs(added[i] - set[i]) < 1e-14);
    ff_bilinear_clear(&s.bilinear);
}

static void nothing_to_do(void **state)
{
    ff_bilinear bilinear;
    double x[1] = {5};
    (void)state;
    assert_int_equal(ff_bilinear_init(&bilinear, NULL, 0, 0, NULL), FF_OK);
    ff_bilinear_set(&bilinear, x, x, x);
    assert_true(x[0] == 5);
    ff_bilinear_clear(&bilinear);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_all_levels),
        cmocka_unit_test(sums_are_added),
        cmocka_unit_test(changes_are_derivatives),
        cmocka_unit_test(nothing_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
