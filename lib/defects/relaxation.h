#ifndef FF_LIB_DEFECTS_RELAXATION_H
#define FF_LIB_DEFECTS_RELAXATION_H

/* A crystal defect in a periodic supercell, relaxed with some potential: the object that studies
 * compare.
 *
 * Reference configuration: for atoms on lattice sites their site, for extra atoms (interstitials)
 * the ideal position of the defect. Displacements are from it. Two relaxations are comparable when
 * their references (cell, species, positions) are equal. Formation energy: sum over atoms of (site
 * energy - bulk energy per atom of that species at the same lattice constant), compensated, so that
 * 1e-8 eV survives in 1e6 atoms.
 */

#include "lib/base/error.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_relaxation_step {
    double max_force;     /* eV/A, largest component norm over atoms */
    double energy_change; /* eV since the first evaluation, summed over sites, compensated */
} ff_relaxation_step;

typedef struct ff_relaxation {
    char crystal[32];        /* "bcc", "fcc", "diamond" */
    char defect[64];         /* "vacancy", "interstitial-tetrahedral", "none" */
    double lattice_constant; /* A */
    int cells[3];            /* conventional cells along each axis */
    double nearest;          /* A, nearest-neighbour distance of the perfect crystal */
    double centre[3];        /* A, where the defect sits */
    ff_frame reference;      /* reference configuration, no labels */
    int64_t *site; /* [atoms] index of the lattice site in the perfect supercell; -1: extra */
    double *displacement;                   /* [atoms][3] A, relaxed minus reference */
    double *site_energies;                  /* [atoms] eV, relaxed */
    double bulk_energy[FF_MAX_SPECIES + 1]; /* eV per atom of each species in the perfect crystal */
    double formation_energy;                /* eV, at fixed cell */
    double virial[6]; /* eV, relaxed cell content minus the same number of bulk atoms */
    size_t steps;
    ff_relaxation_step *history; /* [steps], one per force evaluation, in order */
    bool converged;
    double tolerance;        /* eV/A asked for */
    double lowest_curvature; /* eV/A^2, smallest seen along the search directions; NaN if unknown */
} ff_relaxation;

void ff_relaxation_init(ff_relaxation *relaxation);
void ff_relaxation_clear(ff_relaxation *relaxation);

/* Makes *frame (initialised by the call) the relaxed structure: reference plus displacement,
 * with the defect's centre. */
int ff_relaxation_frame(const ff_relaxation *relaxation, ff_frame *frame, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
