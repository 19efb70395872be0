#ifndef FF_LIB_ACE_FRAME_ROWS_H
#define FF_LIB_ACE_FRAME_ROWS_H

/* The steps of ff_ace_frame_rows, so that threads can share one frame: no number depends on how it
 * is shared. For the files of lib/ace. */

#include "lib/ace/features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Initialises the block: labels, targets and a zero matrix. */
int ff_ace_frame_block(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                       uint32_t number, unsigned kinds, const double *one_body, ff_error *err);

/* Fills the columns of one of `parts` parts of the functions, the many-body ones in the order of
 * site.h. Parts touch different numbers. */
int ff_ace_frame_part(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                      unsigned kinds, size_t part, size_t parts, ff_ace_row_workspace *workspace,
                      ff_error *err);

/* After all parts: puts the columns of one of `parts` parts of the rows into the order of the
 * basis. */
void ff_ace_frame_sort(ff_design_block *block, const ff_ace_basis *basis, const ff_frame *frame,
                       unsigned kinds, size_t part, size_t parts, ff_ace_row_workspace *workspace);

#ifdef __cplusplus
}
#endif
#endif
