#include "lib/regression/design_matrix.h"

#include "lib/base/memory.h"
#include "lib/structure/defect_distance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_frame_table_init(ff_frame_table *table)
{
    *table = (ff_frame_table){0};
}

void ff_frame_table_clear(ff_frame_table *table)
{
    for (size_t i = 0; i < table->group_count && table->group_names; i++)
        free(table->group_names[i]);
    free(table->group_names);
    free(table->atoms);
    free(table->displacements);
    free(table->group);
    free(table->weight);
    free(table->distance);
    ff_frame_table_init(table);
}

/* Index of a group's name, added when it is new; group_names has room for it. */
static int find_group(ff_frame_table *table, const char *name, uint32_t *index, ff_error *err)
{
    for (*index = 0; *index < table->group_count; (*index)++)
        if (strcmp(table->group_names[*index], name) == 0)
            return FF_OK;
    char *copy = ff_copy_text(name, err);
    if (!copy)
        return FF_E_NOMEM;
    table->group_names[table->group_count++] = copy;
    return FF_OK;
}

/* Distances of all atoms, if some frame knows where its defect is. */
static int find_distances(ff_frame_table *table, const ff_dataset *dataset, ff_error *err)
{
    size_t atoms = 0;
    bool known = false;
    for (size_t i = 0; i < dataset->count; i++) {
        atoms += dataset->frames[i].atoms;
        known |= !isnan(dataset->frames[i].centre[0]);
    }
    if (!known)
        return FF_OK;
    if (!(table->distance = ff_new_array(atoms, sizeof *table->distance, err)))
        return FF_E_NOMEM;
    double *at = table->distance;
    for (size_t i = 0; i < dataset->count; at += dataset->frames[i++].atoms)
        ff_defect_distances(at, &dataset->frames[i]);
    return FF_OK;
}

int ff_frame_table_from_dataset(ff_frame_table *table, const ff_dataset *dataset, ff_error *err)
{
    ff_frame_table_init(table);
    if (dataset->count > UINT32_MAX)
        return ff_fail(err, FF_E_RANGE, "%zu frames are more than a design matrix can number",
                       dataset->count);
    table->count = dataset->count;
    table->atoms = ff_new_array(table->count, sizeof *table->atoms, err);
    table->displacements = ff_new_array(table->count, sizeof *table->displacements, err);
    table->group = ff_new_array(table->count, sizeof *table->group, err);
    table->weight = ff_new_array(FF_KINDS * table->count, sizeof *table->weight, err);
    table->group_names = ff_new_array(table->count, sizeof *table->group_names, err);
    int status =
        table->atoms && table->displacements && table->group && table->weight && table->group_names
            ? FF_OK
            : FF_E_NOMEM;
    for (size_t i = 0; i < table->count && status == FF_OK; i++) {
        const ff_frame *frame = &dataset->frames[i];
        table->atoms[i] = (uint32_t)frame->atoms;
        if (frame->labels & FF_LABEL_FORCE_CONSTANTS)
            table->displacements[i] = (uint32_t)frame->displacements;
        memcpy(table->weight + FF_KINDS * i, frame->weight, sizeof frame->weight);
        status = find_group(table, frame->group, &table->group[i], err);
    }
    if (status == FF_OK)
        status = find_distances(table, dataset, err);
    if (status != FF_OK)
        ff_frame_table_clear(table);
    return status;
}

int ff_design_block_init(ff_design_block *block, size_t rows, size_t columns, ff_error *err)
{
    *block = (ff_design_block){.rows = rows, .columns = columns};
    if (columns && rows > SIZE_MAX / sizeof(double) / columns)
        return ff_fail(err, FF_E_NOMEM, "out of memory for %zu rows of %zu columns", rows, columns);
    block->matrix = ff_new_array(rows * columns, sizeof *block->matrix, err);
    block->target = ff_new_array(rows, sizeof *block->target, err);
    block->label = ff_new_array(rows, sizeof *block->label, err);
    if (block->matrix && block->target && block->label)
        return FF_OK;
    ff_design_block_clear(block);
    return FF_E_NOMEM;
}

void ff_design_block_clear(ff_design_block *block)
{
    free(block->matrix);
    free(block->target);
    free(block->label);
    *block = (ff_design_block){0};
}

size_t ff_frame_row_count(const ff_frame *frame, unsigned kinds)
{
    unsigned present = kinds & frame->labels;
    size_t rows = 0;
    if (present & (1u << FF_KIND_ENERGY))
        rows += 1;
    if (present & (1u << FF_KIND_FORCE))
        rows += 3 * frame->atoms;
    if (present & (1u << FF_KIND_VIRIAL))
        rows += 6;
    if (present & (1u << FF_KIND_FORCE_CONSTANT))
        rows += 3 * frame->atoms * frame->displacements;
    return rows;
}
