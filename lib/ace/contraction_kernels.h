#ifndef FF_LIB_ACE_CONTRACTION_KERNELS_H
#define FF_LIB_ACE_CONTRACTION_KERNELS_H

/* What computing with the graph consists of: couplings of FF_LANES members of a family at a time.
 * For contraction.c and contraction_tangent.c. */

#include "lib/ace/graph.h"

#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_GRAPH_COMPONENTS = 2 * FF_GRAPH_RANK_MAX + 1 };

/* Components of FF_LANES members of a family. */
FF_INLINE void ff_gather(ff_lanes *restrict out, const ff_ace_family *family,
                         const double *restrict values, const uint32_t *restrict member)
{
    const double *from = values + family->offset;
    for (int c = 0; c <= 2 * family->rank; c++, from += family->padded)
        FF_EACH_LANE(q)
    out[c][q] = from[member[q]];
}

FF_INLINE void ff_scatter_add(const ff_lanes *restrict in, const ff_ace_family *family,
                              double *restrict values, const uint32_t *restrict member)
{
    double *to = values + family->offset;
    for (int c = 0; c <= 2 * family->rank; c++, to += family->padded)
        FF_EACH_LANE(q)
    to[member[q]] += in[c][q];
}

/* out_M += sum T left right. */
FF_INLINE void ff_couple_add(ff_lanes *restrict out, const ff_coupling *coupling,
                             const ff_lanes *restrict left, const ff_lanes *restrict right)
{
    const ff_coupling_entry *entry = coupling->entry, *end = entry + coupling->count;
    for (int c = 0; c <= 2 * coupling->out; c++) {
        ff_lanes sum;
        memcpy(sum, out[c], sizeof sum);
        for (; entry < end && entry->out == c; entry++)
            FF_EACH_LANE(q)
        sum[q] += entry->value * left[entry->left][q] * right[entry->right][q];
        memcpy(out[c], sum, sizeof sum);
    }
}

/* The transpose: adds the derivatives by left and right that those by out bring. */
FF_INLINE void ff_uncouple_add(const ff_lanes *restrict out, const ff_coupling *coupling,
                               const ff_lanes *restrict left, const ff_lanes *restrict right,
                               ff_lanes *restrict by_left, ff_lanes *restrict by_right)
{
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

/* Sets the components of a tensor of that rank to zero. */
FF_INLINE void ff_clear_components(ff_lanes *tensor, int rank)
{
    memset(tensor, 0, (size_t)(2 * rank + 1) * sizeof *tensor);
}

/* Copies the components of members at..at+FF_LANES-1. */
FF_INLINE void ff_load_members(ff_lanes *restrict out, const ff_ace_family *family,
                               const double *restrict values, size_t at)
{
    for (int c = 0; c <= 2 * family->rank; c++)
        memcpy(out[c], values + family->offset + (size_t)c * family->padded + at, sizeof out[c]);
}

FF_INLINE void ff_store_members(const ff_lanes *restrict in, const ff_ace_family *family,
                                double *restrict values, size_t at)
{
    for (int c = 0; c <= 2 * family->rank; c++)
        memcpy(values + family->offset + (size_t)c * family->padded + at, in[c], sizeof in[c]);
}

/* The Jacobian, or its change, from the values of the nodes, or theirs. */
void ff_ace_graph_fill_jacobian(const ff_ace_graph *graph, const double *values, double *jacobian);

#ifdef __cplusplus
}
#endif
#endif
