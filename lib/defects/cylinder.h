#ifndef FF_LIB_DEFECTS_CYLINDER_H
#define FF_LIB_DEFECTS_CYLINDER_H

/* The parts of a cylinder about a dislocation whose rim is fixed. Units: A; distances are those of
 * the atoms' sites from the line. */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_cylinder {
    double radius; /* of the farthest atom that moves */
    double middle; /* half way through the rim: energies are summed up to here, beyond it are atoms
                      that feel the surface */
    double outer;  /* of the farthest atom */
} ff_cylinder;

/* Of a relaxation with fixed atoms. */
void ff_cylinder_measure(ff_cylinder *cylinder, const ff_relaxation *relaxation);

/* Distance of an atom's site from the line (an extra atom: of the atom). */
double ff_cylinder_distance(const ff_relaxation *relaxation, size_t atom);

/* Whether an atom's energy counts: all do where nothing is fixed (cylinder NULL). */
bool ff_cylinder_counts(const ff_cylinder *cylinder, const ff_relaxation *relaxation, size_t atom);

/* FF_E_RANGE when the rim is narrower than twice the cutoff (A) of a potential, so that atoms that
 * move would feel the surface. */
int ff_cylinder_check(const ff_cylinder *cylinder, double cutoff, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
