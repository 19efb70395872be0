/* Tersoff: derivatives, invariances, and what is known of silicon. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/potentials/tersoff.h"
#include "tests/lib/potentials/potential_checks.h"

static const int silicon = 14, carbide[2] = {14, 6};

/* J. Tersoff, Phys. Rev. B 38, 9902 (1988), Si(C), in LAMMPS's form: lambda3 and m have no effect
 * without lambda3. */
static const ff_tersoff_entry si = {.species = {14, 14, 14},
                                    .m = 3,
                                    .gamma = 1,
                                    .c = 100390,
                                    .d = 16.217,
                                    .cosine = -0.59825,
                                    .n = 0.78734,
                                    .beta = 1.1e-6,
                                    .lambda2 = 1.73222,
                                    .B = 471.18,
                                    .R = 2.85,
                                    .D = 0.15,
                                    .lambda1 = 2.4799,
                                    .A = 1830.8};

static ff_potential *open_potential(const ff_tersoff_entry *entries, size_t count)
{
    ff_error err = {0};
    ff_potential *potential = NULL;
    if (ff_tersoff_from_entries(&potential, entries, count, &err) != FF_OK)
        fail_msg("%s", err.message);
    return potential;
}

/* Every triplet of two species, with m of both kinds, lambda3, and limits of r_ik that depend on
 * j. */
static void fill_binary(ff_tersoff_entry entries[8])
{
    for (size_t k = 0; k < 8; k++) {
        ff_tersoff_entry *e = &entries[k];
        *e = si;
        for (size_t s = 0; s < 3; s++)
            e->species[s] = carbide[(k >> (2 - s)) & 1];
        bool mixed = e->species[0] != e->species[1];
        e->m = k % 2 ? 1 : 3;
        e->gamma = 1 + 0.05 * (double)k;
        e->lambda3 = 0.3 + 0.1 * (double)k;
        e->c = 1.5 + (double)k;
        e->d = 2;
        e->n = 0.7 + 0.1 * (double)k;
        e->beta = 0.3;
        e->R = mixed ? 2.8 : 3;
        e->D = 0.2;
        if (e->species[2] == 6 && e->species[1] == 14)
            e->R = 2.8;
    }
}

static void holds_as_every_potential(void **state)
{
    (void)state;
    ff_potential *potential = open_potential(&si, 1);
    ff_check_case c = {.potential = potential,
                       .crystal = "diamond",
                       .species = &silicon,
                       .species_count = 1,
                       .lattice_constant = 5.43,
                       .cells = {2, 1, 2},
                       .kinks = {2.7, 3.0}};
    check_everything(&c);
    c.crystal = "fcc"; /* twelve neighbours and wide angles */
    c.lattice_constant = 3.8;
    check_everything(&c);
    ff_potential_free(potential);
}

static void holds_for_two_species(void **state)
{
    (void)state;
    ff_tersoff_entry entries[8];
    fill_binary(entries);
    ff_potential *potential = open_potential(entries, 8);
    ff_check_case c = {.potential = potential,
                       .crystal = "diamond",
                       .species = carbide,
                       .species_count = 2,
                       .lattice_constant = 5.4,
                       .cells = {2, 1, 2},
                       .kinks = {2.6, 2.8, 3.0, 3.2}};
    check_everything(&c);
    ff_potential_free(potential);
}

/* Lattice constant 5.432 A, cohesive energy 4.63 eV: Tersoff's table. Elastic constants as other
 * implementations of this set have them: C11 142.5, C12 75.4 GPa (H. Balamane, T. Halicioglu and
 * W. A. Tiller, Phys. Rev. B 46, 2250 (1992)). */
static void crystal(void **state)
{
    (void)state;
    double pressure, constants[3];
    ff_potential *potential = open_potential(&si, 1);
    double a0 = check_equilibrium(potential, "diamond", silicon, 5.3, 5.6);
    assert_true(fabs(a0 - 5.432) < 5e-4);
    double energy = check_crystal_energy(potential, "diamond", silicon, a0, &pressure);
    assert_true(fabs(energy - -4.63) < 5e-3);
    check_elastic(constants, NULL, potential, "diamond", silicon, a0);
    assert_true(fabs(constants[0] - 142.5) < 0.2);
    assert_true(fabs(constants[1] - 75.4) < 0.2);
    ff_potential_free(potential);
}

static void refuse(const ff_tersoff_entry *entries, size_t count, const char *message)
{
    ff_error err = {0};
    ff_potential *potential = NULL;
    assert_int_equal(ff_tersoff_from_entries(&potential, entries, count, &err), FF_E_RANGE);
    assert_null(potential);
    if (!strstr(err.message, message))
        fail_msg("'%s' in '%s'", message, err.message);
}

static void refuses_tables_without_meaning(void **state)
{
    (void)state;
    ff_tersoff_entry entries[9];
    fill_binary(entries);
    refuse(entries, 0, "at least one triplet");
    refuse(entries, 7, "no entry for the triplet (C, C, C)");
    entries[8] = entries[3];
    refuse(entries, 9, "(Si, C, C) is there twice");
    entries[3].A *= 1.1;
    refuse(entries, 8, "(Si, C, C) and (C, Si, Si) differ in A");
    fill_binary(entries);
    entries[2].m = 2;
    refuse(entries, 8, "exponent m of 2");
    fill_binary(entries);
    entries[5].D = 0;
    refuse(entries, 8, "0 < D <= R");
    fill_binary(entries);
    entries[5].species[1] = 200;
    refuse(entries, 8, "atomic number 200");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_as_every_potential), cmocka_unit_test(holds_for_two_species),
        cmocka_unit_test(crystal), cmocka_unit_test(refuses_tables_without_meaning)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
