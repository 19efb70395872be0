#ifndef FF_LIB_DEFECTS_RELAX_H
#define FF_LIB_DEFECTS_RELAX_H

/* Relaxes a crystal defect at fixed cell: L-BFGS preconditioned by the lattice Green's function of
 * the perfect crystal, made with the potential itself, so that the number of force evaluations does
 * not grow with the supercell. Dislocations and structures with fixed atoms have a sparse matrix of
 * force constants in its place, factorised.
 *
 * A point defect whose start is symmetric keeps its point group: the search ends on a saddle if
 * that is where the symmetric structure has its lowest energy, and says so.
 *
 * Units as in relaxation.h. Rigid translations: each step has zero mean over the lattice sites (a
 * missing site included), so the crystal does not drift; nothing that is compared (bond
 * differences, energies) depends on it.
 */

#include "lib/base/parallel.h"
#include "lib/defects/relaxation.h"
#include "lib/defects/sparse_response.h"
#include "lib/defects/stability.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_preconditioner {
    FF_PRECONDITIONER_DEFAULT, /* force constants for dislocations and where atoms are fixed, else
                                  the Green's function */
    FF_PRECONDITIONER_GREEN,   /* the lattice Green's function; of point defects */
    FF_PRECONDITIONER_FORCE_CONSTANTS, /* a sparse matrix of force constants (sparse_response.h) */
    FF_PRECONDITIONER_NONE             /* a multiple of the identity */
} ff_preconditioner;

typedef struct ff_relax_options {
    double tolerance;       /* eV/A, largest |force| on an atom at the end */
    size_t max_evaluations; /* of the forces of the supercell */
    ff_preconditioner preconditioner;
    double break_symmetry; /* A; random displacements of up to about this much along each axis, with
                              zero sum, are added to the start of the atoms within 1.3
                              nearest-neighbour distances of the defect. 0: none */
    uint64_t seed;         /* of the random displacements */
    bool check_stability;  /* look for the lowest mode of the relaxed structure (with a
                              preconditioner; else there is none to compare it with) */
    bool leave_saddle;     /* go on from a saddle along its unstable mode, until there is none */
    const ff_progress *progress; /* one item per evaluation of forces or product
                                    with their derivatives; may be NULL */
} ff_relax_options;

/* 1e-8 eV/A, 500 evaluations, default preconditioner, no breaking of symmetry, seed 1, the
 * stability checked, saddles not left. */
ff_relax_options ff_relax_defaults(void);

/* What a relaxation used, for the user to see. */
typedef struct ff_relax_report {
    size_t evaluations;          /* of forces in the supercell, including trial steps that failed */
    double max_force;            /* eV/A at the end */
    double largest_displacement; /* A */
    double force_constant_error; /* eV/A^2, estimate; 0: they are exact */
    size_t crystal_evaluations;  /* of perfect supercells, with a potential for whole structures:
                                    its bulk, its noise, its force constants */
    double force_noise;          /* eV/A, what such a potential's forces are good to */
    size_t modes, unstable_modes; /* of the perfect crystal in this supercell */
    double lowest_stiffness;      /* eV/A^2, over those modes */
    ff_stability stability;       /* of the relaxed structure; NaN unless asked for */
    size_t saddles_left;          /* on the way */
    double core_work; /* products with the Hessians of sites that went into the core's, divided by
                         the number of atoms: what they cost, in products of the whole */
    ff_sparse_report sparse;   /* with the preconditioner of force constants, the last; else zero */
    size_t factors;            /* how often those were taken and factorised */
    ff_close_pairs start, end; /* atoms closer than the potential was made for */
} ff_relax_report;

/* Relaxes, starting from relaxation->displacement, and fills in everything else. A history that is
 * there goes on if it is that of this start with this potential, and is dropped otherwise. FF_OK
 * when converged. FF_E_NUMERIC when not, with a message saying why; then *relaxation holds the best
 * state found with converged = false, unless its displacement had no energy to begin with (then
 * formation_energy stays NaN). With check_stability, relaxation->softest_ratio and lowest_curvature
 * are those of the lowest mode at the end (negative: a saddle), the latter in place of the smallest
 * along the search. report may be NULL. Threads: yes, bit-identical;
 * but not two relaxations at a time (symmetry.h).
 *
 * Of a point defect the potential may be known for whole structures only: the force constants are
 * then those of supercell_constants.h, there is no exact core, energies are differences of totals
 * (of the noise that was found in them), and site_energies stays NULL where it gives none. */
int ff_relax(ff_relaxation *relaxation, const ff_potential *potential,
             const ff_relax_options *options, ff_relax_report *report, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
