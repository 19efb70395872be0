/* The graph in forward mode: see graph.h. */

#include "lib/ace/contraction_kernels.h"

FF_VECTORISE
void ff_ace_graph_forward_change(const ff_ace_graph *graph, const double *values, double *changes)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS], out[FF_GRAPH_COMPONENTS];
    for (size_t i = 0; i < graph->families; i++) {
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
    for (size_t i = graph->families; i-- > 0;) {
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
    memset(adjoint_change, 0, graph->values * sizeof *adjoint_change);
    for (size_t i = 0; i < graph->groups; i++)
        group_adjoint_change(graph, &graph->group[i], changes, coefficients, adjoint_change);
    backward_change(graph, values, changes, adjoint, adjoint_change);
}

/* Derivatives by a node, and their changes, on their way down one half of FF_LANES functions. */
typedef struct descent {
    uint32_t member[FF_LANES];
    ff_lanes seed[FF_GRAPH_COMPONENTS], change[FF_GRAPH_COMPONENTS];
} descent;

/* One step of a descent: from the nodes of family f to their left factors; by_right receives the
 * change of the derivatives by the right ones. */
FF_INLINE void descend(const ff_ace_graph *graph, const ff_ace_family *f, descent *d,
                       const double *restrict values, const double *restrict changes,
                       ff_lanes *restrict by_right)
{
    ff_lanes left[FF_GRAPH_COMPONENTS], right[FF_GRAPH_COMPONENTS];
    ff_lanes by_left[FF_GRAPH_COMPONENTS], unused[FF_GRAPH_COMPONENTS];
    ff_lanes left_change[FF_GRAPH_COMPONENTS];
    const ff_ace_family *l = &graph->family[f->left], *r = &graph->family[f->right];
    uint32_t left_member[FF_LANES], right_member[FF_LANES];
    FF_EACH_LANE(q)
    {
        left_member[q] = f->left_member[d->member[q]];
        right_member[q] = f->right_member[d->member[q]];
    }
    ff_clear_components(left_change, l->rank);
    ff_clear_components(by_right, r->rank);
    ff_gather(left, l, changes, left_member);
    ff_gather(right, r, changes, right_member);
    ff_uncouple_add((const ff_lanes *)d->seed, f->coupling, left, right, left_change, by_right);
    ff_gather(left, l, values, left_member);
    ff_gather(right, r, values, right_member);
    ff_uncouple_add((const ff_lanes *)d->change, f->coupling, left, right, left_change, by_right);
    ff_clear_components(by_left, l->rank);
    ff_clear_components(unused, r->rank);
    ff_uncouple_add((const ff_lanes *)d->seed, f->coupling, left, right, by_left, unused);
    memcpy(d->seed, by_left, (size_t)(2 * l->rank + 1) * sizeof *by_left);
    memcpy(d->change, left_change, (size_t)(2 * l->rank + 1) * sizeof *left_change);
    memcpy(d->member, left_member, sizeof left_member);
}

/* The changes of the derivatives by the factors of one half, the last of which is number `factor`,
 * for functions at..at+FF_LANES-1 of the group. */
FF_INLINE void half_jacobian_change(const ff_ace_graph *graph, const ff_ace_group *g, size_t at,
                                    int index, int factor, descent *d,
                                    const double *restrict values, const double *restrict changes,
                                    double *restrict jacobian)
{
    ff_lanes by_right[FF_GRAPH_COMPONENTS];
    const ff_ace_family *f = &graph->family[index];
    for (; f->left >= 0; f = &graph->family[f->left]) {
        descend(graph, f, d, values, changes, by_right);
        ff_store_factor(g, factor--, at, f->coupling->right, (const ff_lanes *)by_right, jacobian);
    }
    ff_store_factor(g, factor, at, f->rank, (const ff_lanes *)d->change, jacobian);
}

/* Starts a descent at the nodes `own` of one half: the derivative of a scalar product by them is
 * the other half. */
FF_INLINE void start_descent(descent *d, const ff_ace_family *other,
                             const uint32_t *restrict own_member,
                             const uint32_t *restrict other_member, const double *restrict scale,
                             const double *restrict values, const double *restrict changes)
{
    memcpy(d->member, own_member, sizeof d->member);
    ff_gather(d->seed, other, values, other_member);
    ff_gather(d->change, other, changes, other_member);
    for (int c = 0; c <= 2 * other->rank; c++)
        FF_EACH_LANE(q)
        {
            d->seed[c][q] *= scale[q];
            d->change[c][q] *= scale[q];
        }
}

FF_VECTORISE
void ff_ace_graph_jacobian_change(const ff_ace_graph *graph, const double *values,
                                  const double *changes, double *jacobian_change)
{
    descent d;
    memset(jacobian_change, 0, FF_PACK * graph->slices.steps * sizeof *jacobian_change);
    for (size_t i = 0; i < graph->groups; i++) {
        const ff_ace_group *g = &graph->group[i];
        const ff_ace_family *l = &graph->family[g->left], *r = &graph->family[g->right];
        for (size_t at = 0; at < g->padded; at += FF_LANES) {
            const uint32_t *left = g->left_member + at, *right = g->right_member + at;
            start_descent(&d, r, left, right, g->scale + at, values, changes);
            half_jacobian_change(graph, g, at, g->left, ff_coupling_half(g->order) - 1, &d, values,
                                 changes, jacobian_change);
            start_descent(&d, l, right, left, g->scale + at, values, changes);
            half_jacobian_change(graph, g, at, g->right, g->order - 1, &d, values, changes,
                                 jacobian_change);
        }
    }
}
