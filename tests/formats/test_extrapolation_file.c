/* Extrapolations: what is written is read back bit by bit, unknown numbers (NaN) included, and
 * damage is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/extrapolation_file.h"
#include "tests/formats/damage.h"
#include "tests/formats/made_up.h"

#include "tests/near.h"

enum { SIZES = 4 };

static void make_up(ff_extrapolation *e, ff_tags *tags)
{
    double sites[SIZES], energy[SIZES];
    ff_extrapolation_init(e);
    ff_tags_init(tags);
    assert_int_equal(ff_tags_add(tags, "potential=sw", NULL), FF_OK);
    (void)snprintf(e->crystal, sizeof e->crystal, "diamond");
    (void)snprintf(e->defect, sizeof e->defect, "vacancy");
    e->lattice_constant = 5.43095;
    e->sizes = SIZES;
    e->size = calloc(SIZES, sizeof *e->size);
    assert_non_null(e->size);
    for (int i = 0; i < SIZES; i++) {
        sites[i] = 8.0 * (i + 2) * (i + 2) * (i + 2);
        energy[i] = 3.5 + 7.0 / sites[i] + 0.1 / (3 + i);
        e->size[i] = (ff_extrapolated_size){.cells = {i + 2, i + 2, 2 * (i + 2)},
                                            .atoms = (size_t)sites[i] - 1,
                                            .sites = (size_t)sites[i],
                                            .converged = i != 1,
                                            .energy = energy[i],
                                            .without_images = energy[i] / 3,
                                            .volume = 1.0 / (i + 7),
                                            .geometry = i + 1 < SIZES ? 0.1 / (i + 3) : NAN};
    }
    ff_limit_assume(&e->energy, sites, energy, SIZES, 3.0);
    ff_limit_fit(&e->energy_fitted, sites, energy, SIZES);
    ff_power_law_fit(&e->geometry, sites, energy, SIZES);
}

static void write_extrapolation(const char *path)
{
    ff_extrapolation e;
    ff_tags tags;
    make_up(&e, &tags);
    ff_container *container = made_up_start(path, "extrapolation", FF_EXTRAPOLATION_FILE_VERSION);
    assert_int_equal(ff_extrapolation_write(container, &e, &tags, NULL), FF_OK);
    made_up_finish(container);
    ff_extrapolation_clear(&e);
    ff_tags_clear(&tags);
}

/* Doubles of structs, equal or both unknown. */
static void assert_same_numbers(const double *found, const double *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(expected[i]))
            assert_true(isnan(found[i]));
        else
            assert_near(found[i], expected[i], 0);
}

static void assert_same_limit(const ff_limit *found, const ff_limit *expected)
{
    assert_int_equal(found->sizes, expected->sizes);
    assert_int_equal(found->terms, expected->terms);
    assert_same_numbers(&found->value, &expected->value, 8);
}

static void extrapolations_come_back(void **state)
{
    ff_extrapolation e, found;
    ff_tags tags, found_tags;
    (void)state;
    make_up(&e, &tags);
    write_extrapolation("extrapolation.h5");
    ff_container *container = made_up_open("extrapolation.h5", "extrapolation");
    assert_int_equal(ff_extrapolation_read(&found, &found_tags, container, NULL), FF_OK);
    ff_container_close(container);
    assert_string_equal(ff_tags_get(&found_tags, "potential"), "sw");
    assert_string_equal(found.crystal, e.crystal);
    assert_string_equal(found.defect, e.defect);
    assert_near(found.lattice_constant, e.lattice_constant, 0);
    assert_int_equal(found.sizes, e.sizes);
    for (int i = 0; i < SIZES; i++) {
        assert_memory_equal(found.size[i].cells, e.size[i].cells, sizeof e.size[i].cells);
        assert_int_equal(found.size[i].atoms, e.size[i].atoms);
        assert_int_equal(found.size[i].sites, e.size[i].sites);
        assert_int_equal(found.size[i].converged, e.size[i].converged);
        assert_same_numbers(&found.size[i].energy, &e.size[i].energy, 4);
    }
    assert_same_limit(&found.energy, &e.energy);
    assert_same_limit(&found.energy_fitted, &e.energy_fitted);
    assert_same_limit(&found.without_images, &e.without_images);
    assert_same_limit(&found.volume, &e.volume);
    assert_int_equal(found.geometry.points, e.geometry.points);
    assert_same_numbers(&found.geometry.exponent, &e.geometry.exponent, 4);
    ff_extrapolation_clear(&e);
    ff_extrapolation_clear(&found);
    ff_tags_clear(&tags);
    ff_tags_clear(&found_tags);
}

static int read_extrapolation(ff_container *container, ff_error *err)
{
    ff_extrapolation e;
    ff_tags tags;
    int status = ff_extrapolation_read(&e, &tags, container, err);
    if (status == FF_OK) {
        ff_extrapolation_clear(&e);
        ff_tags_clear(&tags);
    }
    return status;
}

static void damaged_extrapolations_are_refused(void **state)
{
    (void)state;
    write_extrapolation("sound.h5");
    damage_everything(&(damage_case){.path = "sound.h5",
                                     .kind = "extrapolation",
                                     .read = read_extrapolation,
                                     .optional = (const char *const[]){"deflate", NULL}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extrapolations_come_back),
        cmocka_unit_test(damaged_extrapolations_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
