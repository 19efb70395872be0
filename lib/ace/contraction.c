/* Computing with the graph of graph.h: values forward, derivatives in reverse. */

#include "lib/ace/contraction_kernels.h"

/* The nodes of families begin..end-1. */
FF_VECTORISE
static void forward(const ff_ace_graph *graph, size_t begin, size_t end, double *values)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS], out[FF_GRAPH_COMPONENTS];
    for (size_t i = begin; i < end; i++) {
        const ff_ace_family *f = &graph->family[i];
        if (f->left < 0)
            continue;
        for (size_t at = 0; at < f->padded; at += FF_LANES) {
            ff_gather(left, &graph->family[f->left], values, f->left_member + at);
            ff_gather(right, &graph->family[f->right], values, f->right_member + at);
            ff_clear_components(out, f->rank);
            ff_couple_add(out, f->coupling, left, right);
            ff_store_members(out, f, values, at);
        }
    }
}

void ff_ace_graph_forward(const ff_ace_graph *graph, double *values)
{
    forward(graph, 0, graph->function_families, values);
}

void ff_ace_graph_functions(const ff_ace_graph *graph, const double *values, double *functions)
{
    for (size_t i = 0; i < graph->groups; i++) {
        const ff_ace_group *g = &graph->group[i];
        const ff_ace_family *left = &graph->family[g->left], *right = &graph->family[g->right];
        for (size_t k = 0; k < g->count; k++) {
            const double *a = values + left->offset + g->left_member[k];
            const double *b = values + right->offset + g->right_member[k];
            double sum = 0;
            for (int c = 0; c <= 2 * left->rank; c++, a += left->padded, b += right->padded)
                sum += *a * *b;
            functions[g->function[k]] = g->scale[k] * sum;
        }
    }
}

/* Energy of one group and its derivatives by the two nodes of each function. */
static double group_energy(const ff_ace_graph *graph, const ff_ace_group *g, const double *values,
                           const double *coefficients, double *adjoint)
{
    const ff_ace_family *left = &graph->family[g->left], *right = &graph->family[g->right];
    double energy = 0;
    for (size_t k = 0; k < g->count; k++) {
        double coefficient = coefficients[g->function[k]] * g->scale[k], sum = 0;
        size_t i = left->offset + g->left_member[k], j = right->offset + g->right_member[k];
        for (int c = 0; c <= 2 * left->rank; c++, i += left->padded, j += right->padded) {
            sum += values[i] * values[j];
            if (adjoint) {
                adjoint[i] += coefficient * values[j];
                adjoint[j] += coefficient * values[i];
            }
        }
        energy += coefficient * sum;
    }
    return energy;
}

FF_VECTORISE
static void backward(const ff_ace_graph *graph, const double *values, double *adjoint)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS], out[FF_GRAPH_COMPONENTS];
    ff_lanes by_left[FF_GRAPH_COMPONENTS], by_right[FF_GRAPH_COMPONENTS];
    for (size_t i = graph->function_families; i-- > 0;) {
        const ff_ace_family *f = &graph->family[i];
        if (f->left < 0)
            break;
        const ff_ace_family *l = &graph->family[f->left], *r = &graph->family[f->right];
        for (size_t at = 0; at < f->padded; at += FF_LANES) {
            ff_gather(left, l, values, f->left_member + at);
            ff_gather(right, r, values, f->right_member + at);
            ff_load_members(out, f, adjoint, at);
            ff_clear_components(by_left, l->rank);
            ff_clear_components(by_right, r->rank);
            ff_uncouple_add(out, f->coupling, left, right, by_left, by_right);
            ff_scatter_add(by_left, l, adjoint, f->left_member + at);
            ff_scatter_add(by_right, r, adjoint, f->right_member + at);
        }
    }
}

double ff_ace_graph_energy(const ff_ace_graph *graph, const double *values,
                           const double *coefficients, double *adjoint)
{
    double energy = 0;
    if (adjoint)
        memset(adjoint, 0, graph->function_values * sizeof *adjoint);
    for (size_t i = 0; i < graph->groups; i++)
        energy += group_energy(graph, &graph->group[i], values, coefficients, adjoint);
    if (adjoint)
        backward(graph, values, adjoint);
    return energy;
}

/* Jacobian. */

void ff_ace_graph_fill_jacobian(const ff_ace_graph *graph, const double *values, double *jacobian)
{
    const ff_ace_slot *slot = graph->slot, *stored = slot + graph->stored_slots;
    for (; slot < stored; slot++) {
        const double *from = values + slot->from;
        double *to = jacobian + slot->to;
        for (uint32_t c = 0; c < slot->width; c++)
            to[FF_PACK * c] = slot->coefficient * from[c * slot->stride];
    }
    for (; slot < graph->slot + graph->slots; slot++) {
        const double *from = values + slot->from;
        double *to = jacobian + slot->to;
        for (uint32_t c = 0; c < slot->width; c++)
            to[FF_PACK * c] += slot->coefficient * from[c * slot->stride];
    }
}

void ff_ace_graph_jacobian(const ff_ace_graph *graph, double *values, double *jacobian)
{
    forward(graph, graph->function_families, graph->families, values);
    ff_ace_graph_fill_jacobian(graph, values, jacobian);
}
