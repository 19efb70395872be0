#ifndef FF_LIB_PACE_PACE_REPULSION_H
#define FF_LIB_PACE_PACE_REPULSION_H

/* The repulsion q of pace.h between two close atoms, its step of the distance included. */

#include "lib/pace/pace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* eV, at a distance (A, > 0) below the bond's cutoff; *slope and *curvature receive its
 * derivatives. z1, z2: atomic numbers. */
double ff_pace_repulsion(ff_pace_core core, const ff_pace_bond *bond, int z1, int z2,
                         double distance, double *slope, double *curvature);

#ifdef __cplusplus
}
#endif
#endif
