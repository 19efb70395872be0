#include "lib/ace/site.h"

#include "lib/base/memory.h"

#include <string.h>

enum { CHUNK = 16 }; /* functions whose gradients at a block of neighbours stay in the cache */

/* Values. */

static void pair_values(const ff_ace_workspace *w, double *values)
{
    size_t count = (size_t)w->basis->pairs;
    memset(values, 0, ff_ace_pair_columns(w->basis, w->site.centre) * sizeof *values);
    for (size_t b = 0; b < w->site.blocks; b++) {
        const ff_ace_block *block = &w->site.block[b];
        if (block->species < w->site.centre)
            continue;
        double *to = values + (size_t)(block->species - w->site.centre) * count;
        const ff_lanes *radial = w->site.radial + ff_ace_pair_radial(w, b);
        for (size_t n = 0; n < count; n++)
            for (int q = 0; q < block->count; q++)
                to[n] += FF_ACE_PAIR_SCALE * radial[n][q];
    }
}

void ff_ace_site_values(const ff_ace_workspace *w, double *values)
{
    pair_values(w, values);
    if (w->many)
        ff_ace_graph_functions(&w->basis->graph, w->values,
                               values + ff_ace_pair_columns(w->basis, w->site.centre));
}

/* Gradients. */

void ff_ace_site_jacobian(ff_ace_workspace *w)
{
    if (w->many)
        ff_ace_graph_jacobian(&w->basis->graph, w->values, w->jacobian);
}

void ff_ace_site_one_particle(ff_ace_workspace *w, size_t b)
{
    if (w->many)
        ff_one_particle_gradients(&w->site, b, w->gradient);
}

/* The centre of the cost: sum over the entries of dB/dA times one-particle gradients, 3 FF_LANES
 * numbers at a time in registers, stored or added. */
FF_VECTORISE
static void many_gradients(const ff_ace_graph *graph, const double *restrict jacobian,
                           const ff_lanes (*restrict one_particle)[3], int species, size_t first,
                           size_t count, bool add, ff_lanes (*restrict out)[3])
{
    const size_t *bounds = graph->jacobian_first + species;
    for (size_t k = first; k < first + count; k++, out++) {
        size_t end = bounds[k * (size_t)graph->shape.species_count + 1];
        ff_pack *to = (ff_pack *)*out, zero = {0};
        ff_pack x0 = add ? to[0] : zero, x1 = add ? to[1] : zero;
        ff_pack y0 = add ? to[2] : zero, y1 = add ? to[3] : zero;
        ff_pack z0 = add ? to[4] : zero, z1 = add ? to[5] : zero;
        for (size_t i = bounds[k * (size_t)graph->shape.species_count]; i < end; i++) {
            const ff_pack *row = (const ff_pack *)one_particle[graph->jacobian_row[i]];
            x0 += jacobian[i] * row[0];
            x1 += jacobian[i] * row[1];
            y0 += jacobian[i] * row[2];
            y1 += jacobian[i] * row[3];
            z0 += jacobian[i] * row[4];
            z1 += jacobian[i] * row[5];
        }
        to[0] = x0;
        to[1] = x1;
        to[2] = y0;
        to[3] = y1;
        to[4] = z0;
        to[5] = z1;
    }
}

static void pair_gradient(const ff_ace_workspace *w, size_t b, size_t column, ff_lanes *out)
{
    size_t count = (size_t)w->basis->pairs;
    const ff_ace_block *block = &w->site.block[b];
    if (block->species != w->site.centre + (int)(column / count)) {
        memset(out, 0, 3 * sizeof *out);
        return;
    }
    const double *slope = w->site.slope[ff_ace_pair_radial(w, b) + column % count];
    for (int a = 0; a < 3; a++)
        FF_EACH_LANE(q)
    out[a][q] = FF_ACE_PAIR_SCALE * slope[q] * block->direction[a][q];
}

void ff_ace_site_gradients(const ff_ace_workspace *w, size_t b, size_t first, size_t count,
                           ff_lanes (*gradients)[3])
{
    size_t pairs = ff_ace_pair_columns(w->basis, w->site.centre), end = first + count;
    for (; first < end && first < pairs; first++, gradients++)
        pair_gradient(w, b, first, *gradients);
    if (first < end)
        many_gradients(&w->basis->graph, w->jacobian, (const ff_lanes(*)[3])w->gradient,
                       w->site.block[b].species, first - pairs, end - first, false, gradients);
}

/* Changes of gradients. */

void ff_ace_site_jacobian_change(ff_ace_workspace *w)
{
    if (w->many)
        ff_ace_graph_jacobian_change(&w->basis->graph, w->values, w->change, w->jacobian_change);
}

void ff_ace_site_one_particle_change(ff_ace_workspace *w, size_t b)
{
    if (w->many)
        ff_one_particle_gradient_changes(&w->site, b, w->gradient_change);
}

/* d(R' u) = R'' d|r| u + R' du */
static void pair_gradient_change(const ff_ace_workspace *w, size_t b, size_t column, ff_lanes *out)
{
    size_t count = (size_t)w->basis->pairs, n = ff_ace_pair_radial(w, b) + column % count;
    const ff_ace_block *block = &w->site.block[b];
    const ff_ace_motion *motion = &w->site.motion[b];
    if (block->species != w->site.centre + (int)(column / count)) {
        memset(out, 0, 3 * sizeof *out);
        return;
    }
    for (int a = 0; a < 3; a++)
        FF_EACH_LANE(q)
    out[a][q] =
        FF_ACE_PAIR_SCALE * (w->site.curvature[n][q] * motion->along[q] * block->direction[a][q] +
                             w->site.slope[n][q] * motion->turn[a][q]);
}

void ff_ace_site_gradient_changes(const ff_ace_workspace *w, size_t b, size_t first, size_t count,
                                  ff_lanes (*changes)[3])
{
    const ff_ace_graph *graph = &w->basis->graph;
    int species = w->site.block[b].species;
    size_t pairs = ff_ace_pair_columns(w->basis, w->site.centre), end = first + count;
    for (; first < end && first < pairs; first++, changes++)
        pair_gradient_change(w, b, first, *changes);
    if (first >= end)
        return;
    many_gradients(graph, w->jacobian_change, (const ff_lanes(*)[3])w->gradient, species,
                   first - pairs, end - first, false, changes);
    many_gradients(graph, w->jacobian, (const ff_lanes(*)[3])w->gradient_change, species,
                   first - pairs, end - first, true, changes);
}

/* One site, for everyone. */

static void store_gradients(const ff_ace_workspace *w, size_t b, size_t first, size_t count,
                            size_t neighbours, const ff_lanes (*chunk)[3], double *gradients)
{
    const ff_ace_block *block = &w->site.block[b];
    for (size_t k = 0; k < count; k++)
        for (int q = 0; q < block->count; q++)
            for (size_t a = 0; a < 3; a++)
                gradients[((first + k) * neighbours + block->index[q]) * 3 + a] = chunk[k][a][q];
}

int ff_ace_site(const ff_ace_basis *basis, const ff_environment *environment,
                ff_ace_workspace *workspace, size_t *first, size_t *count, double *values,
                double *gradients, ff_error *err)
{
    int status = ff_ace_workspace_load(workspace, environment, false, err);
    if (status != FF_OK)
        return status;
    int centre = workspace->site.centre;
    *first = basis->first[centre];
    *count = basis->first[centre + 1] - basis->first[centre];
    ff_ace_site_values(workspace, values);
    if (!gradients)
        return FF_OK;
    memset(gradients, 0, 3 * *count * environment->count * sizeof *gradients);
    ff_ace_site_jacobian(workspace);
    ff_lanes chunk[CHUNK][3];
    for (size_t b = 0; b < workspace->site.blocks; b++) {
        ff_ace_site_one_particle(workspace, b);
        for (size_t k = 0; k < *count; k += CHUNK) {
            size_t part = *count - k < CHUNK ? *count - k : CHUNK;
            ff_ace_site_gradients(workspace, b, k, part, chunk);
            store_gradients(workspace, b, k, part, environment->count, (const ff_lanes(*)[3])chunk,
                            gradients);
        }
    }
    return FF_OK;
}
