/* farfield STAGE ARGUMENTS runs farfield-STAGE, found beside this executable or else on PATH. */

#include "stages/cli/help.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, MOST_STAGES = 256 };

/* The stages of the project, grouped by what they are for. */
static const struct known_stage {
    const char *group, *name, *summary;
} known_stages[] = {
    {"Structures", "ingest", "read structures and labels from files into a dataset"},
    {"Structures", "audit", "test whether the labels of a dataset can be true"},
    {"Structures", "generate", "make crystals, supercells, defects, strains and rattles"},
    {"Structures", "label", "add energies, forces, virials, force constants from a potential"},
    {"Fitting", "basis", "say how large an ACE basis is and what it costs"},
    {"Fitting", "featurize", "make the ACE design matrix of a dataset"},
    {"Fitting", "reduce", "keep what least squares needs of features"},
    {"Fitting", "fit", "fit a model by weighted, regularised linear regression"},
    {"Fitting", "evaluate", "measure the errors of a potential on a dataset"},
    {"Defects", "relax-defect", "relax a crystal defect in a large supercell"},
    {"Defects", "compare", "measure the geometry and energy errors of a model's defect"},
    {"Defects", "extrapolate", "find the limit of a defect's energy over sizes of supercells"},
    {"Results", "report", "draw figures and tables of any intermediates"},
    {"Results", "export", "write datasets and relaxations for other tools"},
    {"Results", "show", "say what an intermediate holds and how it was made"},
    {"Studies", "run", "run a whole study from one XML file"},
};
enum { KNOWN_STAGES = sizeof known_stages / sizeof known_stages[0] };

static const char example[] = "farfield help generate\n"
                              "farfield generate --crystal diamond --species Si "
                              "--lattice-constant 5.43 --cells 2 -o Si.h5\n"
                              "farfield show Si.h5\n";

/* The directory of this executable; "" when the system does not tell. */
static void own_directory(char *directory, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", directory, size - 1);
    directory[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(directory, '/');
    if (slash)
        *slash = '\0';
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < KNOWN_STAGES; i++)
        if (strcmp(known_stages[i].name, name) == 0)
            return true;
    return false;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the farfield-NAME executables beside this one, sorted; returns how many. Free each. */
static size_t neighbours(char *names[MOST_STAGES])
{
    char directory[PATH_SIZE], path[PATH_SIZE + 300];
    static const char prefix[] = "farfield-";
    own_directory(directory, sizeof directory);
    size_t count = 0;
    DIR *listing = opendir(directory);
    for (struct dirent *entry; listing && (entry = readdir(listing)) && count < MOST_STAGES;) {
        if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0)
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        if (access(path, X_OK) == 0 && (names[count] = strdup(entry->d_name + sizeof prefix - 1)))
            count++;
    }
    if (listing)
        (void)closedir(listing);
    qsort(names, count, sizeof *names, compare_names);
    return count;
}

static void print_stages(FILE *stream)
{
    const char *group = "";
    for (size_t i = 0; i < KNOWN_STAGES; i++) {
        if (strcmp(group, known_stages[i].group) != 0)
            (void)fprintf(stream, "\n%s\n", known_stages[i].group);
        group = known_stages[i].group;
        (void)fprintf(stream, "  %-14s %s\n", known_stages[i].name, known_stages[i].summary);
    }
    char *names[MOST_STAGES];
    size_t count = neighbours(names);
    bool others = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_known(names[i]))
            (void)fprintf(stream, "%s  %s\n", others ? "" : "\nOthers\n", names[i]);
        others = others || !is_known(names[i]);
        free(names[i]);
    }
}

static void print_help(void)
{
    (void)puts("usage: farfield STAGE [ARGUMENT]...\n"
               "       farfield help [STAGE]\n"
               "       farfield --version\n\n"
               "Farfield measures how far outside its training set an interatomic potential\n"
               "can be trusted. Stages read and write HDF5 intermediates, by name or in pipes.");
    print_stages(stdout);
    (void)printf("\nExample:\n");
    for (const char *line = example; *line; line = strchr(line, '\n') + 1)
        (void)printf("    %.*s\n", (int)strcspn(line, "\n"), line);
}

static void print_man(void)
{
    ff_man_write_title(stdout, "farfield",
                       "measure how far outside its training set a potential can be trusted");
    (void)puts(".SH SYNOPSIS\n\\fBfarfield\\fR \\fISTAGE\\fR [\\fIARGUMENT\\fR]...\n.br\n"
               "\\fBfarfield help\\fR [\\fISTAGE\\fR]\n.br\n\\fBfarfield \\-\\-version\\fR\n"
               ".SH DESCRIPTION");
    ff_man_write_paragraphs(
        stdout,
        "farfield STAGE runs farfield-STAGE, found beside farfield itself or else on PATH,\n"
        "and passes its exit code through.\n"
        "Stages read and write HDF5 intermediates, by name or in pipes;\n"
        "farfield-run runs whole studies.\n");
    (void)puts(".SH STAGES");
    for (size_t i = 0; i < KNOWN_STAGES; i++) {
        (void)printf(".TP\n\\fBfarfield\\-");
        ff_man_write_text(stdout, known_stages[i].name);
        (void)printf("\\fR(1)\n");
        ff_man_write_paragraphs(stdout, known_stages[i].summary);
    }
    (void)puts(".SH EXAMPLES");
    ff_man_write_verbatim(stdout, example);
}

/* Suggests the stage whose name is nearest to what was typed. */
static int unknown_stage(const char *typed)
{
    char *names[MOST_STAGES];
    size_t count = neighbours(names), least = (size_t)-1;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t distance = ff_edit_distance(typed, names[i]);
        if (distance < least) {
            least = distance;
            nearest = names[i];
        }
    }
    (void)fprintf(stderr, "farfield: no stage '%s'", typed);
    if (nearest && ff_edit_distance_suggests(least, typed))
        (void)fprintf(stderr, " (did you mean %s?)", nearest);
    (void)fputs("\ntry 'farfield help'\n", stderr);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    return 2;
}

/* Becomes farfield-STAGE; returns only when it cannot, with the exit code. */
static int become(const char *stage, char **argv)
{
    char directory[PATH_SIZE], path[2 * PATH_SIZE];
    if (strchr(stage, '/'))
        return unknown_stage(stage);
    own_directory(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/farfield-%s", directory, stage);
    argv[0] = path;
    (void)execv(path, argv);
    if (errno == ENOENT) {
        argv[0] = path + strlen(directory) + 1;
        (void)execvp(argv[0], argv);
    }
    if (errno == ENOENT)
        return unknown_stage(stage);
    (void)fprintf(stderr, "farfield: cannot run %s: %s\n", argv[0], strerror(errno));
    return 5;
}

static int close_output(void)
{
    if (ferror(stdout) == 0 && fflush(stdout) == 0)
        return 0;
    (void)fprintf(stderr, "farfield: standard output: %s\n", strerror(errno));
    return 5;
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";
    bool help = strcmp(command, "help") == 0 || strcmp(command, "--help") == 0 ||
                strcmp(command, "-h") == 0;
    if (help && argc > 2) {
        char *arguments[] = {NULL, (char[]){"--help"}, NULL};
        return become(argv[2], arguments);
    }
    if (help)
        print_help();
    else if (strcmp(command, "--version") == 0)
        (void)puts("farfield " FF_VERSION);
    else if (strcmp(command, "--man") == 0)
        print_man();
    else if (command[0] && command[0] != '-')
        return become(command, argv + 1);
    else {
        (void)fprintf(stderr, "farfield: %s%s\ntry 'farfield help'\n",
                      command[0] ? "unknown option " : "which stage?", command);
        return 2;
    }
    return close_output();
}
