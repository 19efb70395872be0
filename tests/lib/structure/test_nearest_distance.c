/* Nearest-neighbour distances of crystals. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/crystal.h"
#include "lib/structure/nearest_distance.h"

#include <math.h>

static void add_crystal(ff_dataset *dataset, const char *name, double lattice_constant)
{
    ff_frame frame;
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find(name), 14, lattice_constant,
                                          (const int[3]){1, 1, 1}, NULL),
                     FF_OK);
    assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
}

static void median_and_smallest(void **state)
{
    (void)state;
    double median, smallest;
    ff_dataset dataset;
    ff_frame alone;
    ff_dataset_init(&dataset);
    add_crystal(&dataset, "diamond", 5.43); /* 8 atoms */
    add_crystal(&dataset, "bcc", 7.2);      /* 2 atoms, beyond the first list */
    add_crystal(&dataset, "fcc", 2.8);      /* 4 atoms */
    assert_int_equal(ff_frame_init(&alone, 1, NULL), FF_OK);
    alone.species[0] = 14;
    assert_int_equal(ff_dataset_append(&dataset, &alone, NULL), FF_OK);
    assert_int_equal(ff_dataset_nearest_distance(&dataset, &median, &smallest, NULL), FF_OK);
    assert_true(fabs(median - 5.43 * sqrt(3) / 4) < 1e-12);
    assert_true(fabs(smallest - 2.8 / sqrt(2)) < 1e-12);
    dataset.frames[0].positions[3] = dataset.frames[0].positions[0];
    dataset.frames[0].positions[4] = dataset.frames[0].positions[1];
    dataset.frames[0].positions[5] = dataset.frames[0].positions[2];
    ff_error err = {0};
    assert_int_equal(ff_dataset_nearest_distance(&dataset, &median, &smallest, &err), FF_E_RANGE);
    assert_int_equal(err.frame, 1);
    ff_dataset_clear(&dataset);
    assert_int_equal(ff_dataset_nearest_distance(&dataset, &median, &smallest, &err), FF_E_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(median_and_smallest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
