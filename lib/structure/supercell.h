#ifndef FF_LIB_STRUCTURE_SUPERCELL_H
#define FF_LIB_STRUCTURE_SUPERCELL_H

/* Repeating a unit cell, along its vectors or by any integer matrix.
 *
 * Conventions: cells are 3x3 row-major, rows are vectors, A. An integer matrix M makes the
 * supercell whose vectors are M times those of the unit cell: row i holds how many of each go into
 * vector i.
 *
 * Every integer supercell is a plain repetition of some other unit cell of the same crystal. By the
 * Smith normal form (H. J. S. Smith, Phil. Trans. R. Soc. 151, 293 (1861)) there are unimodular
 * matrices with left M right = D diagonal; so D (right^-1 cell) = left (M cell): D_i cells of the
 * vectors right^-1 cell span the same lattice as M cell. What works on repetitions (FFTs over
 * cells) thus works on all.
 */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes *frame (initialised by the call) cells[i] copies of the unit along each of its vectors. The
 * unit's atoms are numbered fastest, then the cells along the third, second, first vector.
 * FF_E_RANGE for fewer than one cell along an axis, more than one along a vector that the unit is
 * not periodic along, or more than 10^9 atoms. */
int ff_repeat_cell(ff_frame *frame, const ff_frame *unit, const int cells[3], ff_error *err);

/* left matrix right = diag(diagonal), left and right unimodular, each diagonal element a positive
 * divisor of the next. The determinant is not zero and the elements are below 2^20. order: 3; or 2,
 * when the last row and column are 0 0 1 and are left alone. */
void ff_smith_form(int64_t diagonal[3], int64_t left[9], int64_t right[9], const int matrix[9],
                   int order);

/* Makes *repeated (initialised by the call) a unit cell of the same crystal, cells[i] of which
 * along its vectors make the supercell that `matrix` makes of `unit`: the unit itself when the
 * matrix is diagonal. Its atoms are those of the unit, in the same order and places; the
 * supercell's vectors need not be multiples of its own. supercell[9] receives them: matrix times
 * the unit's. FF_E_USAGE for a determinant that is not positive, elements beyond 10^6, or a matrix
 * that mixes a vector which is not periodic with others. */
int ff_supercell_of_matrix(ff_frame *repeated, int cells[3], double supercell[9],
                           const ff_frame *unit, const int matrix[9], ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
