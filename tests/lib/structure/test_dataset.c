/* Frames and datasets: what they own, what they check. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/dataset.h"
#include "tests/near.h"

#include <stdlib.h>
#include <string.h>

/* Two atoms with every label in a skewed periodic cell. */
static void full_frame(ff_frame *frame)
{
    static const double cell[9] = {3, 0.5, 0, 0, 4, 0.25, 0.125, 0, 5};
    assert_int_equal(ff_frame_init(frame, 2, NULL), FF_OK);
    memcpy(frame->cell, cell, sizeof cell);
    frame->species[0] = 14;
    frame->species[1] = 74;
    for (int k = 0; k < 3; k++) {
        frame->periodic[k] = true;
        frame->positions[3 + k] = 1.5 + k;
    }
    assert_int_equal(ff_frame_add_label(frame, FF_LABEL_ENERGY, NULL), FF_OK);
    assert_int_equal(ff_frame_add_label(frame, FF_LABEL_FORCES, NULL), FF_OK);
    assert_int_equal(ff_frame_add_label(frame, FF_LABEL_VIRIAL, NULL), FF_OK);
    assert_int_equal(ff_frame_add_label(frame, FF_LABEL_SITE_ENERGIES, NULL), FF_OK);
    frame->energy = -8.5;
    for (int k = 0; k < 6; k++)
        frame->virial[k] = frame->forces[k] = 0.1 * k - 0.2;
    frame->site_energies[0] = -4;
    frame->site_energies[1] = -4.5;
    frame->weight[FF_KIND_FORCE] = 0.5;
    const ff_displacement displacement[3] = {{1, {0, 0, 1}}, {0, {0.6, 0.8, 0}}, {0, {1, 0, 0}}};
    assert_int_equal(ff_frame_set_displacements(frame, 3, displacement, NULL), FF_OK);
    for (int k = 0; k < 18; k++)
        frame->force_constants[k] = 0.3 * k - 2;
    assert_int_equal(ff_frame_set_group(frame, "liquid", NULL), FF_OK);
}

static void new_frames_are_unlabelled_and_weigh_one(void **state)
{
    ff_frame frame;
    (void)state;
    assert_int_equal(ff_frame_init(&frame, 3, NULL), FF_OK);
    assert_int_equal(frame.labels, 0);
    assert_null(frame.forces);
    assert_null(frame.site_energies);
    assert_null(frame.force_constants);
    assert_int_equal(frame.displacements, 0);
    assert_string_equal(frame.group, "default");
    for (int kind = 0; kind < FF_KINDS; kind++)
        assert_near(frame.weight[kind], 1, 0);
    ff_frame_clear(&frame);
    assert_null(frame.positions);
    ff_frame_clear(&frame);
}

static void impossible_sizes_are_an_error(void **state)
{
    ff_frame frame;
    ff_error err = {0};
    (void)state;
    assert_int_equal(ff_frame_init(&frame, SIZE_MAX / 4, &err), FF_E_NOMEM);
    assert_int_equal(err.code, FF_E_NOMEM);
    ff_frame_clear(&frame);
}

static void copies_share_nothing(void **state)
{
    ff_frame frame, copy;
    (void)state;
    full_frame(&frame);
    assert_int_equal(ff_frame_copy(&copy, &frame, NULL), FF_OK);
    assert_ptr_not_equal(copy.positions, frame.positions);
    assert_memory_equal(copy.positions, frame.positions, 6 * sizeof(double));
    assert_memory_equal(copy.forces, frame.forces, 6 * sizeof(double));
    assert_memory_equal(copy.site_energies, frame.site_energies, 2 * sizeof(double));
    assert_memory_equal(copy.species, frame.species, 2 * sizeof(int));
    assert_int_equal(copy.displacements, 3);
    assert_ptr_not_equal(copy.displacement, frame.displacement);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(copy.displacement[k].atom, k == 0);
        assert_memory_equal(copy.displacement[k].direction, frame.displacement[k].direction,
                            3 * sizeof(double));
    }
    assert_memory_equal(copy.force_constants, frame.force_constants, 18 * sizeof(double));
    assert_memory_equal(copy.virial, frame.virial, sizeof copy.virial);
    assert_memory_equal(copy.cell, frame.cell, sizeof copy.cell);
    assert_memory_equal(copy.weight, frame.weight, sizeof copy.weight);
    assert_int_equal(copy.labels, frame.labels);
    ff_frame_clear(&frame);
    assert_string_equal(copy.group, "liquid");
    ff_frame_clear(&copy);
}

/* A new set takes the place of the old one, and drops with the other labels. */
static void displacements_are_replaced_and_dropped(void **state)
{
    const ff_displacement one = {1, {0, 1, 0}};
    ff_frame frame;
    ff_error err = {0};
    (void)state;
    full_frame(&frame);
    assert_true(frame.labels & FF_LABEL_FORCE_CONSTANTS);
    assert_int_equal(ff_frame_set_displacements(&frame, 1, &one, NULL), FF_OK);
    assert_int_equal(frame.displacements, 1);
    for (int k = 0; k < 6; k++)
        assert_near(frame.force_constants[k], 0, 0);
    assert_int_equal(ff_frame_set_displacements(&frame, SIZE_MAX / 16, &one, &err), FF_E_NOMEM);
    assert_int_equal(frame.displacements, 1);
    ff_frame_drop_labels(&frame);
    assert_int_equal(frame.labels, 0);
    assert_int_equal(frame.displacements, 0);
    assert_null(frame.displacement);
    assert_null(frame.force_constants);
    assert_int_equal(ff_frame_check(&frame, NULL), FF_OK);
    ff_frame_clear(&frame);
}

/* det(1 + strain) is the ratio of volumes, whatever the strain. */
static void strain_scales_the_volume_by_its_determinant(void **state)
{
    static const double strain[9] = {0.1, 0.02, 0, -0.03, -0.05, 0, 0, 0, 0.2};
    const double determinant = (1.1 * 0.95 - 0.02 * -0.03) * 1.2;
    ff_frame frame;
    (void)state;
    full_frame(&frame);
    double before = ff_frame_volume(&frame), x = frame.positions[3], y = frame.positions[4];
    ff_frame_strain(&frame, strain);
    /* A few roundings of numbers of order 100. */
    assert_near(ff_frame_volume(&frame), determinant * before, 1e-12);
    assert_near(frame.positions[3], 1.1 * x + 0.02 * y, 1e-15);
    ff_frame_clear(&frame);
}

static void strain_keeps_fractional_positions(void **state)
{
    static const double strain[9] = {0.1, 0.02, 0.3, -0.03, -0.05, 0.1, 0.01, 0, 0.2};
    ff_frame frame;
    (void)state;
    full_frame(&frame);
    for (int k = 0; k < 3; k++)
        frame.positions[3 + k] =
            0.25 * frame.cell[k] + 0.5 * frame.cell[3 + k] - 0.75 * frame.cell[6 + k];
    ff_frame_strain(&frame, strain);
    for (int k = 0; k < 3; k++)
        assert_near(frame.positions[3 + k],
                    0.25 * frame.cell[k] + 0.5 * frame.cell[3 + k] - 0.75 * frame.cell[6 + k],
                    1e-14);
    ff_frame_clear(&frame);
}

/* Spoils a good frame in one place and expects the check to say where. */
static void expect_refusal(void (*spoil)(ff_frame *), int64_t atom, const char *word)
{
    ff_frame frame;
    ff_error err = {0};
    full_frame(&frame);
    assert_int_equal(ff_frame_check(&frame, &err), FF_OK);
    spoil(&frame);
    assert_int_equal(ff_frame_check(&frame, &err), FF_E_RANGE);
    assert_int_equal(err.atom, atom);
    assert_non_null(strstr(err.message, word));
    ff_frame_clear(&frame);
}

static void spoil_position(ff_frame *frame)
{
    frame->positions[4] = NAN;
}
static void spoil_force(ff_frame *frame)
{
    frame->forces[0] = INFINITY;
}
static void spoil_site_energy(ff_frame *frame)
{
    frame->site_energies[1] = NAN;
}
static void spoil_species(ff_frame *frame)
{
    frame->species[0] = 119;
}
static void spoil_energy(ff_frame *frame)
{
    frame->energy = NAN;
}
static void spoil_virial(ff_frame *frame)
{
    frame->virial[5] = NAN;
}
static void spoil_weight(ff_frame *frame)
{
    frame->weight[0] = INFINITY;
}
static void spoil_cell(ff_frame *frame)
{
    frame->cell[8] = NAN;
}
static void spoil_displaced_atom(ff_frame *frame)
{
    frame->displacement[2].atom = 2;
}
static void lengthen_direction(ff_frame *frame)
{
    frame->displacement[1].direction[0] = 0.600001;
}
static void spoil_direction(ff_frame *frame)
{
    frame->displacement[0].direction[1] = NAN;
}
static void spoil_response(ff_frame *frame)
{
    frame->force_constants[17] = NAN;
}
static void forget_displacements(ff_frame *frame)
{
    free(frame->displacement);
    frame->displacement = NULL;
    frame->displacements = 0;
}
static void flatten_cell(ff_frame *frame)
{
    memcpy(frame->cell + 6, frame->cell, 3 * sizeof(double));
}

static void bad_frames_are_refused_by_atom(void **state)
{
    (void)state;
    expect_refusal(spoil_position, 2, "position");
    expect_refusal(spoil_force, 1, "force");
    expect_refusal(spoil_site_energy, 2, "site energy");
    expect_refusal(spoil_species, 1, "119");
    expect_refusal(spoil_energy, 0, "energy");
    expect_refusal(spoil_virial, 0, "virial");
    expect_refusal(spoil_weight, 0, "weight");
    expect_refusal(spoil_cell, 0, "cell");
    expect_refusal(spoil_displaced_atom, 0, "displacement 3 is of atom 3 of 2");
    expect_refusal(lengthen_direction, 0, "displacement 2");
    expect_refusal(spoil_direction, 0, "unit vector");
    expect_refusal(spoil_response, 0, "displacement 3");
    expect_refusal(forget_displacements, 0, "no displacement");
    expect_refusal(flatten_cell, 0, "singular");
}

static void labels_that_are_absent_are_not_checked(void **state)
{
    ff_frame frame;
    (void)state;
    full_frame(&frame);
    frame.energy = NAN;
    frame.force_constants[0] = NAN;
    frame.labels &= ~(unsigned)(FF_LABEL_ENERGY | FF_LABEL_FORCE_CONSTANTS);
    assert_int_equal(ff_frame_check(&frame, NULL), FF_OK);
    ff_frame_clear(&frame);
}

static void a_frame_without_cell_is_good(void **state)
{
    ff_frame frame;
    (void)state;
    full_frame(&frame);
    memset(frame.cell, 0, sizeof frame.cell);
    memset(frame.periodic, 0, sizeof frame.periodic);
    assert_int_equal(ff_frame_check(&frame, NULL), FF_OK);
    assert_near(ff_frame_volume(&frame), 0, 0);
    ff_frame_clear(&frame);
}

static void datasets_take_their_frames_and_know_their_species(void **state)
{
    ff_dataset dataset;
    ff_frame frame;
    int species[FF_MAX_SPECIES];
    size_t count = 0;
    (void)state;
    ff_dataset_init(&dataset);
    for (int i = 0; i < 40; i++) {
        full_frame(&frame);
        frame.species[0] = i % 2 ? 14 : 6;
        assert_int_equal(ff_dataset_append(&dataset, &frame, NULL), FF_OK);
        assert_null(frame.positions);
    }
    ff_dataset_species(&dataset, species, &count);
    assert_int_equal(dataset.count, 40);
    assert_int_equal(count, 3);
    assert_int_equal(species[0], 6);
    assert_int_equal(species[1], 14);
    assert_int_equal(species[2], 74);
    ff_dataset_clear(&dataset);
    assert_int_equal(dataset.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_frames_are_unlabelled_and_weigh_one),
        cmocka_unit_test(impossible_sizes_are_an_error),
        cmocka_unit_test(copies_share_nothing),
        cmocka_unit_test(displacements_are_replaced_and_dropped),
        cmocka_unit_test(strain_scales_the_volume_by_its_determinant),
        cmocka_unit_test(strain_keeps_fractional_positions),
        cmocka_unit_test(bad_frames_are_refused_by_atom),
        cmocka_unit_test(labels_that_are_absent_are_not_checked),
        cmocka_unit_test(a_frame_without_cell_is_good),
        cmocka_unit_test(datasets_take_their_frames_and_know_their_species),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
