#include "lib/base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A word and its factor; aliases follow what they stand for and are not listed in messages. */
typedef struct unit {
    const char *word;
    double factor;
    bool alias;
} unit;

#define HARTREE    27.211386245988
#define BOHR       0.529177210903
#define KJ_MOL     (1 / 96.48533212331001)
#define GIGAPASCAL (1 / 160.2176634)

static const unit energies[] = {{"eV", 1, false},
                                {"meV", 1e-3, false},
                                {"Ha", HARTREE, false},
                                {"Hartree", HARTREE, true},
                                {"hartree", HARTREE, true},
                                {"Ry", HARTREE / 2, false},
                                {"Rydberg", HARTREE / 2, true},
                                {"kJ/mol", KJ_MOL, false},
                                {"kcal/mol", 4.184 * KJ_MOL, false},
                                {0}};
static const unit lengths[] = {{"A", 1, false},
                               {"Angstrom", 1, true},
                               {"angstrom", 1, true},
                               {"nm", 10, false},
                               {"Bohr", BOHR, false},
                               {"bohr", BOHR, true},
                               {0}};
static const unit pressures[] = {{"GPa", GIGAPASCAL, false},
                                 {"kbar", 0.1 * GIGAPASCAL, false},
                                 {"kB", 0.1 * GIGAPASCAL, true},
                                 {"bar", 1e-4 * GIGAPASCAL, false},
                                 {"atm", 1.01325e-4 * GIGAPASCAL, false},
                                 {"Pa", 1e-9 * GIGAPASCAL, false},
                                 {0}};

/* What the programs of that name print. */
static const struct set {
    const char *name;
    ff_units units;
} sets[] = {
    {"ase", {1, 1, 1, 1, 1, false}},
    {"vasp", {1, 1, 1, 1, 0.1 * GIGAPASCAL, true}},
    {"lammps-metal", {1, 1, 1, 1, 1e-4 * GIGAPASCAL, true}},
    {"lammps-real",
     {4.184 * KJ_MOL, 1, 4.184 * KJ_MOL, 4.184 * KJ_MOL, 1.01325e-4 * GIGAPASCAL, true}},
    {"atomic", {HARTREE, BOHR, HARTREE / BOHR, HARTREE, HARTREE / (BOHR * BOHR * BOHR), false}},
    {"rydberg",
     {HARTREE / 2, BOHR, HARTREE / 2 / BOHR, HARTREE / 2, HARTREE / 2 / (BOHR * BOHR * BOHR),
      false}},
};
enum { SETS = sizeof sets / sizeof sets[0] };

/* What the words of a list have spoken of. */
typedef struct said {
    bool energy_or_length, force, virial, stress;
} said;

void ff_units_init(ff_units *units)
{
    *units = sets[0].units;
}

const char *ff_units_sets(void)
{
    return "ase, vasp, lammps-metal, lammps-real, atomic, rydberg";
}

/* Exactly a word of the table. */
static bool find(const unit *table, const char *text, size_t length, double *factor)
{
    for (const unit *u = table; u->word; u++)
        if (strlen(u->word) == length && memcmp(u->word, text, length) == 0) {
            *factor = u->factor;
            return true;
        }
    return false;
}

/* ENERGY/LENGTH, and ENERGY/LENGTH^3 for power 3; energies may hold a slash themselves. */
static bool find_quotient(const char *text, size_t length, int power, double *factor)
{
    const size_t suffix = power == 3 ? strlen("^3") : 0;
    double energy, unit_length;
    if (length <= suffix || (power == 3 && memcmp(text + length - suffix, "^3", suffix) != 0))
        return false;
    for (size_t slash = length - suffix; slash-- > 0;) {
        if (text[slash] != '/')
            continue;
        if (!find(energies, text, slash, &energy) ||
            !find(lengths, text + slash + 1, length - suffix - slash - 1, &unit_length))
            return false;
        *factor = energy / pow(unit_length, power);
        return true;
    }
    return false;
}

static void list_words(char *text, size_t size, const unit *table)
{
    size_t used = 0;
    text[0] = '\0';
    for (const unit *u = table; u->word && used < size; u++)
        if (!u->alias)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", u->word);
}

static int unknown(const char *quantity, const char *text, size_t length, ff_error *err)
{
    char words[128], more[64] = "";
    const bool force = strcmp(quantity, "force") == 0, stress = strcmp(quantity, "stress") == 0;
    list_words(words, sizeof words,
               strcmp(quantity, "length") == 0 ? lengths
               : stress                        ? pressures
                                               : energies);
    if (force || stress)
        (void)snprintf(more, sizeof more, "%san energy/length%s", stress ? ", or " : "",
                       stress ? "^3 such as eV/A^3" : " such as eV/A or Ha/Bohr");
    return ff_fail(err, FF_E_USAGE, "%s: '%.*s' is none of %s%s", quantity,
                   (int)(length < 40 ? length : 40), text, force ? "" : words, more);
}

/* "QUANTITY=UNIT", with `name` bytes before the sign. */
static int read_quantity(ff_units *units, said *known, const char *item, size_t name, size_t length,
                         ff_error *err)
{
    static const char *const names[] = {"energy", "length", "force", "virial", "stress"};
    double *const places[] = {&units->energy, &units->length, &units->force, &units->virial,
                              &units->stress};
    bool *const flags[] = {&known->energy_or_length, &known->energy_or_length, &known->force,
                           &known->virial, &known->stress};
    const char *text = item + name + 1;
    const size_t rest = length - name - 1;
    size_t q = 0;
    while (q < 5 && !(strlen(names[q]) == name && memcmp(names[q], item, name) == 0))
        q++;
    if (q == 5)
        return ff_fail(err, FF_E_USAGE, "'%.*s' is none of energy, length, force, virial, stress",
                       (int)(name < 40 ? name : 40), item);
    bool found =
        q == 1   ? find(lengths, text, rest, places[q])
        : q == 2 ? find_quotient(text, rest, 1, places[q])
        : q == 4 ? find(pressures, text, rest, places[q]) || find_quotient(text, rest, 3, places[q])
                 : find(energies, text, rest, places[q]);
    *flags[q] = true;
    return found ? FF_OK : unknown(names[q], text, rest, err);
}

static int read_set(ff_units *units, const char *name, size_t length, ff_error *err)
{
    for (size_t i = 0; i < SETS; i++)
        if (strlen(sets[i].name) == length && memcmp(sets[i].name, name, length) == 0) {
            *units = sets[i].units;
            return FF_OK;
        }
    return ff_fail(err, FF_E_USAGE, "'%.*s' is neither QUANTITY=UNIT nor one of %s",
                   (int)(length < 40 ? length : 40), name, ff_units_sets());
}

int ff_units_parse(ff_units *units, const char *text, ff_error *err)
{
    said known = {0};
    int status = FF_OK;
    ff_units_init(units);
    for (const char *item = text; item && status == FF_OK;) {
        const size_t length = strcspn(item, ",");
        const char *equals = memchr(item, '=', length);
        if (!equals)
            known = (said){0};
        status = equals ? read_quantity(units, &known, item, (size_t)(equals - item), length, err)
                        : read_set(units, item, length, err);
        item = item[length] ? item + length + 1 : NULL;
    }
    if (status != FF_OK || !known.energy_or_length)
        return status;
    if (!known.force)
        units->force = units->energy / units->length;
    if (!known.virial)
        units->virial = units->energy;
    if (!known.stress)
        units->stress = units->energy / pow(units->length, 3);
    return FF_OK;
}

/* Which units are taken for one another. */

/* A number in the unit `is`, read as one in `read_as`, is too large by read_as / is. */
typedef struct confusion {
    const char *is, *read_as;
    double ratio;
} confusion;

/* Between two programs' units: what is declared is eV unless said otherwise. */
static const confusion of_energy[] = {{"eV", "Ha", HARTREE},
                                      {"Ha", "eV", 1 / HARTREE},
                                      {"eV", "Ry", HARTREE / 2},
                                      {"Ry", "eV", 2 / HARTREE},
                                      {"kcal/mol", "eV", 1 / (4.184 * KJ_MOL)},
                                      {"eV", "kcal/mol", 4.184 * KJ_MOL},
                                      {"kJ/mol", "eV", 1 / KJ_MOL},
                                      {"eV", "kJ/mol", KJ_MOL},
                                      {"meV", "eV", 1000},
                                      {"eV", "meV", 1e-3},
                                      {"Ry", "Ha", 2},
                                      {"Ha", "Ry", 0.5},
                                      {0}};
static const confusion of_force[] = {{"Ha/Bohr", "eV/A", BOHR / HARTREE},
                                     {"eV/A", "Ha/Bohr", HARTREE / BOHR},
                                     {"Ry/Bohr", "eV/A", 2 * BOHR / HARTREE},
                                     {"eV/A", "Ry/Bohr", HARTREE / 2 / BOHR},
                                     {"kcal/mol/A", "eV/A", 1 / (4.184 * KJ_MOL)},
                                     {"eV/A", "kcal/mol/A", 4.184 * KJ_MOL},
                                     {"kJ/mol/nm", "eV/A", 10 / KJ_MOL},
                                     {"meV/A", "eV/A", 1000},
                                     {"eV/A", "Ha/A", HARTREE},
                                     {"Ha/A", "eV/A", 1 / HARTREE},
                                     {"eV/Bohr", "eV/A", BOHR},
                                     {"eV/A", "eV/Bohr", 1 / BOHR},
                                     {0}};
static const confusion of_stress[] = {{"kbar", "GPa", 10},
                                      {"GPa", "kbar", 0.1},
                                      {"kbar", "bar", 1e-3},
                                      {"bar", "kbar", 1e3},
                                      {"GPa", "eV/A^3", 1 / GIGAPASCAL},
                                      {"eV/A^3", "GPa", GIGAPASCAL},
                                      {"kbar", "eV/A^3", 10 / GIGAPASCAL},
                                      {"eV/A^3", "kbar", 0.1 * GIGAPASCAL},
                                      {"bar", "eV/A^3", 1e4 / GIGAPASCAL},
                                      {"eV/A^3", "bar", 1e-4 * GIGAPASCAL},
                                      {"bar", "GPa", 1e4},
                                      {"GPa", "bar", 1e-4},
                                      {"Ha/Bohr^3", "eV/A^3", BOHR *BOHR *BOHR / HARTREE},
                                      {"eV/A^3", "Ha/Bohr^3", HARTREE / (BOHR * BOHR * BOHR)},
                                      {0}};

static const confusion *confusions(const char *quantity)
{
    return strcmp(quantity, "stress") == 0  ? of_stress
           : strcmp(quantity, "force") == 0 ? of_force
                                            : of_energy;
}

bool ff_units_confused(char *text, size_t size, const char *quantity, double ratio)
{
    text[0] = '\0';
    for (const confusion *c = confusions(quantity); c->is; c++)
        if (fabs(ratio / c->ratio - 1) < 0.05) {
            (void)snprintf(text, size, "%s read as %s", c->is, c->read_as);
            return true;
        }
    return false;
}

size_t ff_units_confusions(const char *quantity, double *ratio, size_t most)
{
    size_t count = 0;
    for (const confusion *c = confusions(quantity); c->is; c++, count++)
        if (count < most)
            ratio[count] = c->ratio;
    return count < most ? count : most;
}
