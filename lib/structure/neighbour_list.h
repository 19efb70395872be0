#ifndef FF_LIB_STRUCTURE_NEIGHBOUR_LIST_H
#define FF_LIB_STRUCTURE_NEIGHBOUR_LIST_H

/* All pairs of atoms closer than a cutoff, periodic images included, each pair in both directions.
 *
 * Conventions: the neighbours of atom i are entries offset[i] .. offset[i+1]-1, sorted by
 * (neighbour, shift) so that the order never depends on how the list was built. vector = r_j +
 * shift . cell - r_i in A. An atom may be its own neighbour through an image. reverse[p] is the
 * entry (j -> i) of the same bond, so vector[reverse[p]] = -vector[p]. O(N) by linked cells for any
 * cell shape, partial periodicity, and cells smaller than the cutoff.
 */

#include "lib/structure/dataset.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_neighbour_list {
    size_t atoms;
    double cutoff;       /* A, the radius the entries were collected with */
    size_t *offset;      /* [atoms + 1] */
    uint32_t *neighbour; /* [offset[atoms]] */
    int32_t *shift;      /* [..][3] in cell vectors */
    uint32_t *reverse;   /* [..] */
    double *vector;      /* [..][3] A */
    double *distance;    /* [..] A */
    size_t capacity;     /* entries allocated */
    bool bare;           /* set by the caller before the first build: vector and distance are not
                            kept (they stay NULL), for those who compute them on the way */
} ff_neighbour_list;

/* r_j - r_i + shift . cell into vector, A, in an order of operations that changes only its sign
 * when the bond is turned round, so that both directions agree to the last bit. Returns its square.
 */
static inline double ff_bond_vector(double vector[3], const ff_frame *frame, size_t i, size_t j,
                                    const int32_t shift[3])
{
    const double *a = frame->positions + 3 * i, *b = frame->positions + 3 * j;
    const double *cell = frame->cell;
    bool inside = (shift[0] | shift[1] | shift[2]) == 0;
    double square = 0;
    for (int k = 0; k < 3; k++) {
        double image =
            inside ? 0 : shift[0] * cell[k] + shift[1] * cell[3 + k] + shift[2] * cell[6 + k];
        vector[k] = (b[k] - a[k]) + image;
        square += vector[k] * vector[k];
    }
    return square;
}

/* Zeroes the struct. */
void ff_neighbour_list_init(ff_neighbour_list *list);
void ff_neighbour_list_clear(ff_neighbour_list *list);

/* Builds (or rebuilds, reusing memory) the list of all pairs with 0 <= distance < cutoff.
 * Two atoms closer than 1e-3 A are an error (FF_E_RANGE, naming both). */
int ff_neighbour_list_build(ff_neighbour_list *list, const ff_frame *frame, double cutoff,
                            ff_error *err);

/* Recomputes vector and distance (of a list that is not bare) for new positions (and cell) of the
 * same atoms without searching. The caller knows that no pair of interest has come from outside the
 * list. */
void ff_neighbour_list_update(ff_neighbour_list *list, const ff_frame *frame);

#ifdef __cplusplus
}
#endif
#endif
