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
 *
 * Storage of node values and of derivatives by them: component c of member i of a family is
 * values[offset + c * padded + i].
 */

#include "lib/ace/harmonics.h"
#include "lib/ace/products.h"

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
    uint32_t *target;                     /* [order][padded] where in the Jacobian factor i goes */
    size_t left_capacity, right_capacity, function_capacity, scale_capacity;
} ff_ace_group;

typedef struct ff_ace_graph {
    int species_count;
    int largest;                      /* l */
    int radial_count;                 /* largest n */
    int radial[FF_HARMONICS_MAX + 1]; /* largest n for each l; 0: none */
    size_t row[FF_HARMONICS_MAX + 2]; /* first one-particle row of each l: the row of (n, l, m)
                                         is row[l] + (n - 1)(2l + 1) + l + m */
    size_t rows;                      /* one-particle rows = row[largest + 1] */
    size_t families, family_capacity; /* the first largest+1 are A; member of (species, n):
                                         species * radial[l] + n - 1 */
    ff_ace_family *family;
    size_t values; /* numbers in all families */
    size_t couplings, coupling_capacity;
    ff_coupling **coupling;
    size_t groups, group_capacity;
    ff_ace_group *group;
    size_t functions;
    /* The Jacobian dB/dA is sparse; its entries are ordered by function, species, and factor. */
    size_t jacobian;        /* entries of all functions */
    size_t *jacobian_first; /* [functions * species_count + 1] first entry of function k and species
                               z at k * species_count + z */
    uint32_t *jacobian_row; /* [jacobian] one-particle row whose A the derivative is by */
} ff_ace_graph;

/* Builds the graph of products[count]; *graph is initialised by the call. */
int ff_ace_graph_init(ff_ace_graph *graph, const ff_ace_product *products, size_t count,
                      size_t species_count, ff_error *err);
void ff_ace_graph_clear(ff_ace_graph *graph);

/* values: one-particle families in, all other families out. */
void ff_ace_graph_forward(const ff_ace_graph *graph, double *values);

/* functions[graph->functions] from the values of all families. */
void ff_ace_graph_functions(const ff_ace_graph *graph, const double *values, double *functions);

/* The sum of coefficients[k] B_k. adjoint[graph->values], unless NULL, receives its derivatives by
 * the node values, those of the one-particle families being total derivatives dE/dA (reverse mode);
 * what it holds for other families is of no use afterwards. */
double ff_ace_graph_energy(const ff_ace_graph *graph, const double *values,
                           const double *coefficients, double *adjoint);

/* jacobian[graph->jacobian] = dB_k/dA for all functions. */
void ff_ace_graph_jacobian(const ff_ace_graph *graph, const double *values, double *jacobian);

#ifdef __cplusplus
}
#endif
#endif
