/* Datasets: frames come back bit by bit, labels that no frame has take no room, and damage is
 * refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/damage.h"
#include "tests/formats/made_up.h"

#include "formats/digest.h"
#include "tests/near.h"

static void assert_same_frame(const ff_frame *found, const ff_frame *expected)
{
    const size_t n = expected->atoms;
    assert_int_equal(found->atoms, n);
    assert_int_equal(found->labels, expected->labels);
    assert_string_equal(found->group, expected->group);
    assert_int_equal(isnan(found->centre[0]), isnan(expected->centre[0]));
    if (!isnan(expected->centre[0]))
        assert_memory_equal(found->centre, expected->centre, sizeof found->centre);
    assert_memory_equal(found->cell, expected->cell, sizeof expected->cell);
    assert_memory_equal(found->periodic, expected->periodic, sizeof expected->periodic);
    assert_memory_equal(found->weight, expected->weight, sizeof expected->weight);
    assert_memory_equal(found->virial, expected->virial, sizeof expected->virial);
    assert_memory_equal(&found->energy, &expected->energy, sizeof expected->energy);
    if (n) {
        assert_memory_equal(found->species, expected->species, n * sizeof(int));
        assert_memory_equal(found->positions, expected->positions, 3 * n * sizeof(double));
    }
    assert_int_equal(found->forces != NULL, expected->forces != NULL);
    assert_int_equal(found->site_energies != NULL, expected->site_energies != NULL);
    if (n && expected->forces)
        assert_memory_equal(found->forces, expected->forces, 3 * n * sizeof(double));
    if (n && expected->site_energies)
        assert_memory_equal(found->site_energies, expected->site_energies, n * sizeof(double));
    assert_int_equal(found->displacements, expected->displacements);
    for (size_t i = 0; i < expected->displacements; i++) {
        const ff_displacement *one = &found->displacement[i], *other = &expected->displacement[i];
        assert_int_equal(one->atom, other->atom);
        assert_memory_equal(one->direction, other->direction, sizeof one->direction);
    }
    if (expected->displacements)
        assert_memory_equal(found->force_constants, expected->force_constants,
                            3 * n * expected->displacements * sizeof(double));
}

static void write_dataset(const char *path, const ff_dataset *dataset, int deflate)
{
    ff_container *container = made_up_start(path, "dataset", deflate);
    assert_int_equal(ff_dataset_write(container, dataset, NULL), FF_OK);
    made_up_finish(container);
}

static void frames_come_back_bit_by_bit(void **state)
{
    ff_dataset dataset, found;
    (void)state;
    made_up_dataset(&dataset);
    for (int deflate = 0; deflate <= 6; deflate += 6) {
        write_dataset("dataset.h5", &dataset, deflate);
        ff_container *container = made_up_open("dataset.h5", "dataset");
        assert_int_equal(ff_dataset_read(&found, container, NULL), FF_OK);
        ff_container_close(container);
        assert_int_equal(found.count, dataset.count);
        for (size_t i = 0; i < found.count; i++)
            assert_same_frame(&found.frames[i], &dataset.frames[i]);
        assert_memory_equal(found.isolated_known, dataset.isolated_known,
                            sizeof found.isolated_known);
        assert_near(found.isolated_energy[14], -157.0 / 7, 0);
        ff_dataset_clear(&found);
    }
    ff_dataset_clear(&dataset);
}

static void a_dataset_without_frames_is_a_dataset(void **state)
{
    ff_dataset dataset, found;
    (void)state;
    ff_dataset_init(&dataset);
    write_dataset("none.h5", &dataset, 1);
    ff_container *container = made_up_open("none.h5", "dataset");
    assert_int_equal(ff_dataset_read(&found, container, NULL), FF_OK);
    assert_int_equal(found.count, 0);
    ff_container_close(container);
}

static void absent_labels_take_no_array(void **state)
{
    ff_dataset dataset;
    ff_frame frame;
    (void)state;
    ff_dataset_init(&dataset);
    made_up_frame(&frame, 3, FF_LABEL_ENERGY, "default");
    frame.centre[0] = NAN;
    assert_int_equal(ff_dataset_append(&dataset, &frame, NULL), FF_OK);
    write_dataset("plain.h5", &dataset, 0);
    ff_dataset_clear(&dataset);
    ff_container *container = made_up_open("plain.h5", "dataset");
    hid_t root = ff_container_root(container);
    assert_true(ff_link_exists(root, "atoms/position"));
    assert_false(ff_link_exists(root, "atoms/force"));
    assert_false(ff_link_exists(root, "atoms/site_energy"));
    assert_false(ff_link_exists(root, "frames/centre"));
    assert_false(ff_link_exists(root, "force_constants"));
    ff_container_close(container);
}

/* NaN in a label that is absent must not reach the file. */
static void absent_labels_are_stored_as_zero(void **state)
{
    ff_dataset dataset, found;
    ff_frame frame;
    (void)state;
    ff_dataset_init(&dataset);
    made_up_frame(&frame, 2, FF_LABEL_FORCES, "default");
    frame.energy = NAN;
    frame.virial[3] = NAN;
    assert_int_equal(ff_dataset_append(&dataset, &frame, NULL), FF_OK);
    write_dataset("nan.h5", &dataset, 0);
    ff_dataset_clear(&dataset);
    ff_container *container = made_up_open("nan.h5", "dataset");
    assert_int_equal(ff_dataset_read(&found, container, NULL), FF_OK);
    assert_near(found.frames[0].energy, 0, 0);
    assert_near(found.frames[0].virial[3], 0, 0);
    ff_container_close(container);
    ff_dataset_clear(&found);
}

/* The array of a label appears with the first frame that has it, whenever that comes. */
static void writing_frame_by_frame_gives_the_same_bytes(void **state)
{
    ff_dataset dataset;
    ff_dataset_writer *writer = NULL;
    char whole[FF_DIGEST_SIZE], pieces[FF_DIGEST_SIZE];
    (void)state;
    made_up_dataset(&dataset);
    write_dataset("whole.h5", &dataset, 1);
    ff_container *container = made_up_start("pieces.h5", "dataset", 1);
    assert_int_equal(ff_dataset_writer_new(&writer, container, NULL), FF_OK);
    for (size_t i = 0; i < dataset.count; i++)
        assert_int_equal(ff_dataset_writer_append(writer, &dataset.frames[i], NULL), FF_OK);
    assert_int_equal(ff_dataset_writer_finish(writer, &dataset, NULL), FF_OK);
    made_up_finish(container);
    assert_int_equal(ff_digest_file(whole, "whole.h5", NULL), FF_OK);
    assert_int_equal(ff_digest_file(pieces, "pieces.h5", NULL), FF_OK);
    assert_string_equal(whole, pieces);
    ff_dataset_clear(&dataset);
}

static void an_abandoned_writer_leaves_nothing(void **state)
{
    ff_dataset_writer *writer = NULL;
    ff_frame frame;
    (void)state;
    ff_container *container = made_up_start("abandoned.h5", "dataset", 1);
    assert_int_equal(ff_dataset_writer_new(&writer, container, NULL), FF_OK);
    made_up_frame(&frame, 3, 31, "default");
    assert_int_equal(ff_dataset_writer_append(writer, &frame, NULL), FF_OK);
    ff_frame_clear(&frame);
    ff_dataset_writer_free(writer);
    ff_container_close(container);
    assert_null(fopen("abandoned.h5", "rb"));
}

static int read_and_clear(ff_container *container, ff_error *err)
{
    ff_dataset dataset;
    int status = ff_dataset_read(&dataset, container, err);
    if (status == FF_OK)
        ff_dataset_clear(&dataset);
    return status;
}

static void damage_is_refused(void **state)
{
    ff_dataset dataset;
    (void)state;
    made_up_dataset(&dataset);
    write_dataset("sound.h5", &dataset, 1);
    ff_dataset_clear(&dataset);
    damage_everything(
        &(damage_case){.path = "sound.h5",
                       .kind = "dataset",
                       .read = read_and_clear,
                       .optional = (const char *const[]){"deflate", "frames/centre", NULL}});
}

/* One number of a sound file changed: the message must name the frame. */
static void expect_frame(const char *array, hid_t type, const void *value, const char *word)
{
    ff_dataset dataset;
    ff_error err = {0};
    const hsize_t start = 5, count = 1;
    made_up_dataset(&dataset);
    write_dataset("one.h5", &dataset, 0);
    ff_dataset_clear(&dataset);
    hid_t file = H5Fopen("one.h5", H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t stored = H5Dopen2(file, array, H5P_DEFAULT), space = H5Dget_space(stored);
    hid_t one = H5Screate_simple(1, &count, NULL);
    assert_true(H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0);
    assert_true(H5Dwrite(stored, type, one, space, H5P_DEFAULT, value) >= 0);
    assert_true(H5Sclose(one) >= 0 && H5Sclose(space) >= 0 && H5Dclose(stored) >= 0 &&
                H5Fclose(file) >= 0);
    ff_container *container = made_up_open("one.h5", "dataset");
    assert_true(ff_dataset_read(&dataset, container, &err) < 0);
    ff_container_close(container);
    assert_string_equal(err.file, "one.h5");
    if (!strstr(err.message, word))
        fail_msg("'%s' does not say '%s'", err.message, word);
}

static void wrong_numbers_are_refused(void **state)
{
    const uint32_t group = 3;
    const uint8_t labels = 32, responses = 16;
    const uint32_t atom = 4;
    const int64_t many = INT64_MAX, negative = -1;
    const double nan = NAN;
    const int species = 0;
    (void)state;
    expect_frame("frames/group", H5T_NATIVE_UINT32, &group, "group 3 of 3");
    expect_frame("frames/labels", H5T_NATIVE_UINT8, &labels, "label");
    expect_frame("frames/atoms", H5T_NATIVE_INT64, &many, "atoms");
    expect_frame("frames/atoms", H5T_NATIVE_INT64, &negative, "atoms");
    expect_frame("frames/energy", H5T_NATIVE_DOUBLE, &nan, "energy");
    expect_frame("frames/labels", H5T_NATIVE_UINT8, &responses, "displacements");
    expect_frame("frames/displacements", H5T_NATIVE_INT64, &many, "displacements");
    expect_frame("frames/displacements", H5T_NATIVE_INT64, &negative, "displacements");
    expect_frame("force_constants/atom", H5T_NATIVE_UINT32, &atom, "atom 5 of");
    expect_frame("atoms/species", H5T_NATIVE_INT, &species, "species 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_back_bit_by_bit),
        cmocka_unit_test(a_dataset_without_frames_is_a_dataset),
        cmocka_unit_test(absent_labels_take_no_array),
        cmocka_unit_test(absent_labels_are_stored_as_zero),
        cmocka_unit_test(writing_frame_by_frame_gives_the_same_bytes),
        cmocka_unit_test(an_abandoned_writer_leaves_nothing),
        cmocka_unit_test(damage_is_refused),
        cmocka_unit_test(wrong_numbers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
