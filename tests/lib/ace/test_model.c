/* Models as potentials: the adjoint evaluation, and the wall that keeps atoms apart. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/ace/wall.h"
#include "tests/lib/ace/bases.h"
#include "tests/lib/ace/environments.h"
#include "tests/lib/ace/models.h"
#include "tests/lib/potentials/potential_checks.h"

static const ff_ace_options tungsten = {TUNGSTEN, .order = 3, .degree = {0, 8, 8}, .l_weight = 1.0,
                                        .pair_degree = 8};
static const ff_ace_options tungsten_4 = {TUNGSTEN, .order = 4, .degree = {0, 6, 6, 7},
                                          .l_weight = 1.0, .pair_degree = 6};
static const ff_ace_options tungsten_5 = {TUNGSTEN, .order = 5, .degree = {6, 4, 5, 6, 7},
                                          .l_weight = 0.7};
static const ff_ace_options alloy = {ALLOY, .order = 4, .degree = {0, 6, 6, 5.5}, .l_weight = 0.7,
                                     .pair_degree = 6};

static ff_potential *open_model(const ff_ace_options *options, ff_ace_model *model)
{
    ff_potential *potential = NULL;
    random_model(model, options, 5);
    assert_int_equal(ff_ace_potential_new(&potential, model, NULL), FF_OK);
    return potential;
}

static void check_model(const ff_ace_options *options, const char *crystal, double lattice_constant,
                        int cells)
{
    ff_ace_model model;
    ff_potential *potential = open_model(options, &model);
    ff_check_case c = {.potential = potential,
                       .crystal = crystal,
                       .species = options->species,
                       .species_count = options->species_count,
                       .lattice_constant = lattice_constant,
                       .cells = {cells, 1, 2}};
    check_everything(&c);
    ff_potential_free(potential);
    ff_ace_model_clear(&model);
}

static void holds_as_every_potential(void **state)
{
    (void)state;
    check_model(&tungsten, "bcc", 3.165, 2);
    check_model(&tungsten_4, "bcc", 3.165, 2);
    check_model(&tungsten_5, "bcc", 3.165, 2);
    check_model(&alloy, "fcc", 4.0, 1);
}

/* The adjoint evaluation gives sum_k c_k B_k and its gradient, both summed otherwise: 1e-12. */
static void equals_coefficients_times_functions(void **state)
{
    (void)state;
    static const ff_ace_options *const all[] = {&tungsten, &tungsten_4, &tungsten_5, &alloy};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t e = 0; e < sizeof all / sizeof *all; e++) {
        ff_ace_model model;
        ff_ace_basis *basis = NULL;
        ff_ace_workspace *workspace = NULL;
        ff_potential *potential = open_model(all[e], &model);
        assert_int_equal(ff_ace_basis_new(&basis, all[e], NULL), FF_OK);
        assert_int_equal(ff_ace_workspace_new(&workspace, basis, NULL), FF_OK);
        void *scratch = potential->class_->workspace_new(potential, NULL);
        double *values = calloc(ff_ace_basis_site_size(basis), sizeof *values);
        double *gradients =
            calloc(3 * MOST_NEIGHBOURS * ff_ace_basis_site_size(basis), sizeof *gradients);
        for (int trial = 0; trial < 5; trial++) {
            surroundings s;
            size_t first, count, neighbours = 7 + 11 * (size_t)trial;
            double energy, gradient[3 * MOST_NEIGHBOURS], scale = 0, largest = 0;
            surroundings_random(&s, rng, all[e], neighbours, all[e]->inner + 0.2, 5.4);
            assert_int_equal(ff_ace_site(basis, &s.environment, workspace, &first, &count, values,
                                         gradients, NULL),
                             FF_OK);
            assert_int_equal(potential->class_->site(potential, &s.environment, scratch, &energy,
                                                     gradient, NULL),
                             FF_OK);
            double expected = model.one_body[s.environment.species];
            for (size_t k = 0; k < count; k++) {
                expected += model.coefficients[first + k] * values[k];
                scale += fabs(model.coefficients[first + k] * values[k]);
            }
            assert_true(fabs(energy - expected) <= 1e-12 * scale);
            for (size_t i = 0; i < 3 * neighbours; i++)
                largest = fmax(largest, fabs(gradient[i]));
            for (size_t i = 0; i < 3 * neighbours; i++) {
                double sum = 0;
                for (size_t k = 0; k < count; k++)
                    sum += model.coefficients[first + k] * gradients[k * 3 * neighbours + i];
                assert_true(fabs(sum - gradient[i]) <= 1e-12 * (largest + scale));
            }
            double alone;
            assert_int_equal(
                potential->class_->site(potential, &s.environment, scratch, &alone, NULL, NULL),
                FF_OK);
            assert_true(alone == energy);
        }
        potential->class_->workspace_free(scratch);
        free(values);
        free(gradients);
        ff_ace_workspace_free(workspace);
        ff_ace_basis_free(basis);
        ff_potential_free(potential);
        ff_ace_model_clear(&model);
    }
    gsl_rng_free(rng);
}

/* Fourth-order differences over h = 1e-3 r: near the bare nuclei (r/a = 1/2) the error is h^4 / 30
 * times 5!/r^5 of the energy, about 1e-11 of the slope; where the wall fades the fifth derivative
 * is some 1e7 eV/A^5. */
static void wall_is_smooth_and_repulsive(void **state)
{
    (void)state;
    const double inner = 1.5;
    double last = INFINITY;
    for (double r = 0.05; r < 1.6; r += 0.0097) {
        double slope, curvature, unused[2], up, down, h = r < 0.7 * inner ? 1e-3 * r : 1e-4;
        double energy = ff_wall(14, 74, inner, r, &slope, &curvature), at[4];
        for (int i = 0; i < 4; i++)
            at[i] = ff_wall(14, 74, inner, r + (const double[]){-2, -1, 1, 2}[i] * h, &unused[0],
                            &unused[1]);
        double difference = (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * h);
        assert_true(fabs(difference - slope) <= 1e-8 * (fabs(slope) + 1));
        ff_wall(14, 74, inner, r + 0.01 * h, &up, &unused[1]);
        ff_wall(14, 74, inner, r - 0.01 * h, &down, &unused[1]);
        assert_true(fabs((up - down) / (0.02 * h) - curvature) <= 1e-6 * (fabs(curvature) + 100));
        assert_true(energy >= 0 && slope <= 0 && energy <= last);
        last = energy;
    }
    double slope, curvature;
    assert_true(ff_wall(14, 14, inner, inner, &slope, &curvature) == 0 && slope == 0 &&
                curvature == 0);
    /* Bare nuclei close by: Z1 Z2 14.4 eV A / r, of which 1 - 0.0199 remain at r = a / 100 (the
     * screening starts as exp(-2 r/a)). */
    double length = 0.8854 * 0.529177211 / (2 * pow(14, 0.23)), r = length / 100;
    double bare = 14.399645 * 14 * 14 / r,
           share = ff_wall(14, 14, inner, r, &slope, &curvature) / bare;
    assert_true(share > 0.985 && share < 0.995);
}

/* Whatever the coefficients, close atoms repel. */
static void close_atoms_repel(void **state)
{
    (void)state;
    ff_ace_model model;
    ff_potential *potential = open_model(&tungsten, &model);
    void *scratch = potential->class_->workspace_new(potential, NULL);
    surroundings s = {.environment = {.species = 74, .count = 1}, .species = {74}};
    for (double r = 0.02; r < 0.6; r += 0.02) {
        double energy, gradient[3];
        s.vectors[0][0] = r;
        surroundings_refresh(&s);
        assert_int_equal(
            potential->class_->site(potential, &s.environment, scratch, &energy, gradient, NULL),
            FF_OK);
        assert_true(gradient[0] < 0 && energy > 0);
    }
    potential->class_->workspace_free(scratch);
    ff_potential_free(potential);
    ff_ace_model_clear(&model);
}

static void wrong_models_are_refused(void **state)
{
    (void)state;
    ff_ace_model model;
    ff_potential *potential = NULL;
    ff_error err = {0};
    random_model(&model, &tungsten, 1);
    model.count--;
    assert_int_equal(ff_ace_potential_new(&potential, &model, &err), FF_E_FORMAT);
    assert_null(potential);
    model.count++;
    model.basis.order = 9;
    assert_int_equal(ff_ace_potential_new(&potential, &model, &err), FF_E_RANGE);
    assert_null(potential);
    ff_ace_model_clear(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_as_every_potential),
        cmocka_unit_test(equals_coefficients_times_functions),
        cmocka_unit_test(wall_is_smooth_and_repulsive),
        cmocka_unit_test(close_atoms_repel),
        cmocka_unit_test(wrong_models_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
