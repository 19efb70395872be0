#include "stages/cli/crystal_options.h"

#include "lib/base/numbers.h"
#include "lib/defects/equilibrium.h"
#include "lib/defects/prepare.h"
#include "lib/structure/elements.h"
#include "lib/structure/symmetry.h"
#include "stages/cli/number_list.h"
#include "stages/cli/structure_input.h"

#include <math.h>
#include <string.h>

const ff_option ff_crystal_options[] = {
    {"crystal", 'c', FF_OPTION_TEXT, "NAME", NULL,
     "perfect crystal: sc, bcc, fcc, hcp, diamond, triangular (a plane of\natoms); of two species "
     "b1 (NaCl), b2 (CsCl), b3 (zincblende),\nl1_2 (Cu3Au)",
     0},
    {"crystal-file", 0, FF_OPTION_FILE, "FILE", NULL,
     "take the unit cell and its species from a file instead: extended\nXYZ or a dataset, of one "
     "structure",
     0},
    {"species", 's', FF_OPTION_TEXT, "LIST", NULL,
     "chemical symbol, or two in the order of the crystal's name: Ni,Al", 0},
    {"lattice-constant", 'a', FF_OPTION_TEXT, "A[,C]", NULL,
     "its lattice constant in angstrom; of hcp also c (default: sqrt(8/3) a);\nor relax: that at "
     "which the stress is zero with --potential;\nrelax:A[,C] says where the search starts; with "
     "--crystal-file only\nrelax, which also relaxes shape and positions",
     0},
    {"orient", 0, FF_OPTION_TEXT, "DIRECTIONS", NULL,
     "three lattice directions to lie along x, y and z, e.g.\n\"1 1 -2, -1 1 0, 1 1 1\": the unit "
     "cell becomes the smallest one along\nthem",
     0},
    {"defect", 'd', FF_OPTION_TEXT, "NAME", NULL,
     "point defect to put in, unrelaxed: none, vacancy, divacancy-1nn (-2nn,\n...), "
     "vacancy-cluster-3 (any number), substitutional-X, antisite-A-B,\ninterstitial-tetrahedral, "
     "-octahedral, -hexagonal, -bond, -cubic,\n-hollow, -basal-octahedral, -basal-tetrahedral, "
     "crowdion, dumbbell-100,\n-110, -111, -0001, -1120, -10, split-110: those that the crystal "
     "has;\nspecies follow the name, as in vacancy-Al or dumbbell-100-Fe",
     0},
    {"defect-file", 0, FF_OPTION_FILE, "FILE", NULL,
     "take the defect from a structure in the same supercell instead: its\natoms are matched with "
     "the crystal's sites",
     0},
    {"site-tolerance", 0, FF_OPTION_NUMBER, "A", NULL,
     "how far an atom of --defect-file may be from its site, angstrom\n(default: 0.3 of the "
     "nearest-neighbour distance)",
     0},
    {0}};

const char ff_cells_help[] = "unit cells: 4, or 4x4x6 along their vectors, or nine integers:\n"
                             "the supercell's vectors in terms of the unit cell's, row by row";

const char *ff_crystal_option_given(const ff_stage_run *stage)
{
    for (const ff_option *option = ff_crystal_options; option->name; option++)
        if (ff_argument_given(stage, option->name))
            return option->name;
    return ff_argument_given(stage, "cells") ? "cells" : NULL;
}

/* Lists. */

static int read_matrix(int matrix[9], const ff_host *host, const char *text, ff_error *err)
{
    int cells[3];
    if (ff_parse_integers(matrix, 9, text) == 9)
        return FF_OK;
    int status = ff_parse_cells(cells, text, err);
    if (status != FF_OK)
        return status;
    if (!host->unit.periodic[2] && !strchr(text, 'x')) /* a plane: one count for its directions */
        cells[2] = 1;
    for (int k = 0; k < 9; k++)
        matrix[k] = k % 4 ? 0 : cells[k / 4];
    return FF_OK;
}

static int read_species(int *species, const ff_crystal *crystal, const char *text, ff_error *err)
{
    const char *next = text;
    for (int k = 0; k < crystal->kinds; k++) {
        size_t length = strcspn(next, ",");
        if (!(species[k] = ff_element_number(next, length)))
            return ff_fail(err, FF_E_USAGE, "--species: '%.*s' is not a chemical symbol",
                           (int)length, next);
        bool last = k + 1 == crystal->kinds;
        if (last != !next[length])
            return ff_fail(err, FF_E_USAGE, "--species '%s': %s takes %d", text, crystal->name,
                           crystal->kinds);
        next += length + 1;
    }
    return FF_OK;
}

/* Lattice parameters. */

typedef struct parameters {
    bool relax, given;
    double constants[2];
} parameters;

static int read_parameters(parameters *p, const ff_stage_run *stage, ff_error *err)
{
    const char *text = ff_argument_text(stage, "lattice-constant");
    *p = (parameters){0};
    if (!text)
        return FF_OK;
    p->relax = strncmp(text, "relax", 5) == 0;
    const char *next = p->relax ? text + 5 : text;
    if (p->relax && !*next)
        return FF_OK;
    p->given = true;
    next += p->relax && *next == ':';
    size_t length = strcspn(next, ",");
    bool second = next[length] == ',';
    int status = ff_double_parse(next, length, &p->constants[0]);
    if (status == FF_OK && second)
        status = ff_double_parse(next + length + 1, strlen(next + length + 1), &p->constants[1]);
    if (status != FF_OK)
        return ff_fail(err, FF_E_USAGE,
                       "--lattice-constant '%s', expected A, or A,C, or relax, or relax:A", text);
    if (!(p->constants[0] > 0) || (second && !(p->constants[1] > 0)))
        return ff_fail(err, FF_E_USAGE, "--lattice-constant must be positive");
    return FF_OK;
}

bool ff_crystal_wants_potential(const ff_stage_run *stage)
{
    const char *text = ff_argument_text(stage, "lattice-constant");
    return text && strncmp(text, "relax", 5) == 0;
}

static int relax_unit(ff_stage_run *stage, ff_frame *unit, const ff_potential *potential,
                      ff_cell_freedom freedom, ff_error *err)
{
    ff_equilibrium found;
    int status = ff_equilibrium_find(unit, &found, potential, freedom, err);
    if (status != FF_OK)
        return status;
    ff_stage_note(stage, "%-22s %14.8f eV per atom, stress below %.1e eV/A^3", "equilibrium",
                  found.energy, fmax(found.stress, 1e-16));
    return FF_OK;
}

/* Positions in the crystals that have names are fixed by symmetry: what is found are the lattice
 * constants, with which the crystal is made anew. */
static int relax_constants(ff_stage_run *stage, parameters *p, const ff_crystal *crystal,
                           const int *species, const ff_potential *potential, ff_error *err)
{
    ff_frame unit = {0};
    int status = FF_OK;
    if (!p->given)
        status = ff_equilibrium_guess(&p->constants[0], crystal, species, potential, err);
    if (status == FF_OK)
        status = ff_crystal_unit(&unit, crystal, species, p->constants, err);
    if (status == FF_OK)
        status = relax_unit(stage, &unit, potential, ff_equilibrium_freedom(crystal), err);
    if (status == FF_OK) {
        p->constants[0] = unit.cell[0];
        p->constants[1] = crystal->family == FF_CRYSTAL_HEXAGONAL ? unit.cell[8] : 0;
        ff_stage_note(stage, "%-22s %14.8f A", "lattice constant", p->constants[0]);
        if (p->constants[1] > 0)
            ff_stage_note(stage, "%-22s %14.8f A", "c", p->constants[1]);
    }
    ff_frame_clear(&unit);
    return status;
}

/* The unit cell. */

static int need(const ff_stage_run *stage, const char *option, ff_error *err)
{
    return ff_argument_given(stage, option) ? FF_OK
                                            : ff_fail(err, FF_E_USAGE, "--%s is required", option);
}

static int named_unit(ff_stage_run *stage, ff_host *host, const ff_potential *potential,
                      ff_error *err)
{
    const char *name = ff_argument_text(stage, "crystal");
    const ff_crystal *crystal = ff_crystal_find(name);
    int species[FF_CRYSTAL_KINDS] = {0};
    parameters p;
    if (!crystal)
        return ff_fail(err, FF_E_USAGE, "unknown crystal '%s', expected one of: %s", name,
                       ff_crystal_names());
    int status = need(stage, "species", err);
    if (status == FF_OK)
        status = need(stage, "lattice-constant", err);
    if (status == FF_OK)
        status = read_species(species, crystal, ff_argument_text(stage, "species"), err);
    if (status == FF_OK)
        status = read_parameters(&p, stage, err);
    if (status == FF_OK && p.relax)
        status = relax_constants(stage, &p, crystal, species, potential, err);
    return status == FF_OK ? ff_host_of_crystal(host, crystal, species, p.constants, err) : status;
}

static int unit_of_file(ff_stage_run *stage, ff_host *host, const ff_potential *potential,
                        ff_error *err)
{
    char name[sizeof host->name];
    const char *path = ff_argument_text(stage, "crystal-file");
    parameters p;
    ff_frame unit;
    if (ff_argument_given(stage, "crystal") || ff_argument_given(stage, "species"))
        return ff_fail(err, FF_E_USAGE, "--%s contradicts --crystal-file, which sets it",
                       ff_argument_given(stage, "crystal") ? "crystal" : "species");
    int status = read_parameters(&p, stage, err);
    if (status == FF_OK && p.given)
        status = ff_fail(err, FF_E_USAGE,
                         "--lattice-constant contradicts --crystal-file, which has a cell; "
                         "expected relax");
    if (status == FF_OK)
        status = ff_stage_structure(stage, &unit, "crystal-file", err);
    if (status != FF_OK)
        return status;
    if (p.relax)
        status = relax_unit(stage, &unit, potential, FF_FREE_CELL, err);
    ff_stem_of_path(name, sizeof name, path);
    if (status == FF_OK) {
        status = ff_host_of_frame(host, name, &unit, err);
        ff_error_in_file(err, path);
    }
    ff_frame_clear(&unit);
    return status;
}

static int orient(const ff_stage_run *stage, ff_host *host, ff_error *err)
{
    int directions[9];
    const char *text = ff_argument_text(stage, "orient");
    if (!text)
        return FF_OK;
    if (ff_parse_integers(directions, 9, text) != 9)
        return ff_fail(err, FF_E_USAGE,
                       "--orient '%s', expected three directions of three integers", text);
    return ff_host_orient(host, directions, err);
}

/* A crystal whose symmetry spglib does not find is one all the same. */
static void note_symmetry(const ff_stage_run *stage, const ff_host *host)
{
    ff_space_group group;
    if (ff_symmetry_space_group(&group, &host->unit, 1e-5, NULL) == FF_OK)
        ff_stage_note(stage, "%-22s %s, space group %s (%d), %d point operations%s", "crystal",
                      host->name, group.symbol, group.number, group.operations,
                      host->unit.periodic[2] ? "" : ", as a stack");
}

int ff_crystal_unit_host(ff_stage_run *stage, ff_host *host, const ff_potential *potential,
                         ff_error *err)
{
    ff_host_init(host);
    bool file = ff_argument_given(stage, "crystal-file");
    if (!file && !ff_argument_given(stage, "crystal"))
        return ff_fail(err, FF_E_USAGE, "--crystal or --crystal-file is required");
    int status =
        file ? unit_of_file(stage, host, potential, err) : named_unit(stage, host, potential, err);
    if (status == FF_OK)
        note_symmetry(stage, host);
    else
        ff_host_clear(host);
    return status;
}

int ff_crystal_host(ff_stage_run *stage, ff_host *host, const ff_potential *potential,
                    ff_error *err)
{
    int matrix[9];
    int status = ff_crystal_unit_host(stage, host, potential, err);
    if (status == FF_OK)
        status = orient(stage, host, err);
    if (status == FF_OK)
        status = read_matrix(matrix, host, ff_argument_text(stage, "cells"), err);
    if (status == FF_OK)
        status = ff_host_repeat(host, matrix, err);
    if (status != FF_OK)
        ff_host_clear(host);
    return status;
}

/* The defect. */

static int defect_of_file(ff_stage_run *stage, ff_relaxation *relaxation, const ff_host *host,
                          ff_error *err)
{
    char name[sizeof relaxation->defect];
    ff_defect_match found;
    ff_frame structure;
    const double nearest = ff_host_nearest(host);
    double tolerance = ff_argument_given(stage, "site-tolerance")
                           ? ff_argument_number(stage, "site-tolerance")
                           : 0.3 * nearest;
    if (!(tolerance > 0) || tolerance > nearest / 2)
        return ff_fail(err, FF_E_USAGE,
                       "--site-tolerance %g, expected a positive number and at most half of the "
                       "nearest-neighbour distance of %.4g A",
                       tolerance, nearest);
    int status = ff_stage_structure(stage, &structure, "defect-file", err);
    if (status != FF_OK)
        return status;
    ff_stem_of_path(name, sizeof name, ff_argument_text(stage, "defect-file"));
    status = ff_relaxation_prepare_from(relaxation, host, name, &structure, tolerance, &found, err);
    ff_error_in_file(err, ff_argument_text(stage, "defect-file"));
    ff_frame_clear(&structure);
    if (status == FF_OK)
        ff_stage_note(stage,
                      "%-22s %zu vacant sites, %zu of another species, %zu extra atoms; the others "
                      "at most %.3g A from their sites",
                      name, found.vacancies, found.substitutions, found.extras, found.farthest);
    return status;
}

int ff_crystal_defect(ff_stage_run *stage, ff_relaxation *relaxation, const ff_potential *potential,
                      ff_error *err)
{
    ff_host host;
    const char *name = ff_argument_text(stage, "defect");
    bool file = ff_argument_given(stage, "defect-file");
    if (file && ff_argument_given(stage, "defect"))
        return ff_fail(err, FF_E_USAGE, "--defect contradicts --defect-file");
    int status = ff_crystal_host(stage, &host, potential, err);
    if (status == FF_OK)
        status = file ? defect_of_file(stage, relaxation, &host, err)
                      : ff_relaxation_prepare_in(relaxation, &host, name ? name : "none", err);
    ff_host_clear(&host);
    return status;
}
