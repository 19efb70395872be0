#ifndef FF_LIB_ACE_COST_H
#define FF_LIB_ACE_COST_H

/* What evaluating a basis takes, counted on its graph (graph.h) without evaluating anything. */

#include "lib/ace/basis.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_ace_cost {
    /* For each neighbour: */
    size_t radial;       /* radial functions, pair functions included */
    size_t harmonics;    /* Y_lm */
    size_t one_particle; /* products R_n Y_lm that are used */
    /* For each atom: */
    size_t sums;              /* A: sums of these over the neighbours of each species */
    size_t nodes;             /* numbers in the tensors coupled from A */
    size_t node_products;     /* multiplications that give them */
    size_t function_products; /* multiplications that give the many-body functions from them */
    size_t jacobian;          /* entries of dB/dA that can be other than zero */
    size_t memory;            /* bytes of scratch memory a thread needs for one atom, beyond what
                                 grows with its neighbours */
} ff_ace_cost;

ff_ace_cost ff_ace_basis_cost(const ff_ace_basis *basis);

#ifdef __cplusplus
}
#endif
#endif
