#include "formats/comparison_file.h"

#include "lib/base/memory.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Numbers stored as attributes; the unit is part of the name. Unknown ones are NaN. */
static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
    {"geometry_error_A", offsetof(ff_comparison, geometry_error)},
    {"geometry_error_max_A", offsetof(ff_comparison, geometry_error_max)},
    {"geometry_norm_A", offsetof(ff_comparison, geometry_norm)},
    {"energy_reference_eV", offsetof(ff_comparison, energy_reference)},
    {"energy_model_eV", offsetof(ff_comparison, energy_model)},
    {"energy_error_eV", offsetof(ff_comparison, energy_error)},
    {"decay_exponent", offsetof(ff_comparison, decay_exponent)},
    {"residual_norm_eV_per_A", offsetof(ff_comparison, residual_norm)},
    {"predicted_error_A", offsetof(ff_comparison, predicted_error)},
    {"effectivity", offsetof(ff_comparison, effectivity)},
    {"training_radius_A", offsetof(ff_comparison, training_radius)},
    {"predicted_core_A", offsetof(ff_comparison, predicted_core)},
    {"predicted_far_A", offsetof(ff_comparison, predicted_far)},
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

enum { DECAY_NUMBERS = 5 };
static const struct {
    const char *name, *units, *description;
    size_t offset;
} decay_numbers[DECAY_NUMBERS] = {
    {"radius", "angstrom", "mean distance of the shell's sites from the defect",
     offsetof(ff_decay_bin, radius)},
    {"reference", "angstrom", "largest |Du| of the reference in the shell",
     offsetof(ff_decay_bin, reference)},
    {"model", "angstrom", "largest |Du| of the model in the shell", offsetof(ff_decay_bin, model)},
    {"error", "angstrom", "largest |D(u_model - u_reference)| in the shell",
     offsetof(ff_decay_bin, error)},
    {"residual", "eV/angstrom",
     "largest model force at the reference's equilibrium in the shell; NaN when unknown",
     offsetof(ff_decay_bin, residual)},
};

/* How the configurations differ. */
static int write_topology(hid_t root, const ff_topology *topology, ff_error *err)
{
    char changes[256];
    (void)ff_topology_describe(changes, sizeof changes, topology);
    int status = ff_attribute_write_text(root, "changes", changes, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "changed_sites", (int64_t)topology->moved, err);
    if (status == FF_OK)
        status =
            ff_attribute_write_integer(root, "changed_dumbbells", (int64_t)topology->turned, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "changed_bonds", (int64_t)topology->bonds, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "changed_cores", (int64_t)topology->cores, err);
    return status == FF_OK
               ? ff_attribute_write_integer(root, "equivalent", topology->equivalent, err)
               : status;
}

static int read_count(hid_t root, const char *name, size_t *count, ff_error *err)
{
    int64_t value = 0;
    int status = ff_attribute_read_integer(root, name, &value, err);
    if (status == FF_OK && value < 0)
        status = ff_fail(err, FF_E_RANGE, "%s is %lld, expected 0 or more", name, (long long)value);
    *count = (size_t)value;
    return status;
}

/* The first comparisons were not looked at for it: their structures were held against each other
 * whatever they were. */
static int read_topology(hid_t root, ff_topology *topology, ff_error *err)
{
    int64_t equivalent = 0;
    if (!ff_attribute_exists(root, "changes"))
        return FF_OK;
    int status = read_count(root, "changed_sites", &topology->moved, err);
    if (status == FF_OK)
        status = read_count(root, "changed_dumbbells", &topology->turned, err);
    if (status == FF_OK)
        status = read_count(root, "changed_bonds", &topology->bonds, err);
    if (status == FF_OK)
        status = read_count(root, "changed_cores", &topology->cores, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(root, "equivalent", &equivalent, err);
    topology->equivalent = equivalent != 0;
    return status;
}

static int write_decay(hid_t root, const ff_comparison *comparison, ff_error *err)
{
    hid_t group = -1;
    const size_t bins = comparison->bins;
    double *values = ff_new_array(bins, sizeof *values, err);
    int64_t *members = ff_new_array(bins, sizeof *members, err);
    int status = values && members ? ff_group_create(&group, root, "decay", err) : FF_E_NOMEM;
    for (size_t j = 0; j < bins && status == FF_OK; j++)
        members[j] = (int64_t)comparison->decay[j].members;
    if (status == FF_OK)
        status = ff_array_write(group, "members", FF_ELEMENT_INT64, 1, &bins, members, "",
                                "sites in the shell", err);
    for (int i = 0; i < DECAY_NUMBERS && status == FF_OK; i++) {
        for (size_t j = 0; j < bins; j++)
            values[j] =
                *(const double *)((const char *)&comparison->decay[j] + decay_numbers[i].offset);
        status = ff_array_write(group, decay_numbers[i].name, FF_ELEMENT_DOUBLE, 1, &bins, values,
                                decay_numbers[i].units, decay_numbers[i].description, err);
    }
    ff_group_close(group);
    free(values);
    free(members);
    return status;
}

int ff_comparison_write(ff_container *container, const ff_comparison *comparison, ff_error *err)
{
    hid_t root = ff_container_root(container);
    const size_t three = 3;
    const int32_t cells[3] = {comparison->cells[0], comparison->cells[1], comparison->cells[2]};
    int status = ff_tags_write(root, &comparison->tags, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(root, "crystal", comparison->crystal, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(root, "defect", comparison->defect, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "atoms", (int64_t)comparison->atoms, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "converged", comparison->converged, err);
    if (status == FF_OK)
        status = ff_array_write(root, "cells", FF_ELEMENT_INT32, 1, &three, cells, "",
                                "conventional cells along each axis", err);
    if (status == FF_OK)
        status = write_topology(root, &comparison->topology, err);
    for (int i = 0; i < NUMBERS && status == FF_OK; i++)
        status = ff_attribute_write_number(
            root, numbers[i].name, *(const double *)((const char *)comparison + numbers[i].offset),
            err);
    return status == FF_OK ? write_decay(root, comparison, err) : status;
}

static int read_decay(hid_t root, ff_comparison *comparison, ff_error *err)
{
    hid_t group = -1;
    void *members = NULL;
    size_t bins = SIZE_MAX;
    int status = ff_group_open(&group, root, "decay", err);
    if (status == FF_OK)
        status = ff_array_read(group, "members", FF_ELEMENT_INT64, 1, &bins, &members, err);
    if (status == FF_OK &&
        !(comparison->decay = ff_new_array(bins, sizeof *comparison->decay, err)))
        status = FF_E_NOMEM;
    for (size_t j = 0; status == FF_OK && j < bins; j++) {
        int64_t count = ((const int64_t *)members)[j];
        comparison->decay[j].members = (size_t)count;
        if (count < 0)
            status = ff_fail(err, FF_E_RANGE, "has a shell of %lld sites", (long long)count);
    }
    for (int i = 0; i < DECAY_NUMBERS && status == FF_OK; i++) {
        void *values = NULL;
        status =
            ff_array_read(group, decay_numbers[i].name, FF_ELEMENT_DOUBLE, 1, &bins, &values, err);
        for (size_t j = 0; status == FF_OK && j < bins; j++)
            *(double *)((char *)&comparison->decay[j] + decay_numbers[i].offset) =
                ((const double *)values)[j];
        free(values);
    }
    if (status == FF_OK)
        comparison->bins = bins;
    free(members);
    ff_group_close(group);
    return status;
}

static int read_attributes(hid_t root, ff_comparison *comparison, ff_error *err)
{
    int64_t atoms = 0, converged = 0;
    int status = ff_attribute_read_text_into(root, "crystal", comparison->crystal,
                                             sizeof comparison->crystal, err);
    if (status == FF_OK)
        status = ff_attribute_read_text_into(root, "defect", comparison->defect,
                                             sizeof comparison->defect, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(root, "atoms", &atoms, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(root, "converged", &converged, err);
    for (int i = 0; i < NUMBERS && status == FF_OK; i++)
        status = ff_attribute_read_number(root, numbers[i].name,
                                          (double *)((char *)comparison + numbers[i].offset), err);
    if (status == FF_OK)
        status = read_topology(root, &comparison->topology, err);
    if (status == FF_OK && atoms < 0)
        status = ff_fail(err, FF_E_RANGE, "has %lld atoms", (long long)atoms);
    comparison->atoms = (size_t)atoms;
    comparison->converged = converged != 0;
    return status;
}

int ff_comparison_read(ff_comparison *comparison, ff_container *container, ff_error *err)
{
    hid_t root = ff_container_root(container);
    void *cells = NULL;
    size_t three = 3;
    ff_comparison_init(comparison);
    int status = ff_tags_read(root, &comparison->tags, err);
    if (status == FF_OK)
        status = read_attributes(root, comparison, err);
    if (status == FF_OK)
        status = ff_array_read(root, "cells", FF_ELEMENT_INT32, 1, &three, &cells, err);
    for (int i = 0; i < 3 && status == FF_OK; i++)
        comparison->cells[i] = ((const int32_t *)cells)[i];
    if (status == FF_OK)
        status = read_decay(root, comparison, err);
    free(cells);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_comparison_clear(comparison);
    }
    return status;
}
