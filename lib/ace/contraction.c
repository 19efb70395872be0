/* Computing with the graph of graph.h: values forward, derivatives in reverse. */

#include "lib/ace/contraction_kernels.h"

FF_VECTORISE
void ff_ace_graph_forward(const ff_ace_graph *graph, double *values)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS], out[FF_GRAPH_COMPONENTS];
    for (size_t i = 0; i < graph->families; i++) {
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
    for (size_t i = graph->families; i-- > 0;) {
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
        memset(adjoint, 0, graph->values * sizeof *adjoint);
    for (size_t i = 0; i < graph->groups; i++)
        energy += group_energy(graph, &graph->group[i], values, coefficients, adjoint);
    if (adjoint)
        backward(graph, values, adjoint);
    return energy;
}

/* Jacobian: reverse mode for FF_LANES functions at a time. */

/* Carries derivatives by the node of one half (of family `index`, members as given) down to its
 * factors, the last of which is number `factor`. Overwrites seed and member. */
FF_INLINE void half_jacobian(const ff_ace_graph *graph, const ff_ace_group *g, size_t at, int index,
                             uint32_t *restrict member, int factor, ff_lanes *restrict seed,
                             const double *restrict values, double *restrict jacobian)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS];
    ff_lanes by_left[FF_GRAPH_COMPONENTS], by_right[FF_GRAPH_COMPONENTS];
    const ff_ace_family *f = &graph->family[index];
    while (f->left >= 0) {
        uint32_t left_member[FF_LANES], right_member[FF_LANES];
        FF_EACH_LANE(q)
        {
            left_member[q] = f->left_member[member[q]];
            right_member[q] = f->right_member[member[q]];
        }
        const ff_ace_family *l = &graph->family[f->left];
        ff_gather(left, l, values, left_member);
        ff_gather(right, &graph->family[f->right], values, right_member);
        ff_clear_components(by_left, l->rank);
        ff_clear_components(by_right, f->coupling->right);
        ff_uncouple_add((const ff_lanes *)seed, f->coupling, left, right, by_left, by_right);
        ff_store_factor(g, factor--, at, f->coupling->right, by_right, jacobian);
        memcpy(seed, by_left, (size_t)(2 * l->rank + 1) * sizeof *seed);
        memcpy(member, left_member, sizeof left_member);
        f = l;
    }
    ff_store_factor(g, factor, at, f->rank, (const ff_lanes *)seed, jacobian);
}

FF_VECTORISE
void ff_ace_graph_jacobian(const ff_ace_graph *graph, const double *values, double *jacobian)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS];
    uint32_t member[FF_LANES];
    memset(jacobian, 0, FF_PACK * graph->slices.steps * sizeof *jacobian);
    for (size_t i = 0; i < graph->groups; i++) {
        const ff_ace_group *g = &graph->group[i];
        const ff_ace_family *l = &graph->family[g->left], *r = &graph->family[g->right];
        for (size_t at = 0; at < g->padded; at += FF_LANES) {
            ff_gather(left, l, values, g->left_member + at);
            ff_gather(right, r, values, g->right_member + at);
            for (int c = 0; c <= 2 * l->rank; c++)
                FF_EACH_LANE(q)
                {
                    left[c][q] *= g->scale[at + (size_t)q];
                    right[c][q] *= g->scale[at + (size_t)q];
                }
            memcpy(member, g->left_member + at, sizeof member);
            half_jacobian(graph, g, at, g->left, member, ff_coupling_half(g->order) - 1, right,
                          values, jacobian);
            memcpy(member, g->right_member + at, sizeof member);
            half_jacobian(graph, g, at, g->right, member, g->order - 1, left, values, jacobian);
        }
    }
}
