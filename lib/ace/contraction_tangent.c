/* The graph in forward mode: see graph.h. */

#include "lib/ace/contraction_kernels.h"

/* The changes of the nodes of families begin..end-1. */
FF_VECTORISE
static void forward_change(const ff_ace_graph *graph, size_t begin, size_t end,
                           const double *values, double *changes)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS], out[FF_GRAPH_COMPONENTS];
    for (size_t i = begin; i < end; i++) {
        const ff_ace_family *f = &graph->family[i];
        if (f->left < 0)
            continue;
        const ff_ace_family *l = &graph->family[f->left], *r = &graph->family[f->right];
        for (size_t at = 0; at < f->padded; at += FF_LANES) {
            ff_clear_components(out, f->rank);
            ff_gather(left, l, changes, f->left_member + at);
            ff_gather(right, r, values, f->right_member + at);
            ff_couple_add(out, f->coupling, left, right);
            ff_gather(left, l, values, f->left_member + at);
            ff_gather(right, r, changes, f->right_member + at);
            ff_couple_add(out, f->coupling, left, right);
            ff_store_members(out, f, changes, at);
        }
    }
}

void ff_ace_graph_forward_change(const ff_ace_graph *graph, const double *values, double *changes)
{
    forward_change(graph, 0, graph->function_families, values, changes);
}

static void group_adjoint_change(const ff_ace_graph *graph, const ff_ace_group *g,
                                 const double *changes, const double *coefficients,
                                 double *adjoint_change)
{
    const ff_ace_family *left = &graph->family[g->left], *right = &graph->family[g->right];
    for (size_t k = 0; k < g->count; k++) {
        double coefficient = coefficients[g->function[k]] * g->scale[k];
        size_t i = left->offset + g->left_member[k], j = right->offset + g->right_member[k];
        for (int c = 0; c <= 2 * left->rank; c++, i += left->padded, j += right->padded) {
            adjoint_change[i] += coefficient * changes[j];
            adjoint_change[j] += coefficient * changes[i];
        }
    }
}

FF_VECTORISE
static void backward_change(const ff_ace_graph *graph, const double *values, const double *changes,
                            const double *adjoint, double *adjoint_change)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS], out[FF_GRAPH_COMPONENTS];
    ff_lanes by_left[FF_GRAPH_COMPONENTS], by_right[FF_GRAPH_COMPONENTS];
    for (size_t i = graph->function_families; i-- > 0;) {
        const ff_ace_family *f = &graph->family[i];
        if (f->left < 0)
            break;
        const ff_ace_family *l = &graph->family[f->left], *r = &graph->family[f->right];
        for (size_t at = 0; at < f->padded; at += FF_LANES) {
            ff_clear_components(by_left, l->rank);
            ff_clear_components(by_right, r->rank);
            ff_load_members(out, f, adjoint_change, at);
            ff_gather(left, l, values, f->left_member + at);
            ff_gather(right, r, values, f->right_member + at);
            ff_uncouple_add(out, f->coupling, left, right, by_left, by_right);
            ff_load_members(out, f, adjoint, at);
            ff_gather(left, l, changes, f->left_member + at);
            ff_gather(right, r, changes, f->right_member + at);
            ff_uncouple_add(out, f->coupling, left, right, by_left, by_right);
            ff_scatter_add(by_left, l, adjoint_change, f->left_member + at);
            ff_scatter_add(by_right, r, adjoint_change, f->right_member + at);
        }
    }
}

void ff_ace_graph_adjoint_change(const ff_ace_graph *graph, const double *values,
                                 const double *changes, const double *coefficients,
                                 const double *adjoint, double *adjoint_change)
{
    memset(adjoint_change, 0, graph->function_values * sizeof *adjoint_change);
    for (size_t i = 0; i < graph->groups; i++)
        group_adjoint_change(graph, &graph->group[i], changes, coefficients, adjoint_change);
    backward_change(graph, values, changes, adjoint, adjoint_change);
}

void ff_ace_graph_jacobian_change(const ff_ace_graph *graph, const double *values, double *changes,
                                  double *jacobian_change)
{
    forward_change(graph, graph->function_families, graph->families, values, changes);
    ff_ace_graph_fill_jacobian(graph, changes, jacobian_change);
}
