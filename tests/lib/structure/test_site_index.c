/* Finding atoms by where they are. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/crystal.h"
#include "lib/structure/site_index.h"

#include <math.h>
#include <string.h>

/* Every atom is found at all its images and a little beside them, and by its own species only. */
static void check_atoms(const ff_frame *frame, double tolerance)
{
    ff_site_index index;
    assert_int_equal(ff_site_index_build(&index, frame, tolerance, NULL), FF_OK);
    for (size_t i = 0; i < frame->atoms; i++)
        for (int image = -13; image <= 13; image++) {
            double point[3];
            for (int k = 0; k < 3; k++) {
                const int shift = (int[]){image % 3, image / 3 % 3, image / 9}[k];
                const double beside = 0.4 * tolerance * sin(1.0 + (double)i * 7 + image + k);
                point[k] = index.fraction[3 * i + (size_t)k] + shift +
                           beside / sqrt(frame->cell[3 * k] * frame->cell[3 * k] +
                                         frame->cell[3 * k + 1] * frame->cell[3 * k + 1] +
                                         frame->cell[3 * k + 2] * frame->cell[3 * k + 2]);
            }
            assert_int_equal(ff_site_index_find(&index, point, frame->species[i]), i);
            assert_int_equal(ff_site_index_find(&index, point, frame->species[i] + 1), SIZE_MAX);
        }
    ff_site_index_clear(&index);
    assert_null(index.atom);
}

static void atoms_are_found_at_all_their_images(void **state)
{
    ff_frame frame;
    (void)state;
    for (int cells = 1; cells <= 5; cells++) {
        assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find("bcc"), 74, 3.165,
                                              (const int[3]){cells, 1, 6 - cells}, NULL),
                         FF_OK);
        check_atoms(&frame, 1e-5);
        ff_frame_clear(&frame);
    }
}

/* On the faces of the cell and of the boxes, rounding decides to which side an atom goes. */
static void atoms_on_faces_are_found_from_both_sides(void **state)
{
    ff_frame frame;
    ff_site_index index;
    (void)state;
    assert_int_equal(
        ff_crystal_supercell(&frame, ff_crystal_find("sc"), 74, 3, (const int[3]){4, 4, 4}, NULL),
        FF_OK);
    assert_int_equal(ff_site_index_build(&index, &frame, 1e-4, NULL), FF_OK);
    for (size_t i = 0; i < frame.atoms; i++)
        for (int k = 0; k < 6; k++) {
            double point[3];
            memcpy(point, index.fraction + 3 * i, sizeof point);
            point[k / 2] += (k % 2 ? 0.9e-4 : -0.9e-4) / 12;
            assert_int_equal(ff_site_index_find(&index, point, 74), i);
            point[k / 2] += (k % 2 ? 0.2e-4 : -0.2e-4) / 12;
            assert_int_equal(ff_site_index_find(&index, point, 74), SIZE_MAX);
        }
    ff_site_index_clear(&index);
    ff_frame_clear(&frame);
}

/* A cell so skewed that a step along one vector is a long way in fractions of another. */
static void skewed_cells_make_no_difference(void **state)
{
    ff_frame frame;
    (void)state;
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find("bcc"), 74, 3.165,
                                          (const int[3]){2, 2, 2}, NULL),
                     FF_OK);
    for (int k = 0; k < 3; k++)
        frame.cell[6 + k] += 5 * frame.cell[k] - 3 * frame.cell[3 + k];
    check_atoms(&frame, 1e-5);
    ff_frame_clear(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(atoms_are_found_at_all_their_images),
        cmocka_unit_test(atoms_on_faces_are_found_from_both_sides),
        cmocka_unit_test(skewed_cells_make_no_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
