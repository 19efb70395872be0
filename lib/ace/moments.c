#include "lib/ace/moments.h"

#include <stdlib.h>
#include <string.h>

/* Voigt order. */
static const int voigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};

int ff_ace_moments_init(ff_ace_moments *moments, const ff_ace_basis *basis, ff_error *err)
{
    size_t rows = basis->graph.shape.rows;
    moments->partial = ff_new_lanes(rows, sizeof *moments->partial, err);
    moments->one_particle =
        ff_new_lanes(rows * basis->options.species_count, sizeof *moments->one_particle, err);
    if (moments->partial && moments->one_particle)
        return FF_OK;
    ff_ace_moments_clear(moments);
    return FF_E_NOMEM;
}

void ff_ace_moments_clear(ff_ace_moments *moments)
{
    free(moments->partial);
    free(moments->one_particle);
    *moments = (ff_ace_moments){0};
}

void ff_ace_moments_start(ff_ace_moments *moments, const ff_ace_workspace *w)
{
    memset(moments->one_particle, 0,
           w->basis->graph.shape.rows * w->basis->options.species_count *
               sizeof *moments->one_particle);
}

FF_VECTORISE
static void add_rows(size_t rows, const ff_ace_block *restrict block,
                     const ff_lanes (*restrict gradient)[3],
                     ff_lanes (*restrict partial)[FF_MOMENTS])
{
    for (size_t row = 0; row < rows; row++) {
        for (int a = 0; a < 3; a++)
            FF_EACH_LANE(q)
        partial[row][a][q] += gradient[row][a][q];
        for (int v = 0; v < 6; v++)
            FF_EACH_LANE(q)
        partial[row][3 + v][q] += block->vector[voigt[v][0]][q] * gradient[row][voigt[v][1]][q];
    }
}

void ff_ace_moments_add(ff_ace_moments *moments, const ff_ace_workspace *w, size_t b)
{
    size_t rows = w->basis->graph.shape.rows;
    const ff_ace_block *block = &w->site.block[b];
    if (b == 0 || block[-1].species != block->species)
        memset(moments->partial, 0, rows * sizeof *moments->partial);
    add_rows(rows, block, (const ff_lanes(*)[3])w->gradient, moments->partial);
    if (b + 1 < w->site.blocks && block[1].species == block->species)
        return;
    ff_moments *to = moments->one_particle + (size_t)block->species * rows;
    for (size_t row = 0; row < rows; row++)
        for (int v = 0; v < FF_MOMENTS; v++)
            to[row][v] = ff_lane_sum(moments->partial[row][v]);
}

/* Of a pair function: the neighbours of one species. */
static void pair_moments(const ff_ace_workspace *w, size_t column, double *out)
{
    size_t count = (size_t)w->basis->pairs;
    memset(out, 0, sizeof(ff_moments));
    for (size_t b = 0; b < w->site.blocks; b++) {
        const ff_ace_block *block = &w->site.block[b];
        if (block->species != w->site.centre + (int)(column / count))
            continue;
        const double *slope = w->site.slope[ff_ace_pair_radial(w, b) + column % count];
        for (int q = 0; q < block->count; q++) {
            double gradient[3], factor = FF_ACE_PAIR_SCALE * slope[q];
            for (int a = 0; a < 3; a++) {
                gradient[a] = factor * block->direction[a][q];
                out[a] += gradient[a];
            }
            for (int v = 0; v < 6; v++)
                out[3 + v] += block->vector[voigt[v][0]][q] * gradient[voigt[v][1]];
        }
    }
}

FF_VECTORISE
static void many_moments(const ff_ace_graph *graph, const double *restrict jacobian,
                         const ff_moments *restrict one_particle, size_t first, size_t count,
                         ff_moments *restrict out)
{
    size_t species = (size_t)graph->shape.species_count;
    for (size_t k = first; k < first + count; k++, out++) {
        ff_pack sum0 = {0}, sum1 = {0}, sum2 = {0};
        for (size_t z = 0; z < species; z++) {
            const ff_moments *rows = one_particle + z * graph->shape.rows;
            size_t end = graph->jacobian_first[k * species + z + 1];
            for (size_t i = graph->jacobian_first[k * species + z]; i < end; i++) {
                const ff_pack *row = (const ff_pack *)rows[graph->jacobian_row[i]];
                sum0 += jacobian[i] * row[0];
                sum1 += jacobian[i] * row[1];
                sum2 += jacobian[i] * row[2];
            }
        }
        ff_pack *to = (ff_pack *)*out;
        to[0] = sum0;
        to[1] = sum1;
        to[2] = sum2;
    }
}

void ff_ace_moments_functions(const ff_ace_moments *moments, const ff_ace_workspace *w,
                              size_t first, size_t count, ff_moments *out)
{
    size_t pairs = ff_ace_pair_columns(w->basis, w->site.centre), end = first + count;
    for (; first < end && first < pairs; first++, out++)
        pair_moments(w, first, *out);
    if (first < end)
        many_moments(&w->basis->graph, w->jacobian, (const ff_moments *)moments->one_particle,
                     first - pairs, end - first, out);
}
