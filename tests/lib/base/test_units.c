/* Units by a table: what is said, and the factors that come of it. */

#include "lib/base/units.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/near.h"

static const double hartree = 27.211386245988, bohr = 0.529177210903, gigapascal = 1 / 160.2176634;

static void said_units_give_these_factors(void **state)
{
    (void)state;
    const double kilocalorie = 4.184e3 / 6.02214076e23 / 1.602176634e-19; /* of a mole, in eV */
    const struct {
        const char *text;
        ff_units units;
    } cases[] = {
        {"ase", {1, 1, 1, 1, 1, false}},
        {"vasp", {1, 1, 1, 1, 0.1 * gigapascal, true}},
        {"lammps-metal", {1, 1, 1, 1, 1e-4 * gigapascal, true}},
        {"lammps-real", {kilocalorie, 1, kilocalorie, kilocalorie, 1.01325e-4 * gigapascal, true}},
        {"atomic", {hartree, bohr, hartree / bohr, hartree, hartree / (bohr * bohr * bohr), false}},
        {"energy=Ha", {hartree, 1, hartree, hartree, hartree, false}},
        {"energy=Ry,length=Bohr,stress=kbar",
         {hartree / 2, bohr, hartree / 2 / bohr, hartree / 2, 0.1 * gigapascal, false}},
        {"force=Ha/Bohr,virial=meV,stress=bar",
         {1, 1, hartree / bohr, 1e-3, 1e-4 * gigapascal, false}},
        {"force=kcal/mol/A", {1, 1, kilocalorie, 1, 1, false}},
        {"stress=Ry/Bohr^3", {1, 1, 1, 1, hartree / 2 / (bohr * bohr * bohr), false}},
        {"vasp,stress=GPa", {1, 1, 1, 1, gigapascal, true}},
        {"length=nm", {1, 10, 0.1, 1, 1e-3, false}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ff_units found;
        ff_error err = {0};
        const ff_units *expected = &cases[i].units;
        if (ff_units_parse(&found, cases[i].text, &err) != FF_OK)
            fail_msg("%s: %s", cases[i].text, err.message);
        assert_near(found.energy, expected->energy, 1e-11 * expected->energy);
        assert_near(found.length, expected->length, 1e-11 * expected->length);
        assert_near(found.force, expected->force, 1e-11 * expected->force);
        assert_near(found.virial, expected->virial, 1e-11 * expected->virial);
        assert_near(found.stress, expected->stress, 1e-11 * expected->stress);
        assert_int_equal(found.compression, expected->compression);
    }
}

static void other_words_are_refused(void **state)
{
    (void)state;
    const char *const cases[] = {"",           "energy",       "energy=",       "energy=ev",
                                 "length=m",   "force=eV",     "force=eV/",     "force=/A",
                                 "stress=eV",  "stress=eV/A",  "stress=eV/A^2", "virial=GPa",
                                 "vasp,",      "vasp,kbar",    "energy=eV,,",   "Energy=eV",
                                 "energy =eV", "stress=kbar ", "force=kcal/mol"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ff_units found;
        ff_error err = {0};
        if (ff_units_parse(&found, cases[i], &err) != FF_E_USAGE || !err.message[0])
            fail_msg("'%s' is accepted", cases[i]);
    }
}

static void ratios_name_the_units_that_were_confused(void **state)
{
    (void)state;
    const struct {
        const char *quantity;
        double ratio;
        const char *expected;
    } cases[] = {{"stress", 10, "kbar read as GPa"},
                 {"stress", 1e-3, "kbar read as bar"},
                 {"stress", 160, "GPa read as eV/A^3"},
                 {"energy", 27.2, "eV read as Ha"},
                 {"energy", 1 / 27.2, "Ha read as eV"},
                 {"energy", 13.6, "eV read as Ry"},
                 {"force", 1 / 51.4, "Ha/Bohr read as eV/A"},
                 {"energy", 3, ""},
                 {"energy", 1, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        bool known = ff_units_confused(text, sizeof text, cases[i].quantity, cases[i].ratio);
        assert_string_equal(text, cases[i].expected);
        assert_int_equal(known, cases[i].expected[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(said_units_give_these_factors),
        cmocka_unit_test(other_words_are_refused),
        cmocka_unit_test(ratios_name_the_units_that_were_confused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
