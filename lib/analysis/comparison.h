#ifndef FF_LIB_ANALYSIS_COMPARISON_H
#define FF_LIB_ANALYSIS_COMPARISON_H

/* Two relaxations of the same defect held against each other: the geometry and energy errors of a
 * model, where they sit, and what the theory predicts for them.
 *
 * Bond difference: D_rho u(l) = u(l + rho) - u(l) over pairs of atoms whose distance in the
 * reference configuration is below 1.2 nearest-neighbour distances. Geometry error = sqrt(sum over
 * directed bonds of |D (u_model - u_reference)|^2), A. Energy error = formation energy of the model
 * minus that of the reference, eV.
 * Radii are measured from the defect centre with the nearest periodic image, A.
 */

#include "lib/analysis/tags.h"
#include "lib/analysis/topology.h"
#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One shell of sites by distance from the defect. */
typedef struct ff_decay_bin {
    double radius;    /* A, mean of the members */
    size_t members;   /* sites */
    double reference; /* A, largest |Du| = sqrt(sum_rho |D_rho u(l)|^2) among the members */
    double model;     /* the same for the model */
    double error;     /* the same for the difference */
    double
        residual; /* eV/A, largest |model force at the reference's equilibrium|; NaN if unknown */
} ff_decay_bin;

typedef struct ff_comparison {
    ff_tags tags; /* what the user calls this comparison, e.g. L=2 observations=EF */
    char crystal[32], defect[64]; /* of the relaxations */
    int cells[3];
    size_t atoms;
    bool converged; /* both relaxations reached their tolerance; else the errors are of unfinished
                       states */
    ff_topology topology;  /* how the configurations differ; when they do, what holds one against
                              the other (geometry and energy errors, those of the bins) is NaN */
    double geometry_error; /* A, l2 over bonds */
    double geometry_error_max;             /* A, largest |D(u_model - u_reference)| of one bond */
    double geometry_norm;                  /* A, |D u_reference| for scale */
    double energy_reference, energy_model; /* eV, formation energies */
    double energy_error;                   /* eV, model minus reference */
    size_t bins;
    ff_decay_bin *decay;   /* [bins], increasing radius */
    double decay_exponent; /* p of a fit |Du_reference| ~ radius^p over the far field; NaN if
                              the cell is too small */
    /* From the model's force residual at the reference equilibrium; NaN without the model. */
    double residual_norm;   /* eV/A, l2 of the model's forces there */
    double predicted_error; /* A, |D H^-1 r|: first-order prediction of geometry_error */
    double effectivity;     /* predicted_error / geometry_error */
    double training_radius; /* A, splits core from far field; NaN when not given */
    double predicted_core;  /* A, of the residual within the training radius */
    double predicted_far;   /* A, of the rest */
} ff_comparison;

void ff_comparison_init(ff_comparison *comparison);
void ff_comparison_clear(ff_comparison *comparison);

/* Whether its errors are those of a model: both relaxations converged, to one configuration. */
bool ff_comparison_has_errors(const ff_comparison *comparison);

/* Fills everything but the residual part (residual.h) and the tags from two relaxations.
 * *comparison is initialised. The decay exponent is that of strain_profile.h. FF_E_FORMAT when
 * they are not of the same reference configuration; FF_E_CHECK never. */
int ff_compare(ff_comparison *comparison, const ff_relaxation *reference,
               const ff_relaxation *model, ff_error *err);

/* The same for one potential and two sizes of supercell: the error that the smaller cell (in the
 * place of the model) makes against the larger one, over the bonds that do not leave the cell
 * centred on the defect. A yardstick for models: what the reference itself would have got wrong in
 * a cell of the training's size. Of cylinders about a dislocation, whose energies grow with them,
 * the larger one's energy is that of the atoms that count in the smaller one. FF_E_FORMAT when the
 * defects do not correspond. */
int ff_compare_sizes(ff_comparison *comparison, const ff_relaxation *large,
                     const ff_relaxation *small, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
