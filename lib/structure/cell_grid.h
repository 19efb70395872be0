#ifndef FF_LIB_STRUCTURE_CELL_GRID_H
#define FF_LIB_STRUCTURE_CELL_GRID_H

/* Atoms sorted into boxes not much smaller than a cutoff, so that the neighbours of an atom are
 * found in the boxes around it ("linked cells").
 *
 * The boxes are slices of a reduced cell: periodic vectors are shortened first (a very skewed cell
 * would otherwise have to search thousands of images) and the directions that are not periodic are
 * replaced by unit vectors normal to them. All images of the reduced cell that a search can come to
 * are numbered in the lexicographic order of their shifts, which count the frame's vectors.
 */

#include "lib/structure/dataset.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An image of the reduced cell. */
typedef struct ff_cell_image {
    int32_t shift[3];      /* in the frame's cell vectors */
    double translation[3]; /* A */
} ff_cell_image;

typedef struct ff_cell_grid {
    double vectors[9]; /* rows: reduced cell vectors or unit normals, A */
    bool periodic[3];
    int64_t transform[9]; /* image in reduced vectors (row) . transform = shift */
    int boxes[3];         /* along each vector */
    int reach[3];         /* boxes to look at on either side */
    int farthest[3];      /* images a search comes to on either side, in reduced vectors */
    size_t image_count;   /* product of 2 farthest + 1 */
    ff_cell_image *image; /* [image_count] by number */
    uint32_t *number;     /* [2 farthest[0] + 1][..][..] by image in reduced vectors + farthest */
    size_t *start;        /* [boxes + 1] first entry of each box in atom and wrapped */
    uint32_t *atom;       /* [atoms] sorted by box, increasing within a box */
    double *wrapped;      /* [atoms][3] A, in the order of atom, inside the reduced cell */
    int32_t *home;        /* [atoms][3] by atom: position = wrapped + home . frame's cell */
    int32_t *box;         /* [atoms][3] by atom: box indices */
    double *place;        /* [atoms][3] by atom: wrapped position, A */
    double width[3];      /* A: distance between opposite faces of a box */
    double *inside;       /* [atoms][3] by atom: distance from the lower faces of its box, A */
} ff_cell_grid;

/* Zeroes the struct. */
void ff_cell_grid_init(ff_cell_grid *grid);
void ff_cell_grid_clear(ff_cell_grid *grid);

/* Number of an image given in reduced vectors, each within farthest. */
uint32_t ff_cell_grid_image_number(const ff_cell_grid *grid, const int32_t reduced[3]);

/* A lower bound, A, of the distance from atom i to all that lies `offset` boxes away along
 * direction k. Negative or zero when nothing can be said. */
static inline double ff_cell_grid_distance(const ff_cell_grid *grid, size_t i, int k, int offset)
{
    const double inside = grid->inside[3 * i + (size_t)k], width = grid->width[k];
    return offset > 0 ? offset * width - inside : offset < 0 ? inside - (offset + 1) * width : 0;
}

/* Sorts a frame's atoms for searches within cutoff (A). FF_E_RANGE for positions that are not
 * finite or too far away, for a singular cell, or one that is thin beyond reason against the
 * cutoff. */
int ff_cell_grid_build(ff_cell_grid *grid, const ff_frame *frame, double cutoff, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
