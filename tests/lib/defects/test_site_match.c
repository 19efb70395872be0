/* Which atoms of two supercells correspond, whatever cells these were made of. */

#include "lib/defects/prepare.h"
#include "lib/defects/site_match.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

static void prepare(ff_relaxation *relaxation, const int matrix[9], const char *defect)
{
    static const int tungsten[FF_CRYSTAL_KINDS] = {74, 74};
    static const double constants[2] = {3.1652, 0};
    ff_host host;
    ff_relaxation_init(relaxation);
    assert_int_equal(ff_host_of_crystal(&host, ff_crystal_find("bcc"), tungsten, constants, NULL),
                     FF_OK);
    assert_int_equal(ff_host_repeat(&host, matrix, NULL), FF_OK);
    assert_int_equal(ff_relaxation_prepare_in(relaxation, &host, defect, NULL), FF_OK);
    ff_host_clear(&host);
}

static const int three[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3};
/* Five cubes each, by other vectors; and a supercell of 150 unit cells that is no cube. */
static const int sheared[9] = {5, 5, 0, 0, 5, 0, -5, 0, 5};
static const int odd[9] = {5, 1, 0, -1, 6, 1, 0, 1, 5};

/* Every atom of the small cell has one of its own in the large one, in the same place relative to
 * the defect up to periods of the large cell. */
static void supercells_of_other_unit_cells(void **state)
{
    static const int *const larger[] = {sheared, odd};
    static const char *const defects[] = {"vacancy", "dumbbell-110", "interstitial-tetrahedral"};
    (void)state;
    for (int c = 0; c < 6; c++) {
        ff_relaxation small, large;
        double inverse[9];
        prepare(&small, three, defects[c / 2]);
        prepare(&large, larger[c % 2], defects[c / 2]);
        size_t *match = calloc(small.reference.atoms, sizeof *match);
        bool *taken = calloc(large.reference.atoms, sizeof *taken);
        assert_int_equal(ff_relaxation_match(match, &small, &large, NULL), FF_OK);
        ff_lattice_inverse(inverse, large.reference.cell);
        for (size_t i = 0; i < small.reference.atoms; i++) {
            double a[3], b[3], fraction[3];
            assert_false(taken[match[i]]);
            taken[match[i]] = true;
            assert_int_equal(small.site[i] < 0, large.site[match[i]] < 0);
            ff_relaxation_from_centre(a, &small, i);
            for (size_t k = 0; k < 3; k++)
                b[k] = large.reference.positions[3 * match[i] + k] - large.centre[k] - a[k];
            ff_row_times_matrix(fraction, b, inverse);
            for (int k = 0; k < 3; k++)
                assert_near(fraction[k], nearbyint(fraction[k]), 1e-9);
        }
        free(match);
        free(taken);
        ff_relaxation_clear(&small);
        ff_relaxation_clear(&large);
    }
}

/* However sheared the supercell's vectors, the neighbours of a vacancy are found near it. */
static void nearest_images_in_sheared_cells(void **state)
{
    static const int wild[9] = {4, 16, -8, 0, 4, 12, 0, 0, 4};
    ff_relaxation relaxation;
    size_t near = 0;
    (void)state;
    prepare(&relaxation, wild, "vacancy");
    for (size_t i = 0; i < relaxation.reference.atoms; i++) {
        double from[3];
        ff_relaxation_from_centre(from, &relaxation, i);
        near += ff_vector_dot(from, from) < 1.3 * 1.3 * 0.75 * 3.1652 * 3.1652;
    }
    assert_int_equal(near, 14); /* eight, and six a little farther away */
    ff_relaxation_clear(&relaxation);
}

static void refuses_what_does_not_correspond(void **state)
{
    static const int turned[9] = {5, 0, 0, 0, 5, 0, 0, 0, 5};
    static const int directions[9] = {1, 1, 0, -1, 1, 0, 0, 0, 1};
    static const int tungsten[FF_CRYSTAL_KINDS] = {74, 74};
    static const double constants[2] = {3.1652, 0};
    size_t match[200];
    ff_relaxation small, large;
    ff_host host;
    ff_error err = {0};
    (void)state;
    prepare(&small, three, "vacancy");
    prepare(&large, odd, "vacancy");
    assert_int_equal(ff_relaxation_match(match, &large, &small, &err), FF_E_FORMAT);
    assert_non_null(strstr(err.message, "the larger"));
    ff_relaxation_clear(&large);
    assert_int_equal(ff_host_of_crystal(&host, ff_crystal_find("bcc"), tungsten, constants, NULL),
                     FF_OK);
    assert_int_equal(ff_host_orient(&host, directions, NULL), FF_OK);
    assert_int_equal(ff_host_repeat(&host, turned, NULL), FF_OK);
    ff_relaxation_init(&large);
    assert_int_equal(ff_relaxation_prepare_in(&large, &host, "vacancy", NULL), FF_OK);
    assert_int_equal(ff_relaxation_match(match, &small, &large, &err), FF_E_FORMAT);
    assert_non_null(strstr(err.message, "unit cells"));
    ff_relaxation_clear(&small);
    ff_relaxation_clear(&large);
    ff_host_clear(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(supercells_of_other_unit_cells),
        cmocka_unit_test(nearest_images_in_sheared_cells),
        cmocka_unit_test(refuses_what_does_not_correspond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
