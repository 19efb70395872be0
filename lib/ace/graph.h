#ifndef FF_LIB_ACE_GRAPH_H
#define FF_LIB_ACE_GRAPH_H

/* The many-body functions as a graph of spherical tensors that they share.
 *
 * Nodes are tensors of rank l (2l+1 components). The first are the one-particle basis A; each
 * further node couples two others (coupling.h). Every function is the scalar product of two nodes.
 * So a function of order 3 costs 2l+1 multiplications beyond nodes that many functions share,
 * instead of one for each of its products of three A; order 4 needs pairs of A only.
 * Derivatives of the functions by A are nodes, too: what is left of a function without one factor,
 * coupled to the factor's rank.
 *
 * The component c of a node is values[offset + c], and derivatives by it lie likewise. For A these
 * are the sums of one_particle.h. Nodes that functions are made of are padded with zeros to a
 * multiple of FF_PACK components.
 */

#include "lib/ace/bilinear.h"
#include "lib/ace/one_particle.h"
#include "lib/ace/products.h"
#include "lib/ace/slices.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_GRAPH_RANK_MAX = 3 * FF_HARMONICS_MAX };

typedef struct ff_ace_node {
    int rank;                    /* l */
    uint32_t left, right;        /* the nodes it couples */
    const ff_coupling *coupling; /* NULL for A */
    uint32_t level;              /* 0 for A, else more than those of left and right */
    uint32_t offset;             /* of the first component */
} ff_ace_node;

/* Function number `function` is scale times the scalar product of two nodes. */
typedef struct ff_ace_scalar_product {
    double scale;
    uint32_t left, right; /* offsets of the nodes */
    uint32_t packs;       /* components, padding included, over FF_PACK */
    uint32_t function;
} ff_ace_scalar_product;

/* Something to add to an entry of the Jacobian: a multiple of a component of a node. */
typedef struct ff_ace_addend {
    double coefficient;
    uint32_t from, to; /* among the values, in the Jacobian */
} ff_ace_addend;

typedef struct ff_ace_graph {
    ff_one_particle_shape shape;
    size_t nodes;
    size_t factor_nodes, function_nodes; /* A come first, then the others that functions are made
                                            of; the rest is for the Jacobian only */
    ff_ace_node *node;
    size_t values, function_values; /* numbers in all nodes, and in those of the functions */
    size_t couplings, coupling_capacity;
    ff_coupling **coupling;
    size_t functions;
    ff_ace_scalar_product *product; /* [functions] in the order they are worked on */
    ff_bilinear forward;            /* the nodes of the functions from A */
    ff_bilinear backward; /* the derivatives by nodes from those by the nodes made of them */
    ff_bilinear rest;     /* the nodes for the Jacobian */
    /* The Jacobian dB/dA: entries are multiples of components of nodes, and a few the sum of
     * several, equal factors being one. */
    ff_slices slices;
    double (*jacobian_coefficient)[FF_PACK]; /* [slices.steps] 0 in entries that fill up */
    uint32_t (*jacobian_from)[FF_PACK];      /* [slices.steps] among the values */
    size_t addends;
    ff_ace_addend *addend;
} ff_ace_graph;

/* Builds the graph of products[count]; *graph is initialised by the call. */
int ff_ace_graph_init(ff_ace_graph *graph, const ff_ace_product *products, size_t count,
                      size_t species_count, ff_error *err);
void ff_ace_graph_clear(ff_ace_graph *graph);

/* values: A in, all other nodes of the functions out. */
void ff_ace_graph_forward(const ff_ace_graph *graph, double *values);

/* functions[graph->functions] from those values. */
void ff_ace_graph_functions(const ff_ace_graph *graph, const double *values, double *functions);

/* The sum of coefficients[k] B_k. adjoint[graph->function_values] is overwritten: with
 * `derivatives` it receives the total derivatives of the sum by the node values, of which those by
 * A are dE/dA (reverse mode). */
double ff_ace_graph_energy(const ff_ace_graph *graph, const double *values,
                           const double *coefficients, bool derivatives, double *adjoint);

/* values: the nodes of the functions in, all others out. jacobian[slices.steps][FF_PACK] = dB_k/dA
 * for all functions as the slices lay it out. */
void ff_ace_graph_jacobian(const ff_ace_graph *graph, double *values, double *jacobian);

/* Forward mode: how these change with A. */

/* changes[graph->values]: changes of A in, of all other nodes of the functions out. */
void ff_ace_graph_forward_change(const ff_ace_graph *graph, const double *values, double *changes);

/* adjoint_change[graph->function_values]: the change of `adjoint` as ff_ace_graph_energy gives it
 * with derivatives, that by A being a product with the Hessian of the energy by A (forward over
 * reverse). */
void ff_ace_graph_adjoint_change(const ff_ace_graph *graph, const double *values,
                                 const double *changes, const double *coefficients,
                                 const double *adjoint, double *adjoint_change);

/* changes: the nodes of the functions in, all others out (values of all nodes being there).
 * jacobian_change[slices.steps][FF_PACK]: the change of the Jacobian. */
void ff_ace_graph_jacobian_change(const ff_ace_graph *graph, const double *values, double *changes,
                                  double *jacobian_change);

#ifdef __cplusplus
}
#endif
#endif
