#include "formats/potential_name.h"

#include "formats/command_potential.h"
#include "formats/kim_potential.h"
#include "formats/lammps_potential.h"
#include "formats/model_file.h"
#include "formats/setfl.h"
#include "formats/triplets_file.h"
#include "formats/yace_reader.h"
#include "lib/base/memory.h"
#include "lib/base/numbers.h"
#include "lib/pace/pace_potential.h"
#include "lib/potentials/finnis_sinclair.h"
#include "lib/potentials/lennard_jones.h"
#include "lib/potentials/morse.h"
#include "lib/potentials/stillinger_weber.h"
#include "lib/structure/elements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opens the potential of one kind from what follows the colon. A kind that reads a file records it
 * in provenance (unless NULL) and leaves its digest in `digest`, which is "" otherwise. */
typedef struct potential_kind {
    const char *name;
    int (*open)(ff_potential **out, const char *argument, ff_provenance *provenance,
                char digest[FF_DIGEST_SIZE], ff_error *err);
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
                              char digest[FF_DIGEST_SIZE], ff_error *err)
{
    (void)provenance, (void)digest;
    double number[3];
    int species = 0;
    int status = read_numbers(argument, 3, number, &species, err);
    return status ? status
                  : ff_lennard_jones_new(out, number[0], number[1], number[2], species, err);
}

static int open_morse(ff_potential **out, const char *argument, ff_provenance *provenance,
                      char digest[FF_DIGEST_SIZE], ff_error *err)
{
    (void)provenance, (void)digest;
    double number[4];
    int species = 0;
    int status = read_numbers(argument, 4, number, &species, err);
    ff_morse_parameters parameters = {number[0], number[1], number[2], number[3]};
    return status ? status : ff_morse_new(out, &parameters, species, err);
}

static int open_finnis_sinclair(ff_potential **out, const char *argument, ff_provenance *provenance,
                                char digest[FF_DIGEST_SIZE], ff_error *err)
{
    (void)provenance, (void)digest;
    return ff_finnis_sinclair_new(out, argument, err);
}

/* Records a file that is not one of ours. */
static int record_file(ff_provenance *provenance, const char *path, char digest[FF_DIGEST_SIZE],
                       ff_error *err)
{
    if (!provenance)
        return FF_OK;
    int status = ff_provenance_input_file(provenance, "potential", path, err);
    return status == FF_OK ? ff_digest_file(digest, path, err) : status;
}

static int refuse_standard_input(const char *argument, ff_error *err)
{
    return strcmp(argument, "-") == 0
               ? ff_fail(err, FF_E_USAGE, "potentials are not read from standard input")
               : FF_OK;
}

static int open_stillinger_weber(ff_potential **out, const char *argument,
                                 ff_provenance *provenance, char digest[FF_DIGEST_SIZE],
                                 ff_error *err)
{
    if (strcmp(argument, "Si") == 0)
        return ff_stillinger_weber_new(out, argument, err);
    int status = refuse_standard_input(argument, err);
    if (status == FF_OK)
        status = ff_sw_file_open(out, argument, err);
    if (status == FF_E_IO && !strpbrk(argument, "./")) /* rather a name than a file */
        return ff_stillinger_weber_new(out, argument, err);
    return status == FF_OK ? record_file(provenance, argument, digest, err) : status;
}

static int open_tersoff(ff_potential **out, const char *argument, ff_provenance *provenance,
                        char digest[FF_DIGEST_SIZE], ff_error *err)
{
    int status = refuse_standard_input(argument, err);
    if (status == FF_OK)
        status = ff_tersoff_file_open(out, argument, err);
    return status == FF_OK ? record_file(provenance, argument, digest, err) : status;
}

static int open_tables(ff_potential **out, const char *argument, bool lammps,
                       ff_provenance *provenance, char digest[FF_DIGEST_SIZE], ff_error *err)
{
    ff_eam_tables tables;
    ff_eam_tables_init(&tables);
    int status = refuse_standard_input(argument, err);
    if (status == FF_OK)
        status = ff_setfl_read(&tables, argument, err);
    tables.lammps = lammps;
    if (status == FF_OK && (status = ff_eam_new(out, &tables, err)) != FF_OK)
        ff_error_in_file(err, argument);
    ff_eam_tables_clear(&tables);
    return status == FF_OK ? record_file(provenance, argument, digest, err) : status;
}

static int open_eam(ff_potential **out, const char *argument, ff_provenance *provenance,
                    char digest[FF_DIGEST_SIZE], ff_error *err)
{
    return open_tables(out, argument, false, provenance, digest, err);
}

static int open_eam_of_lammps(ff_potential **out, const char *argument, ff_provenance *provenance,
                              char digest[FF_DIGEST_SIZE], ff_error *err)
{
    return open_tables(out, argument, true, provenance, digest, err);
}

static int open_yace(ff_potential **out, const char *path, ff_provenance *provenance,
                     char digest[FF_DIGEST_SIZE], ff_error *err)
{
    ff_pace *pace = ff_new_array(1, sizeof *pace, err);
    if (!pace)
        return FF_E_NOMEM;
    int status = ff_yace_read(pace, path, err);
    if (status == FF_OK && (status = ff_pace_potential_new(out, pace, err)) != FF_OK)
        ff_error_in_file(err, path);
    ff_pace_clear(pace);
    free(pace);
    return status == FF_OK ? record_file(provenance, path, digest, err) : status;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int open_command(ff_potential **out, const char *argument, ff_provenance *provenance,
                        char digest[FF_DIGEST_SIZE], ff_error *err)
{
    (void)provenance, (void)digest;
    return ff_command_potential_open(out, argument, err);
}

static int open_kim(ff_potential **out, const char *argument, ff_provenance *provenance,
                    char digest[FF_DIGEST_SIZE], ff_error *err)
{
    (void)provenance, (void)digest;
    return ff_kim_potential_open(out, argument, err);
}

static int open_lammps(ff_potential **out, const char *argument, ff_provenance *provenance,
                       char digest[FF_DIGEST_SIZE], ff_error *err)
{
    (void)digest;
    return ff_lammps_potential_open(out, argument, provenance, err);
}

const char *ff_potential_model_file(const char *name)
{
    static const char prefix[] = "ace:";
    bool model = strncmp(name, prefix, strlen(prefix)) == 0 && !ends_with(name, ".yace");
    return model ? name + strlen(prefix) : NULL;
}

static int open_ace(ff_potential **out, const char *argument, ff_provenance *provenance,
                    char digest[FF_DIGEST_SIZE], ff_error *err)
{
    ff_container *container = NULL;
    ff_ace_model model;
    int status = refuse_standard_input(argument, err);
    if (status != FF_OK)
        return status;
    if (ends_with(argument, ".yace"))
        return open_yace(out, argument, provenance, digest, err);
    ff_ace_model_init(&model);
    status = ff_container_open(&container, argument, "model", FF_MODEL_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_model_read(&model, NULL, container, err);
    if (status == FF_OK)
        status = ff_ace_potential_new(out, &model, err);
    if (status != FF_OK)
        ff_error_in_file(err, argument);
    if (status == FF_OK && provenance)
        status = ff_provenance_input(provenance, "potential", container, err);
    if (status == FF_OK)
        (void)snprintf(digest, FF_DIGEST_SIZE, "%s", ff_container_digest(container));
    ff_ace_model_clear(&model);
    ff_container_close(container);
    return status;
}

static const potential_kind kinds[] = {{"fs", open_finnis_sinclair},
                                       {"sw", open_stillinger_weber},
                                       {"lj", open_lennard_jones},
                                       {"morse", open_morse},
                                       {"eam", open_eam},
                                       {"eam+lammps", open_eam_of_lammps},
                                       {"tersoff", open_tersoff},
                                       {"ace", open_ace},
                                       {"kim", open_kim},
                                       {"lammps", open_lammps},
                                       {"command", open_command}};

const char *ff_potential_kinds_help(void)
{
    return "fs:ELEMENT                             Finnis-Sinclair 1984: V, Nb, Ta, Cr, Mo, W, Fe\n"
           "sw:Si                                  Stillinger-Weber 1985, silicon\n"
           "sw:FILE                                Stillinger-Weber, a file of LAMMPS's pair style "
           "sw\n"
           "tersoff:FILE                           Tersoff, a file of LAMMPS's pair style tersoff\n"
           "lj:EPSILON,SIGMA,CUTOFF[,SYMBOL]       Lennard-Jones (eV, A, A), energy shifted to "
           "zero at the cutoff\n"
           "morse:D,ALPHA,R0,CUTOFF[,SYMBOL]       Morse (eV, 1/A, A, A), energy shifted to zero "
           "at the cutoff\n"
           "eam:FILE                               setfl tables, eam/alloy or eam/fs, plain or "
           ".gz\n"
           "eam+lammps:FILE                        the same, interpolated as LAMMPS does\n"
           "ace:FILE                               a model fitted by farfield fit, or a linear "
           "potential of LAMMPS's\n"
           "                                       pair style pace when FILE ends in .yace\n"
           "kim:MODEL                              a portable model of openkim.org (needs the KIM "
           "API when built)\n"
           "lammps:COMMAND; COMMAND..              what LAMMPS's library computes with these "
           "commands (pair_style ..)\n"
           "command:PROGRAM [ARGUMENT]..           a program that answers in extended XYZ "
           "(docs/command-potential.md)\n";
}

/* Records the name, the path of a file replaced by its digest: moving it changes nothing. */
static int record_name(ff_provenance *provenance, const char *name, size_t kind_length,
                       const char *digest, ff_error *err)
{
    char text[FF_DIGEST_SIZE + 32];
    if (!digest[0])
        return ff_provenance_parameter(provenance, "potential", name, err);
    (void)snprintf(text, sizeof text, "%.*s:%s", (int)kind_length, name, digest);
    return ff_provenance_parameter(provenance, "potential", text, err);
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
        char digest[FF_DIGEST_SIZE] = "";
        int status = kinds[k].open(out, colon + 1, provenance, digest, err);
        if (status == FF_OK && provenance)
            status = record_name(provenance, name, length, digest, err);
        if (status != FF_OK) {
            ff_potential_free(*out);
            *out = NULL;
        }
        return status;
    }
    return ff_fail(err, FF_E_USAGE,
                   "'%s' names no potential, expected KIND:ARGUMENT with KIND fs, sw, tersoff, lj, "
                   "morse, eam, "
                   "eam+lammps, ace, kim, lammps or command",
                   name);
}
