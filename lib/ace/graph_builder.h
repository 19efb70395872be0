#ifndef FF_LIB_ACE_GRAPH_BUILDER_H
#define FF_LIB_ACE_GRAPH_BUILDER_H

/* Building a graph (graph.h): for graph.c and graph_jacobian.c. */

#include "lib/ace/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_ace_graph_builder {
    ff_ace_graph *graph;
    const ff_ace_product *products;
    size_t node_capacity;
    uint32_t first_node[FF_HARMONICS_MAX + 2]; /* of A of each l */
    uint32_t *table;                           /* coupled nodes by hash, plus 1; 0: free */
    size_t table_size;                         /* a power of two */
} ff_ace_graph_builder;

/* The node of a factor, R_n Y_l of a species. */
uint32_t ff_ace_graph_factor_node(const ff_ace_graph_builder *builder, const ff_ace_factor *factor);

/* The node that couples two nodes to a rank, made if there is none yet. */
int ff_ace_graph_find_node(ff_ace_graph_builder *builder, uint32_t *out, uint32_t left,
                           uint32_t right, int rank, ff_error *err);

/* The node of factors first..last of a half of a product whose first is `first`. */
int ff_ace_graph_chain_node(ff_ace_graph_builder *builder, uint32_t *out,
                            const ff_ace_product *product, int first, int last, ff_error *err);

/* The nodes whose values are the derivatives of the functions by their factors, made where there is
 * none yet, and the layout of the Jacobian. After all functions. */
int ff_ace_graph_add_jacobian(ff_ace_graph_builder *builder, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
