#ifndef FF_LIB_REGRESSION_TSQR_H
#define FF_LIB_REGRESSION_TSQR_H

/* Reduces any number of weighted rows [A | y], each of which belongs to one of several bins, to one
 * triangle for each bin, in bounded memory, on several threads, with bits that depend neither on
 * the number of threads nor on how the rows were handed over.
 *
 * Tall-skinny QR (J. Demmel, L. Grigori, M. Hoemmen, J. Langou, SIAM J. Sci. Comput. 34, A206
 * (2012)): rows of nonzero weight are stored in the order they come, whatever their bin, until the
 * store is full. Then the rows of each bin are cut into leaves, which are folded into one or
 * several triangles of the bin (lanes; one after another in each), all lanes of all bins in
 * parallel. At the end the lanes of a bin are folded into its first. Bins with few rows in the
 * store wait, so that no time is lost on folding a handful of rows. All of these decisions depend
 * on the sequence of rows and on the number of columns only.
 * Memory: a store of 8 leaves (16 MB, or 1,024 rows if that is more; from 2,900 columns 4 leaves);
 * for each bin, and for some ten lanes more, a packed triangle; for each of at most 8 threads a
 * leaf and a triangle.
 */

#include "lib/regression/triangle.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_tsqr ff_tsqr;

/* For a matrix A of that many columns (y not counted). */
int ff_tsqr_new(ff_tsqr **out, size_t columns, size_t bins, ff_error *err);
void ff_tsqr_free(ff_tsqr *tsqr); /* NULL is allowed */

/* Most memory, in bytes, that it takes, however many rows and threads. */
size_t ff_tsqr_memory(size_t columns, size_t bins);

/* Adds rows: matrix[rows][columns] row-major and target[rows], each row multiplied by weight[rows],
 * to the bins bin[rows] (NULL: all to the first). Rows of weight 0 are left out. */
int ff_tsqr_add(ff_tsqr *tsqr, size_t rows, const double *matrix, const double *target,
                const double *weight, const uint32_t *bin, ff_error *err);

/* Rows added to a bin so far, those left out not counted. */
size_t ff_tsqr_rows(const ff_tsqr *tsqr, size_t bin);

/* Folds all rows that wait and the lanes of all bins, whose triangles can then be taken. No rows
 * may be added afterwards. */
int ff_tsqr_finish(ff_tsqr *tsqr, ff_error *err);

/* *packed: the triangle of a bin, packed (triangle.h), of height min(rows, columns + 1), NULL when
 * the bin has no rows; the caller frees it. The bin is empty afterwards. Returns the height. */
size_t ff_tsqr_take(ff_tsqr *tsqr, size_t bin, double **packed);

#ifdef __cplusplus
}
#endif
#endif
