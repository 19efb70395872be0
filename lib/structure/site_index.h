#ifndef FF_LIB_STRUCTURE_SITE_INDEX_H
#define FF_LIB_STRUCTURE_SITE_INDEX_H

/* Which atom of a frame sits at a point: atoms sorted into boxes of the cell, so that one question
 * costs the same in cells of any size.
 *
 * Points are given in fractions of the cell vectors, any image; distances are in A, and small
 * against the spacing of the atoms. The frame has a cell and is periodic along all its vectors.
 */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_site_index {
    const ff_frame *frame; /* borrowed */
    double tolerance;      /* A */
    double inverse[9];     /* of the cell: fractions = x . inverse */
    double margin[3];      /* how far the tolerance reaches along each vector, in boxes */
    int boxes[3];          /* along each vector */
    size_t *start;         /* [boxes + 1] first entry of each box in atom */
    uint32_t *atom;        /* [atoms] sorted by box */
    double *fraction;      /* [atoms][3] by atom, in [0, 1) */
} ff_site_index;

/* Zeroes the struct. */
void ff_site_index_init(ff_site_index *index);
void ff_site_index_clear(ff_site_index *index);

/* Sorts the atoms of a frame (borrowed until the index is cleared), of which there are fewer than
 * 2^32, for questions within tolerance. *index is initialised by the call. */
int ff_site_index_build(ff_site_index *index, const ff_frame *frame, double tolerance,
                        ff_error *err);

/* The atom of a species nearest to the point, at most the tolerance away; SIZE_MAX when there is
 * none. */
size_t ff_site_index_find(const ff_site_index *index, const double fraction[3], int species);

#ifdef __cplusplus
}
#endif
#endif
