#ifndef FF_LIB_PACE_PACE_RADIAL_H
#define FF_LIB_PACE_PACE_RADIAL_H

/* Combinations of the base functions g_k of pace.h for one ordered pair of species, evaluated
 * exactly (LAMMPS interpolates them in tables). */

#include "lib/base/vectorise.h"
#include "lib/pace/pace.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_pace_radial {
    ff_pace_form form;
    ff_pace_core core;
    double lambda, cutoff, width, inner, inner_width; /* as in ff_pace_bond */
    int rows, bases;
    double *matrix; /* [rows][bases]; owned */
} ff_pace_radial;

/* For rows combinations of bases base functions (<= FF_PACE_MAX_BASES), all zero. */
int ff_pace_radial_init(ff_pace_radial *radial, const ff_pace_bond *bond, ff_pace_core core,
                        int rows, int bases, ff_error *err);
void ff_pace_radial_clear(ff_pace_radial *radial);

/* values[rows][FF_LANES], derivatives and, unless NULL, second derivatives at distance[FF_LANES] >
 * 0. Zero at and beyond the cutoff. */
void ff_pace_radial_evaluate(const ff_pace_radial *radial, const double *distance,
                             double (*values)[FF_LANES], double (*derivatives)[FF_LANES],
                             double (*second)[FF_LANES]);

#ifdef __cplusplus
}
#endif
#endif
