#include "formats/lammps_potential.h"

#include "formats/command_potential.h"
#include "lib/base/memory.h"
#include "lib/structure/elements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_COMMANDS = 64, PATH_SIZE = 4096 };

/* An hour for one structure. */
static const double seconds = 3600;

/* The commands cut apart: the program, the species, the commands, NULL. */
typedef struct arguments {
    char program[PATH_SIZE];
    char species[4 * (FF_MAX_SPECIES + 1)]; /* "Ga,N" */
    char *text;                             /* commands, each terminated */
    const char *argv[MOST_COMMANDS + 3];
    size_t count; /* commands */
} arguments;

static const char *const blanks = " \t\n";

/* The helper beside this program, or wherever PATH has it. */
static void find_server(char path[PATH_SIZE])
{
    static const char place[] = "/../libexec/farfield/lammps-server";
    ssize_t length = readlink("/proc/self/exe", path, PATH_SIZE - sizeof place);
    char *slash = NULL;
    if (length > 0) {
        path[length] = '\0';
        slash = strrchr(path, '/');
    }
    if (slash)
        memcpy(slash, place, sizeof place);
    if (!slash || access(path, X_OK) != 0)
        (void)snprintf(path, PATH_SIZE, "lammps-server");
}

static int cut_commands(arguments *a, const char *commands, ff_error *err)
{
    a->text = ff_copy_text(commands, err);
    if (!a->text)
        return FF_E_NOMEM;
    for (char *at = a->text; at;) {
        char *end = strpbrk(at, ";\n");
        if (end)
            *end++ = '\0';
        at += strspn(at, blanks);
        if (*at && a->count == MOST_COMMANDS)
            return ff_fail(err, FF_E_USAGE, "more than %d commands for LAMMPS", MOST_COMMANDS);
        if (*at)
            a->argv[2 + a->count++] = at;
        at = end;
    }
    return FF_OK;
}

/* Adds one element of the types. False when it is none. */
static bool add_species(arguments *a, ff_potential *potential, const char *word, size_t length)
{
    int z = ff_element_number(word, length);
    size_t used = strlen(a->species);
    if (z == 0 || used + length + 2 > sizeof a->species)
        return false;
    (void)snprintf(a->species + used, sizeof a->species - used, "%s%.*s", used ? "," : "",
                   (int)length, word);
    potential->species[z] = true;
    return true;
}

/* The elements that end a "pair_coeff * * FILE .. ELEMENT ..": those after the last other word. */
static void find_elements(arguments *a, ff_potential *potential, const char *command)
{
    const char *first = NULL;
    size_t number = 0;
    for (const char *at = command + strspn(command, blanks); *at; at += strspn(at, blanks)) {
        size_t length = strcspn(at, blanks);
        if ((number == 0 && strncmp(at, "pair_coeff", length) != 0) ||
            ((number == 1 || number == 2) && (length != 1 || *at != '*')))
            return;
        if (number++ < 3 || ff_element_number(at, length) == 0)
            first = NULL;
        else if (!first)
            first = at;
        at += length;
    }
    while (first && *first) {
        size_t length = strcspn(first, blanks);
        (void)add_species(a, potential, first, length);
        first += length;
        first += strspn(first, blanks);
    }
}

static int find_species(arguments *a, ff_potential *potential, ff_error *err)
{
    static const char key[] = "species=";
    memset(potential->species, 0, sizeof potential->species);
    if (a->count > 0 && strncmp(a->argv[2], key, sizeof key - 1) == 0) {
        const char *at = a->argv[2] + sizeof key - 1;
        for (size_t length; (length = strcspn(at, ", \t")) > 0; at += length + (at[length] == ','))
            if (!add_species(a, potential, at, length))
                return ff_fail(err, FF_E_USAGE, "'%.*s' is not the symbol of an element",
                               (int)length, at);
        memmove(&a->argv[2], &a->argv[3], --a->count * sizeof *a->argv);
        a->argv[2 + a->count] = NULL;
    }
    for (size_t k = 0; k < a->count && !a->species[0]; k++)
        find_elements(a, potential, a->argv[2 + k]);
    return a->species[0]
               ? FF_OK
               : ff_fail(err, FF_E_USAGE,
                         "which elements are the atom types? They end a 'pair_coeff * *', or "
                         "begin the commands as in lammps:species=Ga,N; pair_style ..");
}

/* Files among the words of the commands. */
static int record_files(const arguments *a, ff_provenance *provenance, ff_error *err)
{
    int status = FF_OK;
    for (size_t k = 0; k < a->count && provenance; k++)
        for (const char *at = a->argv[2 + k]; *at && status == FF_OK; at += strspn(at, blanks)) {
            char path[PATH_SIZE];
            struct stat about;
            size_t length = strcspn(at, blanks);
            (void)snprintf(path, sizeof path, "%.*s", (int)length, at);
            if (length < sizeof path && stat(path, &about) == 0 && S_ISREG(about.st_mode))
                status = ff_provenance_input_file(provenance, "potential", path, err);
            at += length;
        }
    return status;
}

int ff_lammps_potential_open(ff_potential **out, const char *commands, ff_provenance *provenance,
                             ff_error *err)
{
    *out = NULL;
    ff_potential *potential = NULL;
    arguments *a = ff_new_array(1, sizeof *a, err);
    if (!a)
        return FF_E_NOMEM;
    find_server(a->program);
    a->argv[0] = a->program;
    a->argv[1] = a->species;
    ff_potential found = {0};
    int status = cut_commands(a, commands, err);
    if (status == FF_OK)
        status = find_species(a, &found, err);
    if (status == FF_OK)
        status = record_files(a, provenance, err);
    if (status == FF_OK)
        status = ff_command_potential_new(&potential, "lammps", a->argv, seconds, err);
    if (status == FF_OK) {
        memcpy(potential->species, found.species, sizeof potential->species);
        *out = potential;
    }
    free(a->text);
    free(a);
    return status;
}
