#include "lib/structure/crystal.h"

#include <math.h>
#include <string.h>

static const double sc_sites[][3] = {{0, 0, 0}};
static const double bcc_sites[][3] = {{0, 0, 0}, {0.5, 0.5, 0.5}};
static const double fcc_sites[][3] = {{0, 0, 0}, {0, 0.5, 0.5}, {0.5, 0, 0.5}, {0.5, 0.5, 0}};
static const double diamond_sites[][3] = {
    {0, 0, 0},          {0, 0.5, 0.5},      {0.5, 0, 0.5},      {0.5, 0.5, 0},
    {0.25, 0.25, 0.25}, {0.25, 0.75, 0.75}, {0.75, 0.25, 0.75}, {0.75, 0.75, 0.25}};

static const ff_crystal crystals[] = {
    {"sc", 1, sc_sites, 1.0},
    {"bcc", 2, bcc_sites, 0.86602540378443865},        /* sqrt(3)/2 */
    {"fcc", 4, fcc_sites, 0.70710678118654752},        /* 1/sqrt(2) */
    {"diamond", 8, diamond_sites, 0.43301270189221932} /* sqrt(3)/4 */
};

const ff_crystal *ff_crystal_find(const char *name)
{
    for (size_t k = 0; k < sizeof crystals / sizeof *crystals; k++)
        if (strcmp(name, crystals[k].name) == 0)
            return &crystals[k];
    return NULL;
}

const char *ff_crystal_names(void)
{
    return "sc, bcc, fcc, diamond";
}

static int check_request(int species, double lattice_constant, const int cells[3], ff_error *err)
{
    if (species < 1 || species > FF_MAX_SPECIES)
        return ff_fail(err, FF_E_RANGE, "atomic number %d, expected 1 to %d", species,
                       FF_MAX_SPECIES);
    if (!(lattice_constant > 0) || !isfinite(lattice_constant))
        return ff_fail(err, FF_E_RANGE, "a lattice constant of %g A, expected a positive number",
                       lattice_constant);
    for (int k = 0; k < 3; k++)
        if (cells[k] < 1 || cells[k] > 1000)
            return ff_fail(err, FF_E_RANGE, "%d cells along axis %d, expected 1 to 1000", cells[k],
                           k + 1);
    return FF_OK;
}

int ff_crystal_supercell(ff_frame *frame, const ff_crystal *crystal, int species,
                         double lattice_constant, const int cells[3], ff_error *err)
{
    *frame = (ff_frame){0};
    int status = check_request(species, lattice_constant, cells, err);
    if (status != FF_OK)
        return status;
    size_t count = (size_t)cells[0] * (size_t)cells[1] * (size_t)cells[2];
    if ((status = ff_frame_init(frame, count * crystal->basis, err)) != FF_OK)
        return status;
    for (int k = 0; k < 3; k++) {
        frame->cell[4 * k] = lattice_constant * cells[k];
        frame->periodic[k] = true;
    }
    size_t atom = 0;
    for (int x = 0; x < cells[0]; x++)
        for (int y = 0; y < cells[1]; y++)
            for (int z = 0; z < cells[2]; z++)
                for (size_t b = 0; b < crystal->basis; b++, atom++) {
                    const double *fraction = crystal->fraction[b];
                    frame->species[atom] = species;
                    frame->positions[3 * atom] = lattice_constant * (x + fraction[0]);
                    frame->positions[3 * atom + 1] = lattice_constant * (y + fraction[1]);
                    frame->positions[3 * atom + 2] = lattice_constant * (z + fraction[2]);
                }
    return FF_OK;
}
