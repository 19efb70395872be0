#ifndef FF_LIB_REGRESSION_TRIANGLE_H
#define FF_LIB_REGRESSION_TRIANGLE_H

/* The triangle R of a QR factorisation [A | y] = Q R, which is all that least squares needs of the
 * rows: minimising |A c - y|^2 and minimising |R [c; -1]|^2 are the same problem. Blocks of rows
 * are folded in one after another by Householder reflections, so a triangle
 * stands for any number of rows, and two triangles fold into one that stands for the rows of both.
 *
 * Conventions: order = number of columns of [A | y]; r is column-major, [order][order], zero below
 * the diagonal. The diagonal is never negative, which makes R unique (of full column rank). BLAS
 * must be serial (lib/base/parallel.h) for the bits not to depend on the number of threads.
 * Packed: the first `height` rows of r one after another, row i from its diagonal on (order - i
 * numbers): half the memory, and less for a triangle of few rows, whose lower part is zero.
 */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_triangle {
    size_t order;
    double *r; /* [order][order] column-major */
} ff_triangle;

/* Scratch memory for folding; one per thread. */
typedef struct ff_triangle_workspace {
    double *reflectors;
    double *work;
} ff_triangle_workspace;

/* The triangle of no rows: all zero. */
int ff_triangle_init(ff_triangle *triangle, size_t order, ff_error *err);
void ff_triangle_clear(ff_triangle *triangle);

int ff_triangle_workspace_init(ff_triangle_workspace *workspace, size_t order, ff_error *err);
void ff_triangle_workspace_clear(ff_triangle_workspace *workspace);

/* Folds in rows of [A | y], given column-major: block[order][stride], of which the first `rows` of
 * each column count (stride >= rows). The block is destroyed. */
int ff_triangle_fold(ff_triangle *triangle, size_t rows, double *block, size_t stride,
                     ff_triangle_workspace *workspace, ff_error *err);

/* R of fewer rows than columns: block[order][stride] as above, rows <= order, becomes the upper
 * trapezoid of `rows` rows with the same R^T R, zero below its diagonal. Its first columns may be
 * dependent (a triangle folded from so few rows would then have its nonzero rows further down). */
int ff_trapezoid_factor(size_t rows, size_t order, double *block, size_t stride, ff_error *err);

/* Folds in another triangle of the same order, of which only the first `height` rows count (order:
 * all); it is destroyed (its memory is not freed). */
int ff_triangle_merge(ff_triangle *triangle, ff_triangle *other, size_t height,
                      ff_triangle_workspace *workspace, ff_error *err);

/* Numbers in a packed triangle: height order - height (height - 1) / 2. */
size_t ff_packed_size(size_t height, size_t order);

/* packed[ff_packed_size(height, triangle->order)] = the first `height` rows. */
void ff_triangle_pack(double *packed, size_t height, const ff_triangle *triangle);

/* Makes *triangle scale times the packed rows, and zero below. */
void ff_triangle_unpack(ff_triangle *triangle, size_t height, const double *packed, double scale);

/* Multiplies column j by scale[j], for the first `count` columns. */
void ff_triangle_scale_columns(ff_triangle *triangle, size_t count, const double *scale);

/* Euclidean length of column j. */
double ff_triangle_column_length(const ff_triangle *triangle, size_t column);

/* Largest singular value of the triangle without its last row and column (of A), by power iteration
 * to about 1e-8 relative. */
int ff_triangle_norm(const ff_triangle *triangle, double *norm, ff_error *err);

/* Reciprocal condition number, in the 1-norm, of the triangle without its last row and column
 * (LAPACK's dtrcon: an estimate, seldom off by more than a factor of 3). */
int ff_triangle_reciprocal_condition(const ff_triangle *triangle, double *reciprocal,
                                     ff_error *err);

/* Least-squares solution[order - 1] by back substitution. FF_E_NUMERIC when the diagonal holds a
 * zero. */
int ff_triangle_solve(const ff_triangle *triangle, double *solution, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
