/* Nearest-neighbour distances of crystals and compounds. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/crystal.h"
#include "lib/structure/nearest_distance.h"

#include <math.h>

static ff_frame *add_crystal(ff_dataset *dataset, const char *name, double lattice_constant,
                             int cells)
{
    ff_frame frame;
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find(name), 14, lattice_constant,
                                          (const int[3]){cells, cells, cells}, NULL),
                     FF_OK);
    assert_int_equal(ff_dataset_append(dataset, &frame, NULL), FF_OK);
    return &dataset->frames[dataset->count - 1];
}

static void assert_distance(double found, double expected)
{
    if (!(fabs(found - expected) < 1e-12))
        fail_msg("found %.15g A, expected %.15g A", found, expected);
}

static void median_and_smallest(void **state)
{
    (void)state;
    ff_nearest_distance all;
    ff_dataset dataset;
    ff_frame alone;
    ff_dataset_init(&dataset);
    add_crystal(&dataset, "diamond", 5.43, 1); /* 8 atoms */
    add_crystal(&dataset, "bcc", 7.2, 1);      /* 2 atoms, beyond the first list */
    add_crystal(&dataset, "fcc", 2.8, 1);      /* 4 atoms */
    assert_int_equal(ff_frame_init(&alone, 1, NULL), FF_OK);
    alone.species[0] = 14;
    assert_int_equal(ff_dataset_append(&dataset, &alone, NULL), FF_OK);
    assert_int_equal(ff_dataset_nearest_distances(&all, NULL, &dataset, NULL, 0, NULL), FF_OK);
    assert_int_equal(all.count, 14);
    assert_distance(all.median, 5.43 * sqrt(3) / 4);
    assert_distance(all.smallest, 2.8 / sqrt(2));
    for (int k = 0; k < 3; k++)
        dataset.frames[0].positions[3 + k] = dataset.frames[0].positions[k];
    ff_error err = {0};
    assert_int_equal(ff_dataset_nearest_distances(&all, NULL, &dataset, NULL, 0, &err), FF_E_RANGE);
    assert_int_equal(err.frame, 1);
    ff_dataset_clear(&dataset);
    assert_int_equal(ff_dataset_nearest_distances(&all, NULL, &dataset, NULL, 0, &err), FF_E_RANGE);
}

/* Rock salt: like atoms are second neighbours. A third species of the basis does not occur. */
static void pairs_of_a_compound(void **state)
{
    (void)state;
    static const int species[] = {11, 14, 17};
    ff_nearest_distance all, pairs[6];
    ff_dataset dataset;
    ff_dataset_init(&dataset);
    ff_frame *frame = add_crystal(&dataset, "sc", 2.8, 2);
    for (size_t i = 0; i < frame->atoms; i++) {
        double sum = 0;
        for (int k = 0; k < 3; k++)
            sum += frame->positions[3 * i + (size_t)k];
        frame->species[i] = lround(sum / 2.8) % 2 ? 17 : 11;
    }
    assert_int_equal(ff_dataset_nearest_distances(&all, pairs, &dataset, species, 3, NULL), FF_OK);
    assert_distance(all.median, 2.8);
    const struct {
        size_t count;
        double distance;
    } expected[6] = {{4, 2.8 * sqrt(2)}, {0, 0}, {4, 2.8}, {0, 0}, {0, 0}, {4, 2.8 * sqrt(2)}};
    for (int p = 0; p < 6; p++) {
        assert_int_equal(pairs[p].count, expected[p].count);
        assert_distance(pairs[p].median, expected[p].distance);
        assert_distance(pairs[p].smallest, expected[p].distance);
    }
    ff_dataset_clear(&dataset);
}

/* The host's far atoms do not count, nor do impurities that are far from one another, whichever
 * species comes first. */
static void pairs_of_an_impurity(void **state)
{
    (void)state;
    const double nearest = 4.05 / sqrt(2);
    for (int impurity = 12; impurity <= 16; impurity += 4) {
        const int species[] = {impurity < 14 ? impurity : 14, impurity < 14 ? 14 : impurity};
        ff_nearest_distance all, pairs[3];
        ff_dataset dataset;
        ff_dataset_init(&dataset);
        ff_frame *frame = add_crystal(&dataset, "fcc", 4.05, 3);
        frame->species[10] = frame->species[80] = impurity;
        frame->positions[30] += 0.1 * nearest; /* so that the smallest is not the median */
        assert_int_equal(ff_dataset_nearest_distances(&all, pairs, &dataset, species, 2, NULL),
                         FF_OK);
        int like = impurity < 14 ? 0 : 2, host = 2 - like;
        assert_int_equal(pairs[like].count, 0);
        assert_int_equal(pairs[1].count, 2);
        assert_true(pairs[1].smallest < 0.95 * nearest);
        assert_distance(pairs[1].median, 0.5 * (pairs[1].smallest + nearest));
        assert_int_equal(pairs[host].count, 106);
        assert_distance(pairs[host].median, nearest);
        ff_dataset_clear(&dataset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(median_and_smallest),
                                       cmocka_unit_test(pairs_of_a_compound),
                                       cmocka_unit_test(pairs_of_an_impurity)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
