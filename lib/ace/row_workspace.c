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
    ff_neighbour_list_init(&w->list);
    w->values = ff_new_lanes(ff_ace_basis_site_size(basis), sizeof *w->values, err);
    w->idle = ff_new_lanes(ff_ace_basis_size(basis), sizeof *w->idle, err);
    w->scratch = ff_new_lanes(ff_ace_basis_size(basis), sizeof *w->scratch, err);
    if (!w->values || !w->idle || !w->scratch ||
        ff_ace_workspace_new(&w->site, basis, err) != FF_OK) {
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
    ff_neighbour_list_clear(&w->list);
    free(w->species);
    free(w->values);
    free(w->idle);
    free(w->scratch);
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

/* Targets. */

ff_slice_target ff_ace_neighbour_rows(const ff_ace_row_workspace *w, size_t i, size_t pack,
                                      double *rows, double sign)
{
    const ff_ace_basis *basis = w->site->basis;
    const ff_ace_block *block = &w->site->site.block[pack / 2];
    const uint32_t *neighbour = w->list.neighbour + w->list.offset[i];
    size_t columns = ff_ace_basis_size(basis);
    ff_slice_target target = {.column = basis->first[w->site->site.centre], .sign = sign};
    for (size_t q = 0; q < FF_PACK; q++) {
        size_t lane = pack % 2 * FF_PACK + q;
        bool live = lane < (size_t)block->count;
        size_t atom = live ? neighbour[block->index[lane]] : 0;
        for (size_t a = 0; a < 3; a++)
            target.row[FF_PACK * a + q] = live ? rows + (3 * atom + a) * columns : w->idle;
    }
    return target;
}

ff_slice_target ff_ace_centre_rows(const ff_ace_row_workspace *w, size_t i, double *rows,
                                   double *virial, double sign)
{
    const ff_ace_basis *basis = w->site->basis;
    size_t columns = ff_ace_basis_size(basis);
    ff_slice_target target = {.column = basis->first[w->site->site.centre], .sign = sign};
    for (size_t k = 0; k < FF_BUNDLE; k++) {
        target.row[k] = w->idle;
        if (k < 3 && rows)
            target.row[k] = rows + (3 * i + k) * columns;
        else if (k >= 3 && k < FF_MOMENTS && virial)
            target.row[k] = virial + (k - 3) * columns;
    }
    return target;
}
