#include "lib/ace/site.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

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

/* Derivatives. */

/* Room for the gradients of all packs; what was there is not kept. */
static int reserve_rows(const ff_ace_workspace *w, ff_gradient_rows *rows, size_t *capacity,
                        ff_error *err)
{
    size_t packs = 2 * w->site.capacity;
    if (packs <= *capacity)
        return FF_OK;
    free(rows->gradient);
    *capacity = 0;
    rows->gradient = ff_new_lanes(packs * rows->stride, sizeof *rows->gradient, err);
    if (!rows->gradient)
        return FF_E_NOMEM;
    *capacity = packs;
    return FF_OK;
}

int ff_ace_site_derivatives(ff_ace_workspace *w, ff_error *err)
{
    int status = reserve_rows(w, &w->gradients, &w->gradient_capacity, err);
    if (status != FF_OK)
        return status;
    if (w->many)
        ff_ace_graph_jacobian(&w->basis->graph, w->values, w->jacobian);
    ff_one_particle_gradients(&w->site, &w->gradients);
    return FF_OK;
}

int ff_ace_site_derivative_changes(ff_ace_workspace *w, ff_error *err)
{
    int status = reserve_rows(w, &w->gradient_changes, &w->gradient_change_capacity, err);
    if (status != FF_OK)
        return status;
    if (w->many)
        ff_ace_graph_jacobian_change(&w->basis->graph, w->values, w->change, w->jacobian_change);
    ff_one_particle_gradient_changes(&w->site, &w->gradient_changes);
    return FF_OK;
}

/* Products. */

ff_ace_part ff_ace_part_of(const ff_ace_basis *basis, size_t index, size_t count)
{
    size_t slices = basis->graph.slices.count;
    return (ff_ace_part){index == 0, index * slices / count, (index + 1) * slices / count};
}

/* Adds the functions' gradients from those of the one-particle functions; with `change`, how the
 * former change from how the latter do. */
static void add_products(const ff_ace_workspace *w, int species, const ff_bundle *gradient,
                         const ff_bundle *change, const ff_ace_part *part,
                         const ff_slice_target *target)
{
    const ff_ace_basis *basis = w->basis;
    ff_slice_target to = *target;
    if (part->pairs && species >= w->site.centre) {
        const ff_slice_term term = {basis->pair_values, change ? change : gradient};
        to.column += (size_t)(species - w->site.centre) * (size_t)basis->pairs;
        ff_slices_add(&basis->pair_slices, 0, 0, basis->pair_slices.count, &term, 1, &to);
    }
    const ff_slice_term terms[2] = {{w->jacobian, change ? change : gradient},
                                    {w->jacobian_change, gradient}};
    to.column = target->column + ff_ace_pair_columns(basis, w->site.centre);
    ff_slices_add(&basis->graph.slices, (size_t)species, part->begin, part->end, terms,
                  change ? 2 : 1, &to);
}

void ff_ace_site_add_gradients(const ff_ace_workspace *w, size_t pack, const ff_ace_part *part,
                               const ff_slice_target *target)
{
    add_products(w, w->site.block[pack / 2].species,
                 w->gradients.gradient + pack * w->gradients.stride, NULL, part, target);
}

void ff_ace_site_add_moments(const ff_ace_workspace *w, int species, const ff_ace_part *part,
                             const ff_slice_target *target)
{
    add_products(w, species, w->gradients.moment + (size_t)species * w->gradients.stride, NULL,
                 part, target);
}

void ff_ace_site_add_gradient_changes(const ff_ace_workspace *w, size_t pack,
                                      const ff_ace_part *part, const ff_slice_target *target)
{
    size_t at = pack * w->gradients.stride;
    add_products(w, w->site.block[pack / 2].species, w->gradients.gradient + at,
                 w->gradient_changes.gradient + at, part, target);
}

void ff_ace_site_add_moment_changes(const ff_ace_workspace *w, int species, const ff_ace_part *part,
                                    const ff_slice_target *target)
{
    size_t at = (size_t)species * w->gradients.stride;
    add_products(w, species, w->gradients.moment + at, w->gradient_changes.moment + at, part,
                 target);
}

void ff_ace_sort_row(const ff_ace_basis *basis, double *row, double *scratch)
{
    const ff_slices *slices = &basis->graph.slices;
    for (int centre = 0; centre < basis->graph.shape.species_count; centre++) {
        double *from = row + basis->first[centre] + ff_ace_pair_columns(basis, centre);
        memcpy(scratch, from, slices->functions * sizeof *scratch);
        for (size_t k = 0; k < slices->functions; k++)
            from[slices->function[k]] = scratch[k];
    }
}

/* One site, for everyone. */

/* Gradients at one pack, of rows [FF_BUNDLE][columns] in order. */
static void store_gradients(const ff_ace_workspace *w, size_t pack, size_t columns,
                            size_t neighbours, const double *rows, double *gradients)
{
    const ff_ace_block *block = &w->site.block[pack / 2];
    for (size_t i = 0; i < FF_BUNDLE; i++) {
        size_t axis = i / FF_PACK, lane = pack % 2 * FF_PACK + i % FF_PACK;
        if (lane >= (size_t)block->count)
            continue;
        for (size_t k = 0; k < columns; k++)
            gradients[(k * neighbours + block->index[lane]) * 3 + axis] = rows[i * columns + k];
    }
}

/* gradients[columns][neighbours][3] of the centre's columns. */
static int all_gradients(ff_ace_workspace *w, size_t columns, size_t neighbours, double *gradients,
                         ff_error *err)
{
    const ff_ace_basis *basis = w->basis;
    const ff_ace_part all = ff_ace_part_of(basis, 0, 1);
    size_t pairs = ff_ace_pair_columns(basis, w->site.centre);
    double *rows = ff_new_array(FF_BUNDLE * columns, sizeof *rows, err);
    double *sorted = ff_new_array(FF_BUNDLE * columns, sizeof *sorted, err);
    int status = rows && sorted ? ff_ace_site_derivatives(w, err) : FF_E_NOMEM;
    for (size_t pack = 0; pack < 2 * w->site.blocks && status == FF_OK; pack++) {
        ff_slice_target target = {.sign = 1.0};
        if (pack % 2 >= ff_block_packs(&w->site.block[pack / 2]))
            continue;
        memset(rows, 0, FF_BUNDLE * columns * sizeof *rows);
        for (size_t i = 0; i < FF_BUNDLE; i++)
            target.row[i] = rows + i * columns;
        ff_ace_site_add_gradients(w, pack, &all, &target);
        for (size_t i = 0; i < FF_BUNDLE * columns; i++) {
            size_t k = i % columns;
            sorted[k < pairs ? i : i - k + pairs + basis->graph.slices.function[k - pairs]] =
                rows[i];
        }
        store_gradients(w, pack, columns, neighbours, sorted, gradients);
    }
    free(rows);
    free(sorted);
    return status;
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
    return all_gradients(workspace, *count, environment->count, gradients, err);
}
