#ifndef FF_LIB_POTENTIALS_POTENTIAL_H
#define FF_LIB_POTENTIALS_POTENTIAL_H

/* An interatomic potential is a function of an atom's environment: E = sum_i E_i({r_ij}). Each
 * potential says its energy per site and the gradient with respect to the vectors to its
 * neighbours; forces, virials, threading and neighbour lists are the calculator's business, once
 * for all potentials. Programs that know whole structures only (a KIM model, LAMMPS, a DFT code)
 * are potentials too, by another entry of the class; the calculator hides the difference.
 *
 * Units: eV, A, eV/A. A new potential is one file defining an ff_potential_class, and one line in
 * the table of formats/potential_name.c.
 */

#include "lib/base/error.h"
#include "lib/potentials/close_pairs.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What one atom sees: every neighbour closer than the potential's cutoff. */
typedef struct ff_environment {
    int species;                  /* atomic number of the centre */
    size_t count;                 /* neighbours */
    const int *neighbour_species; /* [count] atomic numbers */
    const double *vectors;        /* [count][3] r_j - r_i, A */
    const double *distances;      /* [count] A */
} ff_environment;

typedef struct ff_potential ff_potential;

/* What a potential for whole structures says about one. */
typedef struct ff_whole_result {
    double energy;         /* eV */
    double virial[6];      /* eV, Voigt; V = -dE/d(strain); when wanted */
    double *forces;        /* [atoms][3] eV/A, the caller's memory; when wanted, else NULL */
    double *site_energies; /* [atoms] eV, the caller's memory */
    bool has_sites;        /* whether site_energies were set, which then add up to energy */
} ff_whole_result;

/* For potentials of distances alone, E_i = F(rho_i) + 1/2 sum_j phi_ij(r_ij), rho_i = sum_j
 * rho_ij(r_ij): what forces are computed from without the gradient of every site. One of the two.
 * The energies are those of `site`, to the bit; parts of a bond are the same bits from either end.
 */
typedef struct ff_central_functions {
    /* With F: energy of a site, F'(rho_i), and for each neighbour parts[count][3], eV/A^2: rho_ij',
     * rho_ji' and phi_ij', each divided by r_ij. */
    void (*embed)(const ff_potential *potential, const ff_environment *environment, double *energy,
                  double *slope, double *parts);
    /* Without: energy of a site and slopes[count], eV/A: phi_ij'. */
    void (*pairs)(const ff_potential *potential, const ff_environment *environment, double *energy,
                  double *slopes);
} ff_central_functions;

typedef struct ff_potential_class {
    const char *kind; /* as in KIND:ARGUMENT, e.g. "sw" */
    /* Scratch memory for one thread; may be NULL when none is needed. */
    void *(*workspace_new)(const ff_potential *potential, ff_error *err);
    void (*workspace_free)(void *workspace);
    /* Energy of one site in eV; when gradient is not NULL, also gradient[count][3] =
     * dE_i/d(vector), eV/A (overwritten). Returns FF_OK or FF_E_RANGE (e.g. an environment outside
     * the domain). */
    int (*site)(const ff_potential *potential, const ff_environment *environment, void *workspace,
                double *energy, double *gradient, ff_error *err);
    /* products[directions][count][3] = H directions[directions][count][3], H the second derivatives
     * of the site energy by the vectors to its neighbours, exactly; eV/A^2 for dimensionless
     * directions. NULL when the class has none: callers then take differences of gradients. */
    int (*hessian_products)(const ff_potential *potential, const ff_environment *environment,
                            void *workspace, size_t directions, const double *direction,
                            double *products, ff_error *err);
    /* What members first .. first + count - 1 of an ensemble of potentials say of a site, less what
     * the potential itself does: energy[count], and unless NULL gradient[count][neighbours][3]
     * (overwritten). NULL when the class has no ensembles. */
    int (*members)(const ff_potential *potential, const ff_environment *environment,
                   void *workspace, size_t first, size_t count, double *energy, double *gradient,
                   ff_error *err);
    /* Frees parameters and the potential itself. */
    void (*free)(ff_potential *potential);
    /* In place of site and hessian_products, which are then NULL: energy, and what `want` says
     * (enum ff_want), of a whole frame, whose species are known and labels mean nothing. The
     * workspace is one instance (a process, a model), used by one thread at a time; there may be
     * several. FF_E_RANGE, FF_E_NUMERIC, or FF_E_IO when the program fails. */
    int (*evaluate)(const ff_potential *potential, const ff_frame *frame, unsigned want,
                    void *workspace, ff_whole_result *result, ff_error *err);
    /* Beside site; NULL: there are none. */
    const ff_central_functions *central;
} ff_potential_class;

struct ff_potential {
    const ff_potential_class *class_;
    double cutoff;                    /* A: no site energy depends on atoms at or beyond it;
                                         INFINITY when that is not known */
    bool species[FF_MAX_SPECIES + 1]; /* which atomic numbers it describes */
    /* A: the shortest distance of two species that the potential was made for, or NULL when any
     * distance is within its domain. Below it a fitted model is a repulsive wall, and results say
     * so (ff_evaluation_result.close). Symmetric in the species. */
    double (*shortest)(const ff_potential *potential, int species, int other);
    size_t members;   /* of the ensemble that comes with it (ensemble.h); 0: none */
    void *parameters; /* owned; known to the class only */
};

/* Frees any potential; NULL is allowed. */
void ff_potential_free(ff_potential *potential);

/* FF_E_RANGE, naming the potential and `what`, for one that is known for whole structures only. */
int ff_potential_need_sites(const ff_potential *potential, const char *what, ff_error *err);

/* Calculator: a potential applied to whole structures. */

typedef struct ff_calculator ff_calculator;

/* What to compute. Energy and site energies always are. */
enum ff_want { FF_WANT_ENERGY = 0, FF_WANT_FORCES = 1u << 0, FF_WANT_VIRIAL = 1u << 1 };

/* Results of one evaluation; arrays belong to the calculator and hold until its next call. */
typedef struct ff_evaluation_result {
    double energy;               /* eV: compensated sum of site energies in atom order */
    double virial[6];            /* eV, Voigt; V = -dE/d(strain) */
    const double *site_energies; /* [atoms] eV; NULL when a potential for whole structures has none
                                    (then energy is as it gave it) */
    const double *forces;        /* [atoms][3] eV/A; NULL unless wanted */
    ff_close_pairs close;        /* pairs closer than the potential was made for */
} ff_evaluation_result;

/* A calculator for a potential (borrowed, must outlive it). skin >= 0 in A is added to the cutoff
 * of the neighbour list, which is then reused while no atom has moved more than skin/2 (same cell,
 * same atoms); the results do not depend on it beyond rounding. Threads: ff_parallel_for over
 * atoms. */
int ff_calculator_new(ff_calculator **out, const ff_potential *potential, double skin,
                      ff_error *err);
void ff_calculator_free(ff_calculator *calculator);

/* Evaluates the potential on a frame (its labels are ignored). An atom of a species that the
 * potential does not know is FF_E_RANGE naming it. Bit-identical for any number of threads. */
int ff_calculator_evaluate(ff_calculator *calculator, const ff_frame *frame, unsigned want,
                           ff_evaluation_result *result, ff_error *err);

/* product[directions][atoms][3] = H direction[directions][atoms][3], H the second derivatives of
 * the energy of a frame by the positions of its atoms (all images of an atom moving with it);
 * eV/A^2 for dimensionless directions. Exact where the potential has hessian_products, and then
 * sites none of whose neighbours moves against them cost next to nothing, so that the columns of
 * one atom may be had one at a time. Else central differences of forces at two steps, extrapolated
 * to fourth order, whose largest displacements are a step (1e-3 A, or as last chosen) and twice
 * that; these count as force evaluations, four a direction. direction and product may not overlap.
 * Arrays of the last evaluation no longer hold. Errors as ff_calculator_evaluate. Bit-identical for
 * any number of threads. */
int ff_calculator_hessian_products(ff_calculator *calculator, const ff_frame *frame,
                                   size_t directions, const double *direction, double *product,
                                   ff_error *err);

/* The same for one direction. */
int ff_calculator_hessian_product(ff_calculator *calculator, const ff_frame *frame,
                                  const double *direction, double *product, ff_error *err);

/* How differences are taken. */
typedef struct ff_difference_step {
    double step;  /* A: the largest displacement of the closer pair of forces; 0: none are taken */
    double error; /* eV/A^2: an estimate of the largest error of what they give */
} ff_difference_step;

/* Chooses, for potentials without exact products, the step of later products from those along one
 * direction at nine steps from 2.5e-4 to 6.4e-2 A (18 force evaluations): that whose result
 * differs least from the result at the next, which is the estimate of its error: large steps see
 * higher derivatives, small ones the noise of the forces. The error is that along a direction whose
 * longest vector is 1. With exact products does nothing; *chosen (may be NULL) has step 0. */
int ff_calculator_choose_step(ff_calculator *calculator, const ff_frame *frame,
                              const double *direction, ff_difference_step *chosen, ff_error *err);

/* How often ff_calculator_evaluate has computed forces so far. */
size_t ff_calculator_force_evaluations(const ff_calculator *calculator);

/* Compensated (Neumaier) sum of values[i] - offset, in order. */
double ff_compensated_sum(const double *values, size_t count, double offset);

#ifdef __cplusplus
}
#endif
#endif
