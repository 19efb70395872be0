/* Responses to displacements: columns of the Hessian, whatever atoms they are of and in which
 * order.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/responses.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/crystal.h"
#include "lib/structure/perturbation.h"
#include "tests/near.h"

#include <stdlib.h>
#include <string.h>

/* A rattled cell of 8 atoms, small enough that an atom meets its own images, and displacements of
 * more directions than are worked on at a time. */
static void make(ff_frame *frame)
{
    const ff_perturbation rattle = {.rattle_A = 0.05, .volume = {1, 1}, .seed = 5};
    const ff_displacement displacement[] = {{3, {1, 0, 0}},     {3, {0, 1, 0}},      {3, {0, 0, 1}},
                                            {3, {0.6, 0, 0.8}}, {3, {0, -0.8, 0.6}}, {7, {0, 1, 0}},
                                            {0, {0, 0, 1}},     {7, {1, 0, 0}}};
    ff_frame base;
    assert_int_equal(ff_crystal_supercell(&base, ff_crystal_find("diamond"), 14, 5.43,
                                          (const int[3]){1, 1, 1}, NULL),
                     FF_OK);
    assert_int_equal(ff_perturb(frame, &base, &rattle, 0, 0, NULL), FF_OK);
    assert_int_equal(ff_frame_set_displacements(frame, sizeof displacement / sizeof *displacement,
                                                displacement, NULL),
                     FF_OK);
    ff_frame_clear(&base);
}

static void forces_moved(double *forces, ff_calculator *calculator, const ff_frame *frame, size_t d,
                         double distance)
{
    ff_frame moved;
    ff_evaluation_result result;
    const ff_displacement *displacement = &frame->displacement[d];
    assert_int_equal(ff_frame_copy(&moved, frame, NULL), FF_OK);
    for (int k = 0; k < 3; k++)
        moved.positions[3 * displacement->atom + (size_t)k] +=
            distance * displacement->direction[k];
    assert_int_equal(ff_calculator_evaluate(calculator, &moved, FF_WANT_FORCES, &result, NULL),
                     FF_OK);
    memcpy(forces, result.forces, 3 * frame->atoms * sizeof *forces);
    ff_frame_clear(&moved);
}

static void responses_are_what_forces_do(void **state)
{
    ff_calculator *calculator = NULL;
    ff_frame frame;
    make(&frame);
    const size_t numbers = 3 * frame.atoms;
    double *response = malloc(frame.displacements * numbers * sizeof *response);
    double plus[24], minus[24];
    assert_int_equal(ff_calculator_new(&calculator, *state, 0, NULL), FF_OK);
    assert_int_equal(ff_calculator_responses(calculator, &frame, response, NULL, NULL), FF_OK);
    for (size_t d = 0; d < frame.displacements; d++) {
        const double step = 1e-4; /* errors: step^2 of thousands of eV/A^4, 1e-14 / step */
        forces_moved(plus, calculator, &frame, d, step);
        forces_moved(minus, calculator, &frame, d, -step);
        for (size_t i = 0; i < numbers; i++)
            assert_near(response[d * numbers + i], (minus[i] - plus[i]) / (2 * step), 1e-5);
    }
    free(response);
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
}

/* Each as if it were alone. */
static void responses_are_hessian_products(void **state)
{
    ff_calculator *calculator = NULL;
    ff_frame frame;
    make(&frame);
    const size_t numbers = 3 * frame.atoms;
    double *response = malloc(frame.displacements * numbers * sizeof *response);
    assert_int_equal(ff_calculator_new(&calculator, *state, 0, NULL), FF_OK);
    assert_int_equal(ff_calculator_responses(calculator, &frame, response, NULL, NULL), FF_OK);
    for (size_t d = 0; d < frame.displacements; d++) {
        double direction[24] = {0}, product[24];
        memcpy(direction + 3 * (size_t)frame.displacement[d].atom, frame.displacement[d].direction,
               3 * sizeof *direction);
        assert_int_equal(
            ff_calculator_hessian_product(calculator, &frame, direction, product, NULL), FF_OK);
        for (size_t i = 0; i < numbers; i++)
            assert_near(response[d * numbers + i], product[i], 1e-13);
    }
    free(response);
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
}

static void errors_of_the_potential_are_passed_on(void **state)
{
    ff_calculator *calculator = NULL;
    ff_frame frame;
    ff_error err = {0};
    double response[8 * 24];
    make(&frame);
    frame.species[4] = 74;
    assert_int_equal(ff_calculator_new(&calculator, *state, 0, NULL), FF_OK);
    assert_int_equal(ff_calculator_responses(calculator, &frame, response, NULL, &err), FF_E_RANGE);
    assert_int_equal(err.atom, 5);
    ff_calculator_free(calculator);
    ff_frame_clear(&frame);
}

static int open_silicon(void **state)
{
    return ff_stillinger_weber_new((ff_potential **)state, "Si", NULL);
}

static int close_silicon(void **state)
{
    ff_potential_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(responses_are_what_forces_do),
        cmocka_unit_test(responses_are_hessian_products),
        cmocka_unit_test(errors_of_the_potential_are_passed_on),
    };
    return cmocka_run_group_tests(tests, open_silicon, close_silicon);
}
