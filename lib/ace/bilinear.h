#ifndef FF_LIB_ACE_BILINEAR_H
#define FF_LIB_ACE_BILINEAR_H

/* Many short sums of products,
 *     z_o = sum_t c_t x_l(t) y_r(t),
 * each with its own terms: how tensors are coupled, component by component.
 *
 * FF_PACK sums are made at a time (a slice), by steps of one term each; slices hold sums with equal
 * numbers of terms, or nearly. Compared with doing the same coupling for several pairs of tensors
 * at a time, nothing is lost when few pairs share a coupling, which is the rule.
 * Sums have levels: those of a level may use the sums of lower ones, which are made first. */

#include "lib/base/error.h"
#include "lib/base/vectorise.h"

#ifdef __cplusplus
extern "C" {
#endif

/* c x_left y_right, a term of sum number `out`. Terms of one sum have the same level. */
typedef struct ff_bilinear_term {
    uint32_t level, out, left, right;
    double coefficient;
} ff_bilinear_term;

typedef struct ff_bilinear {
    size_t slices, steps;
    size_t *first;                                /* [slices + 1] first step */
    uint32_t (*out)[FF_PACK];                     /* [slices] */
    double (*coefficient)[FF_PACK];               /* [steps] 0 where there is no term */
    uint32_t (*left)[FF_PACK], (*right)[FF_PACK]; /* [steps] */
} ff_bilinear;

/* Sorts the terms, which the caller may then free. idle: a place in the arrays of the functions
 * below that may be written and that nobody reads. */
int ff_bilinear_init(ff_bilinear *bilinear, ff_bilinear_term *terms, size_t count, uint32_t idle,
                     ff_error *err);
void ff_bilinear_clear(ff_bilinear *bilinear);

/* z_o = sums, for all o that have terms; x, y and z may be the same array. */
void ff_bilinear_set(const ff_bilinear *bilinear, const double *x, const double *y, double *z);

/* z_o += sums. */
void ff_bilinear_add(const ff_bilinear *bilinear, const double *x, const double *y, double *z);

/* The changes that these make when x and y change by dx and dy: dz_o = (or +=) sum c (dx y + x dy).
 */
void ff_bilinear_set_change(const ff_bilinear *bilinear, const double *x, const double *y,
                            const double *dx, const double *dy, double *dz);
void ff_bilinear_add_change(const ff_bilinear *bilinear, const double *x, const double *y,
                            const double *dx, const double *dy, double *dz);

#ifdef __cplusplus
}
#endif
#endif
