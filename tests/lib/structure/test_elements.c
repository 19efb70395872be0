/* Symbols and numbers: noble gases end the periods, so one slip in the table moves at least one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/structure/elements.h"

#include <string.h>

static void every_symbol_names_its_number(void **state)
{
    (void)state;
    for (int z = 1; z <= 118; z++) {
        const char *symbol = ff_element_symbol(z);
        assert_int_equal(ff_element_number(symbol, strlen(symbol)), z);
    }
}

static void known_elements_stand_in_place(void **state)
{
    static const struct {
        int number;
        const char *symbol;
    } known[] = {{1, "H"},   {2, "He"},  {10, "Ne"},  {14, "Si"},  {18, "Ar"}, {22, "Ti"},
                 {36, "Kr"}, {54, "Xe"}, {57, "La"},  {71, "Lu"},  {73, "Ta"}, {74, "W"},
                 {86, "Rn"}, {92, "U"},  {103, "Lr"}, {112, "Cn"}, {118, "Og"}};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_string_equal(ff_element_symbol(known[i].number), known[i].symbol);
}

/* Masses rise with the atomic number but for a few well-known pairs: a slip in the table moves one.
 */
static void masses_stand_in_place(void **state)
{
    (void)state;
    static const struct {
        int number;
        double mass;
    } known[] = {{1, 1.008},   {6, 12.011},  {14, 28.085}, {22, 47.867}, {26, 55.845},
                 {42, 95.95},  {54, 131.29}, {73, 180.95}, {74, 183.84}, {79, 196.97},
                 {92, 238.03}, {118, 294},   {0, 0},       {119, 0}};
    /* Ar, Co, Te, Th, U and, by the mass numbers of isotopes, Pu and Bh */
    static const int heavier_than_next[] = {18, 27, 52, 90, 92, 94, 107};
    size_t next = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_true(ff_element_mass(known[i].number) == known[i].mass);
    for (int z = 1; z < 118; z++)
        if (ff_element_mass(z) > ff_element_mass(z + 1))
            assert_int_equal(z, heavier_than_next[next++]);
    assert_int_equal(next, sizeof heavier_than_next / sizeof *heavier_than_next);
}

static void what_is_no_element_is_refused(void **state)
{
    (void)state;
    assert_null(ff_element_symbol(0));
    assert_null(ff_element_symbol(-1));
    assert_null(ff_element_symbol(119));
    assert_int_equal(ff_element_number("", 0), 0);
    assert_int_equal(ff_element_number("si", 2), 0);
    assert_int_equal(ff_element_number("SI", 2), 0);
    assert_int_equal(ff_element_number("Xx", 2), 0);
    assert_int_equal(ff_element_number("Silicon", 7), 0);
}

static void length_counts_not_the_terminator(void **state)
{
    (void)state;
    assert_int_equal(ff_element_number("Silicon", 2), 14);
    assert_int_equal(ff_element_number("Silicon", 1), 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_symbol_names_its_number),
        cmocka_unit_test(known_elements_stand_in_place),
        cmocka_unit_test(masses_stand_in_place),
        cmocka_unit_test(what_is_no_element_is_refused),
        cmocka_unit_test(length_counts_not_the_terminator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
