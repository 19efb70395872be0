/* Powers of the lattice Hessian: H against the sum over force constants, H^-1 and H^(1/2) against
 * H, guards, threads. */

#include "lib/base/parallel.h"
#include "lib/defects/green_function.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/crystal.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"

enum { SILICON = 14, TUNGSTEN = 74 };
static const int odd_cells[3] = {3, 4, 5};

typedef struct fixture {
    ff_force_constants silicon, tungsten, unstable;
} fixture;

static void compute(ff_force_constants *constants, const ff_potential *potential,
                    const char *crystal, int species, double lattice_constant)
{
    static const int one[3] = {1, 1, 1};
    ff_frame unit;
    assert_int_equal(
        ff_crystal_supercell(&unit, ff_crystal_find(crystal), species, lattice_constant, one, NULL),
        FF_OK);
    assert_int_equal(ff_force_constants_compute(constants, potential, &unit, NULL), FF_OK);
    ff_frame_clear(&unit);
}

static int set_up(void **state)
{
    static fixture f;
    ff_potential *potential = NULL;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    compute(&f.silicon, potential, "diamond", SILICON, 5.43095);
    ff_potential_free(potential);
    assert_int_equal(ff_finnis_sinclair_new(&potential, "W", NULL), FF_OK);
    compute(&f.tungsten, potential, "bcc", TUNGSTEN, 3.1652);
    ff_potential_free(potential);
    /* Atoms with pair forces prefer close packing: their simple cubic crystal shears. */
    assert_int_equal(ff_lennard_jones_new(&potential, 0.1, 2.5, 6.0, TUNGSTEN, NULL), FF_OK);
    compute(&f.unstable, potential, "sc", TUNGSTEN, 2.7);
    ff_potential_free(potential);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ff_force_constants_clear(&f->silicon);
    ff_force_constants_clear(&f->tungsten);
    ff_force_constants_clear(&f->unstable);
    return 0;
}

static ff_green_function *make(const ff_force_constants *constants, const int cells[3],
                               double power)
{
    ff_green_function *green = NULL;
    ff_error err = {0};
    assert_int_equal(ff_green_function_new(&green, constants, cells, power, &err), FF_OK);
    return green;
}

/* Numbers without pattern in [-1, 1). */
static double *random_field(size_t sites, unsigned seed)
{
    double *field = calloc(3 * sites, sizeof *field);
    for (size_t i = 0; i < 3 * sites; i++) {
        seed = seed * 1664525u + 1013904223u;
        field[i] = (double)(seed >> 8) / 8388608.0 - 1.0;
    }
    return field;
}

static void remove_mean(double *field, size_t sites)
{
    double mean[3] = {0};
    for (size_t i = 0; i < 3 * sites; i++)
        mean[i % 3] += field[i] / (double)sites;
    for (size_t i = 0; i < 3 * sites; i++)
        field[i] -= mean[i % 3];
}

static double inner(const double *a, const double *b, size_t sites)
{
    double sum = 0.0;
    for (size_t i = 0; i < 3 * sites; i++)
        sum += a[i] * b[i];
    return sum;
}

/* (H u)(a, l) = sum over b, n of Phi(a, b, n) u(b, l + n), directly. */
static void multiply(double *out, const double *in, const ff_force_constants *constants,
                     const int cells[3])
{
    for (int l = 0; l < cells[0] * cells[1] * cells[2]; l++)
        for (size_t entry = 0; entry < constants->count; entry++) {
            const ff_force_constant *c = &constants->list[entry];
            int place[3] = {l / cells[2] / cells[1], l / cells[2] % cells[1], l % cells[2]};
            size_t there = 0;
            for (int k = 0; k < 3; k++)
                there = there * (size_t)cells[k] +
                        (size_t)((place[k] + c->cell[k] + 10 * cells[k]) % cells[k]);
            double *to = out + 3 * ((size_t)l * constants->sites + c->site);
            const double *from = in + 3 * (there * constants->sites + c->other);
            for (int r = 0; r < 3; r++)
                for (int k = 0; k < 3; k++)
                    to[r] += c->block[3 * r + k] * from[k];
        }
}

static void test_hessian_is_the_sum_over_force_constants(void **state)
{
    const fixture *f = *state;
    const ff_force_constants *both[2] = {&f->silicon, &f->tungsten};
    for (int crystal = 0; crystal < 2; crystal++) {
        ff_green_function *hessian = make(both[crystal], odd_cells, 1.0);
        size_t sites = ff_green_function_sites(hessian);
        double *u = random_field(sites, 1), *expected = calloc(3 * sites, sizeof *expected);
        multiply(expected, u, both[crystal], odd_cells);
        ff_green_function_apply(hessian, u, u);
        for (size_t i = 0; i < 3 * sites; i++) /* stiffnesses are of order 10 */
            assert_near(u[i], expected[i], 1e-11);
        free(u);
        free(expected);
        ff_green_function_free(hessian);
    }
}

static void test_inverse(void **state)
{
    const fixture *f = *state;
    const ff_force_constants *both[2] = {&f->silicon, &f->tungsten};
    static const int sizes[3][3] = {{3, 4, 5}, {1, 1, 1}, {2, 6, 1}};
    for (int test = 0; test < 6; test++) {
        ff_green_function *hessian = make(both[test % 2], sizes[test / 2], 1.0);
        ff_green_function *green = make(both[test % 2], sizes[test / 2], -1.0);
        const ff_spectrum *spectrum = ff_green_function_spectrum(green);
        size_t sites = ff_green_function_sites(green);
        assert_int_equal(spectrum->modes, 3 * sites - 3);
        assert_int_equal(spectrum->guarded, 0);
        assert_true(spectrum->lowest > 0.0 && spectrum->highest > spectrum->lowest);
        double *force = random_field(sites, 2), *again = calloc(3 * sites, sizeof *again);
        ff_green_function_apply(green, force, again);
        ff_green_function_apply(hessian, again, again);
        remove_mean(force, sites);
        for (size_t i = 0; i < 3 * sites; i++) /* condition number below 1e3 */
            assert_near(again[i], force[i], 1e-11);
        free(force);
        free(again);
        ff_green_function_free(green);
        ff_green_function_free(hessian);
    }
}

static void test_square_roots_and_symmetry(void **state)
{
    const fixture *f = *state;
    ff_green_function *green = make(&f->silicon, odd_cells, -1.0);
    ff_green_function *root = make(&f->silicon, odd_cells, 0.5);
    ff_green_function *inverse_root = make(&f->silicon, odd_cells, -0.5);
    size_t sites = ff_green_function_sites(green);
    double *a = random_field(sites, 3), *b = random_field(sites, 4);
    double *ga = calloc(3 * sites, sizeof *ga), *gb = calloc(3 * sites, sizeof *gb);
    ff_green_function_apply(green, a, ga);
    ff_green_function_apply(green, b, gb);
    assert_near(inner(a, gb, sites), inner(b, ga, sites), 1e-11);

    ff_green_function_apply(inverse_root, a, gb); /* H^(-1/2) twice is H^-1 */
    ff_green_function_apply(inverse_root, gb, gb);
    for (size_t i = 0; i < 3 * sites; i++)
        assert_near(gb[i], ga[i], 1e-12);
    ff_green_function_apply(root, gb, gb); /* H^(1/2) H^-1 is H^(-1/2) */
    ff_green_function_apply(inverse_root, a, ga);
    for (size_t i = 0; i < 3 * sites; i++)
        assert_near(gb[i], ga[i], 1e-12);
    free(a);
    free(b);
    free(ga);
    free(gb);
    ff_green_function_free(green);
    ff_green_function_free(root);
    ff_green_function_free(inverse_root);
}

static void test_unstable_crystal_is_guarded(void **state)
{
    const fixture *f = *state;
    static const int cells[3] = {6, 6, 6};
    ff_green_function *green = make(&f->unstable, cells, -1.0);
    const ff_spectrum *spectrum = ff_green_function_spectrum(green);
    assert_true(spectrum->lowest < 0.0);
    assert_true(spectrum->unstable > 0 && spectrum->guarded >= spectrum->unstable);
    size_t sites = ff_green_function_sites(green);
    for (unsigned seed = 1; seed < 10; seed++) {
        double *force = random_field(sites, seed), *u = calloc(3 * sites, sizeof *u);
        ff_green_function_apply(green, force, u);
        assert_true(inner(force, u, sites) > 0.0); /* still positive */
        free(force);
        free(u);
    }
    ff_green_function_free(green);
}

static void test_threads(void **state)
{
    const fixture *f = *state;
    double *field[2];
    size_t sites = 0;
    for (int run = 0; run < 2; run++) {
        ff_set_threads(run == 0 ? 1 : 3);
        ff_green_function *green = make(&f->silicon, odd_cells, -1.0);
        sites = ff_green_function_sites(green);
        field[run] = random_field(sites, 5);
        ff_green_function_apply(green, field[run], field[run]);
        ff_green_function_free(green);
    }
    assert_memory_equal(field[0], field[1], 3 * sites * sizeof(double));
    free(field[0]);
    free(field[1]);
}

static void test_refusals(void **state)
{
    const fixture *f = *state;
    static const int none[3] = {2, 0, 2};
    ff_green_function *green = NULL;
    ff_error err = {0};
    assert_int_equal(ff_green_function_new(&green, &f->silicon, none, -1.0, &err), FF_E_USAGE);
    assert_null(green);
    ff_force_constants free_atoms = {.sites = 1};
    assert_int_equal(ff_green_function_new(&green, &free_atoms, odd_cells, -1.0, &err),
                     FF_E_NUMERIC);
    assert_null(green);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hessian_is_the_sum_over_force_constants),
        cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_square_roots_and_symmetry),
        cmocka_unit_test(test_unstable_crystal_is_guarded),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
