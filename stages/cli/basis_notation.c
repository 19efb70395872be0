#include "stages/cli/basis_notation.h"

#include "lib/base/numbers.h"
#include "lib/structure/elements.h"

#include <string.h>

/* The item at the start of a comma-separated list; returns the next, NULL at the end. */
static const char *next_item(const char *text, size_t *length)
{
    *length = strcspn(text, ",");
    return text[*length] == ',' ? text + *length + 1 : NULL;
}

/* Species. */

int ff_basis_add_species(ff_ace_options *basis, int z, ff_error *err)
{
    size_t at = basis->species_count;
    if (at == FF_ACE_MAX_BASIS_SPECIES)
        return ff_fail(err, FF_E_USAGE, "a basis has at most %d species", FF_ACE_MAX_BASIS_SPECIES);
    for (; at > 0 && basis->species[at - 1] >= z; at--) {
        if (basis->species[at - 1] == z)
            return ff_fail(err, FF_E_USAGE, "%s is named twice", ff_element_symbol(z));
        basis->species[at] = basis->species[at - 1];
    }
    basis->species[at] = z;
    basis->species_count++;
    return FF_OK;
}

int ff_parse_species(ff_ace_options *basis, const char *option, const char *text, ff_error *err)
{
    size_t length;
    for (const char *item = text, *next; item; item = next) {
        ff_error inner = {0};
        next = next_item(item, &length);
        int z = ff_element_number(item, length);
        if (z == 0)
            return ff_fail(err, FF_E_USAGE, "--%s: '%.*s' is not a chemical symbol", option,
                           (int)length, item);
        if (ff_basis_add_species(basis, z, &inner) != FF_OK)
            return ff_fail(err, FF_E_USAGE, "--%s %s: %s", option, text, inner.message);
    }
    return FF_OK;
}

/* Lists by order. */

int ff_parse_order_list(double *list, int *count, const char *option, const char *text,
                        ff_error *err)
{
    size_t length;
    *count = 0;
    for (const char *item = text, *next; item; item = next) {
        next = next_item(item, &length);
        if (*count == FF_ACE_MAX_ORDER || ff_double_parse(item, length, &list[*count]) != FF_OK)
            return ff_fail(err, FF_E_USAGE,
                           "--%s %s: expected at most %d numbers separated by commas", option, text,
                           FF_ACE_MAX_ORDER);
        ++*count;
    }
    return FF_OK;
}

/* Lengths by pair. */

/* The index of a species of the basis from its symbol; -1: none. */
static int species_of(const ff_ace_options *basis, const char *symbol, size_t length)
{
    int z = ff_element_number(symbol, length);
    for (size_t i = 0; i < basis->species_count; i++)
        if (basis->species[i] == z)
            return (int)i;
    return -1;
}

/* Where "X-Y=A" of that length puts its number; NULL when it is not of that form. *digits: where
 * the number begins. */
static double *find_place(ff_pair_lengths *lengths, const ff_ace_options *basis, const char *item,
                          size_t length, const char **digits)
{
    const char *equals = memchr(item, '=', length);
    const char *dash = equals ? memchr(item, '-', (size_t)(equals - item)) : NULL;
    *digits = item;
    if (!equals)
        return &lengths->all;
    if (!dash)
        return NULL;
    int a = species_of(basis, item, (size_t)(dash - item));
    int b = species_of(basis, dash + 1, (size_t)(equals - dash - 1));
    *digits = equals + 1;
    return a < 0 || b < 0 ? NULL : &lengths->pair[ff_ace_pair_index(basis, a, b)];
}

int ff_parse_pair_lengths(ff_pair_lengths *lengths, const ff_ace_options *basis, const char *option,
                          const char *text, ff_error *err)
{
    size_t length;
    *lengths = (ff_pair_lengths){0};
    for (const char *item = text, *next; item; item = next) {
        const char *digits;
        double value;
        next = next_item(item, &length);
        double *place = find_place(lengths, basis, item, length, &digits);
        bool misplaced = place == &lengths->all && item != text;
        if (!place || misplaced || *place != 0 ||
            ff_double_parse(digits, length - (size_t)(digits - item), &value) != FF_OK ||
            !(value > 0))
            return ff_fail(err, FF_E_USAGE,
                           "--%s %s: '%.*s' is not understood, expected a length in angstrom for "
                           "all pairs of species, or others for some as in 5.5,Al-Ti=6, each once",
                           option, text, (int)length, item);
        *place = value;
    }
    return FF_OK;
}
