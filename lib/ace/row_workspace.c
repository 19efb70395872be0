#include "lib/ace/row_workspace.h"

#include "lib/base/memory.h"
#include "lib/structure/elements.h"

#include <stdlib.h>

int ff_ace_row_workspace_new(ff_ace_row_workspace **out, const ff_ace_basis *basis, ff_error *err)
{
    *out = NULL;
    ff_ace_row_workspace *w = ff_new_array(1, sizeof *w, err);
    if (!w)
        return FF_E_NOMEM;
    size_t columns = ff_ace_basis_site_size(basis);
    ff_neighbour_list_init(&w->list);
    w->values = ff_new_lanes(columns, sizeof *w->values, err);
    w->totals = ff_new_lanes(columns, sizeof *w->totals, err);
    w->gradients = ff_new_lanes(FF_ROW_CHUNK, sizeof *w->gradients, err);
    if (!w->values || !w->totals || !w->gradients ||
        ff_ace_workspace_new(&w->site, basis, err) != FF_OK ||
        ff_ace_moments_init(&w->moments, basis, err) != FF_OK) {
        ff_ace_row_workspace_free(w);
        return FF_E_NOMEM;
    }
    *out = w;
    return FF_OK;
}

void ff_ace_row_workspace_free(ff_ace_row_workspace *w)
{
    if (!w)
        return;
    ff_ace_workspace_free(w->site);
    ff_ace_moments_clear(&w->moments);
    ff_neighbour_list_clear(&w->list);
    free(w->species);
    free(w->values);
    free(w->totals);
    free(w->gradients);
    free(w->motion);
    free(w);
}

/* Environments. */

static int neighbour_too_close(const ff_ace_row_workspace *w, const ff_frame *frame, size_t i,
                               size_t entry, double inner, ff_error *err)
{
    size_t j = w->list.neighbour[entry];
    const char *centre = ff_element_symbol(frame->species[i]);
    const char *other = ff_element_symbol(frame->species[j]);
    ff_fail(err, FF_E_RANGE,
            "%s is %.4g A from %s of atom %zu, below the inner radius of the basis, %.4g A",
            centre ? centre : "it", w->list.distance[entry], other ? other : "that", j + 1, inner);
    ff_error_at_atom(err, (int64_t)i + 1);
    return FF_E_RANGE;
}

/* The inner radius of a pair of atomic numbers; 0 when the basis does not know them, which loading
 * the environment will say. */
static double inner_radius(const ff_ace_basis *basis, int a, int b)
{
    const ff_one_particle *p = &basis->one_particle;
    if (p->index[a] < 0 || p->index[b] < 0)
        return 0;
    return basis->options.range[ff_ace_pair_index(&basis->options, p->index[a], p->index[b])].inner;
}

int ff_ace_row_environment(ff_ace_row_workspace *w, const ff_frame *frame, size_t i,
                           ff_environment *environment, ff_error *err)
{
    size_t first = w->list.offset[i], count = w->list.offset[i + 1] - first;
    int status = ff_reserve(&w->species, &w->species_capacity, count, sizeof *w->species, err);
    if (status != FF_OK)
        return status;
    for (size_t p = 0; p < count; p++) {
        int z = frame->species[w->list.neighbour[first + p]];
        double inner = inner_radius(w->site->basis, frame->species[i], z);
        if (w->list.distance[first + p] < inner)
            return neighbour_too_close(w, frame, i, first + p, inner, err);
        w->species[p] = z;
    }
    *environment = (ff_environment){.species = frame->species[i],
                                    .count = count,
                                    .neighbour_species = w->species,
                                    .vectors = w->list.vector + 3 * first,
                                    .distances = w->list.distance + first};
    return FF_OK;
}

FF_VECTORISE
void ff_ace_add_gradients(const ff_ace_row_workspace *w, size_t i, size_t b, size_t count,
                          double sign, double *rows, size_t columns)
{
    const ff_ace_block *block = &w->site->site.block[b];
    const uint32_t *neighbour = w->list.neighbour + w->list.offset[i];
    const ff_lanes(*restrict gradients)[3] = (const ff_lanes(*)[3])w->gradients;
    for (int q = 0; q < block->count; q++) {
        double *restrict row = rows + 3 * (size_t)neighbour[block->index[q]] * columns;
        for (int a = 0; a < 3; a++, row += columns)
            for (size_t k = 0; k < count; k++)
                row[k] += sign * gradients[k][a][q];
    }
}
