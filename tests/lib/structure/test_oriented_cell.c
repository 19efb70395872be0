/* Unit cells along chosen directions: periods, right angles, and that the crystal stays the same.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/crystal.h"
#include "lib/structure/lattice.h"
#include "lib/structure/oriented_cell.h"
#include "tests/lib/structure/sorted_distances.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int one[3] = {1, 1, 1};

/* Every atom has the surroundings of the crystal's atoms, which are all alike, within 1.3 edges of
 * 4 A. */
static void is_same_crystal(const ff_frame *oriented, const ff_frame *unit)
{
    double expected[512], found[512];
    size_t count = sorted_distances(expected, unit, 0, 5.2);
    for (size_t i = 0; i < oriented->atoms; i++) {
        assert_int_equal(sorted_distances(found, oriented, i, 5.2), count);
        for (size_t k = 0; k < count; k++)
            assert_true(fabs(found[k] - expected[k]) < 1e-12);
    }
}

typedef struct oriented_case {
    const char *crystal;
    int directions[9];
    size_t atoms;
    double period[3]; /* squares of the edges, lattice constants squared */
} oriented_case;

static void right_angles(void **state)
{
    static const oriented_case cases[] = {
        {"bcc", {1, 1, -2, -1, 1, 0, 1, 1, 1}, 6, {6, 2, 0.75}},
        {"bcc", {2, 2, -4, -3, 3, 0, 7, 7, 7}, 6, {6, 2, 0.75}}, /* common factors do not matter */
        {"bcc", {1, 1, 1, -1, -1, 2, 1, -1, 0}, 6, {0.75, 6, 2}},
        {"bcc", {1, 0, 0, 0, 1, 1, 0, -1, 1}, 4, {1, 2, 2}},
        {"fcc", {1, 1, -2, 1, 1, 1, 1, -1, 0}, 6, {1.5, 3, 0.5}},
        {"fcc", {1, 1, 0, -1, 1, 0, 0, 0, 1}, 2, {0.5, 0.5, 1}},
        {"diamond", {1, 1, -2, 1, 1, 1, 1, -1, 0}, 12, {1.5, 3, 0.5}},
        {"sc", {2, 1, 0, -1, 2, 0, 0, 0, 1}, 5, {5, 5, 1}},
    };
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_frame unit, oriented;
        assert_int_equal(
            ff_crystal_supercell(&unit, ff_crystal_find(cases[c].crystal), 14, 4.0, one, NULL),
            FF_OK);
        assert_int_equal(ff_oriented_cell(&oriented, &unit, cases[c].directions, NULL), FF_OK);
        assert_int_equal(oriented.atoms, cases[c].atoms);
        for (int k = 0; k < 9; k++) {
            double expected = k % 4 ? 0 : 4.0 * sqrt(cases[c].period[k / 4]);
            assert_true(fabs(oriented.cell[k] - expected) < (k % 4 ? 1e-300 : 1e-13));
        }
        assert_int_equal(ff_frame_check(&oriented, NULL), FF_OK);
        is_same_crystal(&oriented, &unit);
        ff_frame_clear(&oriented);
        ff_frame_clear(&unit);
    }
}

/* The primitive cell of fcc, and one whose atoms are listed outside the cell. */
static void slanted_directions(void **state)
{
    static const int primitive[9] = {0, 1, 1, 1, 0, 1, 1, 1, 0};
    ff_frame unit, oriented;
    (void)state;
    assert_int_equal(ff_crystal_supercell(&unit, ff_crystal_find("fcc"), 29, 4.0, one, NULL),
                     FF_OK);
    unit.positions[5] += 8;
    for (int k = 0; k < 12; k++)
        unit.positions[k] += 1.25;
    assert_int_equal(ff_oriented_cell(&oriented, &unit, primitive, NULL), FF_OK);
    assert_int_equal(oriented.atoms, 1);
    assert_true(fabs(ff_lattice_determinant(oriented.cell) - 16) < 1e-12);
    assert_true(oriented.cell[1] == 0 && oriented.cell[2] == 0 && oriented.cell[5] == 0);
    is_same_crystal(&oriented, &unit);
    ff_frame_clear(&oriented);
    ff_frame_clear(&unit);
}

static void turns_directions_onto_axes(void **state)
{
    static const int screw[9] = {1, 1, -2, -1, 1, 0, 1, 1, 1};
    static const double cell[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3};
    double rotation[9];
    (void)state;
    ff_orientation(rotation, cell, screw);
    assert_true(fabs(ff_lattice_determinant(rotation) - 1) < 1e-14);
    assert_true(fabs(rotation[0] - 1 / sqrt(6)) < 1e-14 && fabs(rotation[4] - 1 / sqrt(2)) < 1e-14);
    assert_true(fabs(rotation[8] - 1 / sqrt(3)) < 1e-14);
}

/* Two species: a translation must take each onto its own. */
static void species_matter(void **state)
{
    static const int along[9] = {1, 1, -2, -1, 1, 0, 1, 1, 1};
    ff_frame unit, oriented;
    (void)state;
    assert_int_equal(ff_crystal_supercell(&unit, ff_crystal_find("bcc"), 28, 2.88, one, NULL),
                     FF_OK);
    unit.species[1] = 13;
    assert_int_equal(ff_oriented_cell(&oriented, &unit, along, NULL), FF_OK);
    assert_int_equal(oriented.atoms, 12);
    assert_true(fabs(oriented.cell[8] - 2.88 * sqrt(3)) < 1e-13);
    assert_int_equal(oriented.species[0], 28);
    ff_frame_clear(&oriented);
    ff_frame_clear(&unit);
}

static void refuses_bad_directions(void **state)
{
    static const int wrong[][9] = {
        {1, 0, 0, 0, 1, 0, 1, 1, 0},   /* in one plane */
        {0, 0, 0, 0, 1, 0, 0, 0, 1},   /* zero */
        {0, 1, 0, 1, 0, 0, 0, 0, 1},   /* left-handed */
        {101, 0, 0, 0, 1, 0, 0, 0, 1}, /* too long */
    };
    ff_frame unit, oriented;
    (void)state;
    assert_int_equal(ff_crystal_supercell(&unit, ff_crystal_find("sc"), 29, 4.0, one, NULL), FF_OK);
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        assert_int_equal(ff_oriented_cell(&oriented, &unit, wrong[k], NULL), FF_E_USAGE);
    unit.periodic[2] = false;
    assert_int_equal(
        ff_oriented_cell(&oriented, &unit, (const int[9]){0, 1, 0, 0, 0, 1, 1, 0, 0}, NULL),
        FF_E_USAGE);
    ff_frame_clear(&unit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_angles),
        cmocka_unit_test(slanted_directions),
        cmocka_unit_test(turns_directions_onto_axes),
        cmocka_unit_test(species_matter),
        cmocka_unit_test(refuses_bad_directions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
