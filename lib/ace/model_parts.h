#ifndef FF_LIB_ACE_MODEL_PARTS_H
#define FF_LIB_ACE_MODEL_PARTS_H

/* A fitted model as a potential, for the files that implement it: model.c and committee.c. */

#include "lib/ace/workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_ace_parameters {
    ff_ace_basis *basis;
    ff_ace_model model;
    double *member; /* [potential->members][columns] coefficients less the model's, eV */
} ff_ace_parameters;

/* Terms of the energy that depend on one distance each: their derivatives by the distances of a
 * block of neighbours. */
typedef struct ff_distance_terms {
    ff_lanes slope, curvature;
} ff_distance_terms;

/* Adds the pair energy of the block's neighbours; returns its sum. coefficients: the centre's pair
 * columns. curvature is only touched when second. */
double ff_ace_pair_energy(const ff_ace_workspace *workspace, size_t b, const double *coefficients,
                          bool second, ff_distance_terms *terms);

/* ff_potential_class.members of fitted models. */
int ff_ace_members(const ff_potential *potential, const ff_environment *environment,
                   void *workspace, size_t first, size_t count, double *energy, double *gradient,
                   ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
