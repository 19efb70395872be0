#include "lib/structure/crystal.h"

#include "lib/structure/lattice.h"
#include "lib/structure/supercell.h"

#include <math.h>
#include <string.h>

static const double sc_sites[][3] = {{0, 0, 0}};
static const double bcc_sites[][3] = {{0, 0, 0}, {0.5, 0.5, 0.5}};
static const double fcc_sites[][3] = {{0, 0, 0}, {0, 0.5, 0.5}, {0.5, 0, 0.5}, {0.5, 0.5, 0}};
static const double hcp_sites[][3] = {{0, 0, 0}, {1.0 / 3, 2.0 / 3, 0.5}};
static const double diamond_sites[][3] = {
    {0, 0, 0},          {0, 0.5, 0.5},      {0.5, 0, 0.5},      {0.5, 0.5, 0},
    {0.25, 0.25, 0.25}, {0.25, 0.75, 0.75}, {0.75, 0.25, 0.75}, {0.75, 0.75, 0.25}};
static const double rocksalt_sites[][3] = {{0, 0, 0},     {0, 0.5, 0.5},  {0.5, 0, 0.5},
                                           {0.5, 0.5, 0}, {0.5, 0, 0},    {0, 0.5, 0},
                                           {0, 0, 0.5},   {0.5, 0.5, 0.5}};

static const uint8_t second_of_two[] = {0, 1};
static const uint8_t second_half_of_eight[] = {0, 0, 0, 0, 1, 1, 1, 1};
static const uint8_t corner_of_four[] = {1, 0, 0, 0}; /* Cu3Au: gold at the corner */

#define SITES(list) sizeof(list) / sizeof *(list), list

static const ff_crystal crystals[] = {
    {"sc", NULL, FF_CRYSTAL_CUBIC, 221, 1, SITES(sc_sites), NULL},
    {"bcc", NULL, FF_CRYSTAL_CUBIC, 229, 1, SITES(bcc_sites), NULL},
    {"fcc", NULL, FF_CRYSTAL_CUBIC, 225, 1, SITES(fcc_sites), NULL},
    {"hcp", NULL, FF_CRYSTAL_HEXAGONAL, 194, 1, SITES(hcp_sites), NULL},
    {"diamond", NULL, FF_CRYSTAL_CUBIC, 227, 1, SITES(diamond_sites), NULL},
    {"b1", "NaCl", FF_CRYSTAL_CUBIC, 225, 2, SITES(rocksalt_sites), second_half_of_eight},
    {"b2", "CsCl", FF_CRYSTAL_CUBIC, 221, 2, SITES(bcc_sites), second_of_two},
    {"b3", "zincblende", FF_CRYSTAL_CUBIC, 216, 2, SITES(diamond_sites), second_half_of_eight},
    {"l1_2", "Cu3Au", FF_CRYSTAL_CUBIC, 221, 2, SITES(fcc_sites), corner_of_four},
    {"triangular", NULL, FF_CRYSTAL_PLANAR, 191, 1, SITES(sc_sites), NULL},
};

enum { CRYSTALS = sizeof crystals / sizeof *crystals };

const ff_crystal *ff_crystal_find(const char *name)
{
    for (size_t k = 0; k < CRYSTALS; k++)
        if (strcmp(name, crystals[k].name) == 0 ||
            (crystals[k].alias && strcmp(name, crystals[k].alias) == 0))
            return &crystals[k];
    return NULL;
}

const char *ff_crystal_names(void)
{
    return "sc, bcc, fcc, hcp, diamond, b1, b2, b3, l1_2, triangular";
}

static int check_request(const ff_crystal *crystal, const int *species, const double constants[2],
                         ff_error *err)
{
    for (int k = 0; k < crystal->kinds && k < FF_CRYSTAL_KINDS; k++)
        if (species[k] < 1 || species[k] > FF_MAX_SPECIES)
            return ff_fail(err, FF_E_RANGE, "atomic number %d, expected 1 to %d", species[k],
                           FF_MAX_SPECIES);
    for (int k = 0; k < 2; k++)
        if (!(constants[k] > 0 || (k == 1 && constants[k] == 0)) || !isfinite(constants[k]))
            return ff_fail(err, FF_E_RANGE,
                           "a lattice constant of %g A, expected a positive number", constants[k]);
    if (constants[1] > 0 && crystal->family != FF_CRYSTAL_HEXAGONAL)
        return ff_fail(err, FF_E_RANGE, "%s has one lattice constant, and %g A for a second one",
                       crystal->name, constants[1]);
    return FF_OK;
}

static void conventional_cell(double cell[9], const ff_crystal *crystal, const double constants[2])
{
    const double a = constants[0];
    memset(cell, 0, 9 * sizeof *cell);
    cell[0] = cell[4] = cell[8] = a;
    if (crystal->family == FF_CRYSTAL_CUBIC)
        return;
    cell[3] = -a / 2;
    cell[4] = a * sqrt(0.75);
    if (crystal->family == FF_CRYSTAL_PLANAR)
        cell[8] = a * sqrt(2.0 / 3);
    else
        cell[8] = constants[1] > 0 ? constants[1] : a * sqrt(8.0 / 3);
}

int ff_crystal_unit(ff_frame *unit, const ff_crystal *crystal, const int *species,
                    const double constants[2], ff_error *err)
{
    *unit = (ff_frame){0};
    int status = check_request(crystal, species, constants, err);
    if (status == FF_OK)
        status = ff_frame_init(unit, crystal->basis, err);
    if (status != FF_OK)
        return status;
    conventional_cell(unit->cell, crystal, constants);
    for (int k = 0; k < 3; k++)
        unit->periodic[k] = k < 2 || crystal->family != FF_CRYSTAL_PLANAR;
    for (size_t b = 0; b < crystal->basis; b++) {
        unit->species[b] = species[crystal->kind ? crystal->kind[b] : 0];
        ff_row_times_matrix(unit->positions + 3 * b, crystal->fraction[b], unit->cell);
    }
    return FF_OK;
}

int ff_crystal_supercell(ff_frame *frame, const ff_crystal *crystal, int species,
                         double lattice_constant, const int cells[3], ff_error *err)
{
    const int all[FF_CRYSTAL_KINDS] = {species, species};
    const double constants[2] = {lattice_constant, 0};
    ff_frame unit;
    *frame = (ff_frame){0};
    int status = ff_crystal_unit(&unit, crystal, all, constants, err);
    if (status == FF_OK)
        status = ff_repeat_cell(frame, &unit, cells, err);
    ff_frame_clear(&unit);
    return status;
}
