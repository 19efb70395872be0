/* The factorised force constants: against the Hessian that they are the inverse of, against the
 * lattice Green's function, and where they are not positive. */

#include "lib/defects/sparse_response.h"

#include "lib/base/parallel.h"
#include "lib/defects/green_function.h"
#include "lib/defects/minimise.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/morse.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/crystal.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

enum { SILICON = 14, ARGON = 18, TUNGSTEN = 74 };
static const int one[3] = {1, 1, 1};

typedef struct sample {
    ff_potential *potential;
    ff_frame unit, frame;
    int64_t *site;
    bool *fixed;
    double *force, *displacement;
} sample;

static void set_up(sample *s, const char *crystal, int species, double lattice_constant, int cells)
{
    const int all[3] = {cells, cells, cells};
    const ff_crystal *found = ff_crystal_find(crystal);
    assert_int_equal(ff_crystal_supercell(&s->unit, found, species, lattice_constant, one, NULL),
                     FF_OK);
    assert_int_equal(ff_crystal_supercell(&s->frame, found, species, lattice_constant, all, NULL),
                     FF_OK);
    size_t atoms = s->frame.atoms;
    s->site = calloc(atoms, sizeof *s->site);
    s->fixed = calloc(atoms, sizeof *s->fixed);
    s->force = calloc(3 * atoms, sizeof *s->force);
    s->displacement = calloc(3 * atoms, sizeof *s->displacement);
    double mean[3] = {0};
    for (size_t i = 0; i < atoms; i++)
        s->site[i] = (int64_t)i;
    for (size_t i = 0; i < 3 * atoms; i++) {
        s->force[i] = sin(1.7 * (double)i + 0.3);
        mean[i % 3] += s->force[i] / (double)atoms;
    }
    for (size_t i = 0; i < 3 * atoms; i++)
        s->force[i] -= mean[i % 3];
}

static void tear_down(sample *s)
{
    ff_potential_free(s->potential);
    ff_frame_clear(&s->unit);
    ff_frame_clear(&s->frame);
    free(s->site);
    free(s->fixed);
    free(s->force);
    free(s->displacement);
}

/* Nothing fixed: the same response as that by Fourier transforms. */
static void is_the_green_function_of_a_crystal(void **state)
{
    (void)state;
    static const int cells[3] = {3, 3, 3};
    sample s = {0};
    ff_force_constants constants;
    ff_green_function *green = NULL;
    ff_sparse_response *response = NULL;
    ff_sparse_report report = {0};
    assert_int_equal(ff_stillinger_weber_new(&s.potential, "Si", NULL), FF_OK);
    set_up(&s, "diamond", SILICON, 5.43095, 3);
    double *expected = calloc(3 * s.frame.atoms, sizeof *expected);
    assert_int_equal(ff_force_constants_compute(&constants, s.potential, &s.unit, NULL), FF_OK);
    assert_int_equal(ff_green_function_new(&green, &constants, cells, -1.0, NULL), FF_OK);
    ff_green_function_apply(green, s.force, expected);
    assert_int_equal(ff_sparse_response_new(&response, s.potential, &s.unit, &s.frame, s.site, NULL,
                                            &report, NULL),
                     FF_OK);
    ff_sparse_response_apply(response, s.force, s.displacement);
    assert_int_equal(report.core, 0);
    assert_true(report.shift == 0.0 && report.bytes > 0);
    for (size_t i = 0; i < 3 * s.frame.atoms; i++)
        assert_near(s.displacement[i], expected[i], 1e-9);
    ff_sparse_response_free(response);
    ff_green_function_free(green);
    ff_force_constants_clear(&constants);
    free(expected);
    tear_down(&s);
}

/* -d(force) of the displacement is the force it answers to, on what moves. */
static void check_inverse(sample *s, double tolerance)
{
    ff_sparse_response *response = NULL;
    ff_calculator *calculator = NULL;
    double *product = calloc(3 * s->frame.atoms, sizeof *product);
    assert_int_equal(ff_sparse_response_new(&response, s->potential, &s->unit, &s->frame, s->site,
                                            s->fixed, NULL, NULL),
                     FF_OK);
    ff_sparse_response_apply(response, s->force, s->displacement);
    assert_int_equal(ff_calculator_new(&calculator, s->potential, 0, NULL), FF_OK);
    assert_int_equal(
        ff_calculator_hessian_product(calculator, &s->frame, s->displacement, product, NULL),
        FF_OK);
    for (size_t i = 0; i < s->frame.atoms; i++)
        for (size_t k = 3 * i; k < 3 * i + 3; k++) {
            if (s->fixed[i])
                assert_true(s->displacement[k] == 0.0);
            else
                assert_near(product[k], s->force[k], tolerance);
        }
    free(product);
    ff_calculator_free(calculator);
    ff_sparse_response_free(response);
}

static void fix_rim(sample *s, double radius)
{
    double middle = s->frame.cell[0] / 2;
    for (size_t i = 0; i < s->frame.atoms; i++)
        s->fixed[i] = hypot(s->frame.positions[3 * i] - middle,
                            s->frame.positions[3 * i + 1] - middle) > radius;
}

static void inverts_the_hessian_of_what_moves(void **state)
{
    (void)state;
    sample s = {0};
    assert_int_equal(ff_finnis_sinclair_new(&s.potential, "W", NULL), FF_OK);
    set_up(&s, "bcc", TUNGSTEN, 3.1652, 4);
    fix_rim(&s, 4.5);
    check_inverse(&s, 1e-9);
    tear_down(&s);
}

/* Where no atom stands as in the crystal, every site Hessian is the atom's own and the inverse is
 * exact all the same. */
static void takes_the_core_as_it_is(void **state)
{
    (void)state;
    static const ff_morse_parameters copper = {0.3, 1.4, 2.8, 6.0};
    sample s = {0};
    ff_sparse_report report = {0};
    ff_sparse_response *response = NULL;
    assert_int_equal(ff_morse_new(&s.potential, &copper, 29, NULL), FF_OK);
    set_up(&s, "fcc", 29, 3.75, 3);
    fix_rim(&s, 4.0);
    for (size_t i = 0; i < 3 * s.frame.atoms; i++)
        s.frame.positions[i] += 0.1 * sin(2.1 * (double)i * (double)i + 0.2);
    assert_int_equal(ff_sparse_response_new(&response, s.potential, &s.unit, &s.frame, s.site,
                                            s.fixed, &report, NULL),
                     FF_OK);
    assert_true(report.core > s.frame.atoms / 2 && report.shift == 0.0);
    ff_sparse_response_free(response);
    check_inverse(&s, 1e-8);
    tear_down(&s);
}

/* positions and cell = (1 + strain) times themselves. */
static void deform(ff_frame *frame, const double strain[9])
{
    for (size_t i = 0; i < frame->atoms + 3; i++) {
        double *v = i < 3 ? frame->cell + 3 * i : frame->positions + 3 * (i - 3), from[3];
        memcpy(from, v, sizeof from);
        for (size_t k = 0; k < 3; k++)
            for (size_t j = 0; j < 3; j++)
                v[k] += strain[3 * k + j] * from[j];
    }
}

/* What the Hessian makes of the displacement less the force it answers to, relative to that. */
static double strained_error(double amount, size_t *own)
{
    static const ff_morse_parameters copper = {0.3, 1.4, 2.8, 5.6};
    const double strain[9] = {amount, amount, 0.0, -0.3 * amount, -0.5 * amount, 0.0,
                              0.0,    0.0,    0.0};
    sample s = {0};
    ff_sparse_report report = {0};
    ff_sparse_response *response = NULL;
    ff_calculator *calculator = NULL;
    assert_int_equal(ff_morse_new(&s.potential, &copper, 29, NULL), FF_OK);
    set_up(&s, "fcc", 29, 3.75, 4);
    fix_rim(&s, 5.0);
    deform(&s.frame, strain);
    double *product = calloc(3 * s.frame.atoms, sizeof *product), error = 0.0, whole = 0.0;
    assert_int_equal(ff_sparse_response_new(&response, s.potential, &s.unit, &s.frame, s.site,
                                            s.fixed, &report, NULL),
                     FF_OK);
    *own = report.core;
    ff_sparse_response_apply(response, s.force, s.displacement);
    assert_int_equal(ff_calculator_new(&calculator, s.potential, 0, NULL), FF_OK);
    assert_int_equal(
        ff_calculator_hessian_product(calculator, &s.frame, s.displacement, product, NULL), FF_OK);
    for (size_t i = 0; i < 3 * s.frame.atoms; i++)
        if (!s.fixed[i / 3]) {
            error += pow(product[i] - s.force[i], 2);
            whole += pow(s.force[i], 2);
        }
    free(product);
    ff_calculator_free(calculator);
    ff_sparse_response_free(response);
    tear_down(&s);
    return sqrt(error / whole);
}

/* No site Hessian but the crystal's, and what is left is of second order; under too much strain
 * each atom has its own. */
static void follows_a_strain_to_first_order(void **state)
{
    (void)state;
    size_t own[3];
    double large = strained_error(0.02, &own[0]), small = strained_error(0.01, &own[1]);
    double huge = strained_error(0.08, &own[2]);
    assert_true(own[0] == 0 && own[1] == 0 && own[2] > 50);
    if (!(large < 0.1 && large > 3.0 * small && large < 5.0 * small && huge < 1e-8))
        fail_msg("errors %g, %g, %g", small, large, huge);
}

/* A crystal stretched until it is unstable still has a response that is positive. */
static void is_positive_always(void **state)
{
    (void)state;
    for (int floating = 0; floating < 2; floating++) {
        sample s = {0};
        ff_sparse_report report = {0};
        ff_sparse_response *response = NULL;
        assert_int_equal(ff_lennard_jones_new(&s.potential, 0.0104, 3.4, 8.5, ARGON, NULL), FF_OK);
        set_up(&s, "fcc", ARGON, 6.6, 3);
        fix_rim(&s, 8.0);
        assert_int_equal(ff_sparse_response_new(&response, s.potential, &s.unit, &s.frame, s.site,
                                                floating ? NULL : s.fixed, &report, NULL),
                         FF_OK);
        assert_true(report.shift > 0.0 && report.shifted_all);
        ff_sparse_response_apply(response, s.force, s.displacement);
        assert_true(ff_dot(s.force, s.displacement, 3 * s.frame.atoms) > 0.0);
        ff_sparse_response_free(response);
        tear_down(&s);
    }
}

static void threads_do_not_change_a_bit(void **state)
{
    (void)state;
    double *first = NULL;
    for (int threads = 1; threads <= 4; threads *= 2) {
        sample s = {0};
        ff_sparse_response *response = NULL;
        ff_set_threads(threads);
        assert_int_equal(ff_finnis_sinclair_new(&s.potential, "W", NULL), FF_OK);
        set_up(&s, "bcc", TUNGSTEN, 3.1652, 4);
        fix_rim(&s, 5.0);
        for (size_t i = 0; i < 30; i++)
            s.frame.positions[i] += 0.2 * sin((double)i);
        assert_int_equal(ff_sparse_response_new(&response, s.potential, &s.unit, &s.frame, s.site,
                                                s.fixed, NULL, NULL),
                         FF_OK);
        ff_sparse_response_apply(response, s.force, s.displacement);
        ff_sparse_response_free(response);
        if (first) {
            assert_memory_equal(first, s.displacement, 3 * s.frame.atoms * sizeof *first);
        } else {
            first = s.displacement;
            s.displacement = NULL;
        }
        tear_down(&s);
    }
    free(first);
    ff_set_threads(0);
}

static void all_fixed_is_refused(void **state)
{
    (void)state;
    sample s = {0};
    ff_error err = {0};
    ff_sparse_response *response = NULL;
    assert_int_equal(ff_finnis_sinclair_new(&s.potential, "W", NULL), FF_OK);
    set_up(&s, "bcc", TUNGSTEN, 3.1652, 2);
    fix_rim(&s, -1.0);
    assert_int_equal(ff_sparse_response_new(&response, s.potential, &s.unit, &s.frame, s.site,
                                            s.fixed, NULL, &err),
                     FF_E_RANGE);
    assert_null(response);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_green_function_of_a_crystal),
        cmocka_unit_test(inverts_the_hessian_of_what_moves),
        cmocka_unit_test(takes_the_core_as_it_is),
        cmocka_unit_test(follows_a_strain_to_first_order),
        cmocka_unit_test(is_positive_always),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(all_fixed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
