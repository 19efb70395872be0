#ifndef FF_LIB_DEFECTS_SPARSE_HESSIAN_H
#define FF_LIB_DEFECTS_SPARSE_HESSIAN_H

/* The Hessian of a crystal with dislocations by blocks of 3x3, the sum of the site Hessians of
 * sparse_stars.h. Units: eV, A. See sparse_response.h. */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_sparse_hessian {
    size_t moving;    /* atoms that move; rows are numbered among them, in their order */
    uint32_t *atom;   /* [moving] each row's atom */
    size_t *offset;   /* [moving + 1] into the following */
    uint32_t *column; /* those up to the row's own, increasing; the last is its own */
    double *block;    /* [..][9] eV/A^2, row-major: row is the direction of the row's atom */
    bool *core;       /* [moving] atoms in the range of one whose own site Hessian was taken */
    size_t own;       /* how many site Hessians were taken at the start, not from the crystal */
} ff_sparse_hessian;

/* *hessian is initialised by the call; arguments as those of ff_sparse_response_new. FF_E_RANGE
 * when fixed atoms are all there are, errors of the potential as they are. Threads: yes, with
 * bit-identical results. */
int ff_sparse_hessian_init(ff_sparse_hessian *hessian, const ff_potential *potential,
                           const ff_frame *unit, const ff_frame *frame, const int64_t *site,
                           const bool *fixed, ff_error *err);
void ff_sparse_hessian_clear(ff_sparse_hessian *hessian);

#ifdef __cplusplus
}
#endif
#endif
