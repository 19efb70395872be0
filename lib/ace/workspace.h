#ifndef FF_LIB_ACE_WORKSPACE_H
#define FF_LIB_ACE_WORKSPACE_H

/* One site being worked on: its one-particle functions and the values of the graph's nodes, what
 * the gradients of all functions are made of, and how these change when its neighbours move. For
 * the files of lib/ace. */

#include "lib/ace/basis_parts.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ff_ace_workspace {
    const ff_ace_basis *basis; /* borrowed */
    bool many;                 /* whether the basis has functions of order 2 or more */
    ff_one_particle_site site;
    double *values, *adjoint;   /* [graph.values] */
    double *jacobian;           /* [slices.steps][FF_PACK] */
    ff_gradient_rows gradients; /* the pair functions after those that make A */
    size_t gradient_capacity;   /* packs */
    /* Their changes along a motion of the neighbours. */
    double *change, *adjoint_change, *jacobian_change;
    ff_gradient_rows gradient_changes;
    size_t gradient_change_capacity;
};

/* Loads an environment: one-particle functions (with second derivatives on request), A and all
 * nodes. FF_E_RANGE for a species that the basis was not made for. */
int ff_ace_workspace_load(ff_ace_workspace *workspace, const ff_environment *environment,
                          bool second, ff_error *err);

/* Sets the neighbours of a site loaded with second derivatives in motion, direction[neighbours][3]:
 * the changes of A and all nodes. */
void ff_ace_workspace_move(ff_ace_workspace *workspace, const double *direction);

/* The radial functions of block b that belong to pair functions: their number is basis->pairs. */
static inline size_t ff_ace_pair_radial(const ff_ace_workspace *w, size_t b)
{
    return b * (size_t)w->basis->one_particle.functions + (size_t)w->basis->pair_first;
}

#ifdef __cplusplus
}
#endif
#endif
