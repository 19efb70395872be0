#include "lib/ace/workspace.h"

#include "lib/base/memory.h"

#include <stdlib.h>

int ff_ace_workspace_new(ff_ace_workspace **out, const ff_ace_basis *basis, ff_error *err)
{
    const ff_ace_graph *graph = &basis->graph;
    *out = NULL;
    ff_ace_workspace *w = ff_new_array(1, sizeof *w, err);
    if (!w)
        return FF_E_NOMEM;
    w->basis = basis;
    w->many = graph->functions > 0;
    w->values = ff_new_lanes(graph->values, sizeof *w->values, err);
    w->adjoint = ff_new_lanes(graph->values, sizeof *w->adjoint, err);
    w->jacobian = ff_new_lanes(graph->jacobian, sizeof *w->jacobian, err);
    w->gradient = ff_new_lanes(graph->shape.rows, sizeof *w->gradient, err);
    w->change = ff_new_lanes(graph->values, sizeof *w->change, err);
    w->adjoint_change = ff_new_lanes(graph->values, sizeof *w->adjoint_change, err);
    w->jacobian_change = ff_new_lanes(graph->jacobian, sizeof *w->jacobian_change, err);
    w->gradient_change = ff_new_lanes(graph->shape.rows, sizeof *w->gradient_change, err);
    if (!w->values || !w->adjoint || !w->jacobian || !w->gradient || !w->change ||
        !w->adjoint_change || !w->jacobian_change || !w->gradient_change ||
        ff_one_particle_site_init(&w->site, &basis->one_particle, err) != FF_OK) {
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
    ff_one_particle_site_clear(&w->site);
    free(w->values);
    free(w->adjoint);
    free(w->jacobian);
    free(w->gradient);
    free(w->change);
    free(w->adjoint_change);
    free(w->jacobian_change);
    free(w->gradient_change);
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
