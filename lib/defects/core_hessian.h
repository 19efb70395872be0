#ifndef FF_LIB_DEFECTS_CORE_HESSIAN_H
#define FF_LIB_DEFECTS_CORE_HESSIAN_H

/* Second derivatives of the energy by the positions of a few atoms of a large structure: those of
 * a defect's core. The Hessians of the sites that see the core are added up, so that the cost does
 * not depend on the size of the structure.
 *
 * Units: A, eV/A^2.
 */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_core_hessian ff_core_hessian;

/* For the atoms atom[count] of structures that are like `frame` but for displacements: which atoms
 * belong to the cluster is decided here, with 0.5 A of room for each to move. potential is borrowed
 * and must outlive it. A structure that is smaller than the cluster is taken as it is. */
int ff_core_hessian_new(ff_core_hessian **out, const ff_potential *potential, const ff_frame *frame,
                        const size_t *atom, size_t count, ff_error *err);
void ff_core_hessian_free(ff_core_hessian *core);

/* matrix[3 count][3 count] = d2E / dx_i dx_j with x the positions of the core's atoms (each moving
 * with its images), symmetric. Errors as those of ff_site_hessian_columns. Threads: yes,
 * bit-identical. */
int ff_core_hessian_compute(ff_core_hessian *core, const ff_frame *frame, double *matrix,
                            ff_error *err);

/* How many products of the Hessian of one site's energy with a direction were taken so far: an
 * evaluation of the forces of N atoms is worth N gradients of such energies. */
size_t ff_core_hessian_cost(const ff_core_hessian *core);

#ifdef __cplusplus
}
#endif
#endif
