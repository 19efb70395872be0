#ifndef FF_LIB_DEFECTS_DISLOCATION_FIELD_H
#define FF_LIB_DEFECTS_DISLOCATION_FIELD_H

/* Where the atoms of a crystal go when dislocations are put into it, by elasticity: one dislocation
 * in an infinite crystal, or a periodic array of dislocations of alternating sign.
 *
 * Units: A. The line runs along z. The crystal is cut along a half plane y = constant that ends at
 * the line and holds the Burgers vector; the two sides are shifted by a whole translation of the
 * crystal against each other, so that no atom is missing or double and no cut is seen.
 */

#include "lib/defects/stroh.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_dislocation_field {
    ff_stroh stroh;
    double core[2];    /* x, y of the line */
    bool periodic;     /* an array; the following say which */
    double partner[2]; /* x, y of the line of the opposite sign */
    double cell[4];    /* rows: x, y of the vectors between equal lines */
    int images;        /* of each line, to either side along each vector */
    double linear[6];  /* [3][2] du/dx, du/dy added so that the array is free of stress */
} ff_dislocation_field;

/* A single dislocation. */
void ff_dislocation_field_single(ff_dislocation_field *field, const ff_stroh *stroh,
                                 const double core[2]);

/* Lines at the core and, of the opposite sign, at the partner, repeated along the vectors cell[4]
 * of the crystal with the dislocations in it: the sum over images and a linear term with which the
 * displacement grows by growth[3 i] along vector i, as it must in a crystal that is sheared by the
 * cuts between the lines and otherwise free of stress (W. Cai, V. V. Bulatov, J. Chang, J. Li and
 * S. Yip, Philos. Mag. 83, 539 (2003): the sum converges only up to such a term). The cuts are
 * straight from the core to the partner: at the same y, unless the Burgers vector is along z. */
void ff_dislocation_field_array(ff_dislocation_field *field, const ff_stroh *stroh,
                                const double core[2], const double partner[2], const double cell[4],
                                const double growth[6]);

/* growth[6] of a crystal without stress whose lines are `between`[2] apart and whose perfect cell
 * has the vectors cell[4]. */
void ff_dislocation_field_growth(double growth[6], const double burgers[3], const double between[2],
                                 const double cell[4]);

/* position[3] = where the atom of the perfect crystal at site[3] goes: site + u(position), with the
 * displacement taken where the atom arrives. So the crystal on the two sides of a cut fits together
 * to all orders, which it would not were u taken at the site (Y. Wang, S. Patel and C. Ortner,
 * arXiv:2311.01664, and V. Ehrlacher, C. Ortner and A. V. Shapeev, Arch. Ration. Mech. Anal. 222,
 * 1217 (2016)). Where this has no solution near, next to the line, u is taken at the site. */
void ff_dislocation_field_place(double position[3], const ff_dislocation_field *field,
                                const double site[3]);

/* gradient[9] of the displacement at (x, y), as ff_stroh_gradient. */
void ff_dislocation_field_gradient(double gradient[9], const ff_dislocation_field *field, double x,
                                   double y);

#ifdef __cplusplus
}
#endif
#endif
