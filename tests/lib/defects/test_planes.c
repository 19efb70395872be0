/* Planar crystals: force constants within the plane, and atoms that stay in it. */

#include "lib/defects/force_constants.h"
#include "lib/defects/green_function.h"
#include "lib/defects/relax.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/structure/crystal.h"
#include "tests/lib/defects/prepare_defect.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

enum { ARGON = 18 };

static const double lattice_constant = 3.7849;

static ff_potential *argon(void)
{
    ff_potential *potential = NULL;
    assert_int_equal(ff_lennard_jones_new(&potential, 0.0104, 3.4, 8.5, ARGON, NULL), FF_OK);
    return potential;
}

static void make_unit(ff_frame *unit)
{
    static const int one[3] = {1, 1, 1};
    assert_int_equal(ff_crystal_supercell(unit, ff_crystal_find("triangular"), ARGON,
                                          lattice_constant, one, NULL),
                     FF_OK);
}

/* Those of planes in a stack too wide for them to feel each other, within the plane; the mean of
 * those along the normal. */
static void force_constants_are_those_of_a_stack(void **state)
{
    ff_potential *potential = argon();
    ff_force_constants plane, stack;
    ff_frame unit;
    (void)state;
    make_unit(&unit);
    assert_int_equal(ff_force_constants_compute(&plane, potential, &unit, NULL), FF_OK);
    unit.cell[8] = 40;
    unit.periodic[2] = true;
    assert_int_equal(ff_force_constants_compute(&stack, potential, &unit, NULL), FF_OK);
    assert_int_equal(plane.count, stack.count);
    for (size_t n = 0; n < plane.count; n++) {
        const double *a = plane.list[n].block, *b = stack.list[n].block;
        assert_memory_equal(plane.list[n].cell, stack.list[n].cell, sizeof plane.list[n].cell);
        assert_near(a[0], b[0], 1e-15);
        assert_near(a[1], b[1], 1e-15);
        assert_near(a[3], b[3], 1e-15);
        assert_near(a[4], b[4], 1e-15);
        assert_near(a[8], (b[0] + b[4]) / 2, 1e-15);
        assert_true(a[2] == 0 && a[5] == 0 && a[6] == 0 && a[7] == 0);
    }
    ff_force_constants_clear(&plane);
    ff_force_constants_clear(&stack);
    ff_frame_clear(&unit);
    ff_potential_free(potential);
}

/* In space the plane would buckle; in its plane it is stable. */
static void planes_are_stable(void **state)
{
    static const int cells[3] = {8, 8, 1};
    ff_potential *potential = argon();
    ff_force_constants constants;
    ff_green_function *green = NULL;
    ff_frame unit;
    (void)state;
    make_unit(&unit);
    assert_int_equal(ff_force_constants_compute(&constants, potential, &unit, NULL), FF_OK);
    assert_int_equal(ff_green_function_new(&green, &constants, cells, -1, NULL), FF_OK);
    assert_int_equal(ff_green_function_spectrum(green)->unstable, 0);
    assert_int_equal(ff_green_function_spectrum(green)->modes, 3 * 64 - 3);
    ff_green_function_free(green);
    ff_force_constants_clear(&constants);
    ff_frame_clear(&unit);
    ff_potential_free(potential);
}

/* A start that is displaced at random, the plane not left; the same energy from 144 and 324 atoms
 * but for images; no evaluation more than for defects in space. */
static void atoms_stay_in_the_plane(void **state)
{
    ff_potential *potential = argon();
    double energy[2];
    (void)state;
    for (int size = 0; size < 2; size++) {
        const int cells[3] = {12 + 6 * size, 12 + 6 * size, 1};
        ff_relaxation relaxation;
        ff_relax_options options = ff_relax_defaults();
        ff_relax_report report;
        ff_relaxation_init(&relaxation);
        assert_int_equal(prepare_defect(&relaxation, "triangular", ARGON, lattice_constant, cells,
                                        "vacancy", NULL),
                         FF_OK);
        options.break_symmetry = 0.05;
        options.tolerance = 1e-6;
        options.check_stability = true;
        assert_int_equal(ff_relax(&relaxation, potential, &options, &report, NULL), FF_OK);
        assert_true(report.evaluations <= 15);
        assert_true(report.unstable_modes == 0 && report.stability.ratio > 0.1);
        for (size_t i = 0; i < relaxation.reference.atoms; i++)
            assert_true(relaxation.displacement[3 * i + 2] == 0);
        energy[size] = relaxation.formation_energy;
        ff_relaxation_clear(&relaxation);
    }
    assert_near(energy[0], energy[1], 1e-5);
    ff_potential_free(potential);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(force_constants_are_those_of_a_stack),
        cmocka_unit_test(planes_are_stable),
        cmocka_unit_test(atoms_stay_in_the_plane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
