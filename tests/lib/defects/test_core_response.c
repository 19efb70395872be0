/* The exact core of a defect's response: its Hessian against products of the whole structure's, and
 * the response against the inverse of the whole Hessian where the core is everything. */

#include "lib/base/parallel.h"
#include "lib/defects/core_atoms.h"
#include "lib/defects/core_hessian.h"
#include "lib/defects/crystal_response.h"
#include "lib/defects/minimise.h"
#include "lib/defects/relax.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/stillinger_weber.h"
#include "tests/lib/defects/prepare_defect.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

/* A defect, relaxed or not, displaced a little at random so that nothing is symmetric. */
typedef struct defect {
    ff_potential *potential;
    ff_relaxation relaxation;
    ff_frame frame;
} defect;

static void defect_init(defect *d, bool silicon, int cells, const char *name, bool relaxed,
                        double size)
{
    const int all[3] = {cells, cells, cells};
    unsigned state = 1;
    ff_relaxation_init(&d->relaxation);
    assert_int_equal(silicon ? ff_stillinger_weber_new(&d->potential, "Si", NULL)
                             : ff_finnis_sinclair_new(&d->potential, "W", NULL),
                     FF_OK);
    assert_int_equal(prepare_defect(&d->relaxation, silicon ? "diamond" : "bcc", silicon ? 14 : 74,
                                    silicon ? 5.43095 : 3.1652, all, name, NULL),
                     FF_OK);
    if (relaxed) {
        ff_relax_options options = ff_relax_defaults();
        assert_int_equal(ff_relax(&d->relaxation, d->potential, &options, NULL, NULL), FF_OK);
    }
    for (size_t i = 0; i < 3 * d->relaxation.reference.atoms; i++) {
        state = state * 1664525u + 1013904223u;
        d->relaxation.displacement[i] += size * ((double)(state >> 8) / 8388608.0 - 1.0);
    }
    assert_int_equal(ff_relaxation_frame(&d->relaxation, &d->frame, NULL), FF_OK);
}

static void defect_clear(defect *d)
{
    ff_frame_clear(&d->frame);
    ff_relaxation_clear(&d->relaxation);
    ff_potential_free(d->potential);
}

/* Every column of the core's Hessian, from a cluster (5 cells) or the whole (2), is that of the
 * structure. */
static void check_hessian(bool silicon, int cells, const char *name, bool exact)
{
    defect d;
    size_t *atom, count;
    ff_core_hessian *core = NULL;
    ff_calculator *calculator = NULL;
    defect_init(&d, silicon, cells, name, false, 0.03);
    ff_potential_class class_ = *d.potential->class_;
    if (!exact)
        class_.hessian_products = NULL;
    ff_potential potential = *d.potential;
    potential.class_ = &class_;
    assert_int_equal(ff_core_atoms(&atom, &count, &d.relaxation, 8, NULL), FF_OK);
    assert_true(count >= 4 && count <= 16);
    assert_int_equal(ff_core_hessian_new(&core, &potential, &d.frame, atom, count, NULL), FF_OK);
    double *matrix = calloc(9 * count * count, sizeof *matrix);
    size_t size = 3 * d.frame.atoms;
    double *direction = calloc(size, sizeof *direction), *product = calloc(size, sizeof *product);
    assert_int_equal(ff_core_hessian_compute(core, &d.frame, matrix, NULL), FF_OK);
    assert_int_equal(ff_calculator_new(&calculator, d.potential, 0.0, NULL), FF_OK);
    for (size_t column = 0; column < 3 * count; column += 5) {
        size_t at = 3 * atom[column / 3] + column % 3;
        direction[at] = 1.0;
        assert_int_equal(
            ff_calculator_hessian_product(calculator, &d.frame, direction, product, NULL), FF_OK);
        direction[at] = 0.0;
        for (size_t row = 0; row < 3 * count; row++)
            assert_near(matrix[row * 3 * count + column], product[3 * atom[row / 3] + row % 3],
                        exact ? 1e-10 : 1e-6);
    }
    assert_true(ff_core_hessian_cost(core) > 0);
    ff_core_hessian_free(core);
    ff_calculator_free(calculator);
    free(matrix);
    free(direction);
    free(product);
    free(atom);
    defect_clear(&d);
}

static void test_hessian(void **state)
{
    (void)state;
    check_hessian(false, 2, "vacancy", true);
    check_hessian(false, 7, "dumbbell-110", true);
    check_hessian(true, 2, "interstitial-tetrahedral", true);
    check_hessian(true, 5, "interstitial-tetrahedral", true);
    check_hessian(true, 2, "vacancy", false);
}

/* With all atoms in the core the response to H u is u, but for a translation. */
static void check_inverse(bool silicon, int cells, const char *name)
{
    defect d;
    ff_crystal_response crystal;
    ff_calculator *calculator = NULL;
    ff_core_modes modes;
    defect_init(&d, silicon, cells, name, true, 0.01);
    size_t atoms = d.frame.atoms;
    size_t *all = calloc(atoms, sizeof *all);
    double *u = calloc(3 * atoms, sizeof *u), *force = calloc(3 * atoms, sizeof *force);
    double mean[3] = {0};
    for (size_t i = 0; i < atoms; i++)
        all[i] = i;
    assert_int_equal(ff_crystal_response_init(&crystal, &d.relaxation, d.potential, &d.frame, NULL),
                     FF_OK);
    assert_int_equal(ff_defect_response_add_core(crystal.response, &crystal.constants,
                                                 d.relaxation.cells, d.potential, &d.frame, all,
                                                 atoms, NULL),
                     FF_OK);
    assert_int_equal(ff_defect_response_update_core(crystal.response, &d.frame, &modes, NULL),
                     FF_OK);
    assert_int_equal(modes.unstable, 0);
    assert_true(modes.softest > 0.01);
    for (size_t i = 0; i < 3 * atoms; i++)
        u[i] = sin(1.0 + 0.7 * (double)(i * i % 101));
    assert_int_equal(ff_calculator_new(&calculator, d.potential, 0.0, NULL), FF_OK);
    assert_int_equal(ff_calculator_hessian_product(calculator, &d.frame, u, force, NULL), FF_OK);
    ff_defect_response_apply(crystal.response, force, force);
    for (size_t i = 0; i < 3 * atoms; i++)
        mean[i % 3] += (force[i] - u[i]) / (double)atoms;
    for (size_t i = 0; i < 3 * atoms; i++)
        assert_near(force[i] - u[i], mean[i % 3], 1e-8);
    ff_crystal_response_clear(&crystal);
    ff_calculator_free(calculator);
    free(all);
    free(u);
    free(force);
    defect_clear(&d);
}

static void test_whole_core_is_the_inverse(void **state)
{
    (void)state;
    check_inverse(false, 2, "vacancy");
    check_inverse(false, 3, "vacancy");
    check_inverse(true, 1, "vacancy");
    check_inverse(true, 2, "interstitial-tetrahedral");
}

/* Without a limit the step of a trust region is minus the response to the gradient; with one it is
 * that long in the norm of the perfect crystal's Hessian, and what the model says of the slope. */
static void test_step(void **state)
{
    (void)state;
    defect d;
    ff_crystal_response crystal;
    size_t *atom, count;
    defect_init(&d, false, 4, "vacancy", true, 0.01);
    size_t size = 3 * d.frame.atoms;
    double *gradient = calloc(size, sizeof *gradient), *step = calloc(size, sizeof *step);
    double *newton = calloc(size, sizeof *newton), mean[3] = {0};
    for (size_t i = 0; i < size; i++) {
        gradient[i] = sin(1.0 + 0.7 * (double)(i * i % 101));
        mean[i % 3] += gradient[i] * 3.0 / (double)size;
    }
    for (size_t i = 0; i < size; i++)
        gradient[i] -= mean[i % 3];
    assert_int_equal(ff_core_atoms(&atom, &count, &d.relaxation, 30, NULL), FF_OK);
    assert_int_equal(ff_crystal_response_init(&crystal, &d.relaxation, d.potential, &d.frame, NULL),
                     FF_OK);
    assert_int_equal(ff_defect_response_add_core(crystal.response, &crystal.constants,
                                                 d.relaxation.cells, d.potential, &d.frame, atom,
                                                 count, NULL),
                     FF_OK);
    assert_int_equal(ff_defect_response_update_core(crystal.response, &d.frame, NULL, NULL), FF_OK);
    ff_defect_response_apply(crystal.response, gradient, newton);
    ff_model_step whole = ff_defect_response_step(crystal.response, gradient, INFINITY, step);
    assert_false(whole.at_boundary);
    for (size_t i = 0; i < size; i++)
        assert_near(step[i], -newton[i], 1e-10);
    assert_near(whole.decrease, -0.5 * ff_dot(gradient, step, size), 1e-10 * whole.decrease);
    ff_model_step part =
        ff_defect_response_step(crystal.response, gradient, 0.5 * whole.length, step);
    assert_true(part.at_boundary && part.shift > 0.0 && part.decrease < whole.decrease);
    assert_near(part.length, 0.5 * whole.length, 1e-3 * whole.length);
    assert_near(part.decrease,
                0.5 * (part.shift * part.length * part.length - ff_dot(gradient, step, size)),
                1e-10 * part.decrease);
    ff_crystal_response_clear(&crystal);
    free(atom);
    free(gradient);
    free(step);
    free(newton);
    defect_clear(&d);
}

/* In a perfect crystal the core changes nothing; without an update it does not either. */
static void test_perfect_core(void **state)
{
    (void)state;
    static const size_t atom[6] = {0, 1, 2, 3, 17, 40};
    defect d;
    ff_crystal_response crystal;
    ff_core_modes modes;
    defect_init(&d, true, 2, "none", false, 0.0);
    size_t size = 3 * d.frame.atoms;
    double *force = calloc(size, sizeof *force), *with = calloc(size, sizeof *with);
    double *without = calloc(size, sizeof *without);
    for (size_t i = 0; i < size; i++)
        force[i] = sin(1.0 + 0.7 * (double)(i * i % 101));
    assert_int_equal(ff_crystal_response_init(&crystal, &d.relaxation, d.potential, &d.frame, NULL),
                     FF_OK);
    ff_defect_response_apply(crystal.response, force, without);
    assert_int_equal(ff_defect_response_add_core(crystal.response, &crystal.constants,
                                                 d.relaxation.cells, d.potential, &d.frame, atom, 6,
                                                 NULL),
                     FF_OK);
    for (int updated = 0; updated < 2; updated++) {
        ff_defect_response_apply(crystal.response, force, with);
        for (size_t i = 0; i < size; i++)
            assert_near(with[i], without[i], 1e-10);
        assert_int_equal(ff_defect_response_update_core(crystal.response, &d.frame, &modes, NULL),
                         FF_OK);
        assert_near(modes.softest, 1.0, 1e-10);
    }
    ff_crystal_response_clear(&crystal);
    free(force);
    free(with);
    free(without);
    defect_clear(&d);
}

static void test_core_atoms(void **state)
{
    (void)state;
    static const struct {
        const char *defect;
        size_t most, count;
    } cases[] = {
        {"vacancy", 16, 14}, /* shells of 8, 6, 12 */
        {"vacancy", 26, 26},
        {"none", 16, 0},
        {"dumbbell-100", 4, 6}, /* the pair, and the nearest four of its ends' neighbours */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        defect d;
        size_t *atom, count;
        defect_init(&d, false, 4, cases[i].defect, false, 0.0);
        assert_int_equal(ff_core_atoms(&atom, &count, &d.relaxation, cases[i].most, NULL), FF_OK);
        if (i < 3)
            assert_int_equal(count, cases[i].count);
        else
            assert_true(count >= 2 && count <= 8);
        for (size_t n = 1; n < count; n++)
            assert_true(atom[n] > atom[n - 1]);
        free(atom);
        defect_clear(&d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hessian),    cmocka_unit_test(test_whole_core_is_the_inverse),
        cmocka_unit_test(test_step),       cmocka_unit_test(test_perfect_core),
        cmocka_unit_test(test_core_atoms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
