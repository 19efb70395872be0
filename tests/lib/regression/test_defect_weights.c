/* Weights of atoms by their distance from the defect. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/regression/defect_weights.h"
#include "tests/near.h"

#include <string.h>

static uint32_t atoms[] = {2, 3};
static double distance[] = {NAN, NAN, 0, 2, 40};
static const ff_frame_table frames = {.count = 2, .atoms = atoms, .distance = distance};

static double multiplier(ff_row_label label)
{
    ff_defect_weights weights;
    double found = -1;
    assert_int_equal(ff_defect_weights_init(&weights, &frames, 10, 4, NULL), FF_OK);
    ff_defect_multipliers(&weights, &(ff_design_block){.rows = 1, .label = &label}, &found);
    ff_defect_weights_clear(&weights);
    return found;
}

static void atoms_near_the_defect_count_more(void **state)
{
    (void)state;
    for (uint8_t kind = FF_KIND_FORCE; kind <= FF_KIND_FORCE_CONSTANT; kind += 2) {
        const ff_row_label label = {.frame = 1, .kind = kind, .axis = 2};
        ff_row_label next = label, far = label, unknown = label;
        next.atom = 1;
        far.atom = 2;
        unknown.frame = 0;
        assert_near(multiplier(label), 10, 1e-14);
        assert_near(multiplier(next), 1 + 9 * exp(-0.25), 1e-14);
        assert_near(multiplier(far), 1, 1e-14);
        assert_near(multiplier(unknown), 1, 0);
    }
}

static void energies_and_virials_do_not(void **state)
{
    (void)state;
    assert_near(multiplier((ff_row_label){.frame = 1, .kind = FF_KIND_ENERGY}), 1, 0);
    assert_near(multiplier((ff_row_label){.frame = 1, .kind = FF_KIND_VIRIAL}), 1, 0);
}

static void what_cannot_be_is_refused(void **state)
{
    ff_frame_table unknown = frames;
    ff_defect_weights weights;
    (void)state;
    assert_int_equal(ff_defect_weights_init(&weights, &frames, -1, 4, NULL), FF_E_RANGE);
    assert_int_equal(ff_defect_weights_init(&weights, &frames, 3, 0, NULL), FF_E_RANGE);
    assert_int_equal(ff_defect_weights_init(&weights, &frames, NAN, 1, NULL), FF_E_RANGE);
    unknown.distance = NULL;
    assert_int_equal(ff_defect_weights_init(&weights, &unknown, 3, 1, NULL), FF_E_FORMAT);
    ff_defect_weights_clear(&weights);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(atoms_near_the_defect_count_more),
        cmocka_unit_test(energies_and_virials_do_not),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
