/* Comparisons: what is written is read back bit by bit, unknown numbers (NaN) included, and damage
 * is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/damage.h"
#include "tests/formats/made_up.h"

#include "tests/near.h"

/* Equal, or both unknown. */
static void assert_same_number(double found, double expected)
{
    if (isnan(expected))
        assert_true(isnan(found));
    else
        assert_near(found, expected, 0);
}

static void assert_same_tags(const ff_tags *found, const ff_tags *expected)
{
    assert_int_equal(found->count, expected->count);
    for (size_t i = 0; i < expected->count; i++) {
        assert_string_equal(found->list[i].name, expected->list[i].name);
        assert_string_equal(found->list[i].value, expected->list[i].value);
    }
}

static void write_comparison(const char *path)
{
    ff_comparison comparison;
    made_up_comparison(&comparison, "2", "E,F <&>", 1.0 / 30);
    comparison.topology =
        (ff_topology){.moved = 3, .turned = 1, .bonds = 7, .cores = 1, .equivalent = true};
    ff_container *container = made_up_start(path, "comparison", 1);
    assert_int_equal(ff_comparison_write(container, &comparison, NULL), FF_OK);
    made_up_finish(container);
    ff_comparison_clear(&comparison);
}

static void comparisons_come_back(void **state)
{
    ff_comparison comparison, found;
    (void)state;
    made_up_comparison(&comparison, "2", "E,F <&>", 1.0 / 30);
    comparison.topology =
        (ff_topology){.moved = 3, .turned = 1, .bonds = 7, .cores = 1, .equivalent = true};
    write_comparison("comparison.h5");
    ff_container *container = made_up_open("comparison.h5", "comparison");
    assert_int_equal(ff_comparison_read(&found, container, NULL), FF_OK);
    ff_container_close(container);
    assert_same_tags(&found.tags, &comparison.tags);
    assert_string_equal(found.crystal, comparison.crystal);
    assert_string_equal(found.defect, comparison.defect);
    assert_memory_equal(found.cells, comparison.cells, sizeof found.cells);
    assert_int_equal(found.atoms, comparison.atoms);
    assert_int_equal(found.converged, comparison.converged);
    assert_int_equal(found.topology.moved, comparison.topology.moved);
    assert_int_equal(found.topology.turned, comparison.topology.turned);
    assert_int_equal(found.topology.bonds, comparison.topology.bonds);
    assert_int_equal(found.topology.cores, comparison.topology.cores);
    assert_int_equal(found.topology.equivalent, comparison.topology.equivalent);
    assert_int_equal(found.bins, comparison.bins);
    assert_memory_equal(found.decay, comparison.decay, found.bins * sizeof *found.decay);
    const double pairs[][2] = {
        {found.geometry_error, comparison.geometry_error},
        {found.geometry_error_max, comparison.geometry_error_max},
        {found.geometry_norm, comparison.geometry_norm},
        {found.energy_reference, comparison.energy_reference},
        {found.energy_model, comparison.energy_model},
        {found.energy_error, comparison.energy_error},
        {found.decay_exponent, comparison.decay_exponent},
        {found.residual_norm, comparison.residual_norm},
        {found.predicted_error, comparison.predicted_error},
        {found.effectivity, comparison.effectivity},
        {found.training_radius, comparison.training_radius},
        {found.predicted_core, comparison.predicted_core},
        {found.predicted_far, comparison.predicted_far},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_same_number(pairs[i][0], pairs[i][1]);
    ff_comparison_clear(&found);
    ff_comparison_clear(&comparison);
}

static int read_comparison(ff_container *container, ff_error *err)
{
    ff_comparison comparison;
    int status = ff_comparison_read(&comparison, container, err);
    if (status == FF_OK)
        ff_comparison_clear(&comparison);
    return status;
}

static void damaged_comparisons_are_refused(void **state)
{
    (void)state;
    write_comparison("sound.h5");
    damage_everything(
        &(damage_case){.path = "sound.h5",
                       .kind = "comparison",
                       .read = read_comparison,
                       .optional = (const char *const[]){"deflate", "changes", NULL}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_come_back),
        cmocka_unit_test(damaged_comparisons_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
