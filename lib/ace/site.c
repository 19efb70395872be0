#include "lib/ace/site.h"

#include "lib/base/memory.h"

#include <string.h>

enum { CHUNK = 16 }; /* functions whose gradients at a block of neighbours stay in the cache */

/* Values. */

static void pair_values(const ff_ace_workspace *w, double *values)
{
    size_t count = (size_t)w->basis->pairs, stride = (size_t)w->basis->radial.count;
    memset(values, 0, ff_ace_pair_columns(w->basis, w->centre) * sizeof *values);
    for (size_t b = 0; b < w->blocks; b++) {
        const ff_ace_block *block = &w->block[b];
        if (block->species < w->centre)
            continue;
        double *to = values + (size_t)(block->species - w->centre) * count;
        for (size_t n = 0; n < count; n++)
            for (int q = 0; q < block->count; q++)
                to[n] += FF_ACE_PAIR_SCALE * w->radial[b * stride + n][q];
    }
}

void ff_ace_site_values(const ff_ace_workspace *w, double *values)
{
    pair_values(w, values);
    if (w->many)
        ff_ace_graph_functions(&w->basis->graph, w->values,
                               values + ff_ace_pair_columns(w->basis, w->centre));
}

/* Gradients. */

void ff_ace_site_jacobian(ff_ace_workspace *w)
{
    if (w->many)
        ff_ace_graph_jacobian(&w->basis->graph, w->values, w->jacobian);
}

/* d(R_n Y)/dr = R_n' Y rhat + R_n (1 - rhat rhat) grad Y / r, for all n of one harmonic. */
static inline void harmonic_rows(const ff_ace_block *restrict block, int radial, int stride,
                                 const ff_lanes *restrict value, const ff_lanes *restrict slope,
                                 const double *restrict harmonic,
                                 const ff_lanes *restrict harmonic_gradient,
                                 ff_lanes (*restrict out)[3])
{
    ff_lanes across[3], along[3];
    FF_EACH_LANE(q)
    {
        double x = block->direction[0][q], y = block->direction[1][q], z = block->direction[2][q];
        double gx = harmonic_gradient[0][q], gy = harmonic_gradient[1][q],
               gz = harmonic_gradient[2][q];
        double dot = x * gx + y * gy + z * gz, inverse = block->inverse[q];
        across[0][q] = inverse * (gx - x * dot);
        across[1][q] = inverse * (gy - y * dot);
        across[2][q] = inverse * (gz - z * dot);
        along[0][q] = x * harmonic[q];
        along[1][q] = y * harmonic[q];
        along[2][q] = z * harmonic[q];
    }
    for (int n = 0; n < radial; n++, out += stride)
        for (int a = 0; a < 3; a++)
            FF_EACH_LANE(q)
    (*out)[a][q] = slope[n][q] * along[a][q] + value[n][q] * across[a][q];
}

FF_VECTORISE
void ff_ace_site_one_particle(ff_ace_workspace *w, size_t b)
{
    if (!w->many)
        return;
    const ff_ace_graph *graph = &w->basis->graph;
    const ff_lanes *radial = w->radial + b * (size_t)w->basis->radial.count;
    const ff_lanes *slope = w->radial_slope + b * (size_t)w->basis->radial.count;
    size_t angle = b * ff_ace_harmonics_count(w->basis);
    for (int l = 0; l <= graph->largest; l++)
        for (int m = 0; m <= 2 * l; m++) {
            size_t lm = angle + (size_t)(l * l + m);
            harmonic_rows(&w->block[b], graph->radial[l], 2 * l + 1, radial, slope, w->harmonic[lm],
                          (const ff_lanes *)w->harmonic_gradient[lm],
                          w->gradient + graph->row[l] + m);
        }
}

/* The centre of the cost: sum over the entries of dB/dA times one-particle gradients, 3 FF_LANES
 * numbers at a time in registers. */
FF_VECTORISE
static void many_gradients(const ff_ace_graph *graph, const double *restrict jacobian,
                           const ff_lanes (*restrict one_particle)[3], int species, size_t first,
                           size_t count, ff_lanes (*restrict out)[3])
{
    const size_t *bounds = graph->jacobian_first + species;
    for (size_t k = first; k < first + count; k++, out++) {
        size_t end = bounds[k * (size_t)graph->species_count + 1];
        ff_pack x0 = {0}, x1 = {0}, y0 = {0}, y1 = {0}, z0 = {0}, z1 = {0};
        for (size_t i = bounds[k * (size_t)graph->species_count]; i < end; i++) {
            const ff_pack *row = (const ff_pack *)one_particle[graph->jacobian_row[i]];
            x0 += jacobian[i] * row[0];
            x1 += jacobian[i] * row[1];
            y0 += jacobian[i] * row[2];
            y1 += jacobian[i] * row[3];
            z0 += jacobian[i] * row[4];
            z1 += jacobian[i] * row[5];
        }
        ff_pack *to = (ff_pack *)*out;
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
    size_t count = (size_t)w->basis->pairs, stride = (size_t)w->basis->radial.count;
    const ff_ace_block *block = &w->block[b];
    if (block->species != w->centre + (int)(column / count)) {
        memset(out, 0, 3 * sizeof *out);
        return;
    }
    const double *slope = w->radial_slope[b * stride + column % count];
    for (int a = 0; a < 3; a++)
        FF_EACH_LANE(q)
    out[a][q] = FF_ACE_PAIR_SCALE * slope[q] * block->direction[a][q];
}

void ff_ace_site_gradients(const ff_ace_workspace *w, size_t b, size_t first, size_t count,
                           ff_lanes (*gradients)[3])
{
    size_t pairs = ff_ace_pair_columns(w->basis, w->centre), end = first + count;
    for (; first < end && first < pairs; first++, gradients++)
        pair_gradient(w, b, first, *gradients);
    if (first < end)
        many_gradients(&w->basis->graph, w->jacobian, (const ff_lanes(*)[3])w->gradient,
                       w->block[b].species, first - pairs, end - first, gradients);
}

/* One site, for everyone. */

static void store_gradients(const ff_ace_workspace *w, size_t b, size_t first, size_t count,
                            size_t neighbours, const ff_lanes (*chunk)[3], double *gradients)
{
    const ff_ace_block *block = &w->block[b];
    for (size_t k = 0; k < count; k++)
        for (int q = 0; q < block->count; q++)
            for (size_t a = 0; a < 3; a++)
                gradients[((first + k) * neighbours + block->index[q]) * 3 + a] = chunk[k][a][q];
}

int ff_ace_site(const ff_ace_basis *basis, const ff_environment *environment,
                ff_ace_workspace *workspace, size_t *first, size_t *count, double *values,
                double *gradients, ff_error *err)
{
    int status = ff_ace_workspace_load(workspace, environment, err);
    if (status != FF_OK)
        return status;
    int centre = workspace->centre;
    *first = basis->first[centre];
    *count = basis->first[centre + 1] - basis->first[centre];
    ff_ace_site_values(workspace, values);
    if (!gradients)
        return FF_OK;
    memset(gradients, 0, 3 * *count * environment->count * sizeof *gradients);
    ff_ace_site_jacobian(workspace);
    ff_lanes chunk[CHUNK][3];
    for (size_t b = 0; b < workspace->blocks; b++) {
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
