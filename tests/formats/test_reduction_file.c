/* Reductions: what is written is read back bit by bit, and damage is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/damage.h"
#include "tests/formats/made_up.h"

#include "tests/near.h"

static void write_reduction(const char *path, const ff_reduced_features *features, int deflate)
{
    ff_container *container = made_up_start(path, "reduction", deflate);
    assert_int_equal(ff_reduction_write(container, features, NULL), FF_OK);
    made_up_finish(container);
}

static void assert_same_class(const ff_reduced_class *found, const ff_reduced_class *expected,
                              size_t order)
{
    assert_int_equal(found->group, expected->group);
    assert_int_equal(found->fold, expected->fold);
    assert_int_equal(found->kind, expected->kind);
    assert_int_equal(found->frames, expected->frames);
    assert_int_equal(found->count, expected->count);
    assert_int_equal(found->height, expected->height);
    assert_near(found->log_scale, expected->log_scale, 0);
    assert_near(found->targets, expected->targets, 0);
    assert_near(found->target_squares, expected->target_squares, 0);
    assert_near(found->ratio_squares, expected->ratio_squares, 0);
    assert_near(found->ratio_min, expected->ratio_min, 0);
    assert_near(found->ratio_max, expected->ratio_max, 0);
    assert_memory_equal(found->r, expected->r,
                        ff_packed_size(expected->height, order) * sizeof(double));
}

static void reductions_come_back(void **state)
{
    ff_reduced_features features, found;
    (void)state;
    made_up_reduction(&features);
    const ff_reduction *r = &features.reduction;
    for (int deflate = 0; deflate < 2; deflate++) {
        write_reduction("reduction.h5", &features, deflate);
        ff_container *container = made_up_open("reduction.h5", "reduction");
        assert_int_equal(ff_reduction_read(&found, container, NULL), FF_OK);
        ff_container_close(container);
        assert_memory_equal(&found.basis, &features.basis, sizeof found.basis);
        assert_memory_equal(found.one_body, features.one_body, sizeof found.one_body);
        assert_int_equal(found.reduction.columns, r->columns);
        assert_int_equal(found.reduction.folds, r->folds);
        assert_int_equal(found.reduction.seed, r->seed);
        assert_int_equal(found.reduction.group_count, r->group_count);
        for (size_t i = 0; i < r->group_count; i++)
            assert_string_equal(found.reduction.group_names[i], r->group_names[i]);
        assert_int_equal(found.reduction.count, r->count);
        for (size_t i = 0; i < r->count; i++)
            assert_same_class(&found.reduction.classes[i], &r->classes[i], r->columns + 1);
        ff_reduced_features_clear(&found);
    }
    ff_reduced_features_clear(&features);
}

/* Changes one number of a sound reduction; the reader must name what is wrong. */
static void expect_refusal(void (*change)(ff_reduction *), const char *message)
{
    ff_reduced_features features, found;
    ff_error err = {0};
    made_up_reduction(&features);
    change(&features.reduction);
    write_reduction("wrong.h5", &features, 0);
    ff_container *container = made_up_open("wrong.h5", "reduction");
    assert_true(ff_reduction_read(&found, container, &err) != FF_OK);
    ff_container_close(container);
    if (!strstr(err.message, message))
        fail_msg("'%s' is not in '%s'", message, err.message);
    assert_string_equal(err.file, "wrong.h5");
    ff_reduced_features_clear(&features);
}

static void swap_classes(ff_reduction *r)
{
    r->classes[1].fold = 0;
}

static void take_a_group_that_is_not(ff_reduction *r)
{
    r->classes[4].group = 3;
}

static void lose_rows(ff_reduction *r)
{
    r->classes[3].count = 6;
}

static void claim_too_many_frames(ff_reduction *r)
{
    r->classes[0].frames = 3;
}

static void turn_ratios_round(ff_reduction *r)
{
    r->classes[2].ratio_min = 4;
}

static void spoil_a_number(ff_reduction *r)
{
    r->classes[2].r[5] = INFINITY;
}

static void what_does_not_fit_together_is_refused(void **state)
{
    (void)state;
    expect_refusal(swap_classes, "class 2 is not in order");
    expect_refusal(take_a_group_that_is_not, "class 5 is of group 3");
    expect_refusal(lose_rows, "class 4 has a triangle of 7 rows for 6 observations");
    expect_refusal(claim_too_many_frames, "class 1 has a triangle of 2 rows");
    expect_refusal(turn_ratios_round, "the sums over class 3");
    expect_refusal(spoil_a_number, "the triangle of class 3 is not finite");
}

static int read_and_clear(ff_container *container, ff_error *err)
{
    ff_reduced_features features;
    int status = ff_reduction_read(&features, container, err);
    if (status == FF_OK)
        ff_reduced_features_clear(&features);
    return status;
}

static void damage_is_refused(void **state)
{
    ff_reduced_features features;
    (void)state;
    made_up_reduction(&features);
    write_reduction("sound.h5", &features, 1);
    ff_reduced_features_clear(&features);
    damage_everything(&(damage_case){.path = "sound.h5",
                                     .kind = "reduction",
                                     .read = read_and_clear,
                                     .optional = (const char *const[]){"deflate", NULL}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reductions_come_back),
        cmocka_unit_test(what_does_not_fit_together_is_refused),
        cmocka_unit_test(damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
