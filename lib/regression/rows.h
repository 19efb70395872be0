#ifndef FF_LIB_REGRESSION_ROWS_H
#define FF_LIB_REGRESSION_ROWS_H

/* Passes over the rows of a design matrix that is not in memory, and the weight of each row.
 *
 * A row of kind K in a frame of n atoms is multiplied by
 *     scale  = s_K * frame weight * multiplier, the part that a reduction holds (reduction.h),
 *     weight = class weight, of the row's group and kind: what a fit may change afterwards,
 * with s = 1/sqrt(n) for energies and virials and 1 for forces (W. C. Witt et al., J. Chem. Phys.
 * 159, 164101 (2023)). Force constants are forces per displacement: their weight is a displacement,
 * A, at which an error of theirs counts like the error of a force that it makes; with s = 1/sqrt(d)
 * for the d displacements of a frame, they count as one set of forces, and those of a crystal's
 * independent displacements as much as those of all. Rows are not multiplied by how often symmetry
 * repeats them. The multiplier, 1 by default, is for weights of single
 * rows, such as those of atoms by their distance from a defect.
 * Weight table: double[group_count][FF_KINDS], the class weights; 0 leaves a class out.
 */

#include "lib/base/parallel.h"
#include "lib/regression/design_matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Supplies rows: fills block, which has memory for block->rows rows of block->columns columns, with
 * rows [first, first + block->rows). */
typedef int (*ff_row_source)(void *context, size_t first, ff_design_block *block, ff_error *err);

/* Supplies multipliers[block->rows], >= 0, of the rows in block, the first of which is row `first`.
 */
typedef int (*ff_row_multipliers)(void *context, size_t first, const ff_design_block *block,
                                  double *multipliers, ff_error *err);

/* All rows of a design matrix; everything is borrowed. */
typedef struct ff_rows {
    size_t count, columns;
    const ff_frame_table *frames;
    ff_row_source source;
    ff_row_multipliers multipliers; /* NULL: all 1 */
    void *context;                  /* of both */
    const ff_progress *progress;    /* advances by the rows of each pass; may be NULL */
} ff_rows;

/* Handles one block of rows; scale[block->rows] as above. May change the matrix and the targets. */
typedef int (*ff_row_handler)(void *context, size_t first, ff_design_block *block,
                              const double *scale, ff_error *err);

/* One pass: hands all rows to handle, block by block (about 16 MB each), in order and from the
 * calling thread. FF_E_RANGE for numbers that are not finite and labels outside the frame table. */
int ff_rows_each(const ff_rows *rows, ff_row_handler handle, void *context, ff_error *err);

/* Checks the rows of a block, the first of which is row `first` (from 0) of the design matrix.
 * FF_E_RANGE as above, naming the row and its frame. */
int ff_rows_check(const ff_design_block *block, const ff_frame_table *frames, size_t first,
                  ff_error *err);

/* s_K * frame weight of a row of that label. */
double ff_row_scale(const ff_frame_table *frames, const ff_row_label *label);

/* scale[block->rows] of the rows of a block: ff_row_scale times multipliers[block->rows] (NULL: all
 * 1; may be scale itself). FF_E_RANGE for multipliers that are negative or not finite. */
int ff_rows_scale(double *scale, const ff_design_block *block, const ff_frame_table *frames,
                  const double *multipliers, size_t first, ff_error *err);

/* What turns an error of a row of that label into the one that people read: 1 / n (per atom) for
 * energies and virials, 1 for forces and force constants. */
double ff_row_report_scale(const ff_frame_table *frames, const ff_row_label *label);

#ifdef __cplusplus
}
#endif
#endif
