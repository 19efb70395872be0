#include "lib/ace/workspace.h"

#include "lib/base/memory.h"

#include <stdlib.h>

static int new_rows(ff_gradient_rows *rows, const ff_ace_basis *basis, ff_error *err)
{
    const ff_one_particle_shape *shape = &basis->graph.shape;
    *rows = (ff_gradient_rows){.first = basis->pair_first, .count = basis->pairs};
    rows->stride = shape->rows + (size_t)basis->pairs;
    rows->moment =
        ff_new_lanes((size_t)shape->species_count * rows->stride, sizeof *rows->moment, err);
    return rows->moment ? FF_OK : FF_E_NOMEM;
}

int ff_ace_workspace_new(ff_ace_workspace **out, const ff_ace_basis *basis, ff_error *err)
{
    const ff_ace_graph *graph = &basis->graph;
    size_t entries = FF_PACK * graph->slices.steps;
    *out = NULL;
    ff_ace_workspace *w = ff_new_array(1, sizeof *w, err);
    if (!w)
        return FF_E_NOMEM;
    w->basis = basis;
    w->many = graph->functions > 0;
    w->values = ff_new_lanes(graph->values, sizeof *w->values, err);
    w->adjoint = ff_new_lanes(graph->values, sizeof *w->adjoint, err);
    w->jacobian = ff_new_lanes(entries, sizeof *w->jacobian, err);
    w->change = ff_new_lanes(graph->values, sizeof *w->change, err);
    w->adjoint_change = ff_new_lanes(graph->values, sizeof *w->adjoint_change, err);
    w->jacobian_change = ff_new_lanes(entries, sizeof *w->jacobian_change, err);
    if (!w->values || !w->adjoint || !w->jacobian || !w->change || !w->adjoint_change ||
        !w->jacobian_change || new_rows(&w->gradients, basis, err) != FF_OK ||
        new_rows(&w->gradient_changes, basis, err) != FF_OK ||
        ff_one_particle_site_init(&w->site, &basis->one_particle, err) != FF_OK) {
        ff_ace_workspace_free(w);
        return FF_E_NOMEM;
    }
    *out = w;
    return FF_OK;
}

static void free_rows(ff_gradient_rows *rows)
{
    free(rows->gradient);
    free(rows->moment);
}

void ff_ace_workspace_free(ff_ace_workspace *w)
{
    if (!w)
        return;
    ff_one_particle_site_clear(&w->site);
    free_rows(&w->gradients);
    free_rows(&w->gradient_changes);
    free(w->values);
    free(w->adjoint);
    free(w->jacobian);
    free(w->change);
    free(w->adjoint_change);
    free(w->jacobian_change);
    free(w);
}

int ff_ace_workspace_load(ff_ace_workspace *w, const ff_environment *environment, bool second,
                          ff_error *err)
{
    int status = ff_one_particle_load(&w->site, environment, second, w->values, err);
    if (status == FF_OK && w->many)
        ff_ace_graph_forward(&w->basis->graph, w->values);
    return status;
}

void ff_ace_workspace_move(ff_ace_workspace *w, const double *direction)
{
    ff_one_particle_move(&w->site, direction, w->change);
    if (w->many)
        ff_ace_graph_forward_change(&w->basis->graph, w->values, w->change);
}
