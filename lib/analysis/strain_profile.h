#ifndef FF_LIB_ANALYSIS_STRAIN_PROFILE_H
#define FF_LIB_ANALYSIS_STRAIN_PROFILE_H

/* How the strain about a defect falls off: |Du(l)| = sqrt(sum over bonds of |D_rho u(l)|^2) in
 * shells of sites (bonds.h), and the power of the distance that it follows.
 *
 * Theory: |Du| ~ r^-3 about a point defect; next to a straight dislocation the displacement from
 * the elastic field falls as r^-2 ln r, the elastic field itself as r^-1. A bond is not
 * infinitesimal, which makes exponents over few shells up to 0.5 steeper.
 */

#include "lib/analysis/bonds.h"
#include "lib/analysis/power_law.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_strain_shell {
    double radius; /* A, mean distance of the members from the defect */
    size_t sites;
    double largest, rms; /* A, of |Du| among the members */
} ff_strain_shell;

typedef struct ff_strain_profile {
    size_t shells;
    ff_strain_shell *shell; /* [shells], by increasing radius */
    double from, to;        /* A, the window in which the exponent is fitted */
    ff_power_law decay;     /* of rms over radius; exponent NaN with fewer than four shells */
} ff_strain_profile;

void ff_strain_profile_init(ff_strain_profile *profile);
void ff_strain_profile_clear(ff_strain_profile *profile);

/* The window: from three nearest-neighbour distances, where the lattice's own structure has died
 * away, to 0.35 of the shortest vector between periodic images, where images begin to be felt; of a
 * cluster that is not periodic across, to 0.7 of the radius within which atoms are free. */
void ff_strain_window(double *from, double *to, const ff_relaxation *relaxation);

/* *profile is initialised by the call. */
int ff_strain_profile_find(ff_strain_profile *profile, const ff_relaxation *relaxation,
                           ff_error *err);

/* The same with bonds of the relaxation built already and |Du|^2 of each atom, A^2. */
int ff_strain_profile_of(ff_strain_profile *profile, const ff_relaxation *relaxation,
                         const ff_bonds *bonds, const double *squares, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
