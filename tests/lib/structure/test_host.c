/* Host crystals: from files, oriented, repeated; neighbour distances in any cell. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/host.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <string.h>

static const double one[2] = {4, 0};
static const int copper[FF_CRYSTAL_KINDS] = {29, 29};

static void make(ff_host *host, const char *crystal, const double constants[2])
{
    assert_int_equal(ff_host_of_crystal(host, ff_crystal_find(crystal), copper, constants, NULL),
                     FF_OK);
}

static void nearest_neighbours(void **state)
{
    static const struct {
        const char *crystal;
        double constants[2], nearest;
    } cases[] = {{"sc", {4, 0}, 4},
                 {"bcc", {4, 0}, 3.4641016151377546},
                 {"fcc", {4, 0}, 2.8284271247461903},
                 {"diamond", {4, 0}, 1.7320508075688773},
                 {"hcp", {4, 0}, 4},
                 {"hcp", {4, 7}, 4},
                 {"hcp", {4, 6}, 3.7859388972001824}, /* sqrt(a^2 / 3 + c^2 / 4) */
                 {"triangular", {4, 0}, 4}};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        ff_host host;
        make(&host, cases[c].crystal, cases[c].constants);
        assert_true(fabs(ff_host_nearest(&host) - cases[c].nearest) < 1e-14);
        ff_host_clear(&host);
    }
}

/* However slanted the unit cell: that of a supercell with a wild matrix. */
static void nearest_neighbours_in_slanted_cells(void **state)
{
    static const int wild[9] = {3, 5, 7, 2, 11, 1, -4, 1, 6};
    ff_host host;
    (void)state;
    make(&host, "diamond", one);
    assert_int_equal(ff_host_repeat(&host, wild, NULL), FF_OK);
    assert_true(fabs(ff_host_nearest(&host) - 1.7320508075688773) < 1e-12);
    ff_host_clear(&host);
}

/* The crystal's own axes turn with the oriented cell, and keep their lengths and angles. */
static void axes_follow_the_orientation(void **state)
{
    static const int directions[9] = {1, 1, -2, -1, 1, 0, 1, 1, 1};
    ff_host host;
    (void)state;
    make(&host, "bcc", one);
    assert_int_equal(ff_host_orient(&host, directions, NULL), FF_OK);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            assert_true(fabs(ff_vector_dot(host.axes + 3 * i, host.axes + 3 * j) -
                             (i == j ? 16 : 0)) < 1e-13);
    for (int k = 0; k < 3; k++) { /* 1 1 1 along z, half of it the third vector */
        double sum = host.axes[k] + host.axes[3 + k] + host.axes[6 + k];
        assert_true(fabs(sum / 2 - host.unit.cell[6 + k]) < 1e-13);
    }
    assert_true(host.lattice_constant == 4);
    ff_host_clear(&host);
}

static void sites_are_where_the_frame_has_them(void **state)
{
    static const int matrix[9] = {2, 1, 0, -1, 3, 0, 1, 0, 2};
    ff_host host;
    ff_frame frame;
    (void)state;
    make(&host, "fcc", one);
    assert_int_equal(ff_host_repeat(&host, matrix, NULL), FF_OK);
    assert_int_equal(ff_host_frame(&frame, &host, NULL), FF_OK);
    assert_int_equal(frame.atoms, 4 * 14);
    assert_memory_equal(frame.cell, host.cell, sizeof host.cell);
    assert_true(host.cell[0] == 8 && host.cell[1] == 4 && host.cell[3] == -4);
    for (size_t s = 0; s < frame.atoms; s++) {
        double position[3];
        ff_host_site_position(position, &host, s);
        assert_memory_equal(position, frame.positions + 3 * s, sizeof position);
    }
    assert_int_equal(ff_host_middle_site(&host, 2) % 4, 2);
    ff_frame_clear(&frame);
    ff_host_clear(&host);
}

static void cells_from_elsewhere(void **state)
{
    ff_host host, copy;
    (void)state;
    make(&host, "hcp", one);
    for (int k = 0; k < 3; k++)
        host.unit.centre[k] = 1;
    assert_int_equal(
        ff_host_of_frame(&copy, "a name that is far too long to keep", &host.unit, NULL), FF_OK);
    assert_string_equal(copy.name, "a name that is far too long to ");
    assert_null(copy.type);
    assert_true(copy.lattice_constant == 4 && isnan(copy.unit.centre[0]));
    ff_host_clear(&copy);
    host.unit.periodic[0] = false;
    assert_int_equal(ff_host_of_frame(&copy, "surface", &host.unit, NULL), FF_E_RANGE);
    ff_host_clear(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_neighbours),
        cmocka_unit_test(nearest_neighbours_in_slanted_cells),
        cmocka_unit_test(axes_follow_the_orientation),
        cmocka_unit_test(sites_are_where_the_frame_has_them),
        cmocka_unit_test(cells_from_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
