/* The step of a trust region, against the value of the model and against other steps. */

#include "lib/defects/trust_region.h"

#include <stdlib.h>

#include "tests/lib/defects/near.h"

enum { MODES = 7, SIZE = MODES + 1, MODELS = 200 };

static double uniform(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / 16777216.0;
}

static double normal(unsigned *state)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++)
        sum += uniform(state);
    return sum;
}

/* A model in SIZE dimensions: modes, and one direction for the rest. */
typedef struct sample {
    double ratio[MODES], amount[MODES];
    ff_quadratic_model model;
} sample;

static void sample_init(sample *s, unsigned *state)
{
    double rest = normal(state);
    for (int i = 0; i < MODES; i++) {
        s->ratio[i] = 0.7 + normal(state);
        s->amount[i] = normal(state);
    }
    s->model = (ff_quadratic_model){
        .modes = MODES, .ratio = s->ratio, .amount = s->amount, .rest = rest * rest};
}

/* The model's energy at components s[SIZE] along minus the modes, and the square root of rest. */
static double value(const sample *m, const double *s)
{
    double rest = sqrt(m->model.rest), sum = -rest * s[MODES] + 0.5 * s[MODES] * s[MODES];
    for (int i = 0; i < MODES; i++)
        sum += -m->amount[i] * s[i] + 0.5 * m->ratio[i] * s[i] * s[i];
    return sum;
}

static double solution(double *s, const sample *m, const ff_model_step *step)
{
    double compliance[MODES], squared;
    ff_trust_region_compliance(&m->model, step->shift, compliance);
    for (int i = 0; i < MODES; i++)
        s[i] = m->amount[i] * compliance[i];
    s[MODES] = sqrt(m->model.rest) / (1.0 + step->shift);
    squared = s[MODES] * s[MODES];
    for (int i = 0; i < MODES; i++)
        squared += s[i] * s[i];
    return sqrt(squared);
}

/* No other step within the radius has a lower energy, be it far away or close by. */
static void check_lowest(const sample *m, const double *s, double radius, double lowest,
                         unsigned *state)
{
    for (int n = 0; n < 200; n++) {
        double other[SIZE], squared = 0.0, spread = n % 2 ? 1.0 : 0.05;
        for (int i = 0; i < SIZE; i++) {
            other[i] = (n % 2 ? 0.0 : s[i]) + spread * radius * normal(state);
            squared += other[i] * other[i];
        }
        double scale = sqrt(squared) > radius ? radius / sqrt(squared) : 1.0;
        for (int i = 0; i < SIZE; i++)
            other[i] *= scale;
        assert_true(value(m, other) >= lowest - 1e-3 * fabs(lowest));
    }
}

static void test_lowest_within_the_radius(void **state)
{
    (void)state;
    unsigned seed = 7;
    size_t inside = 0;
    for (int n = 0; n < MODELS; n++) {
        sample m;
        double s[SIZE], radius = exp(2.0 * normal(&seed));
        sample_init(&m, &seed);
        if (n % 4 == 0)
            for (int i = 0; i < MODES; i++)
                m.ratio[i] = fabs(m.ratio[i]) + 0.1;
        ff_model_step step = ff_trust_region_step(&m.model, radius);
        double length = solution(s, &m, &step);
        assert_near(length, step.length, 1e-12 * length);
        assert_near(-value(&m, s), step.decrease, 1e-10 * (1.0 + fabs(step.decrease)));
        assert_true(length <= 1.002 * radius && step.shift >= 0.0 && step.decrease > 0.0);
        if (step.at_boundary)
            assert_near(length, radius, 2e-3 * radius);
        else
            assert_true(step.shift == 0.0);
        inside += !step.at_boundary;
        check_lowest(&m, s, length, value(&m, s), &seed);
    }
    assert_true(inside > 5 && inside < MODELS / 2);
}

static void test_without_a_radius(void **state)
{
    (void)state;
    const double stable[2] = {0.5, 2.0}, saddle[2] = {-0.5, 2.0}, amount[2] = {1.0, 3.0};
    ff_quadratic_model model = {.modes = 2, .ratio = stable, .amount = amount, .rest = 4.0};
    ff_model_step step = ff_trust_region_step(&model, INFINITY);
    assert_true(step.shift == 0.0 && !step.at_boundary);
    assert_near(step.length, sqrt(4.0 + 2.25 + 4.0), 1e-14);
    assert_near(step.decrease, 0.5 * (2.0 + 4.5 + 4.0), 1e-14);
    model.ratio = saddle;
    step = ff_trust_region_step(&model, INFINITY);
    assert_near(step.shift, 1.0, 1e-14);
    assert_true(step.at_boundary);
}

/* A mode that the gradient has nothing of does not matter, however unstable. */
static void test_mode_without_component(void **state)
{
    (void)state;
    const double ratio[2] = {-3.0, 2.0}, amount[2] = {1e-13, 3.0};
    double compliance[2];
    ff_quadratic_model model = {.modes = 2, .ratio = ratio, .amount = amount, .rest = 1.0};
    ff_model_step step = ff_trust_region_step(&model, 10.0);
    assert_true(step.shift == 0.0 && !step.at_boundary);
    ff_trust_region_compliance(&model, step.shift, compliance);
    assert_true(compliance[0] == 0.0);
    assert_near(compliance[1], 0.5, 1e-14);
}

static void test_next_radius(void **state)
{
    (void)state;
    const ff_model_step inside = {.length = 1.0, .decrease = 0.5};
    ff_model_step limited = inside;
    limited.at_boundary = true;
    assert_near(ff_trust_region_next(2.0, &inside, -1.0, -0.5), 2.0, 0.0);
    assert_near(ff_trust_region_next(1.0, &limited, -1.0, -0.5), 2.0, 0.0);
    assert_near(ff_trust_region_next(1.0, &limited, -1.0, -0.3), 1.0, 0.0);
    assert_near(ff_trust_region_next(1.0, &limited, -1.0, NAN), 0.25, 0.0);
    /* Up by 1 with the slope -1: the parabola - t + 2 t^2 is lowest at 1/4. */
    assert_near(ff_trust_region_next(1.0, &limited, -1.0, 1.0), 0.25, 1e-15);
    assert_near(ff_trust_region_next(1.0, &limited, -1.0, 1e6), 0.1, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lowest_within_the_radius),
        cmocka_unit_test(test_without_a_radius),
        cmocka_unit_test(test_mode_without_component),
        cmocka_unit_test(test_next_radius),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
