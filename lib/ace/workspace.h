#ifndef FF_LIB_ACE_WORKSPACE_H
#define FF_LIB_ACE_WORKSPACE_H

/* One site being worked on: its neighbours in blocks of FF_LANES of one species, their radial and
 * angular functions, and the values of the graph's nodes. For the files of lib/ace. */

#include "lib/ace/basis_parts.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef double ff_lanes[FF_LANES] __attribute__((aligned(64)));

/* FF_LANES neighbours of one species; unused lanes hold a vector of the cutoff's length, where all
 * radial functions vanish. */
typedef struct ff_ace_block {
    ff_lanes vector[3], direction[3], distance, inverse; /* A, 1, A, 1/A */
    int species;                                         /* index in the basis */
    int count;                                           /* lanes in use */
    uint32_t index[FF_LANES]; /* in the environment, for the lanes in use */
} ff_ace_block;

struct ff_ace_workspace {
    const ff_ace_basis *basis; /* borrowed */
    int centre;                /* species index of the loaded site */
    bool many;                 /* whether the basis has functions of order 2 or more */
    size_t blocks, block_capacity;
    ff_ace_block *block;
    /* Per block: radial functions and slopes, harmonics and gradients. */
    ff_lanes *radial, *radial_slope;  /* [blocks][radial.count] */
    ff_lanes *harmonic;               /* [blocks][harmonics] */
    ff_lanes (*harmonic_gradient)[3]; /* [blocks][harmonics] */
    ff_lanes *density;                /* [rows] partial sums of A over one species */
    double *values, *adjoint;         /* [graph.values] */
    double *jacobian;                 /* [graph.jacobian] */
    ff_lanes (*gradient)[3];          /* [rows] d(R_n Y_lm)/dr of one block */
};

/* Number of harmonics, (largest l + 1)^2. */
size_t ff_ace_harmonics_count(const ff_ace_basis *basis);

/* Loads an environment: blocks, one-particle functions, A and all nodes. FF_E_RANGE for a species
 * that the basis was not made for. */
int ff_ace_workspace_load(ff_ace_workspace *workspace, const ff_environment *environment,
                          ff_error *err);

/* Memory aligned for vectors, zeroed. NULL and FF_E_NOMEM on failure; release with free(). */
void *ff_ace_new_lanes(size_t count, size_t size, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
