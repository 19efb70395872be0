/* Models written out in ML-PACE's form are the same potentials. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/pace_model.h"
#include "lib/ace/pace_potential.h"
#include "tests/lib/ace/environments.h"
#include "tests/lib/ace/models.h"
#include <stdio.h>

static const ff_ace_options pairs = {.species_count = 1,
                                     .species = {74},
                                     .order = 1,
                                     .degree = {9},
                                     .l_weight = 1.0,
                                     .pair_degree = 9,
                                     .cutoff = 5.0,
                                     .inner = 1.7,
                                     .nearest = 2.74};
static const ff_ace_options tungsten = {.species_count = 1,
                                        .species = {74},
                                        .order = 3,
                                        .degree = {0, 8, 8},
                                        .l_weight = 1.0,
                                        .pair_degree = 8,
                                        .cutoff = 5.0,
                                        .inner = 1.7,
                                        .nearest = 2.74};
static const ff_ace_options tungsten_4 = {.species_count = 1,
                                          .species = {74},
                                          .order = 4,
                                          .degree = {0, 6, 6, 7},
                                          .l_weight = 1.0,
                                          .pair_degree = 6,
                                          .cutoff = 5.0,
                                          .inner = 1.7,
                                          .nearest = 2.74};
static const ff_ace_options tungsten_5 = {.species_count = 1,
                                          .species = {74},
                                          .order = 5,
                                          .degree = {6, 4, 5, 6, 7},
                                          .l_weight = 0.7,
                                          .pair_degree = 0,
                                          .cutoff = 5.0,
                                          .inner = 1.7,
                                          .nearest = 2.74};
static const ff_ace_options alloy = {.species_count = 2,
                                     .species = {13, 22},
                                     .order = 4,
                                     .degree = {0, 6, 6, 5.5},
                                     .l_weight = 0.7,
                                     .pair_degree = 6,
                                     .cutoff = 5.2,
                                     .inner = 1.6,
                                     .nearest = 2.8};
static const ff_ace_options *const all[] = {&pairs, &tungsten, &tungsten_4, &tungsten_5, &alloy};

static void same(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t e = 0; e < sizeof all / sizeof *all; e++) {
        ff_ace_model model;
        ff_pace pace;
        ff_pace_cost cost;
        ff_potential *ours = NULL, *theirs = NULL;
        random_model(&model, all[e], 5);
        assert_int_equal(ff_ace_potential_new(&ours, &model, NULL), FF_OK);
        assert_int_equal(ff_pace_from_model(&pace, &cost, &model, 0, NULL), FF_OK);
        ff_error err = {0};
        if (ff_pace_potential_new(&theirs, &pace, &err))
            fail_msg("%s", err.message);
        printf("case %zu bases %d functions %zu terms %zu fit %.1e table %.1e spacing %g MB %.0f\n",
               e, pace.bond[0][0].bases, pace.element[0].functions, pace.element[0].terms,
               cost.fit_error, cost.table_error, pace.spacing, cost.table_bytes / 1e6);
        void *a = ours->class_->workspace_new(ours, NULL);
        void *b = theirs->class_->workspace_new(theirs, NULL);
        for (int trial = 0; trial < 4; trial++) {
            surroundings s;
            size_t n = 7 + 11 * (size_t)trial;
            surroundings_random(&s, rng, all[e], n, all[e]->inner, all[e]->cutoff + 0.2);
            double ea, eb, ga[3 * MOST_NEIGHBOURS], gb[3 * MOST_NEIGHBOURS], worst = 0, big = 0,
                                                                             hw = 0, hb = 0;
            double dir[2 * 3 * MOST_NEIGHBOURS], ha[2 * 3 * MOST_NEIGHBOURS],
                hbb[2 * 3 * MOST_NEIGHBOURS];
            assert_int_equal(ours->class_->site(ours, &s.environment, a, &ea, ga, NULL), FF_OK);
            assert_int_equal(theirs->class_->site(theirs, &s.environment, b, &eb, gb, NULL), FF_OK);
            for (size_t i = 0; i < 6 * n; i++)
                dir[i] = gsl_rng_uniform(rng) - .5;
            assert_int_equal(
                ours->class_->hessian_products(ours, &s.environment, a, 2, dir, ha, NULL), FF_OK);
            assert_int_equal(
                theirs->class_->hessian_products(theirs, &s.environment, b, 2, dir, hbb, NULL),
                FF_OK);
            for (size_t i = 0; i < 3 * n; i++) {
                worst = fmax(worst, fabs(ga[i] - gb[i]));
                big = fmax(big, fabs(ga[i]));
            }
            for (size_t i = 0; i < 6 * n; i++) {
                hw = fmax(hw, fabs(ha[i] - hbb[i]));
                hb = fmax(hb, fabs(ha[i]));
            }
            printf("  n %zu e %.12g diff %.2e grad %.3g diff %.2e hess %.3g diff %.2e\n", n, ea,
                   ea - eb, big, worst, hb, hw);
        }
        ours->class_->workspace_free(a);
        theirs->class_->workspace_free(b);
        ff_potential_free(ours);
        ff_potential_free(theirs);
        ff_pace_clear(&pace);
        ff_ace_model_clear(&model);
    }
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
