#include "lib/analysis/bonds.h"

#include "lib/base/memory.h"
#include "lib/defects/site_match.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double bond_length = 1.2, shell_width = 0.5; /* nearest-neighbour distances */

void ff_bonds_init(ff_bonds *bonds)
{
    *bonds = (ff_bonds){0};
    ff_neighbour_list_init(&bonds->list);
}

void ff_bonds_clear(ff_bonds *bonds)
{
    ff_neighbour_list_clear(&bonds->list);
    free(bonds->used);
    free(bonds->shell_of_atom);
    free(bonds->radius);
    free(bonds->members);
    ff_bonds_init(bonds);
}

/* Shells. */

double ff_distance_from_defect(const ff_relaxation *relaxation, size_t atom)
{
    double from[3];
    ff_relaxation_from_centre(from, relaxation, atom);
    if (ff_relaxation_is_dislocation(relaxation))
        from[2] = 0.0; /* its line is the z axis */
    return sqrt(ff_vector_dot(from, from));
}

/* Closes the gaps that empty shells leave. */
static void drop_empty_shells(ff_bonds *bonds, size_t atoms, size_t shells, size_t *renamed)
{
    for (size_t s = 0; s < shells; s++) {
        if (!bonds->members[s])
            continue;
        renamed[s] = bonds->shells;
        bonds->members[bonds->shells] = bonds->members[s];
        bonds->radius[bonds->shells] = bonds->radius[s] / (double)bonds->members[s];
        bonds->shells++;
    }
    for (size_t i = 0; i < atoms; i++)
        bonds->shell_of_atom[i] = renamed[bonds->shell_of_atom[i]];
}

static int find_shells(ff_bonds *bonds, const ff_relaxation *relaxation, ff_error *err)
{
    size_t atoms = relaxation->reference.atoms, shells = 1;
    if (!(bonds->shell_of_atom = ff_new_array(atoms, sizeof *bonds->shell_of_atom, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < atoms; i++) {
        /* A lattice shell that falls on a boundary must not be torn apart by rounding. */
        double place = ff_distance_from_defect(relaxation, i) / (shell_width * relaxation->nearest);
        bonds->shell_of_atom[i] = (size_t)floor(place + 1e-6);
        if (bonds->shell_of_atom[i] >= shells)
            shells = bonds->shell_of_atom[i] + 1;
    }
    size_t *renamed = ff_new_array(shells, sizeof *renamed, err);
    bonds->radius = ff_new_array(shells, sizeof *bonds->radius, err);
    bonds->members = ff_new_array(shells, sizeof *bonds->members, err);
    int status = renamed && bonds->radius && bonds->members ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && i < atoms; i++) {
        bonds->radius[bonds->shell_of_atom[i]] += ff_distance_from_defect(relaxation, i);
        bonds->members[bonds->shell_of_atom[i]]++;
    }
    if (status == FF_OK)
        drop_empty_shells(bonds, atoms, shells, renamed);
    free(renamed);
    return status;
}

/* Bonds. */

/* Whether a bond joins the images of its atoms that are nearest to the centre. */
static bool stays_within(const ff_relaxation *relaxation, const ff_neighbour_list *list,
                         size_t atom, size_t entry)
{
    double from[3], to[3];
    ff_relaxation_from_centre(from, relaxation, atom);
    ff_relaxation_from_centre(to, relaxation, list->neighbour[entry]);
    for (int k = 0; k < 3; k++)
        if (!(fabs(to[k] - from[k] - list->vector[3 * entry + (size_t)k]) < 1e-6))
            return false;
    return true;
}

int ff_bonds_build(ff_bonds *bonds, const ff_relaxation *relaxation, bool within_cell,
                   ff_error *err)
{
    ff_bonds_clear(bonds);
    if (!(relaxation->nearest > 0.0))
        return ff_fail(err, FF_E_FORMAT, "a nearest-neighbour distance of %g A, expected more",
                       relaxation->nearest);
    int status = ff_neighbour_list_build(&bonds->list, &relaxation->reference,
                                         bond_length * relaxation->nearest, err);
    if (status == FF_OK)
        status = find_shells(bonds, relaxation, err);
    if (status != FF_OK)
        return status;
    size_t entries = bonds->list.offset[bonds->list.atoms];
    if (!(bonds->used = ff_new_array(entries, sizeof *bonds->used, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < bonds->list.atoms; i++)
        for (size_t p = bonds->list.offset[i]; p < bonds->list.offset[i + 1]; p++)
            bonds->used[p] = !within_cell || stays_within(relaxation, &bonds->list, i, p);
    return FF_OK;
}

double ff_bonds_square(const ff_bonds *bonds, const double *u, double *site, double *longest)
{
    double total = 0.0, largest = 0.0;
    for (size_t i = 0; i < bonds->list.atoms; i++) {
        site[i] = 0.0;
        for (size_t p = bonds->list.offset[i]; p < bonds->list.offset[i + 1]; p++) {
            const double *there = u + 3 * (size_t)bonds->list.neighbour[p], *here = u + 3 * i;
            double squared = 0.0;
            for (int k = 0; k < 3; k++)
                squared += (there[k] - here[k]) * (there[k] - here[k]);
            if (!bonds->used[p])
                continue;
            site[i] += squared;
            largest = squared > largest ? squared : largest;
        }
        total += site[i];
    }
    if (longest)
        *longest = sqrt(largest);
    return total;
}
