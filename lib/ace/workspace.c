#include "lib/ace/workspace.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, FIRST_BLOCKS = 8 };

void *ff_ace_new_lanes(size_t count, size_t size, ff_error *err)
{
    void *array = NULL;
    if (size == 0 || count < (SIZE_MAX - ALIGNMENT) / size) {
        size_t bytes = (count * size + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
        array = aligned_alloc(ALIGNMENT, bytes);
        if (array)
            memset(array, 0, bytes);
    }
    if (!array)
        ff_fail(err, FF_E_NOMEM, "out of memory for %zu elements of %zu bytes", count, size);
    return array;
}

size_t ff_ace_harmonics_count(const ff_ace_basis *basis)
{
    return (size_t)((basis->harmonics.largest + 1) * (basis->harmonics.largest + 1));
}

/* Memory. */

static void free_blocks(ff_ace_workspace *w)
{
    free(w->block);
    free(w->radial);
    free(w->radial_slope);
    free(w->harmonic);
    free(w->harmonic_gradient);
    w->block_capacity = 0;
}

static int reserve_blocks(ff_ace_workspace *w, size_t needed, ff_error *err)
{
    if (needed <= w->block_capacity)
        return FF_OK;
    size_t blocks = needed > 2 * w->block_capacity ? needed : 2 * w->block_capacity;
    size_t radial = blocks * (size_t)w->basis->radial.count;
    size_t harmonic = blocks * ff_ace_harmonics_count(w->basis);
    free_blocks(w);
    w->block = ff_ace_new_lanes(blocks, sizeof *w->block, err);
    w->radial = ff_ace_new_lanes(radial, sizeof *w->radial, err);
    w->radial_slope = ff_ace_new_lanes(radial, sizeof *w->radial_slope, err);
    w->harmonic = ff_ace_new_lanes(harmonic, sizeof *w->harmonic, err);
    w->harmonic_gradient = ff_ace_new_lanes(harmonic, sizeof *w->harmonic_gradient, err);
    if (!w->block || !w->radial || !w->radial_slope || !w->harmonic || !w->harmonic_gradient)
        return FF_E_NOMEM;
    w->block_capacity = blocks;
    return FF_OK;
}

int ff_ace_workspace_new(ff_ace_workspace **out, const ff_ace_basis *basis, ff_error *err)
{
    *out = NULL;
    ff_ace_workspace *w = ff_new_array(1, sizeof *w, err);
    if (!w)
        return FF_E_NOMEM;
    w->basis = basis;
    w->many = basis->graph.functions > 0;
    w->density = ff_ace_new_lanes(basis->graph.rows, sizeof *w->density, err);
    w->values = ff_ace_new_lanes(basis->graph.values, sizeof *w->values, err);
    w->adjoint = ff_ace_new_lanes(basis->graph.values, sizeof *w->adjoint, err);
    w->jacobian = ff_ace_new_lanes(basis->graph.jacobian, sizeof *w->jacobian, err);
    w->gradient = ff_ace_new_lanes(basis->graph.rows, sizeof *w->gradient, err);
    if (!w->density || !w->values || !w->adjoint || !w->jacobian || !w->gradient ||
        reserve_blocks(w, FIRST_BLOCKS, err) != FF_OK) {
        ff_ace_workspace_free(w);
        return FF_E_NOMEM;
    }
    *out = w;
    return FF_OK;
}

void ff_ace_workspace_free(ff_ace_workspace *w)
{
    if (!w)
        return;
    free_blocks(w);
    free(w->density);
    free(w->values);
    free(w->adjoint);
    free(w->jacobian);
    free(w->gradient);
    free(w);
}

/* Blocks. */

static void add_neighbour(ff_ace_block *block, const ff_environment *environment, size_t j)
{
    int lane = block->count++;
    block->index[lane] = (uint32_t)j;
    block->distance[lane] = environment->distances[j];
    for (int a = 0; a < 3; a++)
        block->vector[a][lane] = environment->vectors[3 * j + (size_t)a];
}

/* Unused lanes get a vector at the cutoff; then directions. */
static void finish_block(ff_ace_block *block, double cutoff)
{
    for (int lane = block->count; lane < FF_LANES; lane++) {
        block->distance[lane] = block->vector[2][lane] = cutoff;
        block->vector[0][lane] = block->vector[1][lane] = 0;
    }
    FF_EACH_LANE(q)
    {
        block->inverse[q] = 1.0 / block->distance[q];
        for (int a = 0; a < 3; a++)
            block->direction[a][q] = block->vector[a][q] * block->inverse[q];
    }
}

static int make_blocks(ff_ace_workspace *w, const ff_environment *environment, ff_error *err)
{
    size_t species = w->basis->options.species_count;
    double cutoff = w->basis->options.cutoff;
    int status = reserve_blocks(w, environment->count / FF_LANES + species, err);
    w->blocks = 0;
    for (size_t z = 0; z < species && status == FF_OK; z++) {
        ff_ace_block *block = NULL;
        for (size_t j = 0; j < environment->count; j++) {
            if (environment->neighbour_species[j] != w->basis->options.species[z] ||
                environment->distances[j] >= cutoff)
                continue;
            if (!block || block->count == FF_LANES) {
                if (block)
                    finish_block(block, cutoff);
                block = &w->block[w->blocks++];
                block->species = (int)z;
                block->count = 0;
            }
            add_neighbour(block, environment, j);
        }
        if (block)
            finish_block(block, cutoff);
    }
    return status;
}

static int check_environment(const ff_ace_basis *basis, const ff_environment *environment,
                             ff_error *err)
{
    if (ff_ace_species_index(basis, environment->species) < 0)
        return ff_fail(err, FF_E_RANGE, "the basis was not made for atomic number %d",
                       environment->species);
    int last = 0;
    for (size_t j = 0; j < environment->count; j++) {
        int z = environment->neighbour_species[j];
        if (z != last && ff_ace_species_index(basis, z) < 0)
            return ff_fail(err, FF_E_RANGE, "the basis was not made for atomic number %d", z);
        last = z;
    }
    return FF_OK;
}

/* One-particle functions and A. */

static void one_particle(ff_ace_workspace *w, size_t b)
{
    const ff_ace_basis *basis = w->basis;
    const ff_ace_block *block = &w->block[b];
    size_t radial = b * (size_t)basis->radial.count, harmonic = b * ff_ace_harmonics_count(basis);
    ff_radial_evaluate(&basis->radial, block->distance, w->radial + radial,
                       w->radial_slope + radial);
    if (w->many)
        ff_harmonics_evaluate(&basis->harmonics, (const ff_lanes *)block->direction,
                              w->harmonic + harmonic, w->harmonic_gradient + harmonic);
}

FF_VECTORISE
static void accumulate(const ff_ace_graph *graph, const ff_lanes *restrict radial,
                       const ff_lanes *restrict harmonic, ff_lanes *restrict density)
{
    for (int l = 0; l <= graph->largest; l++)
        for (int n = 0; n < graph->radial[l]; n++)
            for (int m = 0; m <= 2 * l; m++, density++)
                FF_EACH_LANE(q)
    (*density)[q] += radial[n][q] * harmonic[l * l + m][q];
}

/* Moves the sums of one species to the one-particle families. */
static void store_density(ff_ace_workspace *w, int species)
{
    const ff_ace_graph *graph = &w->basis->graph;
    const ff_lanes *density = w->density;
    for (int l = 0; l <= graph->largest; l++) {
        const ff_ace_family *f = &graph->family[l];
        double *to = w->values + f->offset + species * graph->radial[l];
        for (int n = 0; n < graph->radial[l]; n++)
            for (int m = 0; m <= 2 * l; m++, density++)
                to[(size_t)m * f->padded + (size_t)n] = ff_lane_sum(*density);
    }
}

int ff_ace_workspace_load(ff_ace_workspace *w, const ff_environment *environment, ff_error *err)
{
    const ff_ace_basis *basis = w->basis;
    const ff_ace_graph *graph = &basis->graph;
    int status = check_environment(basis, environment, err);
    if (status == FF_OK)
        status = make_blocks(w, environment, err);
    if (status != FF_OK)
        return status;
    w->centre = ff_ace_species_index(basis, environment->species);
    size_t b = 0;
    for (int z = 0; z < (int)basis->options.species_count; z++) {
        memset(w->density, 0, graph->rows * sizeof *w->density);
        for (; b < w->blocks && w->block[b].species == z; b++) {
            one_particle(w, b);
            if (w->many)
                accumulate(graph, w->radial + b * (size_t)basis->radial.count,
                           w->harmonic + b * ff_ace_harmonics_count(basis), w->density);
        }
        if (w->many)
            store_density(w, z);
    }
    if (w->many)
        ff_ace_graph_forward(graph, w->values);
    return FF_OK;
}
