/* A relaxation's relaxed structure is its reference plus its displacements. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/defects/relax.h"
#include "tests/lib/defects/prepare_defect.h"
#include "tests/near.h"

static void the_relaxed_frame_is_displaced_and_its_own(void **state)
{
    ff_relaxation relaxation;
    ff_frame frame;
    (void)state;
    ff_relaxation_init(&relaxation);
    assert_int_equal(ff_frame_init(&relaxation.reference, 2, NULL), FF_OK);
    relaxation.displacement = ff_new_array(6, sizeof(double), NULL);
    assert_non_null(relaxation.displacement);
    relaxation.reference.species[1] = 14;
    for (int i = 0; i < 6; i++) {
        relaxation.reference.positions[i] = i;
        relaxation.displacement[i] = 0.125 * i;
    }
    (void)snprintf(relaxation.defect, sizeof relaxation.defect, "vacancy");
    assert_int_equal(ff_relaxation_frame(&relaxation, &frame, NULL), FF_OK);
    ff_relaxation_clear(&relaxation);
    for (int i = 0; i < 6; i++)
        assert_near(frame.positions[i], 1.125 * i, 0); /* exact in binary */
    assert_int_equal(frame.species[1], 14);
    assert_string_equal(frame.group, "vacancy");
    ff_frame_clear(&frame);
}

static void atoms_of_a_point_defect_sit_on_their_sites(void **state)
{
    static const int cells[3] = {2, 3, 4};
    ff_relaxation relaxation;
    (void)state;
    ff_relaxation_init(&relaxation);
    assert_int_equal(prepare_defect(&relaxation, "diamond", 14, 5.43, cells, "vacancy", NULL),
                     FF_OK);
    assert_int_equal(ff_relaxation_sites(&relaxation), 8 * 24);
    assert_int_equal(relaxation.reference.atoms, 8 * 24 - 1);
    for (size_t i = 0; i < relaxation.reference.atoms; i++) {
        double position[3];
        ff_relaxation_site_position(position, &relaxation, relaxation.site[i]);
        for (size_t k = 0; k < 3; k++)
            assert_near(position[k], relaxation.reference.positions[3 * i + k], 1e-12);
    }
    assert_false(ff_relaxation_is_dislocation(&relaxation));
    relaxation.burgers[1] = -2.7;
    assert_true(ff_relaxation_is_dislocation(&relaxation));
    ff_relaxation_clear(&relaxation);
}

/* What is made from the name of the crystal is what the relaxation was made with, species
 * included, those of a missing atom's site too. */
static void the_unit_cell_is_restored(void **state)
{
    static const int cells[3] = {2, 2, 2};
    ff_relaxation relaxation;
    ff_frame unit = {0};
    (void)state;
    ff_relaxation_init(&relaxation);
    assert_int_equal(prepare_defect(&relaxation, "fcc", 29, 3.6, cells, "vacancy", NULL), FF_OK);
    unit = relaxation.unit;
    relaxation.unit = (ff_frame){0};
    assert_int_equal(ff_relaxation_restore_unit(&relaxation, NULL), FF_OK);
    assert_int_equal(relaxation.unit.atoms, 4);
    assert_memory_equal(relaxation.unit.cell, unit.cell, sizeof unit.cell);
    assert_memory_equal(relaxation.unit.positions, unit.positions, 12 * sizeof(double));
    assert_memory_equal(relaxation.unit.species, unit.species, 4 * sizeof *unit.species);
    (void)snprintf(relaxation.crystal, sizeof relaxation.crystal, "glass");
    ff_frame_clear(&relaxation.unit);
    assert_int_equal(ff_relaxation_restore_unit(&relaxation, NULL), FF_E_FORMAT);
    ff_frame_clear(&unit);
    ff_relaxation_clear(&relaxation);
}

static void an_empty_relaxation_knows_no_curvature(void **state)
{
    ff_relaxation relaxation;
    (void)state;
    ff_relaxation_init(&relaxation);
    assert_true(isnan(relaxation.lowest_curvature));
    assert_false(relaxation.converged);
    ff_relaxation_clear(&relaxation);
    assert_true(isnan(relaxation.lowest_curvature));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_relaxed_frame_is_displaced_and_its_own),
        cmocka_unit_test(atoms_of_a_point_defect_sit_on_their_sites),
        cmocka_unit_test(the_unit_cell_is_restored),
        cmocka_unit_test(an_empty_relaxation_knows_no_curvature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
