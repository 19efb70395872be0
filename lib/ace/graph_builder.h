#ifndef FF_LIB_ACE_GRAPH_BUILDER_H
#define FF_LIB_ACE_GRAPH_BUILDER_H

/* Building a graph (graph.h): for graph.c and graph_jacobian.c. */

#include "lib/ace/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A member of a family. */
typedef struct ff_ace_node {
    int family;
    uint32_t member;
} ff_ace_node;

/* The node of a factor, R_n Y_l of a species. */
ff_ace_node ff_ace_graph_factor_node(const ff_ace_graph *graph, const ff_ace_factor *factor);

/* The node that couples two nodes to a rank, made if there is none yet. */
int ff_ace_graph_find_node(ff_ace_graph *graph, ff_ace_node *out, ff_ace_node left,
                           ff_ace_node right, int rank, ff_error *err);

/* Gives the nodes their places among the values. */
void ff_ace_graph_lay_out_values(ff_ace_graph *graph);

/* The nodes whose values are the derivatives of the functions by their factors, made where there is
 * none yet, and the layout of the Jacobian. After all functions. */
int ff_ace_graph_add_jacobian(ff_ace_graph *graph, const ff_ace_product *products, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
