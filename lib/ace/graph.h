#ifndef FF_LIB_ACE_GRAPH_H
#define FF_LIB_ACE_GRAPH_H

/* The many-body functions as a graph of spherical tensors that they share.
 *
 * Nodes are tensors of rank l (2l+1 components). Those of the first families are the one-particle
 * basis A; each further node couples a node and an A (coupling.h). Every function is the scalar
 * product of two nodes. So a function of order 3 costs 2l+1 multiplications beyond nodes that many
 * functions share, instead of one for each of its products of three A; order 4 needs pairs of A
 * only. Nodes with the same ranks throughout form a family, functions of two families a group:
 * within them the same instructions apply to every member, FF_LANES members at a time.
 * Derivatives of the functions by A are nodes, too: what is left of a function without one factor,
 * coupled to the factor's rank.
 *
 * Storage of node values and of derivatives by them: component c of member i of a family is
 * values[offset + c * padded + i].
 */

#include "lib/ace/one_particle.h"
#include "lib/ace/products.h"
#include "lib/ace/slices.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_GRAPH_RANK_MAX = 3 * FF_HARMONICS_MAX };

typedef struct ff_ace_family {
    int rank;                    /* l */
    int left, right;             /* families coupled; -1 for one-particle families */
    const ff_coupling *coupling; /* of left and right to rank; NULL for one-particle families */
    size_t members, padded;      /* padded: rounded up to FF_LANES */
    size_t offset;               /* of its values */
    uint32_t *left_member, *right_member; /* [padded], 0 in the padding */
    size_t left_capacity, right_capacity;
} ff_ace_family;

typedef struct ff_ace_group {
    int left, right; /* families of equal rank */
    int order;
    size_t count, padded;
    uint32_t *left_member, *right_member; /* [padded], 0 in the padding */
    uint32_t *function;                   /* [padded] index of the function */
    double *scale;                        /* [padded] function = scale * scalar product; 0 in the
                                             padding */
    size_t left_capacity, right_capacity, function_capacity, scale_capacity;
} ff_ace_group;

/* Derivatives of one function by the components of one factor: coefficient times a node. */
typedef struct ff_ace_slot {
    double coefficient;
    uint32_t from, stride; /* the node's first component among the values, and how far apart they
                              are */
    uint32_t to;           /* where the first goes in the Jacobian; they are FF_PACK apart */
    uint32_t width;        /* components */
} ff_ace_slot;

typedef struct ff_ace_graph {
    ff_one_particle_shape shape;
    size_t families, family_capacity; /* the first largest+1 are A, laid out as
                                         in the shape */
    size_t function_families;         /* those the functions are made of; the others are for the
                                         Jacobian only */
    ff_ace_family *family;
    size_t values, function_values; /* numbers in all families, and in those */
    size_t couplings, coupling_capacity;
    ff_coupling **coupling;
    size_t groups, group_capacity;
    ff_ace_group *group;
    size_t functions;
    ff_slices slices; /* of the Jacobian dB/dA */
    ff_ace_slot *slot;
    size_t slots, stored_slots; /* the first stored_slots set their places, the others add */
} ff_ace_graph;

/* Builds the graph of products[count]; *graph is initialised by the call. */
int ff_ace_graph_init(ff_ace_graph *graph, const ff_ace_product *products, size_t count,
                      size_t species_count, ff_error *err);
void ff_ace_graph_clear(ff_ace_graph *graph);

/* values: one-particle families in, all other families of the functions out. */
void ff_ace_graph_forward(const ff_ace_graph *graph, double *values);

/* functions[graph->functions] from those values. */
void ff_ace_graph_functions(const ff_ace_graph *graph, const double *values, double *functions);

/* The sum of coefficients[k] B_k. adjoint[graph->function_values], unless NULL, receives its total
 * derivatives by the node values, of which those by the one-particle families are dE/dA (reverse
 * mode). */
double ff_ace_graph_energy(const ff_ace_graph *graph, const double *values,
                           const double *coefficients, double *adjoint);

/* values: the families of the functions in, all others out. jacobian[slices.steps][FF_PACK] =
 * dB_k/dA for all functions as the slices lay it out; entries that fill up are not touched. */
void ff_ace_graph_jacobian(const ff_ace_graph *graph, double *values, double *jacobian);

/* Forward mode: how these change with the one-particle values. Couplings are bilinear, so the
 * changes come from the same kernels by the product rule. */

/* changes[graph->values]: changes of the one-particle families in, of all other families of the
 * functions out. */
void ff_ace_graph_forward_change(const ff_ace_graph *graph, const double *values, double *changes);

/* adjoint_change[graph->function_values]: the change of `adjoint` as ff_ace_graph_energy gives it,
 * that of the one-particle families being a product with the Hessian of the energy by A (forward
 * over reverse). */
void ff_ace_graph_adjoint_change(const ff_ace_graph *graph, const double *values,
                                 const double *changes, const double *coefficients,
                                 const double *adjoint, double *adjoint_change);

/* changes: the families of the functions in, all others out (values of all families being there).
 * jacobian_change[slices.steps][FF_PACK]: the change of the Jacobian. */
void ff_ace_graph_jacobian_change(const ff_ace_graph *graph, const double *values, double *changes,
                                  double *jacobian_change);

#ifdef __cplusplus
}
#endif
#endif
