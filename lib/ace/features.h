#ifndef FF_LIB_ACE_FEATURES_H
#define FF_LIB_ACE_FEATURES_H

/* Rows of a design matrix (design_matrix.h) from the ACE basis:
 *     energy   sum over sites of B_k
 *     force    F_ia = -d(sum B_k)/dx_ia
 *     virial   V_ab = -sum over sites and neighbours of r_a dB_k/dr_b
 *     force constant   d2(sum B_k)/ds dx_ia, s the length of a displacement of the frame
 * for the labels a frame has. A row times the coefficients is what the calculator gives for the
 * model, less the one-body energies, as long as no two atoms are closer than the inner radius.
 */

#include "lib/ace/basis.h"
#include "lib/base/parallel.h"
#include "lib/regression/design_matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Scratch memory of one thread. */
typedef struct ff_ace_row_workspace ff_ace_row_workspace;
int ff_ace_row_workspace_new(ff_ace_row_workspace **out, const ff_ace_basis *basis, ff_error *err);
void ff_ace_row_workspace_free(ff_ace_row_workspace *workspace);

/* The rows of one frame for the kinds (bits 1u << ff_kind) it is labelled with, in the order of
 * design_matrix.h. *block is initialised by the call and has ff_frame_row_count rows and
 * ff_ace_basis_size columns; label.frame is set to `number`. one_body[FF_MAX_SPECIES + 1]: eV per
 * atom, taken off energies. FF_E_RANGE naming the atom for a species that the basis was not made
 * for or a neighbour closer than the inner radius. */
int ff_ace_frame_rows(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                      uint32_t number, unsigned kinds, const double *one_body,
                      ff_ace_row_workspace *workspace, ff_error *err);

/* Takes the rows of a frame; may not keep the block. */
typedef int (*ff_row_sink)(void *context, const ff_design_block *block, ff_error *err);

/* Which rows ff_ace_dataset_rows makes. */
typedef struct ff_ace_row_options {
    unsigned kinds;         /* bits 1u << ff_kind */
    const double *one_body; /* [FF_MAX_SPECIES + 1] eV per atom; borrowed */
} ff_ace_row_options;

/* Hands the rows of all frames that have any to the sink, a block for each frame, in frame order.
 * Several frames are worked on at a time (or parts of one, when fewer frames than threads are at
 * hand), and held until their turn: at most about 256 MiB beyond the largest frame. Bit-identical
 * for any number of threads. progress: frames. Errors name the frame. */
int ff_ace_dataset_rows(const ff_ace_basis *basis, const ff_dataset *dataset,
                        const ff_ace_row_options *options, ff_row_sink sink, void *context,
                        const ff_progress *progress, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
