#ifndef FF_LIB_DEFECTS_RELAXING_H
#define FF_LIB_DEFECTS_RELAXING_H

/* The inside of ff_relax, for the files that implement it: relaxing.c (the energy as a function of
 * displacements, and what preconditions its search) and relax.c (the search and its end). Everybody
 * else includes relax.h. */

#include "lib/defects/defect_response.h"
#include "lib/defects/local_symmetry.h"
#include "lib/defects/minimise.h"
#include "lib/defects/relax.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_relaxing {
    ff_relaxation *relaxation;
    const ff_relax_options *options;
    const ff_potential *potential;
    ff_force_constants constants;
    ff_green_function *green;
    ff_defect_response *response;
    size_t *core, core_count; /* atoms of the response's core; none: the crystal is perfect */
    double *core_places;      /* [core_count][3] displacements when it was last updated */
    bool core_updated;
    ff_core_modes core_modes;   /* as last updated */
    ff_local_symmetry symmetry; /* of the start, kept by the search */
    ff_sparse_response *sparse;
    ff_sparse_report sparse_report;
    size_t factors;        /* that were made of it */
    double *sparse_places; /* [atoms][3] displacements when it was made */
    size_t sparse_steps;   /* since then */
    size_t trials;         /* evaluations since the last step */
    ff_calculator *calculator;
    ff_frame frame;
    double max_force;       /* eV/A, at the last evaluation, before the symmetry was used */
    bool started;           /* there was an evaluation; at the first: */
    double first_energy;    /* eV, in total */
    double *first_energies; /* [atoms] eV, of sites; NULL where they are not asked for */
    double *differences;    /* [atoms] scratch */
    ff_close_pairs start, end;
    size_t history_capacity;
    double earlier_energy; /* eV: that of the first evaluation in the earlier history */
    bool finished;         /* evaluations are no longer part of the history */
} ff_relaxing;

/* Everything for a search from relaxation->displacement; the first three members are set. */
int ff_relaxing_init(ff_relaxing *r, ff_error *err);
void ff_relaxing_clear(ff_relaxing *r);

/* The symmetry of the atoms about a point defect, where they are now. The search keeps it from here
 * on, so that rounding does not take it away from a saddle, until ff_relaxing_forget_symmetry. */
int ff_relaxing_find_symmetry(ff_relaxing *r, ff_error *err);
void ff_relaxing_forget_symmetry(ff_relaxing *r);

/* What is minimised. */
ff_minimise_problem ff_relaxing_problem(ff_relaxing *r);

/* The same with the crystal's response alone as the preconditioner, for stability.h. */
ff_minimise_problem ff_relaxing_bare_problem(ff_relaxing *r);

/* Moves the frame's atoms. */
void ff_relaxing_place(ff_relaxing *r, const double *displacement);

/* Of an evaluation at the atoms' present places: *energy since the first, eV, and *noise, what
 * rounding may have added to it (relaxing_energy.c). */
int ff_relaxing_energy_change(ff_relaxing *r, const ff_evaluation_result *result, double *energy,
                              double *noise, ff_error *err);

/* Against the bulk, from the relaxation's site and bulk energies and the total one, eV. */
double ff_relaxing_formation_energy(const ff_relaxing *r, double total);

/* The core's Hessian at the atoms' present places, however little they have moved. */
int ff_relaxing_update_core(ff_relaxing *r, ff_error *err);

/* near[count] = the atoms next to the defect; the caller frees it. */
int ff_relaxing_near(size_t **near, size_t *count, const ff_relaxation *relaxation, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
