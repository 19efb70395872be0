#ifndef FF_LIB_POTENTIALS_BOND_ANGLE_H
#define FF_LIB_POTENTIALS_BOND_ANGLE_H

/* Geometry of three-body terms: bonds from one atom and the angles between them, their gradients,
 * and how these change when the neighbours move. A bond is a unit vector u and 1/r; when its vector
 * changes by v, its length changes by the stretch u . v and u by the turn (v - u (u . v)) / r.
 * Units: A. */

#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_bond {
    double direction[3]; /* u */
    double inverse;      /* 1/r, 1/A */
} ff_bond;

typedef struct ff_bond_change {
    double stretch, turn[3];
} ff_bond_change;

static inline double ff_bond_dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline ff_bond ff_bond_of(const double vector[3], double distance)
{
    double inverse = 1 / distance;
    return (ff_bond){{vector[0] * inverse, vector[1] * inverse, vector[2] * inverse}, inverse};
}

static inline ff_bond_change ff_bond_change_of(const ff_bond *bond, const double v[3])
{
    const double *u = bond->direction;
    ff_bond_change change = {.stretch = ff_bond_dot(u, v), .turn = {0}};
    for (int k = 0; k < 3; k++)
        change.turn[k] = (v[k] - u[k] * change.stretch) * bond->inverse;
    return change;
}

/* How the cosine between two bonds changes. */
static inline double ff_angle_tilt(const ff_bond *one, const ff_bond_change *first,
                                   const ff_bond *two, const ff_bond_change *second)
{
    return ff_bond_dot(first->turn, two->direction) + ff_bond_dot(one->direction, second->turn);
}

/* Adds to a bond's gradient that of an energy with derivative `along` by the bond's length and
 * `turn` by the cosine of its angle with another: d cosine / d vector = (u_other - cosine u) / r.
 */
static inline void ff_angle_gradient(double *gradient, double along, double turn, double cosine,
                                     const ff_bond *own, const ff_bond *other)
{
    double across = turn * own->inverse, straight = along - across * cosine;
    for (int k = 0; k < 3; k++)
        gradient[k] += straight * own->direction[k] + across * other->direction[k];
}

/* The derivatives of an angle's energy, and their changes. */
typedef struct ff_angle_change {
    double cosine, tilt; /* the cosine, its change */
    double turn, turned; /* dE / d cosine, its change */
} ff_angle_change;

/* Adds to a bond's product how ff_angle_gradient changes; `bent` is the change of along. */
static inline void ff_angle_product(double *product, double along, double bent,
                                    const ff_angle_change *c, const ff_bond *own,
                                    const ff_bond_change *own_change, const ff_bond *other,
                                    const ff_bond_change *other_change)
{
    for (int k = 0; k < 3; k++) {
        double u = own->direction[k], turn = own_change->turn[k];
        double across = (other->direction[k] - c->cosine * u) * own->inverse;
        double moved = (other_change->turn[k] - c->tilt * u - c->cosine * turn -
                        across * own_change->stretch) *
                       own->inverse;
        product[k] += bent * u + along * turn + c->turned * across + c->turn * moved;
    }
}

#ifdef __cplusplus
}
#endif
#endif
