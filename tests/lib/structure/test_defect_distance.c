/* Distances from a defect: the nearest of many images, whatever the shape of the cell. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/structure/defect_distance.h"
#include "tests/near.h"

#include <stdlib.h>
#include <string.h>

enum { ATOMS = 30 };

static double pseudo_random(int k)
{
    double x = 43758.5453 * sin(12.9898 * (double)k + 1);
    return x - floor(x);
}

static void fill(ff_frame *frame, const double cell[9], const bool periodic[3])
{
    assert_int_equal(ff_frame_init(frame, ATOMS, NULL), FF_OK);
    memcpy(frame->cell, cell, sizeof frame->cell);
    memcpy(frame->periodic, periodic, sizeof frame->periodic);
    for (int i = 0; i < 3 * ATOMS; i++)
        frame->positions[i] = 40 * pseudo_random(i) - 20;
    for (int k = 0; k < 3; k++)
        frame->centre[k] = 9 * pseudo_random(1000 + k);
}

/* The least over all images within `reach` cells. */
static double by_search(const ff_frame *frame, size_t i, int reach)
{
    double least = INFINITY;
    int most[3];
    for (int k = 0; k < 3; k++)
        most[k] = frame->periodic[k] ? reach : 0;
    for (int x = -most[0]; x <= most[0]; x++)
        for (int y = -most[1]; y <= most[1]; y++)
            for (int z = -most[2]; z <= most[2]; z++) {
                double square = 0;
                for (size_t k = 0; k < 3; k++) {
                    double d = frame->positions[3 * i + k] - frame->centre[k] + x * frame->cell[k] +
                               y * frame->cell[3 + k] + z * frame->cell[6 + k];
                    square += d * d;
                }
                least = fmin(least, square);
            }
    return sqrt(least);
}

static void check_cell(const double cell[9], bool a, bool b, bool c)
{
    ff_frame frame = {0};
    double distance[ATOMS];
    const bool periodic[3] = {a, b, c};
    fill(&frame, cell, periodic);
    ff_defect_distances(distance, &frame);
    for (size_t i = 0; i < ATOMS; i++)
        assert_near(distance[i], by_search(&frame, i, 16), 1e-9);
    ff_frame_clear(&frame);
}

static void the_nearest_image_counts(void **state)
{
    static const double none[9] = {0}, cubic[9] = {7, 0, 0, 0, 7, 0, 0, 0, 7};
    static const double hexagonal[9] = {6, 0, 0, -3, 5.196, 0, 0, 0, 9};
    static const double oblique[9] = {6, 0, 0, 13, 7, 0, -11, 9, 8};
    (void)state;
    check_cell(none, false, false, false);
    check_cell(cubic, true, true, true);
    check_cell(hexagonal, true, true, true);
    check_cell(oblique, true, true, true);
    check_cell(oblique, true, true, false);
    check_cell(oblique, false, false, true);
}

static void without_a_centre_nothing_is_known(void **state)
{
    ff_frame frame = {0}, copy = {0};
    double distance[ATOMS];
    static const double cubic[9] = {7, 0, 0, 0, 7, 0, 0, 0, 7};
    static const double strain[9] = {0.01, 0, 0, 0, 0, 0.1, 0, 0, 0};
    const bool periodic[3] = {true, true, true};
    (void)state;
    fill(&frame, cubic, periodic);
    assert_int_equal(ff_frame_copy(&copy, &frame, NULL), FF_OK);
    ff_frame_strain(&copy, strain);
    assert_near(copy.centre[0], 1.01 * frame.centre[0], 1e-12);
    assert_near(copy.centre[1], frame.centre[1] + 0.1 * frame.centre[2], 1e-12);
    copy.centre[2] = INFINITY;
    assert_int_equal(ff_frame_check(&copy, NULL), FF_E_RANGE);
    ff_frame_clear(&copy);
    for (int k = 0; k < 3; k++)
        frame.centre[k] = NAN;
    ff_defect_distances(distance, &frame);
    for (size_t i = 0; i < ATOMS; i++)
        assert_true(isnan(distance[i]));
    ff_frame_clear(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_image_counts),
        cmocka_unit_test(without_a_centre_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
