/* Computing with the graph of graph.h: values forward, derivatives in reverse. */

#include "lib/ace/graph.h"

#include <string.h>

enum { COMPONENTS = 2 * FF_GRAPH_RANK_MAX + 1 };

typedef double lanes[FF_LANES];

/* Components of FF_LANES members of a family. */
static inline void gather(lanes *restrict out, const ff_ace_family *family,
                          const double *restrict values, const uint32_t *restrict member)
{
    const double *from = values + family->offset;
    for (int c = 0; c <= 2 * family->rank; c++, from += family->padded)
        FF_EACH_LANE(q)
    out[c][q] = from[member[q]];
}

static inline void scatter_add(const lanes *restrict in, const ff_ace_family *family,
                               double *restrict values, const uint32_t *restrict member)
{
    double *to = values + family->offset;
    for (int c = 0; c <= 2 * family->rank; c++, to += family->padded)
        FF_EACH_LANE(q)
    to[member[q]] += in[c][q];
}

/* out_M = sum T left right. */
static inline void couple(lanes *restrict out, const ff_coupling *coupling,
                          const lanes *restrict left, const lanes *restrict right)
{
    const ff_coupling_entry *entry = coupling->entry, *end = entry + coupling->count;
    for (int c = 0; c <= 2 * coupling->out; c++) {
        lanes sum = {0};
        for (; entry < end && entry->out == c; entry++)
            FF_EACH_LANE(q)
        sum[q] += entry->value * left[entry->left][q] * right[entry->right][q];
        FF_EACH_LANE(q)
        out[c][q] = sum[q];
    }
}

/* The transpose of couple: derivatives by left and right from those by out. */
static inline void uncouple(const lanes *restrict out, const ff_coupling *coupling,
                            const lanes *restrict left, const lanes *restrict right,
                            lanes *restrict by_left, lanes *restrict by_right)
{
    memset(by_left, 0, (size_t)(2 * coupling->left + 1) * sizeof *by_left);
    memset(by_right, 0, (size_t)(2 * coupling->right + 1) * sizeof *by_right);
    for (size_t i = 0; i < coupling->count; i++) {
        const ff_coupling_entry *entry = &coupling->entry[i];
        FF_EACH_LANE(q)
        {
            double seed = entry->value * out[entry->out][q];
            by_left[entry->left][q] += seed * right[entry->right][q];
            by_right[entry->right][q] += seed * left[entry->left][q];
        }
    }
}

FF_VECTORISE
void ff_ace_graph_forward(const ff_ace_graph *graph, double *values)
{
    lanes left[COMPONENTS], right[COMPONENTS], out[COMPONENTS];
    for (size_t i = 0; i < graph->families; i++) {
        const ff_ace_family *f = &graph->family[i];
        if (f->left < 0)
            continue;
        for (size_t at = 0; at < f->padded; at += FF_LANES) {
            gather(left, &graph->family[f->left], values, f->left_member + at);
            gather(right, &graph->family[f->right], values, f->right_member + at);
            couple(out, f->coupling, left, right);
            for (int c = 0; c <= 2 * f->rank; c++)
                memcpy(values + f->offset + (size_t)c * f->padded + at, out[c], sizeof out[c]);
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
    lanes left[COMPONENTS], right[COMPONENTS], out[COMPONENTS], by_left[COMPONENTS],
        by_right[COMPONENTS];
    for (size_t i = graph->families; i-- > 0;) {
        const ff_ace_family *f = &graph->family[i];
        if (f->left < 0)
            break;
        const ff_ace_family *l = &graph->family[f->left], *r = &graph->family[f->right];
        for (size_t at = 0; at < f->padded; at += FF_LANES) {
            gather(left, l, values, f->left_member + at);
            gather(right, r, values, f->right_member + at);
            for (int c = 0; c <= 2 * f->rank; c++)
                memcpy(out[c], adjoint + f->offset + (size_t)c * f->padded + at, sizeof out[c]);
            uncouple(out, f->coupling, left, right, by_left, by_right);
            scatter_add(by_left, l, adjoint, f->left_member + at);
            scatter_add(by_right, r, adjoint, f->right_member + at);
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

/* Adds derivatives by a factor, [2l+1] lanes, to the Jacobian of functions at..at+FF_LANES-1. */
static inline void store_factor(const ff_ace_group *g, int factor, size_t at, int rank,
                                const lanes *restrict by_factor, double *restrict jacobian)
{
    size_t live = g->count - at < FF_LANES ? g->count - at : FF_LANES;
    const uint32_t *target = g->target + (size_t)factor * g->padded + at;
    for (size_t q = 0; q < live; q++)
        for (int c = 0; c <= 2 * rank; c++)
            jacobian[target[q] + (uint32_t)c] += by_factor[c][q];
}

/* Carries derivatives by the node of one half (of family `index`, members as given) down to its
 * factors, the last of which is number `factor`. Overwrites seed and member. */
static inline void half_jacobian(const ff_ace_graph *graph, const ff_ace_group *g, size_t at,
                                 int index, uint32_t *restrict member, int factor,
                                 lanes *restrict seed, const double *restrict values,
                                 double *restrict jacobian)
{
    lanes left[COMPONENTS], right[COMPONENTS], by_left[COMPONENTS], by_right[COMPONENTS];
    const ff_ace_family *f = &graph->family[index];
    while (f->left >= 0) {
        uint32_t left_member[FF_LANES], right_member[FF_LANES];
        FF_EACH_LANE(q)
        {
            left_member[q] = f->left_member[member[q]];
            right_member[q] = f->right_member[member[q]];
        }
        const ff_ace_family *l = &graph->family[f->left];
        gather(left, l, values, left_member);
        gather(right, &graph->family[f->right], values, right_member);
        uncouple((const lanes *)seed, f->coupling, left, right, by_left, by_right);
        store_factor(g, factor--, at, f->coupling->right, by_right, jacobian);
        memcpy(seed, by_left, (size_t)(2 * l->rank + 1) * sizeof *seed);
        memcpy(member, left_member, sizeof left_member);
        f = l;
    }
    store_factor(g, factor, at, f->rank, (const lanes *)seed, jacobian);
}

FF_VECTORISE
void ff_ace_graph_jacobian(const ff_ace_graph *graph, const double *values, double *jacobian)
{
    lanes left[COMPONENTS], right[COMPONENTS];
    uint32_t member[FF_LANES];
    memset(jacobian, 0, graph->jacobian * sizeof *jacobian);
    for (size_t i = 0; i < graph->groups; i++) {
        const ff_ace_group *g = &graph->group[i];
        const ff_ace_family *l = &graph->family[g->left], *r = &graph->family[g->right];
        for (size_t at = 0; at < g->padded; at += FF_LANES) {
            gather(left, l, values, g->left_member + at);
            gather(right, r, values, g->right_member + at);
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
