/* A relaxation's relaxed structure is its reference plus its displacements. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/defects/relaxation.h"
#include "tests/near.h"

static void the_relaxed_frame_is_displaced_and_its_own(void **state)
{
    ff_relaxation relaxation;
    ff_frame frame;
    (void)state;
    ff_relaxation_init(&relaxation);
    assert_int_equal(ff_frame_init(&relaxation.reference, 2, NULL), FF_OK);
    relaxation.displacement = ff_new_array(6, sizeof(double), NULL);
    assert_non_null(relaxation.displacement);
    relaxation.reference.species[1] = 14;
    for (int i = 0; i < 6; i++) {
        relaxation.reference.positions[i] = i;
        relaxation.displacement[i] = 0.125 * i;
    }
    assert_int_equal(ff_relaxation_frame(&relaxation, &frame, NULL), FF_OK);
    ff_relaxation_clear(&relaxation);
    for (int i = 0; i < 6; i++)
        assert_near(frame.positions[i], 1.125 * i, 0); /* exact in binary */
    assert_int_equal(frame.species[1], 14);
    ff_frame_clear(&frame);
}

static void an_empty_relaxation_knows_no_curvature(void **state)
{
    ff_relaxation relaxation;
    (void)state;
    ff_relaxation_init(&relaxation);
    assert_true(isnan(relaxation.lowest_curvature));
    assert_false(relaxation.converged);
    ff_relaxation_clear(&relaxation);
    assert_true(isnan(relaxation.lowest_curvature));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_relaxed_frame_is_displaced_and_its_own),
        cmocka_unit_test(an_empty_relaxation_knows_no_curvature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
