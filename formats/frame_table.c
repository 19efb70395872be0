#include "formats/frame_table.h"

#include "lib/base/memory.h"

#include <stdlib.h>

static size_t atoms_of_all(const ff_frame_table *table)
{
    size_t atoms = 0;
    for (size_t i = 0; i < table->count; i++)
        atoms += table->atoms[i];
    return atoms;
}

static int write_distances(hid_t root, const ff_frame_table *table, ff_error *err)
{
    hid_t group = -1;
    const size_t atoms = atoms_of_all(table);
    int status = ff_group_create(&group, root, "atoms", err);
    if (status == FF_OK)
        status = ff_array_write(
            group, "distance", FF_ELEMENT_DOUBLE, 1, &atoms, table->distance, "angstrom",
            "of each atom of each frame from the frame's defect; NaN: unknown", err);
    ff_group_close(group);
    return status;
}

static int read_distances(hid_t root, ff_frame_table *table, ff_error *err)
{
    hid_t group = -1;
    size_t atoms = atoms_of_all(table);
    void *distance = NULL;
    int status = ff_group_open(&group, root, "atoms", err);
    if (status == FF_OK)
        status = ff_array_read(group, "distance", FF_ELEMENT_DOUBLE, 1, &atoms, &distance, err);
    table->distance = distance;
    for (size_t i = 0; i < atoms && status == FF_OK; i++)
        if (table->distance[i] < 0 || table->distance[i] > 1e300)
            status =
                ff_fail(err, FF_E_RANGE, "has an atom %g A from its defect", table->distance[i]);
    ff_group_close(group);
    return status;
}

int ff_frame_table_write(hid_t root, const ff_frame_table *table, ff_error *err)
{
    hid_t group = -1;
    const size_t shape[2] = {table->count, FF_KINDS};
    int status = ff_group_create(&group, root, "frames", err);
    if (status == FF_OK)
        status = ff_array_write(group, "atoms", FF_ELEMENT_UINT32, 1, shape, table->atoms, "",
                                "number of atoms of each frame", err);
    if (status == FF_OK)
        status = ff_array_write(
            group, "displacements", FF_ELEMENT_UINT32, 1, shape, table->displacements, "",
            "number of displacements whose force constants each frame has", err);
    if (status == FF_OK)
        status = ff_array_write(group, "group", FF_ELEMENT_UINT32, 1, shape, table->group, "",
                                "index into /groups", err);
    if (status == FF_OK)
        status = ff_array_write(
            group, "weight", FF_ELEMENT_DOUBLE, 2, shape, table->weight, "",
            "multipliers of the weights of energy, force, virial and force-constant rows", err);
    if (status == FF_OK)
        status =
            ff_texts_write(root, "groups", table->group_count,
                           (const char *const *)table->group_names, "names of the groups", err);
    ff_group_close(group);
    return status == FF_OK && table->distance ? write_distances(root, table, err) : status;
}

static int check_frame_table(const ff_frame_table *table, ff_error *err)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->group[i] >= table->group_count) {
            int status = ff_fail(err, FF_E_FORMAT, "names group %u of %zu", table->group[i],
                                 table->group_count);
            ff_error_in_frame(err, (int64_t)i + 1);
            return status;
        }
    return FF_OK;
}

/* Multipliers as stored[count][kinds], in the memory of the kinds there are now. */
static int widen_weights(double **weight, const double *stored, size_t count, size_t kinds,
                         ff_error *err)
{
    *weight = ff_new_array(count * FF_KINDS, sizeof **weight, err);
    if (!*weight)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        for (size_t kind = 0; kind < FF_KINDS; kind++)
            (*weight)[FF_KINDS * i + kind] = kind < kinds ? stored[kinds * i + kind] : 1;
    return FF_OK;
}

int ff_frame_table_read(hid_t root, int version, ff_frame_table *table, ff_error *err)
{
    hid_t group = -1;
    void *atoms = NULL, *displacements = NULL, *groups = NULL, *weight = NULL;
    const size_t kinds = version < 2 ? FF_KIND_FORCE_CONSTANT : FF_KINDS;
    size_t shape[2] = {SIZE_MAX, kinds};
    ff_frame_table_init(table);
    int status = ff_group_open(&group, root, "frames", err);
    if (status == FF_OK)
        status = ff_array_read(group, "atoms", FF_ELEMENT_UINT32, 1, shape, &atoms, err);
    if (status == FF_OK && version >= 2)
        status =
            ff_array_read(group, "displacements", FF_ELEMENT_UINT32, 1, shape, &displacements, err);
    else if (status == FF_OK && !(displacements = ff_new_array(shape[0], sizeof(uint32_t), err)))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_array_read(group, "group", FF_ELEMENT_UINT32, 1, shape, &groups, err);
    if (status == FF_OK)
        status = ff_array_read(group, "weight", FF_ELEMENT_DOUBLE, 2, shape, &weight, err);
    if (status == FF_OK)
        status = widen_weights(&table->weight, weight, shape[0], kinds, err);
    if (status == FF_OK)
        status = ff_texts_read(root, "groups", &table->group_count, &table->group_names, err);
    table->atoms = atoms;
    table->displacements = displacements;
    table->group = groups;
    table->count = status == FF_OK ? shape[0] : 0;
    free(weight);
    ff_group_close(group);
    if (status == FF_OK)
        status = check_frame_table(table, err);
    return status == FF_OK && ff_link_exists(root, "atoms") ? read_distances(root, table, err)
                                                            : status;
}
