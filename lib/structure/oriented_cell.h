#ifndef FF_LIB_STRUCTURE_ORIENTED_CELL_H
#define FF_LIB_STRUCTURE_ORIENTED_CELL_H

/* Unit cells that lie along chosen directions of a crystal: what dislocations, interfaces and
 * strained slabs are built from.
 *
 * Conventions: a direction [u v w] is three integers, u a1 + v a2 + w a3 with the vectors of the
 * cell it is said of; in cubic crystals these are Miller indices. Three of them are nine integers,
 * a direction to a row. Lengths in A.
 */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* rotation[9], row-major, x_new = rotation x: takes the first direction onto the x axis, the second
 * into the half plane y > 0 of the xy plane. Three directions at right angles thus come to lie
 * along x, y and z. They are linearly independent. */
void ff_orientation(double rotation[9], const double cell[9], const int directions[9]);

/* Makes *oriented (initialised by the call) the smallest cell of the same crystal whose vectors lie
 * along the three directions, turned by ff_orientation: each vector is the shortest translation of
 * the crystal along its direction, which in a centred cell is a fraction of the integers' (half of
 * [111] in bcc). Atom 0 is the image of the unit cell's atom 0, moved by no translation; all atoms
 * are in the cell about it. A unit cell that is not periodic along its third vector stays so, its
 * third direction is 0 0 1 and the others lie in the plane. No labels; the centre is unknown.
 * FF_E_USAGE for directions that are zero, too long, in one plane, or left-handed. */
int ff_oriented_cell(ff_frame *oriented, const ff_frame *unit, const int directions[9],
                     ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
