/* Supercells of integer matrices: the Smith normal form, and that each holds every site once. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/crystal.h"
#include "lib/structure/lattice.h"
#include "lib/structure/supercell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state_of_random = 1;

/* Uniform in -most .. most (linear congruential, D. E. Knuth's MMIX). */
static int draw(int most)
{
    state_of_random = state_of_random * 6364136223846793005u + 1442695040888963407u;
    return (int)(state_of_random >> 33) % (2 * most + 1) - most;
}

static int64_t determinant(const int64_t m[9])
{
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
           m[2] * (m[3] * m[7] - m[4] * m[6]);
}

static void multiply(int64_t out[9], const int64_t a[9], const int64_t b[9])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            out[3 * i + j] = 0;
            for (int k = 0; k < 3; k++)
                out[3 * i + j] += a[3 * i + k] * b[3 * k + j];
        }
}

static void draw_matrix(int matrix[9], int most)
{
    int64_t wide[9];
    do
        for (int k = 0; k < 9; k++)
            wide[k] = matrix[k] = draw(most);
    while (determinant(wide) <= 0);
}

static void smith_form_of_random_matrices(void **state)
{
    (void)state;
    for (int n = 0; n < 2000; n++) {
        int matrix[9];
        int64_t wide[9], diagonal[3], left[9], right[9], half[9], product[9];
        draw_matrix(matrix, n % 2 ? 4 : 30);
        ff_smith_form(diagonal, left, right, matrix, 3);
        for (int k = 0; k < 9; k++)
            wide[k] = matrix[k];
        multiply(half, left, wide);
        multiply(product, half, right);
        for (int k = 0; k < 9; k++)
            assert_true(product[k] == (k % 4 ? 0 : diagonal[k / 4]));
        assert_int_equal(llabs(determinant(left)), 1);
        assert_int_equal(llabs(determinant(right)), 1);
        assert_true(diagonal[0] > 0 && diagonal[1] % diagonal[0] == 0 &&
                    diagonal[2] % diagonal[1] == 0);
        assert_true(diagonal[0] * diagonal[1] * diagonal[2] == determinant(wide));
    }
}

static void smith_form_of_known_matrices(void **state)
{
    static const struct {
        int matrix[9];
        int64_t diagonal[3];
    } cases[] = {
        {{2, 0, 0, 0, 3, 0, 0, 0, 1}, {1, 1, 6}},
        {{0, 1, 1, 1, 0, 1, 1, 1, 0}, {1, 1, 2}},       /* conventional fcc from primitive */
        {{-4, 4, 4, 4, -4, 4, 4, 4, -4}, {4, 8, 8}},    /* four primitive bcc axes each */
        {{2, 4, 4, -6, 6, 12, 10, -4, -16}, {2, 6, 12}} /* the example of many textbooks */
    };
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        int64_t diagonal[3], left[9], right[9];
        ff_smith_form(diagonal, left, right, cases[c].matrix, 3);
        assert_memory_equal(diagonal, cases[c].diagonal, sizeof diagonal);
    }
}

/* Fractions of the supercell in [0, 1), rounded to whole parts of its volume: the sites of one kind
 * have coordinates that are multiples of 1 / det. */
static void place_of(int64_t place[3], const double position[3], const double inverse[9],
                     int64_t parts)
{
    double fraction[3];
    ff_row_times_matrix(fraction, position, inverse);
    for (int k = 0; k < 3; k++) {
        int64_t whole = llround(fraction[k] * (double)parts);
        assert_true(fabs(fraction[k] * (double)parts - (double)whole) < 1e-6);
        place[k] = ((whole % parts) + parts) % parts;
    }
}

static int compare_places(const void *left, const void *right)
{
    return memcmp(left, right, 3 * sizeof(int64_t));
}

/* All lattice points x with x = n . cell that are in the supercell, by trying them all. */
static size_t brute_force(int64_t (*places)[3], const int matrix[9], int64_t parts)
{
    size_t count = 0;
    double real[9], inverse[9];
    int reach = 0;
    for (int k = 0; k < 9; k++) {
        real[k] = matrix[k];
        reach += abs(matrix[k]);
    }
    ff_lattice_inverse(inverse, real);
    for (int x = -reach; x <= reach; x++)
        for (int y = -reach; y <= reach; y++)
            for (int z = -reach; z <= reach; z++) {
                const double point[3] = {x, y, z};
                double fraction[3];
                ff_row_times_matrix(fraction, point, inverse);
                bool inside = true;
                for (int k = 0; k < 3; k++)
                    inside = inside && fraction[k] > -1e-9 && fraction[k] < 1 - 1e-9;
                if (inside)
                    place_of(places[count++], point, inverse, parts);
            }
    return count;
}

/* A slanted cell of two species; each lattice point once, as brute force finds them. */
static void every_site_once(void **state)
{
    static const double cell[9] = {3, 0.2, -0.1, 1.4, 2.7, 0.3, -0.5, 0.8, 4.1};
    (void)state;
    for (int n = 0; n < 60; n++) {
        int matrix[9], cells[3];
        double supercell[9], inverse[9], spanned[9];
        ff_frame unit, repeated, frame;
        draw_matrix(matrix, 2);
        assert_int_equal(ff_frame_init(&unit, 2, NULL), FF_OK);
        memcpy(unit.cell, cell, sizeof cell);
        for (int k = 0; k < 3; k++) {
            unit.periodic[k] = true;
            unit.positions[3 + k] = 0.37 * (k + 1);
        }
        unit.species[0] = 28;
        unit.species[1] = 13;
        assert_int_equal(ff_supercell_of_matrix(&repeated, cells, supercell, &unit, matrix, NULL),
                         FF_OK);
        assert_true(ff_lattice_determinant(repeated.cell) > 0);
        assert_int_equal(ff_repeat_cell(&frame, &repeated, cells, NULL), FF_OK);
        ff_lattice_inverse(inverse, cell);
        for (int i = 0; i < 3; i++)
            ff_row_times_matrix(spanned + 3 * i, supercell + 3 * i, inverse);
        for (int k = 0; k < 9; k++)
            assert_true(fabs(spanned[k] - matrix[k]) < 1e-12);

        int64_t parts = llround(ff_lattice_determinant(spanned));
        assert_int_equal(frame.atoms, 2 * (size_t)parts);
        int64_t(*found)[3] = calloc((size_t)parts, sizeof *found);
        int64_t(*expected)[3] = calloc((size_t)parts, sizeof *expected);
        assert_true(found && expected);
        ff_lattice_inverse(inverse, supercell);
        for (size_t kind = 0; kind < 2; kind++) {
            for (size_t s = 0; s < (size_t)parts; s++) {
                double from[3];
                for (size_t k = 0; k < 3; k++)
                    from[k] =
                        frame.positions[3 * (2 * s + kind) + k] - unit.positions[3 * kind + k];
                assert_int_equal(frame.species[2 * s + kind], unit.species[kind]);
                place_of(found[s], from, inverse, parts);
            }
            assert_int_equal(brute_force(expected, matrix, parts), parts);
            qsort(found, (size_t)parts, sizeof *found, compare_places);
            qsort(expected, (size_t)parts, sizeof *expected, compare_places);
            assert_memory_equal(found, expected, (size_t)parts * sizeof *found);
        }
        free(found);
        free(expected);
        ff_frame_clear(&unit);
        ff_frame_clear(&repeated);
        ff_frame_clear(&frame);
    }
}

static void diagonal_matrices_keep_the_unit(void **state)
{
    static const int matrix[9] = {4, 0, 0, 0, 4, 0, 0, 0, 6};
    static const int one[3] = {1, 1, 1};
    ff_frame unit, repeated;
    int cells[3];
    double supercell[9];
    (void)state;
    assert_int_equal(ff_crystal_supercell(&unit, ff_crystal_find("bcc"), 74, 3.0, one, NULL),
                     FF_OK);
    assert_int_equal(ff_supercell_of_matrix(&repeated, cells, supercell, &unit, matrix, NULL),
                     FF_OK);
    assert_memory_equal(repeated.cell, unit.cell, sizeof unit.cell);
    assert_true(cells[0] == 4 && cells[1] == 4 && cells[2] == 6 && supercell[8] == 18);
    ff_frame_clear(&unit);
    ff_frame_clear(&repeated);
}

/* A plane stays one: its normal is not mixed with other vectors, whatever the matrix. */
static void planes_stay_planes(void **state)
{
    static const int good[9] = {4, 1, 0, 1, 3, 0, 0, 0, 1}, bad[9] = {4, 0, 0, 0, 3, 1, 0, 0, 1},
                     thick[9] = {2, 0, 0, 0, 2, 0, 0, 0, 2};
    static const int one[3] = {1, 1, 1};
    ff_frame unit, repeated;
    int cells[3];
    double supercell[9];
    (void)state;
    assert_int_equal(ff_crystal_supercell(&unit, ff_crystal_find("triangular"), 18, 3.0, one, NULL),
                     FF_OK);
    assert_int_equal(ff_supercell_of_matrix(&repeated, cells, supercell, &unit, good, NULL), FF_OK);
    assert_true(cells[0] * cells[1] == 11 && cells[2] == 1);
    assert_memory_equal(repeated.cell + 6, unit.cell + 6, 3 * sizeof(double));
    assert_true(repeated.cell[2] == 0 && repeated.cell[5] == 0);
    ff_frame_clear(&repeated);
    assert_int_equal(ff_supercell_of_matrix(&repeated, cells, supercell, &unit, bad, NULL),
                     FF_E_USAGE);
    assert_int_equal(ff_supercell_of_matrix(&repeated, cells, supercell, &unit, thick, NULL),
                     FF_E_USAGE);
    ff_frame_clear(&unit);
}

static void refuses_bad_matrices(void **state)
{
    static const int wrong[][9] = {{1, 0, 0, 0, 1, 0, 1, 1, 0},
                                   {0, 1, 0, 1, 0, 0, 0, 0, 1},
                                   {-1, 0, 0, 0, -1, 0, 0, 0, -1},
                                   {2000000, 1, 0, 0, 1, 0, 0, 0, 1}};
    static const int one[3] = {1, 1, 1};
    ff_frame unit, repeated;
    int cells[3];
    double supercell[9];
    (void)state;
    assert_int_equal(ff_crystal_supercell(&unit, ff_crystal_find("fcc"), 29, 3.6, one, NULL),
                     FF_OK);
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        assert_int_equal(ff_supercell_of_matrix(&repeated, cells, supercell, &unit, wrong[k], NULL),
                         FF_E_USAGE);
    ff_frame_clear(&unit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smith_form_of_random_matrices),
        cmocka_unit_test(smith_form_of_known_matrices),
        cmocka_unit_test(every_site_once),
        cmocka_unit_test(diagonal_matrices_keep_the_unit),
        cmocka_unit_test(planes_stay_planes),
        cmocka_unit_test(refuses_bad_matrices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
