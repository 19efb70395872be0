/* One-body energies by composition. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/regression/one_body.h"

#include <math.h>

static void add_frame(ff_dataset *dataset, size_t titanium, size_t aluminium, double energy)
{
    ff_frame frame;
    assert_int_equal(ff_frame_init(&frame, titanium + aluminium, NULL), FF_OK);
    for (size_t i = 0; i < frame.atoms; i++)
        frame.species[i] = i < titanium ? 22 : 13;
    assert_int_equal(ff_frame_add_label(&frame, FF_LABEL_ENERGY, NULL), FF_OK);
    frame.energy = energy;
    assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
}

static void exact_compositions(void **state)
{
    (void)state;
    double e[FF_MAX_SPECIES + 1];
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    assert_int_equal(ff_one_body_average(e, &dataset, NULL), FF_E_RANGE);
    add_frame(&dataset, 3, 1, 3 * -7.5 - 3.25);
    add_frame(&dataset, 1, 1, -7.5 - 3.25);
    add_frame(&dataset, 2, 6, 2 * -7.5 - 6 * 3.25);
    dataset.frames[2].labels = 0; /* without its label the energy does not count */
    dataset.frames[2].energy = 1e9;
    assert_int_equal(ff_one_body_average(e, &dataset, NULL), FF_OK);
    assert_true(fabs(e[22] - -7.5) < 1e-12 && fabs(e[13] - -3.25) < 1e-12);
    assert_true(e[14] == 0);
    ff_dataset_clear(&dataset);
}

/* The same composition throughout: the mean energy per atom, shared equally. */
static void one_composition(void **state)
{
    (void)state;
    double e[FF_MAX_SPECIES + 1];
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    add_frame(&dataset, 1, 1, -10);
    add_frame(&dataset, 3, 3, -36); /* three times the weight of the first per energy per atom */
    assert_int_equal(ff_one_body_average(e, &dataset, NULL), FF_OK);
    assert_true(fabs(e[22] - e[13]) < 1e-12);
    assert_true(fabs(e[22] - -46.0 / 8) < 1e-12);
    ff_dataset_clear(&dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exact_compositions),
                                       cmocka_unit_test(one_composition)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
