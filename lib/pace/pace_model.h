#ifndef FF_LIB_PACE_PACE_MODEL_H
#define FF_LIB_PACE_PACE_MODEL_H

/* Fitted models in the form of pace.h, for LAMMPS.
 *
 * Radial functions become combinations of ChebPow's base functions with lambda 1, the same for
 * every l. Energies and forces are those of the model when no two atoms are closer than the inner
 * radius of their species. Below it ML-PACE fades the base functions with the same step as fade.h,
 * but what fades is the polynomial's own continuation instead of the quadratic one of radial.h; and
 * the repulsion is a Gaussian over r that agrees with the wall (wall.h) in value and slope at 3/4
 * of the inner radius only.
 *
 * ML-PACE interpolates radial functions between points `spacing` apart by cubics with the right
 * values and slopes. Their slopes are wrong by some spacing^3 times the fourth derivative, and by
 * the rounding of the values over the spacing. The coefficients of base functions alternate and are
 * larger than their sum, which makes the latter count: spacing and number of base functions are
 * chosen with regard to both. */

#include "lib/ace/basis.h"
#include "lib/pace/pace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Memory that LAMMPS's tables may take when the spacing is chosen here. */
#define FF_PACE_MOST_TABLE_BYTES 1e9

/* What an export costs in accuracy and memory. The errors are root mean squares of the force on an
 * atom, estimated for neighbours like those of a gas of the density of radial.h, none of them
 * closer than 0.85 times the nearest-neighbour distance. */
typedef struct ff_pace_cost {
    double fit_error, table_error; /* eV/A */
    double table_bytes;            /* of every LAMMPS process */
    bool limited;                  /* the spacing is coarser than wished, for memory's sake */
} ff_pace_cost;

/* *pace is initialised by the call; clear it with ff_pace_clear. spacing in A, or 0: the one that
 * makes table_error least, or 1e-11 eV/A between two atoms if that is larger, within
 * FF_PACE_MOST_TABLE_BYTES. */
int ff_pace_from_model(ff_pace *pace, ff_pace_cost *cost, const ff_ace_model *model, double spacing,
                       ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
