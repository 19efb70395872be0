#include "lib/defects/constant_table.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int32_t home[3] = {0, 0, 0};

int ff_constant_table_init(ff_constant_table *table, size_t sites, const int32_t reach[3],
                           ff_error *err)
{
    *table = (ff_constant_table){.sites = sites, .cells = 1};
    memcpy(table->reach, reach, sizeof table->reach);
    for (int axis = 0; axis < 3; axis++)
        table->cells *= (size_t)(2 * table->reach[axis] + 1);
    table->block = ff_new_array(sites * sites * table->cells, 9 * sizeof(double), err);
    return table->block ? FF_OK : FF_E_NOMEM;
}

void ff_constant_table_clear(ff_constant_table *table)
{
    free(table->block);
    *table = (ff_constant_table){0};
}

double *ff_constant_table_block(const ff_constant_table *table, size_t site, size_t other,
                                const int32_t cell[3])
{
    size_t place = 0;
    for (int axis = 0; axis < 3; axis++)
        place = place * (size_t)(2 * table->reach[axis] + 1) +
                (size_t)(cell[axis] + table->reach[axis]);
    return table->block + 9 * ((site * table->sites + other) * table->cells + place);
}

/* The cell at a place in the table. */
static void cell_at(int32_t cell[3], const ff_constant_table *table, size_t place)
{
    for (int axis = 2; axis >= 0; axis--) {
        size_t width = (size_t)(2 * table->reach[axis] + 1);
        cell[axis] = (int32_t)(place % width) - table->reach[axis];
        place /= width;
    }
}

void ff_constant_table_make_symmetric(ff_constant_table *table)
{
    size_t all = table->sites * table->sites * table->cells;
    for (size_t entry = 0; entry < all; entry++) {
        int32_t cell[3];
        size_t pair = entry / table->cells;
        cell_at(cell, table, entry % table->cells);
        for (int axis = 0; axis < 3; axis++)
            cell[axis] = -cell[axis];
        double *one = table->block + 9 * entry;
        double *other =
            ff_constant_table_block(table, pair % table->sites, pair / table->sites, cell);
        for (size_t k = 0; k < 9 && one <= other; k++)
            one[k] = other[k % 3 * 3 + k / 3] = 0.5 * (one[k] + other[k % 3 * 3 + k / 3]);
    }
}

void ff_constant_table_impose_sum_rule(ff_constant_table *table)
{
    for (size_t site = 0; site < table->sites; site++) {
        double sum[9] = {0};
        const double *blocks = table->block + 9 * site * table->sites * table->cells;
        for (size_t entry = 0; entry < table->sites * table->cells; entry++)
            for (size_t k = 0; k < 9; k++)
                sum[k] += blocks[9 * entry + k];
        double *own = ff_constant_table_block(table, site, site, home);
        for (size_t r = 0; r < 3; r++)
            for (size_t c = 0; c < 3; c++)
                own[3 * r + c] -= 0.5 * (sum[3 * r + c] + sum[3 * c + r]);
    }
}

static bool block_is_zero(const double block[9])
{
    for (size_t k = 0; k < 9; k++)
        if (block[k] != 0.0)
            return false;
    return true;
}

int ff_constant_table_compress(ff_force_constants *constants, const ff_constant_table *table,
                               ff_error *err)
{
    size_t all = table->sites * table->sites * table->cells, kept = 0;
    for (size_t entry = 0; entry < all; entry++)
        kept += !block_is_zero(table->block + 9 * entry);
    if (!(constants->list = ff_new_array(kept, sizeof *constants->list, err)))
        return FF_E_NOMEM;
    for (size_t entry = 0; entry < all; entry++) {
        const double *block = table->block + 9 * entry;
        if (block_is_zero(block))
            continue;
        ff_force_constant *constant = &constants->list[constants->count++];
        constant->site = (uint32_t)(entry / table->cells / table->sites);
        constant->other = (uint32_t)(entry / table->cells % table->sites);
        cell_at(constant->cell, table, entry % table->cells);
        memcpy(constant->block, block, sizeof constant->block);
    }
    return FF_OK;
}

void ff_force_constants_confine(ff_force_constants *constants)
{
    double normal[3], part[9];
    ff_vector_cross(normal, constants->cell, constants->cell + 3);
    const double length = sqrt(ff_vector_dot(normal, normal));
    for (int k = 0; k < 3; k++)
        normal[k] /= length;
    for (size_t entry = 0; entry < constants->count; entry++) {
        double *block = constants->list[entry].block;
        for (int i = 0; i < 3; i++) { /* from the right, then from the left */
            const double along = ff_vector_dot(block + 3 * i, normal);
            for (int k = 0; k < 3; k++)
                part[3 * i + k] = block[3 * i + k] - along * normal[k];
        }
        for (int k = 0; k < 3; k++) {
            const double along =
                part[k] * normal[0] + part[3 + k] * normal[1] + part[6 + k] * normal[2];
            for (int i = 0; i < 3; i++)
                part[3 * i + k] -= along * normal[i];
        }
        const double mean = (part[0] + part[4] + part[8]) / 2;
        for (int k = 0; k < 9; k++)
            block[k] = part[k] + mean * normal[k / 3] * normal[k % 3];
    }
}
