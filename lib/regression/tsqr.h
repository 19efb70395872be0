#ifndef FF_LIB_REGRESSION_TSQR_H
#define FF_LIB_REGRESSION_TSQR_H

/* Reduces any number of weighted rows [A | y] to one triangle in bounded memory, on several
 * threads, with bits that depend neither on the number of threads nor on how the rows were handed
 * over.
 *
 * Tall-skinny QR (J. Demmel, L. Grigori, M. Hoemmen, J. Langou, SIAM J. Sci. Comput. 34, A206
 * (2012)) with a fixed tree: the rows of nonzero weight are cut into leaves of equal height in the
 * order they come; leaf i is folded into the triangle of lane i modulo the number of lanes; at the
 * end the lanes are folded into the first one, in order. Height and number of lanes depend on the
 * number of columns only. Memory: at most 8 lanes, of one triangle and one leaf (16 MB, or 1,024
 * rows if that is more) each; from 2,900 columns 4 lanes.
 */

#include "lib/regression/triangle.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_tsqr ff_tsqr;

/* For a matrix A of that many columns (y not counted). */
int ff_tsqr_new(ff_tsqr **out, size_t columns, ff_error *err);
void ff_tsqr_free(ff_tsqr *tsqr); /* NULL is allowed */

/* Most memory, in bytes, that the lanes of a matrix of that many columns take, however many rows.
 */
size_t ff_tsqr_memory(size_t columns);

/* Adds rows: matrix[rows][columns] row-major and target[rows], each row multiplied by weight[rows].
 * Rows of weight 0 are left out. */
int ff_tsqr_add(ff_tsqr *tsqr, size_t rows, const double *matrix, const double *target,
                const double *weight, ff_error *err);

/* Rows added so far, those left out not counted. */
size_t ff_tsqr_rows(const ff_tsqr *tsqr);

/* Makes *triangle (initialised by the call, order columns + 1) the triangle of all rows added. The
 * tsqr is empty afterwards. */
int ff_tsqr_finish(ff_tsqr *tsqr, ff_triangle *triangle, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
