/* Committees: members evaluated together against each as a potential of its own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/parallel.h"
#include "lib/potentials/ensemble.h"
#include "lib/structure/crystal.h"
#include "lib/structure/perturbation.h"
#include "tests/lib/ace/models.h"
#include "tests/near.h"

#include <stdlib.h>
#include <string.h>

static const ff_ace_options tungsten = {.species_count = 1,
                                        .species = {74},
                                        .order = 3,
                                        .degree = {0, 6, 6},
                                        .l_weight = 1.0,
                                        .pair_degree = 5,
                                        .cutoff = 4.5,
                                        .inner = 1.7,
                                        .nearest = 2.74};
static const ff_ace_options alloy = {.species_count = 2,
                                     .species = {13, 22},
                                     .order = 3,
                                     .degree = {0, 5, 5},
                                     .l_weight = 1.0,
                                     .pair_degree = 4,
                                     .cutoff = 4.5,
                                     .inner = 1.6,
                                     .nearest = 2.8};

/* More than one batch, and more than one chunk of atoms. */
enum { MEMBERS = 70 };

static void rattled(ff_frame *frame, const ff_ace_options *options)
{
    static const int cells[3] = {2, 2, 3};
    const ff_perturbation shake = {.rattle_A = 0.1, .strain = 0.02, .volume = {1, 1}, .seed = 3};
    ff_frame perfect = {0};
    assert_int_equal(ff_crystal_supercell(&perfect, ff_crystal_find("bcc"), options->species[0],
                                          3.1, cells, NULL),
                     FF_OK);
    for (size_t i = 0; i < perfect.atoms; i++)
        perfect.species[i] = options->species[i % options->species_count];
    assert_int_equal(ff_perturb(frame, &perfect, &shake, 0, 0, NULL), FF_OK);
    ff_frame_clear(&perfect);
}

/* Other coefficients on the same basis and with the same one-body energies. */
static ff_ace_model member_model(const ff_ace_options *options, size_t m)
{
    ff_ace_model model;
    random_model(&model, options, 100 + (unsigned long)m);
    return model;
}

static ff_potential *with_members(const ff_ace_options *options)
{
    ff_potential *potential = NULL;
    ff_ace_model model;
    random_model(&model, options, 5);
    double *members = ff_new_array(MEMBERS * model.count, sizeof *members, NULL);
    for (size_t m = 0; m < MEMBERS; m++) {
        ff_ace_model member = member_model(options, m);
        memcpy(members + m * model.count, member.coefficients, model.count * sizeof *members);
        ff_ace_model_clear(&member);
    }
    assert_int_equal(ff_ace_potential_new(&potential, &model, NULL), FF_OK);
    assert_int_equal(ff_ace_potential_set_members(potential, MEMBERS, members, NULL), FF_OK);
    free(members);
    ff_ace_model_clear(&model);
    return potential;
}

typedef struct memory {
    double energy[MEMBERS], virial[6 * MEMBERS], *forces, *site_energies;
} memory;

static void evaluate_members(const ff_potential *potential, const ff_frame *frame, memory *found)
{
    ff_calculator *calculator = NULL;
    found->forces = ff_new_array(3 * MEMBERS * frame->atoms, sizeof(double), NULL);
    found->site_energies = ff_new_array(MEMBERS * frame->atoms, sizeof(double), NULL);
    const ff_ensemble_result result = {found->energy, found->site_energies, found->forces,
                                       found->virial};
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    assert_int_equal(ff_calculator_members(calculator, frame, &result, NULL), FF_OK);
    ff_calculator_free(calculator);
}

/* What one potential says, copied. */
static double evaluate_alone(const ff_potential *potential, const ff_frame *frame, double *forces,
                             double virial[6])
{
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    assert_int_equal(ff_calculator_new(&calculator, potential, 0, NULL), FF_OK);
    assert_int_equal(
        ff_calculator_evaluate(calculator, frame, FF_WANT_FORCES | FF_WANT_VIRIAL, &result, NULL),
        FF_OK);
    memcpy(forces, result.forces, 3 * frame->atoms * sizeof *forces);
    memcpy(virial, result.virial, sizeof result.virial);
    ff_calculator_free(calculator);
    return result.energy;
}

static void check_members(const ff_ace_options *options)
{
    ff_frame frame = {0};
    memory found;
    double virial[6], own_virial[6];
    rattled(&frame, options);
    size_t size = 3 * frame.atoms;
    double *forces = ff_new_array(2 * size, sizeof *forces, NULL), *own = forces + size;
    ff_potential *potential = with_members(options);
    evaluate_members(potential, &frame, &found);
    double energy = evaluate_alone(potential, &frame, forces, virial);
    for (size_t m = 0; m < MEMBERS; m += 23) {
        ff_potential *alone = NULL;
        ff_ace_model member = member_model(options, m);
        assert_int_equal(ff_ace_potential_new(&alone, &member, NULL), FF_OK);
        assert_near(found.energy[m], evaluate_alone(alone, &frame, own, own_virial) - energy, 1e-9);
        assert_near(ff_compensated_sum(found.site_energies + m * frame.atoms, frame.atoms, 0),
                    found.energy[m], 1e-10);
        for (size_t i = 0; i < size; i++)
            assert_near(found.forces[m * size + i], own[i] - forces[i], 1e-9);
        for (size_t k = 0; k < 6; k++)
            assert_near(found.virial[6 * m + k], own_virial[k] - virial[k], 1e-8);
        ff_ace_model_clear(&member);
        ff_potential_free(alone);
    }
    free(found.forces);
    free(found.site_energies);
    free(forces);
    ff_potential_free(potential);
    ff_frame_clear(&frame);
}

static void members_are_what_they_are_alone(void **state)
{
    (void)state;
    check_members(&tungsten);
    check_members(&alloy);
}

static void threads_do_not_change_bits(void **state)
{
    ff_frame frame = {0};
    memory found[2];
    (void)state;
    rattled(&frame, &alloy);
    ff_potential *potential = with_members(&alloy);
    for (int t = 0; t < 2; t++) {
        ff_set_threads(t ? 3 : 1);
        evaluate_members(potential, &frame, &found[t]);
    }
    assert_memory_equal(found[0].energy, found[1].energy, sizeof found[0].energy);
    assert_memory_equal(found[0].virial, found[1].virial, sizeof found[0].virial);
    assert_memory_equal(found[0].forces, found[1].forces,
                        3 * MEMBERS * frame.atoms * sizeof(double));
    for (int t = 0; t < 2; t++) {
        free(found[t].forces);
        free(found[t].site_energies);
    }
    ff_potential_free(potential);
    ff_frame_clear(&frame);
}

static void energies_alone_are_the_same(void **state)
{
    ff_calculator *calculator = NULL;
    ff_frame frame = {0};
    memory found;
    double energy[MEMBERS];
    (void)state;
    rattled(&frame, &tungsten);
    ff_potential *potential = with_members(&tungsten);
    evaluate_members(potential, &frame, &found);
    assert_int_equal(ff_calculator_new(&calculator, potential, 0.5, NULL), FF_OK);
    assert_int_equal(
        ff_calculator_members(calculator, &frame, &(ff_ensemble_result){.energy = energy}, NULL),
        FF_OK);
    for (size_t m = 0; m < MEMBERS; m++)
        assert_near(energy[m], found.energy[m], 1e-10);
    frame.species[3] = 8;
    assert_int_equal(
        ff_calculator_members(calculator, &frame, &(ff_ensemble_result){.energy = energy}, NULL),
        FF_E_RANGE);
    ff_calculator_free(calculator);
    free(found.forces);
    free(found.site_energies);
    ff_potential_free(potential);
    ff_frame_clear(&frame);
}

static void the_deviation_is_about_the_potential(void **state)
{
    const double differences[] = {3, 100, -4, 100};
    (void)state;
    assert_near(ff_members_deviation(differences, 2, 2), sqrt(12.5), 1e-15);
    assert_near(ff_members_deviation(differences, 0, 1), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_what_they_are_alone),
        cmocka_unit_test(threads_do_not_change_bits),
        cmocka_unit_test(energies_alone_are_the_same),
        cmocka_unit_test(the_deviation_is_about_the_potential),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
