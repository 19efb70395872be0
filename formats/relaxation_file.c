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
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

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

static int write_reference(hid_t root, const ff_frame *frame, ff_error *err)
{
    hid_t group = -1;
    const size_t cell[2] = {3, 3}, positions[2] = {frame->atoms, 3};
    int32_t *species = ff_new_array(frame->atoms, sizeof *species, err);
    int status = species ? ff_group_create(&group, root, "reference", err) : FF_E_NOMEM;
    for (size_t i = 0; i < frame->atoms && status == FF_OK; i++)
        species[i] = frame->species[i];
    if (status == FF_OK)
        status = ff_array_write(group, "cell", FF_ELEMENT_DOUBLE, 2, cell, frame->cell, "angstrom",
                                "cell vectors as rows, periodic along each", err);
    if (status == FF_OK)
        status = ff_array_write(group, "species", FF_ELEMENT_INT32, 1, positions, species, "",
                                "atomic number", err);
    if (status == FF_OK)
        status =
            ff_array_write(group, "position", FF_ELEMENT_DOUBLE, 2, positions, frame->positions,
                           "angstrom", "lattice site, or ideal position of an extra atom", err);
    ff_group_close(group);
    free(species);
    return status;
}

static int write_arrays(hid_t root, const ff_relaxation *relaxation, ff_error *err)
{
    const size_t three = 3, six = 6, atoms[2] = {relaxation->reference.atoms, 3};
    const int32_t cells[3] = {relaxation->cells[0], relaxation->cells[1], relaxation->cells[2]};
    int status = ff_array_write(root, "cells", FF_ELEMENT_INT32, 1, &three, cells, "",
                                "conventional cells along each axis", err);
    if (status == FF_OK)
        status = ff_array_write(root, "centre", FF_ELEMENT_DOUBLE, 1, &three, relaxation->centre,
                                "angstrom", "where the defect sits", err);
    if (status == FF_OK)
        status = ff_array_write(root, "virial", FF_ELEMENT_DOUBLE, 1, &six, relaxation->virial,
                                "eV", "xx yy zz yz xz xy, minus that of as many bulk atoms", err);
    if (status == FF_OK)
        status = ff_array_write(root, "site", FF_ELEMENT_INT64, 1, atoms, relaxation->site, "",
                                "site in the perfect supercell; -1 for an extra atom", err);
    if (status == FF_OK)
        status =
            ff_array_write(root, "displacement", FF_ELEMENT_DOUBLE, 2, atoms,
                           relaxation->displacement, "angstrom", "relaxed minus reference", err);
    if (status == FF_OK)
        status = ff_array_write(root, "site_energy", FF_ELEMENT_DOUBLE, 1, atoms,
                                relaxation->site_energies, "eV", "of the relaxed structure", err);
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
        status = write_reference(root, &relaxation->reference, err);
    if (status == FF_OK)
        status = write_arrays(root, relaxation, err);
    if (status == FF_OK)
        status = write_bulk(root, relaxation, err);
    return status == FF_OK ? write_history(root, relaxation, err) : status;
}

/* Reading. */

static int read_attributes(hid_t root, ff_relaxation *relaxation, ff_error *err)
{
    int64_t converged = 0;
    int status = ff_attribute_read_text_into(root, "crystal", relaxation->crystal,
                                             sizeof relaxation->crystal, err);
    if (status == FF_OK)
        status = ff_attribute_read_text_into(root, "defect", relaxation->defect,
                                             sizeof relaxation->defect, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(root, "converged", &converged, err);
    for (int i = 0; i < NUMBERS && status == FF_OK; i++)
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

static int read_reference(hid_t root, ff_frame *frame, ff_error *err)
{
    hid_t group = -1;
    void *species = NULL;
    size_t cell[2] = {3, 3}, atoms[2] = {SIZE_MAX, 3};
    int status = ff_group_open(&group, root, "reference", err);
    if (status == FF_OK)
        status = ff_array_read(group, "species", FF_ELEMENT_INT32, 1, atoms, &species, err);
    if (status == FF_OK)
        status = ff_frame_init(frame, atoms[0], err);
    for (size_t i = 0; status == FF_OK && i < frame->atoms; i++)
        frame->species[i] = ((const int32_t *)species)[i];
    for (int i = 0; i < 3; i++)
        frame->periodic[i] = true;
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

static int read_arrays(hid_t root, ff_relaxation *relaxation, ff_error *err)
{
    size_t three = 3, six = 6, atoms[2] = {relaxation->reference.atoms, 3};
    int32_t cells[3] = {0};
    void *site = NULL, *displacement = NULL, *energies = NULL;
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
    if (status == FF_OK)
        status = ff_array_read(root, "site_energy", FF_ELEMENT_DOUBLE, 1, atoms, &energies, err);
    for (int i = 0; i < 3; i++)
        relaxation->cells[i] = cells[i];
    relaxation->site = site;
    relaxation->displacement = displacement;
    relaxation->site_energies = energies;
    return status;
}

static int check_atom(const ff_relaxation *relaxation, size_t atom, ff_error *err)
{
    for (size_t j = 0; j < 3; j++)
        if (!isfinite(relaxation->displacement[3 * atom + j]))
            return ff_fail(err, FF_E_RANGE, "its displacement is not finite");
    if (!isfinite(relaxation->site_energies[atom]))
        return ff_fail(err, FF_E_RANGE, "its site energy is not finite");
    if (relaxation->site[atom] < -1)
        return ff_fail(err, FF_E_RANGE, "its site is %lld, expected -1 or more",
                       (long long)relaxation->site[atom]);
    return FF_OK;
}

static int check_values(const ff_relaxation *relaxation, ff_error *err)
{
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        if (check_atom(relaxation, i, err) != FF_OK) {
            ff_error_at_atom(err, (int64_t)i + 1);
            return FF_E_RANGE;
        }
    for (int i = 0; i < 3; i++)
        if (relaxation->cells[i] < 1)
            return ff_fail(err, FF_E_RANGE, "has %d cells along axis %d", relaxation->cells[i],
                           i + 1);
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
    ff_relaxation_init(relaxation);
    int status = read_attributes(root, relaxation, err);
    if (status == FF_OK)
        status = read_reference(root, &relaxation->reference, err);
    if (status == FF_OK)
        status = read_arrays(root, relaxation, err);
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
