/* Perfect crystals: neighbours, densities, space groups. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/crystal.h"
#include "lib/structure/symmetry.h"
#include "tests/lib/structure/sorted_distances.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double lattice_constant = 4.0;

typedef struct crystal_case {
    const char *name;
    int space_group, operations;
    size_t atoms;      /* per conventional cell */
    double volume;     /* of it, lattice constants cubed */
    size_t shell[2];   /* neighbours in the first two shells */
    double squared[2]; /* their distances, lattice constants squared */
} crystal_case;

/* Coordination numbers and shells as any textbook has them. */
static const crystal_case cases[] = {
    {"sc", 221, 48, 1, 1, {6, 12}, {1, 2}},
    {"bcc", 229, 48, 2, 1, {8, 6}, {0.75, 1}},
    {"fcc", 225, 48, 4, 1, {12, 6}, {0.5, 1}},
    {"hcp", 194, 24, 2, 1.4142135623730951, {12, 6}, {1, 2}}, /* sqrt(2) */
    {"diamond", 227, 48, 8, 1, {4, 12}, {3.0 / 16, 0.5}},
    {"b1", 225, 48, 8, 1, {6, 12}, {0.25, 0.5}},
    {"b2", 221, 48, 2, 1, {8, 6}, {0.75, 1}},
    {"b3", 216, 24, 8, 1, {4, 12}, {3.0 / 16, 0.5}},
    {"l1_2", 221, 48, 4, 1, {12, 6}, {0.5, 1}},
    {"triangular", 191, 24, 1, 0.70710678118654752, {6, 6}, {1, 3}},
};

enum { CASES = sizeof cases / sizeof *cases };

static void make_unit(ff_frame *unit, const char *name)
{
    const int species[FF_CRYSTAL_KINDS] = {28, 13};
    const double constants[2] = {lattice_constant, 0};
    const ff_crystal *crystal = ff_crystal_find(name);
    assert_non_null(crystal);
    assert_non_null(strstr(ff_crystal_names(), name));
    assert_int_equal(ff_crystal_unit(unit, crystal, species, constants, NULL), FF_OK);
}

static void neighbours_are_where_they_should_be(void **state)
{
    (void)state;
    for (size_t c = 0; c < CASES; c++) {
        ff_frame unit;
        double list[512];
        make_unit(&unit, cases[c].name);
        assert_int_equal(unit.atoms, cases[c].atoms);
        assert_int_equal(ff_frame_check(&unit, NULL), FF_OK);
        assert_true(fabs(ff_frame_volume(&unit) / 64 - cases[c].volume) < 1e-14);
        for (size_t i = 0; i < unit.atoms; i++) {
            size_t count = sorted_distances(list, &unit, i, 1.8 * lattice_constant), next = 0;
            assert_true(count >= cases[c].shell[0] + cases[c].shell[1]);
            for (int shell = 0; shell < 2; shell++)
                for (size_t n = 0; n < cases[c].shell[shell]; n++) {
                    double expected = lattice_constant * sqrt(cases[c].squared[shell]);
                    assert_true(fabs(list[next++] - expected) < 1e-14);
                }
            assert_true(next == count || list[next] > list[next - 1] + 0.1);
        }
        ff_frame_clear(&unit);
    }
}

static void space_groups(void **state)
{
    (void)state;
    for (size_t c = 0; c < CASES; c++) {
        ff_space_group group;
        ff_frame unit;
        make_unit(&unit, cases[c].name);
        assert_int_equal(ff_symmetry_space_group(&group, &unit, 1e-5, NULL), FF_OK);
        assert_int_equal(group.number, cases[c].space_group);
        assert_int_equal(group.operations, cases[c].operations);
        assert_int_equal(ff_crystal_find(cases[c].name)->space_group, group.number);
        ff_frame_clear(&unit);
    }
}

/* Nickel and aluminium in b2: the neighbours of one are the other; Ni3Al: each aluminium atom has
 * nickel around it only, each nickel atom four aluminium of twelve. */
static void compounds(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int species;         /* of an atom */
        size_t other, first; /* neighbours of the other species in the first shell, and all */
        double radius;
    } around[] = {{"b1", 28, 6, 6, 0.6}, {"b1", 13, 6, 6, 0.6},     {"b2", 28, 8, 8, 0.9},
                  {"b3", 13, 4, 4, 0.5}, {"l1_2", 13, 12, 12, 0.8}, {"l1_2", 28, 4, 12, 0.8}};
    for (size_t c = 0; c < sizeof around / sizeof *around; c++) {
        ff_frame unit;
        ff_neighbour_list list;
        size_t atom = 0, other = 0;
        make_unit(&unit, around[c].name);
        ff_neighbour_list_init(&list);
        assert_int_equal(
            ff_neighbour_list_build(&list, &unit, around[c].radius * lattice_constant, NULL),
            FF_OK);
        while (unit.species[atom] != around[c].species)
            atom++;
        for (size_t e = list.offset[atom]; e < list.offset[atom + 1]; e++)
            other += unit.species[list.neighbour[e]] != around[c].species;
        assert_int_equal(list.offset[atom + 1] - list.offset[atom], around[c].first);
        assert_int_equal(other, around[c].other);
        ff_neighbour_list_clear(&list);
        ff_frame_clear(&unit);
    }
}

static void names_and_aliases(void **state)
{
    (void)state;
    assert_ptr_equal(ff_crystal_find("NaCl"), ff_crystal_find("b1"));
    assert_ptr_equal(ff_crystal_find("CsCl"), ff_crystal_find("b2"));
    assert_ptr_equal(ff_crystal_find("zincblende"), ff_crystal_find("b3"));
    assert_ptr_equal(ff_crystal_find("Cu3Au"), ff_crystal_find("l1_2"));
    assert_null(ff_crystal_find("quartz"));
    assert_null(ff_crystal_find(""));
}

/* c/a as asked for. */
static void hcp_has_two_constants(void **state)
{
    (void)state;
    ff_frame unit;
    const int magnesium = 12;
    const double constants[2] = {3.21, 5.21};
    assert_int_equal(ff_crystal_unit(&unit, ff_crystal_find("hcp"), &magnesium, constants, NULL),
                     FF_OK);
    assert_true(unit.cell[8] == 5.21 && unit.cell[0] == 3.21);
    assert_true(fabs(unit.positions[5] - 5.21 / 2) < 1e-15);
    ff_frame_clear(&unit);
}

/* Sites are numbered with the basis fastest, then z, y, x. */
static void numbering(void **state)
{
    (void)state;
    ff_frame frame;
    assert_int_equal(ff_crystal_supercell(&frame, ff_crystal_find("bcc"), 74, lattice_constant,
                                          (int[3]){2, 3, 4}, NULL),
                     FF_OK);
    size_t atom = ((1 * 3 + 2) * 4 + 3) * 2 + 1; /* cell (1, 2, 3), second basis site */
    assert_true(frame.positions[3 * atom] == 6 && frame.positions[3 * atom + 1] == 10 &&
                frame.positions[3 * atom + 2] == 14);
    ff_frame_clear(&frame);
}

static void refuses_bad_requests(void **state)
{
    (void)state;
    ff_error err = {0};
    ff_frame frame;
    const ff_crystal *sc = ff_crystal_find("sc"), *plane = ff_crystal_find("triangular");
    const int one[3] = {1, 1, 1}, none[3] = {1, 0, 1}, huge[3] = {1000, 1000, 1001};
    const int thick[3] = {2, 2, 2}, copper = 29;
    const double two[2] = {3, 4};
    assert_int_equal(ff_crystal_supercell(&frame, sc, 14, 4, none, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, sc, 14, 4, huge, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, sc, 14, -4, one, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, sc, 14, NAN, one, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, sc, 0, 4, one, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_supercell(&frame, plane, 14, 4, thick, &err), FF_E_RANGE);
    assert_int_equal(ff_crystal_unit(&frame, sc, &copper, two, &err), FF_E_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_where_they_should_be),
        cmocka_unit_test(space_groups),
        cmocka_unit_test(compounds),
        cmocka_unit_test(names_and_aliases),
        cmocka_unit_test(hcp_has_two_constants),
        cmocka_unit_test(numbering),
        cmocka_unit_test(refuses_bad_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
