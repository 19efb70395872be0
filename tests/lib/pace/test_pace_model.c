/* Models in ML-PACE's form are the same potentials wherever atoms may be. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/wall.h"
#include "lib/pace/pace_model.h"
#include "lib/pace/pace_potential.h"
#include "lib/pace/pace_repulsion.h"
#include "tests/lib/ace/bases.h"
#include "tests/lib/ace/environments.h"
#include "tests/lib/ace/models.h"

static const ff_ace_options cases[] = {
    {TUNGSTEN, .order = 1, .degree = {9}, .l_weight = 1.0, .pair_degree = 9},
    {TUNGSTEN, .order = 3, .degree = {0, 8, 8}, .l_weight = 1.0, .pair_degree = 8,
     .radial = {.transform = FF_RADIAL_EXPONENTIAL},
     .pair_radial = {.transform = FF_RADIAL_POLYNOMIAL}},
    {TUNGSTEN, .order = 5, .degree = {6, 4, 5, 6, 7}, .l_weight = 0.7},
    {ALLOY, .order = 4, .degree = {0, 6, 6, 5.5}, .l_weight = 0.7, .pair_degree = 6,
     .range = {{5.2, 1.6, 2.8}, {4.9, 1.7, 2.7}, {5.0, 1.8, 2.9}}},
};

static const ff_ace_options many_species = {.species_count = 8,
                                            .species = {21, 22, 23, 24, 25, 26, 27, 28},
                                            .order = 1,
                                            .degree = {12},
                                            .l_weight = 1.0,
                                            .pair_degree = 12,
                                            .cutoff = 5.2,
                                            .inner = 1.6,
                                            .nearest = 2.6};

typedef struct both {
    ff_ace_model model;
    ff_pace pace;
    ff_pace_cost cost;
    ff_potential *ours, *theirs;
    void *our_scratch, *their_scratch;
} both;

static void open_both(both *b, const ff_ace_options *options)
{
    random_model(&b->model, options, 5);
    assert_int_equal(ff_ace_potential_new(&b->ours, &b->model, NULL), FF_OK);
    assert_int_equal(ff_pace_from_model(&b->pace, &b->cost, &b->model, 0, NULL), FF_OK);
    assert_int_equal(ff_pace_potential_new(&b->theirs, &b->pace, NULL), FF_OK);
    b->our_scratch = b->ours->class_->workspace_new(b->ours, NULL);
    b->their_scratch = b->theirs->class_->workspace_new(b->theirs, NULL);
}

static void close_both(both *b)
{
    b->ours->class_->workspace_free(b->our_scratch);
    b->theirs->class_->workspace_free(b->their_scratch);
    ff_potential_free(b->ours);
    ff_potential_free(b->theirs);
    ff_pace_clear(&b->pace);
    ff_ace_model_clear(&b->model);
}

static double largest_difference(const double *a, const double *b, size_t count, double *largest)
{
    double difference = 0;
    for (size_t i = 0; i < count; i++) {
        difference = fmax(difference, fabs(a[i] - b[i]));
        *largest = fmax(*largest, fabs(a[i]));
    }
    return difference;
}

/* Radial functions are fitted to about 1e-12 of their size, of which there are some ten in every
 * product; second derivatives are less accurate by the square of the number of base functions over
 * the cutoff. Neighbours are random down to the inner radius. */
static void same_energies_gradients_and_curvatures(void **state)
{
    (void)state;
    enum { DIRECTIONS = 2, NUMBERS = 3 * MOST_NEIGHBOURS };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        both b;
        open_both(&b, &cases[c]);
        for (size_t trial = 0; trial < 4; trial++) {
            surroundings s;
            size_t n = 7 + 11 * trial;
            double energy[2], gradient[2][NUMBERS], steps[DIRECTIONS * NUMBERS];
            double product[2][DIRECTIONS * NUMBERS], size = 0, curvature = 0;
            surroundings_random(&s, rng, &cases[c], n, 1.8, cases[c].cutoff + 0.2);
            for (size_t i = 0; i < DIRECTIONS * 3 * n; i++)
                steps[i] = gsl_rng_uniform(rng) - 0.5;
            assert_int_equal(b.ours->class_->site(b.ours, &s.environment, b.our_scratch, &energy[0],
                                                  gradient[0], NULL),
                             FF_OK);
            assert_int_equal(b.theirs->class_->site(b.theirs, &s.environment, b.their_scratch,
                                                    &energy[1], gradient[1], NULL),
                             FF_OK);
            assert_int_equal(b.ours->class_->hessian_products(b.ours, &s.environment, b.our_scratch,
                                                              DIRECTIONS, steps, product[0], NULL),
                             FF_OK);
            assert_int_equal(b.theirs->class_->hessian_products(b.theirs, &s.environment,
                                                                b.their_scratch, DIRECTIONS, steps,
                                                                product[1], NULL),
                             FF_OK);
            assert_true(fabs(energy[0] - energy[1]) <= 1e-11 * (1 + fabs(energy[0])));
            double difference = largest_difference(gradient[0], gradient[1], 3 * n, &size);
            assert_true(difference <= 1e-10 * (1 + size));
            difference = largest_difference(product[0], product[1], DIRECTIONS * 3 * n, &curvature);
            assert_true(difference <= 1e-8 * (1 + curvature));
        }
        close_both(&b);
    }
    gsl_rng_free(rng);
}

/* Below the inner radius: the functions fade by the same step, and the repulsion has the wall's
 * value and slope where that acts alone. */
static void repels_as_the_wall_does(void **state)
{
    (void)state;
    both b;
    open_both(&b, &cases[3]);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            const ff_pace_bond *bond = &b.pace.bond[i][j];
            double r = 0.75 * bond->inner, slope[2], curvature;
            double wall = ff_wall(b.pace.element[i].species, b.pace.element[j].species, bond->inner,
                                  r, &slope[0], &curvature);
            double repulsion = ff_pace_repulsion(b.pace.core, bond, 0, 0, r, &slope[1], &curvature);
            assert_true(bond->inner_width == 0.25 * bond->inner);
            assert_true(fabs(repulsion - 0.5 * wall) <= 1e-12 * wall);
            assert_true(fabs(slope[1] - 0.5 * slope[0]) <= 1e-11 * fabs(slope[0]));
            double last = INFINITY;
            for (r = 0.05; r < bond->inner + 0.1; r += 0.01) {
                double found = ff_pace_repulsion(b.pace.core, bond, 0, 0, r, &slope[1], &curvature);
                assert_true(found <= last && found >= 0 && slope[1] <= 0);
                assert_true(found > 0 || r >= bond->inner - 0.02);
                last = found;
            }
        }
    assert_true(b.theirs->shortest(b.theirs, 13, 22) == 1.7);
    close_both(&b);
}

/* The spacing asked for, or one that balances the errors; memory limits it. */
static void costs_are_told(void **state)
{
    (void)state;
    ff_ace_model model;
    ff_pace pace;
    ff_pace_cost chosen, coarse;
    random_model(&model, &cases[1], 5);
    assert_int_equal(ff_pace_from_model(&pace, &chosen, &model, 0, NULL), FF_OK);
    double spacing = pace.spacing;
    ff_pace_clear(&pace);
    assert_true(spacing > 5e-5 && spacing < 1e-2 && !chosen.limited);
    assert_true(chosen.fit_error + chosen.table_error < 1e-9);
    assert_int_equal(ff_pace_from_model(&pace, &coarse, &model, 10 * spacing, NULL), FF_OK);
    assert_true(pace.spacing == 10 * spacing);
    assert_true(fabs(10 * coarse.table_bytes / chosen.table_bytes - 1) < 1e-12);
    assert_true(coarse.table_error > 100 * chosen.table_error);
    ff_pace_clear(&pace);
    model.count--;
    assert_int_equal(ff_pace_from_model(&pace, &coarse, &model, 0, NULL), FF_E_FORMAT);
    model.count++;
    ff_ace_model_clear(&model);
    /* 64 ordered pairs of eight species. */
    random_model(&model, &many_species, 5);
    assert_int_equal(ff_pace_from_model(&pace, &coarse, &model, 0, NULL), FF_OK);
    assert_true(coarse.limited && coarse.table_bytes <= FF_PACE_MOST_TABLE_BYTES);
    assert_true(coarse.table_bytes > 0.8 * FF_PACE_MOST_TABLE_BYTES);
    ff_pace_clear(&pace);
    ff_ace_model_clear(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_energies_gradients_and_curvatures),
        cmocka_unit_test(repels_as_the_wall_does),
        cmocka_unit_test(costs_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
