#ifndef FF_LIB_DEFECTS_SPARSE_STARS_H
#define FF_LIB_DEFECTS_SPARSE_STARS_H

/* The Hessians of the site energies of a crystal with dislocations, whose sum is the matrix of
 * sparse_hessian.h. Most are the perfect crystal's, some that of the strained crystal to first
 * order in the strain, and only in the core the site's own. Units: eV, A. */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A site energy's Hessian with the atoms it acts on, the site itself first. */
typedef struct ff_star {
    uint32_t *member; /* [count]; NULL: no atom that moves is in its range */
    size_t count;
    const double *matrix; /* [3 count][3 count], symmetric */
    const double *slope;  /* [count][count][9][9] the derivatives of its 3x3 blocks by the
                             deformation, row-major, or NULL */
    double strain[9];     /* with them: the deformation less 1 */
} ff_star;

typedef struct ff_stars {
    size_t atoms, unit_atoms;
    ff_star *star;        /* [atoms] */
    double **unit_matrix; /* [unit_atoms] the perfect crystal's */
    double **unit_slope;  /* [unit_atoms] their derivatives */
    uint32_t *own_atom;   /* [own] whose site Hessian was taken where it stands */
    double **own_matrix;  /* [own] */
    size_t own;
} ff_stars;

/* *stars is initialised by the call; arguments as those of ff_sparse_response_new. Errors of the
 * potential as they are. Threads: yes, with bit-identical results. */
int ff_stars_init(ff_stars *stars, const ff_potential *potential, const ff_frame *unit,
                  const ff_frame *frame, const int64_t *site, const bool *fixed, ff_error *err);
void ff_stars_clear(ff_stars *stars);

#ifdef __cplusplus
}
#endif
#endif
