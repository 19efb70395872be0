#ifndef FF_LIB_ACE_FRAME_ROWS_H
#define FF_LIB_ACE_FRAME_ROWS_H

/* The two steps of ff_ace_frame_rows, so that threads can share the columns of one frame: no number
 * depends on how the columns are shared. For the files of lib/ace. */

#include "lib/ace/features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Initialises the block: labels, targets and a zero matrix. */
int ff_ace_frame_block(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                       uint32_t number, unsigned kinds, const double *one_body, ff_error *err);

/* Fills columns [begin, end) of the matrix. */
int ff_ace_frame_columns(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                         unsigned kinds, size_t begin, size_t end, ff_ace_row_workspace *workspace,
                         ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
