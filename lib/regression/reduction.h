#ifndef FF_LIB_REGRESSION_REDUCTION_H
#define FF_LIB_REGRESSION_REDUCTION_H

/* What least squares needs of the rows of a design matrix, kept apart by class, so that any subset
 * of the observations can be fitted with any weights without touching the rows again.
 *
 * Class: the rows of one group, one kind and one fold. Of each class a reduction holds the triangle
 * R (triangle.h) of its rows [A | y], each multiplied by its scale (rows.h), and sums over them.
 * Class weights are not in it: w R is the triangle of the rows times w.
 * Order of classes: by group, then kind, then fold; only classes that have rows are there.
 * Triangles are packed (triangle.h); a class of fewer rows than columns + 1 has one of that height,
 * all others of columns + 1.
 */

#include "lib/regression/rows.h"
#include "lib/regression/triangle.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_reduced_class {
    uint32_t group;        /* index into group_names */
    uint32_t fold;         /* from 0 */
    uint8_t kind;          /* enum ff_kind */
    size_t frames;         /* that the rows belong to */
    size_t count;          /* rows; those of scale 0 are left out */
    double log_scale;      /* sum over rows of ln scale */
    double targets;        /* sum over rows of the target in reported units (see ratio) */
    double target_squares; /* and of its square */
    /* Ratio: reported error (eV/atom, eV/A, ...) over scaled error, of each row. */
    double ratio_squares;        /* mean square over the rows */
    double ratio_min, ratio_max; /* equal when all frames of the class are of one size and weight */
    size_t height;
    double *r; /* packed, [ff_packed_size(height, columns + 1)] */
} ff_reduced_class;

typedef struct ff_reduction {
    size_t columns; /* of A */
    size_t group_count;
    char **group_names; /* [group_count] */
    uint32_t folds;     /* 1 when not divided */
    uint64_t seed;      /* of the folds */
    size_t count;
    ff_reduced_class *classes; /* [count] */
} ff_reduction;

void ff_reduction_init(ff_reduction *reduction);
void ff_reduction_clear(ff_reduction *reduction);

/* Makes *triangle (initialised by the call, order columns + 1) that of the rows of all classes,
 * each times weight[reduction->count]; classes of weight 0 are left out. O(columns^3) for each. */
int ff_reduction_triangle(ff_triangle *triangle, const ff_reduction *reduction,
                          const double *weight, ff_error *err);

/* Sum over the rows of a class of (scale (A c - y))^2: |R [c; -1]|^2. */
double ff_reduced_class_squares(const ff_reduced_class *reduced, size_t columns,
                                const double *coefficients);

/* weight[reduction->count] from a weight table (rows.h) of the reduction's groups. */
void ff_class_weights(double *weight, const ff_reduction *reduction, const double *table);

typedef struct ff_reducer_options {
    unsigned kinds; /* kinds to keep, bits 1u << ff_kind */
    uint32_t folds; /* 1: not divided; see folds.h */
    uint64_t seed;  /* of the folds */
} ff_reducer_options;

/* Reduces rows that come in blocks, in bounded memory: rows are collected up to a number that
 * depends on the columns only (128 MB of them, at least 4,096), whatever their classes, and then
 * folded into the triangles of their classes, on all threads; besides, about half a triangle for
 * each class and 256 MB of partial ones. The bits depend on the order of the rows, but neither on
 * how they were cut into blocks nor on the number of threads. */
typedef struct ff_reducer ff_reducer;

/* frames is borrowed until the reducer is freed. */
int ff_reducer_new(ff_reducer **out, const ff_frame_table *frames, size_t columns,
                   const ff_reducer_options *options, ff_error *err);
void ff_reducer_free(ff_reducer *reducer); /* NULL is allowed */

/* Adds the rows of a block, in the order of the design matrix. multipliers[block->rows] (rows.h),
 * NULL: all 1. FF_E_RANGE for numbers that are not finite and labels outside the frame table. */
int ff_reducer_add(ff_reducer *reducer, const ff_design_block *block, const double *multipliers,
                   ff_error *err);

/* Makes *reduction (initialised by the call) that of all rows added. No rows may be added
 * afterwards. */
int ff_reducer_finish(ff_reducer *reducer, ff_reduction *reduction, ff_error *err);

/* All of the above in one pass over rows. */
int ff_reduce(ff_reduction *reduction, const ff_rows *rows, const ff_reducer_options *options,
              ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
