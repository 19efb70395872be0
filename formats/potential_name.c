#include "formats/potential_name.h"

#include "lib/base/numbers.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/morse.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/elements.h"

#include <string.h>

/* Opens the potential of one kind from what follows the colon. */
typedef struct potential_kind {
    const char *name;
    int (*open)(ff_potential **out, const char *argument, ff_provenance *provenance, ff_error *err);
} potential_kind;

/* Reads `count` numbers separated by commas and perhaps an element's symbol after them. */
static int read_numbers(const char *argument, int count, double *numbers, int *species,
                        ff_error *err)
{
    const char *at = argument;
    for (int k = 0; k < count; k++) {
        size_t length = strcspn(at, ",");
        bool last = k == count - 1;
        if (ff_double_parse(at, length, &numbers[k]) != FF_OK || (at[length] == '\0' && !last))
            return ff_fail(err, FF_E_USAGE,
                           "'%s', expected %d numbers separated by commas, then perhaps ,SYMBOL",
                           argument, count);
        at += length + (at[length] == ',');
    }
    bool named = at[-1] == ',';
    *species = named ? ff_element_number(at, strlen(at)) : 0;
    if (named && *species == 0)
        return ff_fail(err, FF_E_USAGE, "'%s' is not the symbol of an element", at);
    return FF_OK;
}

static int open_lennard_jones(ff_potential **out, const char *argument, ff_provenance *provenance,
                              ff_error *err)
{
    (void)provenance;
    double number[3];
    int species = 0;
    int status = read_numbers(argument, 3, number, &species, err);
    return status ? status
                  : ff_lennard_jones_new(out, number[0], number[1], number[2], species, err);
}

static int open_morse(ff_potential **out, const char *argument, ff_provenance *provenance,
                      ff_error *err)
{
    (void)provenance;
    double number[4];
    int species = 0;
    int status = read_numbers(argument, 4, number, &species, err);
    ff_morse_parameters parameters = {number[0], number[1], number[2], number[3]};
    return status ? status : ff_morse_new(out, &parameters, species, err);
}

static int open_finnis_sinclair(ff_potential **out, const char *argument, ff_provenance *provenance,
                                ff_error *err)
{
    (void)provenance;
    return ff_finnis_sinclair_new(out, argument, err);
}

static int open_stillinger_weber(ff_potential **out, const char *argument,
                                 ff_provenance *provenance, ff_error *err)
{
    (void)provenance;
    return ff_stillinger_weber_new(out, argument, err);
}

static const potential_kind kinds[] = {{"fs", open_finnis_sinclair},
                                       {"sw", open_stillinger_weber},
                                       {"lj", open_lennard_jones},
                                       {"morse", open_morse}};

const char *ff_potential_kinds_help(void)
{
    return "fs:W                                   Finnis-Sinclair 1984, tungsten\n"
           "sw:Si                                  Stillinger-Weber 1985, silicon\n"
           "lj:EPSILON,SIGMA,CUTOFF[,SYMBOL]       Lennard-Jones (eV, A, A), energy shifted to "
           "zero at the cutoff\n"
           "morse:D,ALPHA,R0,CUTOFF[,SYMBOL]       Morse (eV, 1/A, A, A), energy shifted to zero "
           "at the cutoff\n";
}

int ff_potential_open(ff_potential **out, const char *name, ff_provenance *provenance,
                      ff_error *err)
{
    *out = NULL;
    const char *colon = strchr(name, ':');
    size_t length = colon ? (size_t)(colon - name) : 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (strlen(kinds[k].name) != length || strncmp(name, kinds[k].name, length) != 0)
            continue;
        int status = kinds[k].open(out, colon + 1, provenance, err);
        if (status == FF_OK && provenance)
            status = ff_provenance_parameter(provenance, "potential", name, err);
        if (status != FF_OK) {
            ff_potential_free(*out);
            *out = NULL;
        }
        return status;
    }
    return ff_fail(err, FF_E_USAGE,
                   "'%s' names no potential, expected KIND:ARGUMENT with KIND fs, sw, lj or morse",
                   name);
}
