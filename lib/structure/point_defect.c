#include "lib/base/memory.h"
#include "lib/structure/crystal.h"

#include <stdlib.h>
#include <string.h>

/* A defect of one crystal. The centre is given in lattice constants from the corner of the
 * conventional cell that holds it; what is removed is the crystal's first basis site there. Extra
 * atoms sit at centre + offset and, for a dumbbell, at centre - offset: two extra atoms share the
 * place of the removed one. */
typedef struct defect_entry {
    const char *name, *crystal; /* crystal NULL: any */
    bool removes;
    int adds;
    double centre[3], offset[3];
} defect_entry;

/* Lengths of dumbbells are starting points for relaxation, near what is found for metals
 * (0.7 lattice constants in bcc, 0.6 in fcc) and silicon (2.45 A, and 0.5 A below the site, away
 * from the two neighbours that the pair points at). */
static const defect_entry defects[] = {
    {"none", NULL, false, 0, {0, 0, 0}, {0, 0, 0}},
    {"vacancy", NULL, true, 0, {0, 0, 0}, {0, 0, 0}},
    {"interstitial-tetrahedral", "diamond", false, 1, {0.5, 0.5, 0.5}, {0, 0, 0}},
    {"interstitial-tetrahedral", "bcc", false, 1, {0.5, 0.25, 0}, {0, 0, 0}},
    {"interstitial-tetrahedral", "fcc", false, 1, {0.25, 0.25, 0.25}, {0, 0, 0}},
    {"interstitial-octahedral", "bcc", false, 1, {0.5, 0.5, 0}, {0, 0, 0}},
    {"interstitial-octahedral", "fcc", false, 1, {0.5, 0.5, 0.5}, {0, 0, 0}},
    {"interstitial-hexagonal", "diamond", false, 1, {0.625, 0.375, 0.375}, {0, 0, 0}},
    {"dumbbell-100", "bcc", true, 2, {0, 0, 0}, {0.35, 0, 0}},
    {"dumbbell-110", "bcc", true, 2, {0, 0, 0}, {0.25, 0.25, 0}},
    {"dumbbell-111", "bcc", true, 2, {0, 0, 0}, {0.2, 0.2, 0.2}},
    {"dumbbell-100", "fcc", true, 2, {0, 0, 0}, {0.3, 0, 0}},
    {"dumbbell-110", "fcc", true, 2, {0, 0, 0}, {0.21, 0.21, 0}},
    {"dumbbell-111", "fcc", true, 2, {0, 0, 0}, {0.17, 0.17, 0.17}},
    {"dumbbell-110", "diamond", true, 2, {0, 0, -0.1}, {0.16, 0.16, 0}},
};

enum { DEFECTS = sizeof defects / sizeof *defects };

const char *ff_point_defect_names(void)
{
    return "none, vacancy, interstitial-tetrahedral, interstitial-octahedral, "
           "interstitial-hexagonal, dumbbell-100, dumbbell-110, dumbbell-111";
}

static bool fits(const defect_entry *d, const ff_crystal *crystal)
{
    return !d->crystal || strcmp(d->crystal, crystal->name) == 0;
}

/* The entry of the table, or an error that lists what the crystal has. */
static const defect_entry *find_defect(const ff_crystal *crystal, const char *name, ff_error *err)
{
    char known[256] = "";
    for (size_t k = 0; k < DEFECTS; k++) {
        const defect_entry *d = &defects[k];
        if (!fits(d, crystal))
            continue;
        if (strcmp(d->name, name) == 0)
            return d;
        size_t used = strlen(known), length = strlen(d->name);
        if (used + length + 3 > sizeof known)
            continue;
        if (used)
            memcpy(known + used, ", ", 3);
        memcpy(known + strlen(known), d->name, length + 1);
    }
    ff_fail(err, FF_E_USAGE, "unknown defect '%s' in %s, expected one of: %s", name, crystal->name,
            known);
    return NULL;
}

/* Copies the perfect crystal without the site `removed` (any other number: none), leaving room for
 * extra atoms at the end. */
static void copy_sites(ff_frame *frame, int64_t *site, const ff_frame *perfect, size_t removed)
{
    size_t atom = 0;
    for (size_t s = 0; s < perfect->atoms; s++) {
        if (s == removed)
            continue;
        frame->species[atom] = perfect->species[s];
        memcpy(frame->positions + 3 * atom, perfect->positions + 3 * s, 3 * sizeof(double));
        site[atom++] = (int64_t)s;
    }
}

static void add_atoms(ff_frame *frame, int64_t *site, const defect_entry *d, const double centre[3],
                      double lattice_constant, int species)
{
    for (int extra = 0; extra < d->adds; extra++) {
        size_t atom = frame->atoms - (size_t)d->adds + (size_t)extra;
        double sign = extra == 0 ? 1 : -1;
        frame->species[atom] = species;
        site[atom] = -1;
        for (int k = 0; k < 3; k++)
            frame->positions[3 * atom + (size_t)k] =
                centre[k] + sign * lattice_constant * d->offset[k];
    }
}

int ff_point_defect(ff_frame *frame, int64_t **site, double centre[3], const ff_crystal *crystal,
                    int species, double lattice_constant, const int cells[3], const char *defect,
                    ff_error *err)
{
    ff_frame perfect = {0};
    *frame = (ff_frame){0};
    *site = NULL;
    const defect_entry *d = find_defect(crystal, defect, err);
    if (!d)
        return FF_E_USAGE;
    int status = ff_crystal_supercell(&perfect, crystal, species, lattice_constant, cells, err);
    if (status != FF_OK)
        goto done;
    size_t atoms = perfect.atoms - d->removes + (size_t)d->adds;
    if (atoms == 0) {
        status = ff_fail(err, FF_E_RANGE, "a supercell of one atom cannot have a vacancy");
        goto done;
    }
    if ((status = ff_frame_init(frame, atoms, err)) != FF_OK)
        goto done;
    if (!(*site = ff_new_array(atoms, sizeof **site, err))) {
        status = FF_E_NOMEM;
        goto done;
    }
    memcpy(frame->cell, perfect.cell, sizeof frame->cell);
    memcpy(frame->periodic, perfect.periodic, sizeof frame->periodic);
    int home[3] = {cells[0] / 2, cells[1] / 2, cells[2] / 2};
    size_t first_site =
        (size_t)((home[0] * cells[1] + home[1]) * cells[2] + home[2]) * crystal->basis;
    for (int k = 0; k < 3; k++)
        centre[k] = lattice_constant * (home[k] + d->centre[k]);
    copy_sites(frame, *site, &perfect, d->removes ? first_site : SIZE_MAX);
    add_atoms(frame, *site, d, centre, lattice_constant, species);
done:
    ff_frame_clear(&perfect);
    if (status != FF_OK) {
        ff_frame_clear(frame);
        free(*site);
        *site = NULL;
    }
    return status;
}
