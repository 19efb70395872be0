#ifndef FF_LIB_STRUCTURE_CELL_GRID_H
#define FF_LIB_STRUCTURE_CELL_GRID_H

/* Atoms sorted into boxes not much smaller than a cutoff, so that the neighbours of an atom are
 * found in the boxes around it ("linked cells").
 *
 * The boxes are slices of a reduced cell: periodic vectors are shortened first (a very skewed cell
 * would otherwise have to search thousands of images) and the directions that are not periodic are
 * replaced by unit vectors normal to them. Images are counted in vectors of the reduced cell;
 * transform takes them back to those of the frame.
 */

#include "lib/structure/dataset.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_cell_grid {
    double vectors[9]; /* rows: reduced cell vectors or unit normals, A */
    bool periodic[3];
    int64_t transform[9]; /* reduced image (row) . transform = image in the frame's vectors */
    int boxes[3];         /* along each vector */
    int reach[3];         /* boxes to look at on either side */
    size_t *start;        /* [boxes + 1] first entry of each box in atom and wrapped */
    uint32_t *atom;       /* [atoms] sorted by box, increasing within a box */
    double *wrapped;      /* [atoms][3] A, in the order of atom, inside the reduced cell */
    int32_t *home;        /* [atoms][3] by atom: position = wrapped + home . vectors */
    int32_t *box;         /* [atoms][3] by atom: box indices */
    double *place;        /* [atoms][3] by atom: wrapped position, A */
} ff_cell_grid;

/* Zeroes the struct. */
void ff_cell_grid_init(ff_cell_grid *grid);
void ff_cell_grid_clear(ff_cell_grid *grid);

/* Sorts a frame's atoms for searches within cutoff (A). FF_E_RANGE for positions that are not
 * finite or too far away, for a singular cell, or one that is thin beyond reason against the
 * cutoff. */
int ff_cell_grid_build(ff_cell_grid *grid, const ff_frame *frame, double cutoff, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
