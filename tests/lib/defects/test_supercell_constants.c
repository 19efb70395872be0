/* Force constants from forces in a supercell against those from the energies of sites: symbols at
 * the supercell's wave vectors whatever the range, everything else where the supercell is wide
 * enough; several sites, species, cells of any shape, planes, noise, and what it costs. */

#include "lib/defects/elastic_constants.h"
#include "lib/defects/supercell_constants.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/crystal.h"
#include "lib/structure/host.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/defects/near.h"
#include "tests/lib/potentials/disguise.h"

typedef struct fixture {
    disguise inside;
    ff_potential potential;
    ff_host host;
} fixture;

/* The potential, hidden; stated: the cutoff is known. The crystal repeated by the matrix. */
static void set_up(fixture *f, ff_potential *inner, bool stated, const char *crystal,
                   const int species[2], double constant, const int matrix[9])
{
    const double constants[2] = {constant, 0};
    *f = (fixture){.inside = {.inner = inner}};
    disguise_make(&f->potential, &f->inside, stated ? inner->cutoff : INFINITY);
    assert_int_equal(
        ff_host_of_crystal(&f->host, ff_crystal_find(crystal), species, constants, NULL), FF_OK);
    assert_int_equal(ff_host_repeat(&f->host, matrix, NULL), FF_OK);
}

static void tear_down(fixture *f)
{
    ff_potential_free(f->inside.inner);
    ff_host_clear(&f->host);
}

static ff_potential *silicon(void)
{
    ff_potential *potential = NULL;
    assert_int_equal(ff_stillinger_weber_new(&potential, "Si", NULL), FF_OK);
    return potential;
}

static ff_potential *argon(double cutoff)
{
    ff_potential *potential = NULL;
    assert_int_equal(ff_lennard_jones_new(&potential, 0.0104, 3.4, cutoff, 0, NULL), FF_OK);
    return potential;
}

/* The largest difference of the symbols at the wave vectors of cells[3]. */
static double symbols_differ(const ff_force_constants *a, const ff_force_constants *b,
                             const int cells[3])
{
    const size_t order = 3 * a->sites, numbers = 2 * order * order;
    double *one = calloc(numbers, sizeof *one), *other = calloc(numbers, sizeof *other);
    double worst = 0;
    assert_true(one && other);
    assert_int_equal(a->sites, b->sites);
    for (int n = 0; n < cells[0] * cells[1] * cells[2]; n++) {
        const int number[3] = {n / cells[2] / cells[1], n / cells[2] % cells[1], n % cells[2]};
        double phase[3];
        for (int k = 0; k < 3; k++)
            phase[k] = 2 * acos(-1) * number[k] / cells[k];
        ff_force_constants_symbol(a, phase, one);
        ff_force_constants_symbol(b, phase, other);
        for (size_t k = 0; k < numbers; k++)
            worst = fabs(one[k] - other[k]) <= worst ? worst : fabs(one[k] - other[k]);
    }
    free(one);
    free(other);
    return worst;
}

/* Computes both, for the host's supercell. */
static void compute(fixture *f, ff_force_constants *found, ff_force_constants *exact)
{
    f->inside.evaluations = 0;
    assert_int_equal(
        ff_crystal_constants(found, &f->potential, &f->host.unit, f->host.cells, NULL, NULL),
        FF_OK);
    assert_int_equal(found->evaluations, f->inside.evaluations);
    assert_int_equal(
        ff_crystal_constants(exact, f->inside.inner, &f->host.unit, f->host.cells, NULL, NULL),
        FF_OK);
    assert_int_equal(exact->evaluations, 0);
}

static void clear(ff_force_constants *found, ff_force_constants *exact)
{
    ff_force_constants_clear(found);
    ff_force_constants_clear(exact);
}

/* Any supercell, far smaller than the range. */
static void symbols_are_exact_in_the_supercell(void **state)
{
    (void)state;
    static const int fourteen[2] = {14, 14}, eighteen[2] = {18, 18}, salt[2] = {11, 17};
    static const int two[9] = {2, 0, 0, 0, 2, 0, 0, 0, 2}, uneven[9] = {2, 0, 0, 0, 3, 0, 0, 0, 1};
    static const int skewed[9] = {0, 2, 2, 2, 0, 2, 3, 1, 0}, flat[9] = {4, 0, 0, 0, 5, 0, 0, 0, 1};
    const struct {
        const char *crystal;
        const int *species;
        ff_potential *inner;
        double constant;
        const int *matrix;
        size_t evaluations; /* two of the bulk, four for each displacement */
    } cases[] = {{"diamond", fourteen, silicon(), 5.43095, two, 6},
                 {"diamond", fourteen, silicon(), 5.5, uneven, 6},
                 {"fcc", eighteen, argon(9), 5.3, two, 6},
                 {"hcp", eighteen, argon(9), 3.75, uneven, 0},
                 {"b1", salt, argon(9), 5.9, two, 10},
                 {"bcc", eighteen, argon(9), 4.1, skewed, 0},
                 {"triangular", eighteen, argon(9), 3.8, flat, 2 + 4 * 3}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        fixture f;
        ff_force_constants found, exact;
        set_up(&f, cases[c].inner, false, cases[c].crystal, cases[c].species, cases[c].constant,
               cases[c].matrix);
        compute(&f, &found, &exact);
        const double worst = symbols_differ(&found, &exact, f.host.cells);
        print_message("%s %dx%dx%d: %zu evaluations, step %.1e A, symbols differ by %.1e, stated "
                      "%.1e eV/A^2\n",
                      cases[c].crystal, f.host.cells[0], f.host.cells[1], f.host.cells[2],
                      found.evaluations, found.step, worst, found.error);
        assert_true(worst < 1e-7);
        if (cases[c].evaluations)
            assert_int_equal(found.evaluations, cases[c].evaluations);
        clear(&found, &exact);
        tear_down(&f);
    }
}

/* Wide enough for the range, all is the same: the list, elastic constants, the bulk. */
static void a_wide_supercell_has_them_all(void **state)
{
    (void)state;
    static const int fourteen[2] = {14, 14}, five[9] = {5, 0, 0, 0, 5, 0, 0, 0, 5};
    for (int stated = 0; stated < 2; stated++) {
        fixture f;
        ff_force_constants found, exact;
        double one[36], other[36];
        set_up(&f, silicon(), stated, "diamond", fourteen, 5.45, five);
        f.inside.sites = stated;
        compute(&f, &found, &exact);
        assert_int_equal(found.evaluations, 6);
        assert_true(stated ? found.range == exact.range : isinf(found.range));
        const int odd[3] = {7, 3, 4}; /* wave vectors that are not those of the supercell */
        assert_true(symbols_differ(&found, &exact, odd) < 1e-7);
        assert_int_equal(ff_elastic_constants(one, &found, NULL), FF_OK);
        assert_int_equal(ff_elastic_constants(other, &exact, NULL), FF_OK);
        for (int k = 0; k < 36; k++)
            assert_near(one[k], other[k], 1e-7);
        assert_near(found.bulk_energy[14], exact.bulk_energy[14], 1e-13);
        for (int k = 0; k < 6; k++)
            assert_near(found.bulk_virial[k], exact.bulk_virial[k], 1e-12);
        clear(&found, &exact);
        tear_down(&f);
    }
}

/* By the energies of atoms where there are any, else in equal parts. */
static void bulk_energies_of_species(void **state)
{
    (void)state;
    static const int salt[2] = {11, 17}, two[9] = {2, 0, 0, 0, 2, 0, 0, 0, 2};
    fixture f;
    ff_force_constants found, exact;
    set_up(&f, argon(7), false, "b1", salt, 5.9, two);
    compute(&f, &found, &exact);
    const double mean = (exact.bulk_energy[11] + exact.bulk_energy[17]) / 2;
    assert_near(found.bulk_energy[11], mean, 1e-14);
    assert_near(found.bulk_energy[17], mean, 1e-14);
    ff_force_constants_clear(&found);
    f.inside.sites = true;
    assert_int_equal(
        ff_crystal_constants(&found, &f.potential, &f.host.unit, f.host.cells, NULL, NULL), FF_OK);
    assert_near(found.bulk_energy[11], exact.bulk_energy[11], 1e-14);
    assert_near(found.bulk_energy[17], exact.bulk_energy[17], 1e-14);
    clear(&found, &exact);
    tear_down(&f);
}

/* The step grows with the noise, and the error is what is stated, within a factor. */
static void noise_is_measured(void **state)
{
    (void)state;
    static const int tungsten[2] = {74, 74}, three[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3};
    static const double rounding[2] = {0, 1e-4};
    double step[2];
    for (int k = 0; k < 2; k++) {
        fixture f;
        ff_potential *inner = NULL;
        ff_force_constants found, exact;
        assert_int_equal(ff_finnis_sinclair_new(&inner, "W", NULL), FF_OK);
        set_up(&f, inner, false, "bcc", tungsten, 3.1652, three);
        f.inside.jitter = rounding[k];
        compute(&f, &found, &exact);
        step[k] = found.step;
        assert_true(found.force_noise >= rounding[k] && found.energy_noise >= 0.1 * rounding[k]);
        assert_true(found.force_noise < fmax(2 * rounding[k], 1e-11));
        const double worst = symbols_differ(&found, &exact, f.host.cells);
        print_message("noise %.1e: step %.1e A, symbols differ by %.1e, stated %.1e\n",
                      found.force_noise, found.step, worst, found.error);
        /* A symbol is a sum over 54 atoms. */
        assert_true(worst < 20 * found.error);
        clear(&found, &exact);
        tear_down(&f);
    }
    assert_true(step[1] > 5 * step[0]);
}

static void errors_pass(void **state)
{
    (void)state;
    static const int fourteen[2] = {14, 14}, two[9] = {2, 0, 0, 0, 2, 0, 0, 0, 2};
    fixture f;
    ff_force_constants found;
    ff_error err = {0};
    set_up(&f, silicon(), false, "diamond", fourteen, 5.43095, two);
    f.inside.broken = true;
    assert_int_equal(
        ff_crystal_constants(&found, &f.potential, &f.host.unit, f.host.cells, NULL, &err),
        FF_E_NUMERIC);
    assert_null(found.list);
    f.host.unit.species[3] = 6;
    assert_int_equal(
        ff_crystal_constants(&found, &f.potential, &f.host.unit, f.host.cells, NULL, &err),
        FF_E_RANGE);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_are_exact_in_the_supercell),
        cmocka_unit_test(a_wide_supercell_has_them_all), cmocka_unit_test(bulk_energies_of_species),
        cmocka_unit_test(noise_is_measured), cmocka_unit_test(errors_pass)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
