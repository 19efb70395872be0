#include "formats/relaxation_file.h"

#include "formats/species_energies.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Numbers stored as attributes; the unit is part of the name. */
static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
    {"lattice_constant_A", offsetof(ff_relaxation, lattice_constant)},
    {"nearest_A", offsetof(ff_relaxation, nearest)},
    {"formation_energy_eV", offsetof(ff_relaxation, formation_energy)},
    {"tolerance_eV_per_A", offsetof(ff_relaxation, tolerance)},
    {"lowest_curvature_eV_per_A2", offsetof(ff_relaxation, lowest_curvature)},
    /* since version 2: */
    {"image_energy_eV", offsetof(ff_relaxation, image_energy)},
    {"softest_ratio", offsetof(ff_relaxation, softest_ratio)},
};
enum { NUMBERS = sizeof numbers / sizeof *numbers, NUMBERS_OF_VERSION_1 = NUMBERS - 2 };

static int write_attributes(hid_t root, const ff_relaxation *relaxation, ff_error *err)
{
    int status = ff_attribute_write_text(root, "crystal", relaxation->crystal, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(root, "defect", relaxation->defect, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "converged", relaxation->converged, err);
    for (int i = 0; i < NUMBERS && status == FF_OK; i++)
        status = ff_attribute_write_number(
            root, numbers[i].name, *(const double *)((const char *)relaxation + numbers[i].offset),
            err);
    return status;
}

static int write_history(hid_t root, const ff_relaxation *relaxation, ff_error *err)
{
    const size_t steps = relaxation->steps;
    hid_t group = -1;
    double *force = ff_new_array(steps, sizeof *force, err);
    double *energy = ff_new_array(steps, sizeof *energy, err);
    int status = force && energy ? ff_group_create(&group, root, "history", err) : FF_E_NOMEM;
    for (size_t i = 0; i < steps && status == FF_OK; i++) {
        force[i] = relaxation->history[i].max_force;
        energy[i] = relaxation->history[i].energy_change;
    }
    if (status == FF_OK)
        status = ff_array_write(group, "max_force", FF_ELEMENT_DOUBLE, 1, &steps, force,
                                "eV/angstrom", "largest force after each force evaluation", err);
    if (status == FF_OK)
        status = ff_array_write(group, "energy_change", FF_ELEMENT_DOUBLE, 1, &steps, energy, "eV",
                                "energy since the first evaluation", err);
    ff_group_close(group);
    free(force);
    free(energy);
    return status;
}

/* A frame of positions and species, as the group `name`. */
static int write_structure(hid_t root, const char *name, const ff_frame *frame, const char *where,
                           ff_error *err)
{
    const int32_t periodic[3] = {frame->periodic[0], frame->periodic[1], frame->periodic[2]};
    const size_t three = 3;
    hid_t group = -1;
    const size_t cell[2] = {3, 3}, positions[2] = {frame->atoms, 3};
    int32_t *species = ff_new_array(frame->atoms, sizeof *species, err);
    int status = species ? ff_group_create(&group, root, name, err) : FF_E_NOMEM;
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++)
        species[i] = frame->species[i];
    if (status == FF_OK)
        status = ff_array_write(group, "cell", FF_ELEMENT_DOUBLE, 2, cell, frame->cell, "angstrom",
                                "cell vectors as rows", err);
    if (status == FF_OK)
        status = ff_array_write(group, "periodic", FF_ELEMENT_INT32, 1, &three, periodic, "",
                                "1: along this cell vector", err);
    if (status == FF_OK)
        status = ff_array_write(group, "species", FF_ELEMENT_INT32, 1, positions, species, "",
                                "atomic number", err);
    if (status == FF_OK)
        status = ff_array_write(group, "position", FF_ELEMENT_DOUBLE, 2, positions,
                                frame->positions, "angstrom", where, err);
    ff_group_close(group);
    free(species);
    return status;
}

/* Where the potential gave none, each atom has the same share of what the defect costs, so that
 * those who do not know of the mark find the right sum. */
static int write_site_energies(hid_t root, const ff_relaxation *relaxation, ff_error *err)
{
    const ff_frame *reference = &relaxation->reference;
    const bool known = relaxation->site_energies != NULL;
    const double share = relaxation->formation_energy / (double)reference->atoms;
    double *shares = NULL;
    if (!known && !(shares = ff_new_array(reference->atoms, sizeof *shares, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < reference->atoms && !known; i++)
        shares[i] = relaxation->bulk_energy[reference->species[i]] + share;
    int status = ff_attribute_write_integer(root, "has_site_energies", known, err);
    if (status == FF_OK)
        status = ff_array_write(
            root, "site_energy", FF_ELEMENT_DOUBLE, 1, &reference->atoms,
            known ? relaxation->site_energies : shares, "eV",
            known ? "of the relaxed structure" : "equal shares: the potential gave none", err);
    free(shares);
    return status;
}

static int write_arrays(hid_t root, const ff_relaxation *relaxation, ff_error *err)
{
    const size_t three = 3, six = 6, matrix[2] = {6, 6};
    const size_t atoms[2] = {relaxation->reference.atoms, 3};
    const int32_t cells[3] = {relaxation->cells[0], relaxation->cells[1], relaxation->cells[2]};
    int status = ff_array_write(root, "cells", FF_ELEMENT_INT32, 1, &three, cells, "",
                                "unit cells along each of the unit's vectors", err);
    if (status == FF_OK)
        status = ff_array_write(root, "centre", FF_ELEMENT_DOUBLE, 1, &three, relaxation->centre,
                                "angstrom", "where the defect sits", err);
    if (status == FF_OK)
        status = ff_array_write(root, "burgers", FF_ELEMENT_DOUBLE, 1, &three, relaxation->burgers,
                                "angstrom", "Burgers vector; 0: a point defect", err);
    if (status == FF_OK)
        status = ff_array_write(root, "virial", FF_ELEMENT_DOUBLE, 1, &six, relaxation->virial,
                                "eV", "xx yy zz yz xz xy, minus that of as many bulk atoms", err);
    if (status == FF_OK)
        status =
            ff_array_write(root, "bulk_virial", FF_ELEMENT_DOUBLE, 1, &six, relaxation->bulk_virial,
                           "eV", "xx yy zz yz xz xy, per site of the perfect crystal", err);
    if (status == FF_OK)
        status = ff_array_write(root, "stiffness", FF_ELEMENT_DOUBLE, 2, matrix,
                                relaxation->stiffness, "eV/angstrom^3",
                                "elastic constants of the perfect crystal, xx yy zz yz xz xy", err);
    if (status == FF_OK)
        status = ff_array_write(root, "site", FF_ELEMENT_INT64, 1, atoms, relaxation->site, "",
                                "site in the perfect crystal; -1 for an extra atom", err);
    if (status == FF_OK)
        status =
            ff_array_write(root, "displacement", FF_ELEMENT_DOUBLE, 2, atoms,
                           relaxation->displacement, "angstrom", "relaxed minus reference", err);
    return status == FF_OK ? write_site_energies(root, relaxation, err) : status;
}

static int write_fixed(hid_t root, const ff_relaxation *relaxation, ff_error *err)
{
    const size_t atoms = relaxation->reference.atoms;
    int32_t *fixed = ff_new_array(atoms, sizeof *fixed, err);
    if (!fixed)
        return FF_E_NOMEM;
    for (size_t i = 0; i < atoms; i++)
        fixed[i] = relaxation->fixed && relaxation->fixed[i];
    int status = ff_array_write(root, "fixed", FF_ELEMENT_INT32, 1, &atoms, fixed, "",
                                "1: held in place", err);
    free(fixed);
    return status;
}

static int write_bulk(hid_t root, const ff_relaxation *relaxation, ff_error *err)
{
    int species[FF_MAX_SPECIES];
    size_t count = 0;
    bool present[FF_MAX_SPECIES + 1] = {false};
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        present[relaxation->reference.species[i]] = true;
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (present[z])
            species[count++] = z;
    return ff_species_energies_write(root, "bulk", species, count, relaxation->bulk_energy,
                                     "energy per atom in the perfect crystal", err);
}

int ff_relaxation_write(ff_container *container, const ff_relaxation *relaxation, ff_error *err)
{
    hid_t root = ff_container_root(container);
    int status = write_attributes(root, relaxation, err);
    if (status == FF_OK)
        status = write_structure(root, "unit", &relaxation->unit, "in the unit cell", err);
    if (status == FF_OK)
        status = write_structure(root, "reference", &relaxation->reference,
                                 "lattice site, or ideal position of an extra atom", err);
    if (status == FF_OK)
        status = write_arrays(root, relaxation, err);
    if (status == FF_OK)
        status = write_fixed(root, relaxation, err);
    if (status == FF_OK)
        status = write_bulk(root, relaxation, err);
    return status == FF_OK ? write_history(root, relaxation, err) : status;
}

/* Reading. */

static int read_attributes(hid_t root, int version, ff_relaxation *relaxation, ff_error *err)
{
    const int count = version > 1 ? NUMBERS : NUMBERS_OF_VERSION_1;
    int64_t converged = 0;
    int status = ff_attribute_read_text_into(root, "crystal", relaxation->crystal,
                                             sizeof relaxation->crystal, err);
    if (status == FF_OK)
        status = ff_attribute_read_text_into(root, "defect", relaxation->defect,
                                             sizeof relaxation->defect, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(root, "converged", &converged, err);
    for (int i = 0; i < count && status == FF_OK; i++)
        status = ff_attribute_read_number(root, numbers[i].name,
                                          (double *)((char *)relaxation + numbers[i].offset), err);
    relaxation->converged = converged != 0;
    return status;
}

/* Reads an array of known shape into memory that the struct already holds. */
static int read_into(hid_t location, const char *name, ff_element element, int rank, size_t *shape,
                     void *target, size_t bytes, ff_error *err)
{
    void *data = NULL;
    int status = ff_array_read(location, name, element, rank, shape, &data, err);
    if (status == FF_OK && bytes)
        memcpy(target, data, bytes);
    free(data);
    return status;
}

/* version 1: periodic along all vectors. */
static int read_structure(hid_t root, const char *name, int version, ff_frame *frame, ff_error *err)
{
    hid_t group = -1;
    void *species = NULL;
    int32_t periodic[3] = {1, 1, 1};
    size_t cell[2] = {3, 3}, atoms[2] = {SIZE_MAX, 3}, three = 3;
    int status = ff_group_open(&group, root, name, err);
    if (status == FF_OK)
        status = ff_array_read(group, "species", FF_ELEMENT_INT32, 1, atoms, &species, err);
    if (status == FF_OK)
        status = ff_frame_init(frame, atoms[0], err);
    for (size_t i = 0; status == FF_OK && i < frame->atoms; i++)
        frame->species[i] = ((const int32_t *)species)[i];
    if (status == FF_OK && version > 1)
        status = read_into(group, "periodic", FF_ELEMENT_INT32, 1, &three, periodic,
                           sizeof periodic, err);
    for (int i = 0; i < 3; i++)
        frame->periodic[i] = periodic[i] != 0;
    if (status == FF_OK)
        status = read_into(group, "cell", FF_ELEMENT_DOUBLE, 2, cell, frame->cell,
                           sizeof frame->cell, err);
    if (status == FF_OK)
        status = read_into(group, "position", FF_ELEMENT_DOUBLE, 2, atoms, frame->positions,
                           3 * frame->atoms * sizeof *frame->positions, err);
    if (status == FF_OK)
        status = ff_frame_check(frame, err);
    free(species);
    ff_group_close(group);
    return status;
}

/* In files of version 1 there always are some. */
static int read_site_energies(hid_t root, int version, ff_relaxation *relaxation, ff_error *err)
{
    size_t atoms = relaxation->reference.atoms;
    int64_t known = 1;
    void *energies = NULL;
    int status = ff_array_read(root, "site_energy", FF_ELEMENT_DOUBLE, 1, &atoms, &energies, err);
    if (status == FF_OK && version > 1)
        status = ff_attribute_read_integer(root, "has_site_energies", &known, err);
    if (status != FF_OK || !known) {
        free(energies);
        energies = NULL;
    }
    relaxation->site_energies = energies;
    return status;
}

static int read_arrays(hid_t root, int version, ff_relaxation *relaxation, ff_error *err)
{
    size_t three = 3, six = 6, atoms[2] = {relaxation->reference.atoms, 3};
    int32_t cells[3] = {0};
    void *site = NULL, *displacement = NULL;
    int status = read_into(root, "cells", FF_ELEMENT_INT32, 1, &three, cells, sizeof cells, err);
    if (status == FF_OK)
        status = read_into(root, "centre", FF_ELEMENT_DOUBLE, 1, &three, relaxation->centre,
                           sizeof relaxation->centre, err);
    if (status == FF_OK)
        status = read_into(root, "virial", FF_ELEMENT_DOUBLE, 1, &six, relaxation->virial,
                           sizeof relaxation->virial, err);
    if (status == FF_OK)
        status = ff_array_read(root, "site", FF_ELEMENT_INT64, 1, atoms, &site, err);
    if (status == FF_OK)
        status =
            ff_array_read(root, "displacement", FF_ELEMENT_DOUBLE, 2, atoms, &displacement, err);
    for (int i = 0; i < 3; i++)
        relaxation->cells[i] = cells[i];
    relaxation->site = site;
    relaxation->displacement = displacement;
    return status == FF_OK ? read_site_energies(root, version, relaxation, err) : status;
}

static int read_fixed(hid_t root, ff_relaxation *relaxation, ff_error *err)
{
    size_t atoms = relaxation->reference.atoms;
    void *fixed = NULL;
    bool any = false;
    int status = ff_array_read(root, "fixed", FF_ELEMENT_INT32, 1, &atoms, &fixed, err);
    for (size_t i = 0; status == FF_OK && i < atoms; i++)
        any = any || ((const int32_t *)fixed)[i] != 0;
    if (any && !(relaxation->fixed = ff_new_array(atoms, sizeof(bool), err)))
        status = FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && any && i < atoms; i++)
        relaxation->fixed[i] = ((const int32_t *)fixed)[i] != 0;
    free(fixed);
    return status;
}

/* What version 1 did not have yet: the unit cell, Burgers vectors, elastic constants, atoms that
 * are held. */
static int read_later(hid_t root, int version, ff_relaxation *relaxation, ff_error *err)
{
    size_t three = 3, six = 6, matrix[2] = {6, 6};
    if (version < 2)
        return ff_relaxation_restore_unit(relaxation, err);
    int status = read_structure(root, "unit", version, &relaxation->unit, err);
    if (status == FF_OK)
        status = read_into(root, "burgers", FF_ELEMENT_DOUBLE, 1, &three, relaxation->burgers,
                           sizeof relaxation->burgers, err);
    if (status == FF_OK)
        status = read_into(root, "stiffness", FF_ELEMENT_DOUBLE, 2, matrix, relaxation->stiffness,
                           sizeof relaxation->stiffness, err);
    if (status == FF_OK)
        status = read_into(root, "bulk_virial", FF_ELEMENT_DOUBLE, 1, &six, relaxation->bulk_virial,
                           sizeof relaxation->bulk_virial, err);
    return status == FF_OK ? read_fixed(root, relaxation, err) : status;
}

static int check_atom(const ff_relaxation *relaxation, size_t atom, ff_error *err)
{
    for (size_t j = 0; j < 3; j++)
        if (!isfinite(relaxation->displacement[3 * atom + j]))
            return ff_fail(err, FF_E_RANGE, "its displacement is not finite");
    if (relaxation->site_energies && !isfinite(relaxation->site_energies[atom]))
        return ff_fail(err, FF_E_RANGE, "its site energy is not finite");
    const int64_t sites = (int64_t)ff_relaxation_sites(relaxation);
    if (relaxation->site[atom] < -1 || relaxation->site[atom] >= sites)
        return ff_fail(err, FF_E_RANGE, "its site is %lld, expected -1 to %lld",
                       (long long)relaxation->site[atom], (long long)sites - 1);
    return FF_OK;
}

/* Cells are multiplied to count sites: few enough that the product does not overflow. */
static int check_cells(const ff_relaxation *relaxation, ff_error *err)
{
    double cells = 1;
    for (int i = 0; i < 3; i++) {
        if (relaxation->cells[i] < 1)
            return ff_fail(err, FF_E_RANGE, "has %d cells along axis %d, expected at least 1",
                           relaxation->cells[i], i + 1);
        cells *= relaxation->cells[i];
    }
    return cells <= 1e9
               ? FF_OK
               : ff_fail(err, FF_E_RANGE, "has %.3g unit cells, expected 10^9 at most", cells);
}

static int check_values(const ff_relaxation *relaxation, ff_error *err)
{
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        if (check_atom(relaxation, i, err) != FF_OK) {
            ff_error_at_atom(err, (int64_t)i + 1);
            return FF_E_RANGE;
        }
    return FF_OK;
}

static int read_history(hid_t root, ff_relaxation *relaxation, ff_error *err)
{
    hid_t group = -1;
    void *force = NULL, *energy = NULL;
    size_t steps = SIZE_MAX;
    int status = ff_group_open(&group, root, "history", err);
    if (status == FF_OK)
        status = ff_array_read(group, "max_force", FF_ELEMENT_DOUBLE, 1, &steps, &force, err);
    if (status == FF_OK)
        status = ff_array_read(group, "energy_change", FF_ELEMENT_DOUBLE, 1, &steps, &energy, err);
    if (status == FF_OK &&
        !(relaxation->history = ff_new_array(steps, sizeof *relaxation->history, err)))
        status = FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && i < steps; i++)
        relaxation->history[i] = (ff_relaxation_step){.max_force = ((const double *)force)[i],
                                                      .energy_change = ((const double *)energy)[i]};
    if (status == FF_OK)
        relaxation->steps = steps;
    free(force);
    free(energy);
    ff_group_close(group);
    return status;
}

int ff_relaxation_read(ff_relaxation *relaxation, ff_container *container, ff_error *err)
{
    hid_t root = ff_container_root(container);
    const int version = ff_container_version(container);
    ff_relaxation_init(relaxation);
    int status = read_attributes(root, version, relaxation, err);
    if (status == FF_OK)
        status = read_structure(root, "reference", version, &relaxation->reference, err);
    if (status == FF_OK)
        status = read_arrays(root, version, relaxation, err);
    if (status == FF_OK)
        status = check_cells(relaxation, err);
    if (status == FF_OK)
        status = read_later(root, version, relaxation, err);
    if (status == FF_OK)
        status = check_values(relaxation, err);
    if (status == FF_OK)
        status = ff_species_energies_read(root, "bulk", relaxation->bulk_energy, NULL, err);
    if (status == FF_OK)
        status = read_history(root, relaxation, err);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_relaxation_clear(relaxation);
    }
    return status;
}
