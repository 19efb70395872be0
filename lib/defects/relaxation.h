#ifndef FF_LIB_DEFECTS_RELAXATION_H
#define FF_LIB_DEFECTS_RELAXATION_H

/* A crystal defect, relaxed with some potential: the object that studies compare.
 *
 * The perfect crystal is `unit`, repeated cells[] times along its vectors; its sites are numbered
 * with the unit cell's atoms fastest, then the cells along the third, second, first vector. Point
 * defects sit in a periodic supercell of it. A dislocation runs along the third vector, in a
 * cylinder that is periodic along it and whose rim is held in place (`fixed`), or in a periodic
 * cell with several of them.
 *
 * Reference configuration: for atoms on lattice sites their site, displaced by the elastic field of
 * the dislocations if there are any; for extra atoms (interstitials) the ideal position of the
 * defect. Displacements are from it. Two relaxations are comparable when
 * their references (cell, species, positions) are equal. Formation energy: sum over atoms of (site
 * energy - bulk energy per atom of that species at the same lattice constant), compensated, so that
 * 1e-8 eV survives in 1e6 atoms; with a potential that is known for whole structures only, the
 * total energy minus the same of the bulk.
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
    char crystal[32]; /* "bcc", "fcc", "diamond", or the name that a file's crystal was given */
    char defect[64];  /* "vacancy", "interstitial-tetrahedral", "none" */
    double lattice_constant; /* A, edge of the conventional cell; of a file's crystal the length of
                                its first vector */
    ff_frame unit;           /* unit cell of the perfect crystal */
    int cells[3];            /* unit cells along each of its vectors */
    double nearest;          /* A, nearest-neighbour distance of the perfect crystal */
    double centre[3];        /* A, where the defect sits */
    double burgers[3];       /* A, Burgers vector of a dislocation; 0: a point defect */
    ff_frame reference;      /* reference configuration, no labels; its cell and periodicity are
                                those of the supercell */
    int64_t *site;         /* [atoms] index of the lattice site in the perfect crystal; -1: extra */
    bool *fixed;           /* [atoms] those that are not moved; NULL: all are */
    double *displacement;  /* [atoms][3] A, relaxed minus reference */
    double *site_energies; /* [atoms] eV, relaxed; NULL: the potential knows of none */
    double bulk_energy[FF_MAX_SPECIES + 1]; /* eV per atom of each species in the perfect crystal */
    double formation_energy; /* eV, at fixed cell; of a cylinder, to half way through its rim */
    double image_energy;     /* eV, of which the periodic images are estimated to have added; NaN if
                                unknown */
    double virial[6]; /* eV, relaxed cell content minus the same number of bulk atoms: the elastic
                         dipole tensor if the bulk is free of stress; NaN if unknown, and of a
                         cylinder, where it would be mostly that of the free surface */
    double bulk_virial[6]; /* eV per site of the perfect crystal; NaN if unknown */
    double stiffness[36];  /* eV/A^3, elastic constants of the perfect crystal with this potential,
                              Voigt; NaN if unknown */
    size_t steps;
    ff_relaxation_step *history; /* [steps], one per force evaluation, in order, with those of the
                                    relaxations that this one goes on from */
    bool converged;
    double tolerance;        /* eV/A asked for */
    double lowest_curvature; /* eV/A^2, smallest seen along the search directions; NaN if unknown */
    double softest_ratio; /* of the softest mode of the relaxed structure, to the perfect crystal's
                             stiffness along it (stability.h); NaN if it was not looked for */
} ff_relaxation;

void ff_relaxation_init(ff_relaxation *relaxation);
void ff_relaxation_clear(ff_relaxation *relaxation);

/* Whether a dislocation is in it. */
bool ff_relaxation_is_dislocation(const ff_relaxation *relaxation);

/* Whether the crystal is a plane, periodic along its first two vectors only; its atoms stay in it.
 * normal[3] receives the unit vector at right angles to it, else zero. */
bool ff_relaxation_is_planar(const ff_relaxation *relaxation, double normal[3]);

/* sites of the perfect crystal: unit cells times atoms in each. */
size_t ff_relaxation_sites(const ff_relaxation *relaxation);

/* position[3] = where site `site` of the perfect crystal is, A: in a supercell of point defects the
 * reference position of the atom on it, next to a dislocation that without its elastic field. */
void ff_relaxation_site_position(double position[3], const ff_relaxation *relaxation, int64_t site);

/* Makes relaxation->unit anew from the name of the crystal, the lattice constant, cells, sites and
 * species, for those written before it was kept. FF_E_FORMAT when they do not fit together. */
int ff_relaxation_restore_unit(ff_relaxation *relaxation, ff_error *err);

/* Takes out of vectors[atoms][3] (forces, say) what may not move: all of those of fixed atoms, and
 * in a planar crystal what is along its normal. */
void ff_relaxation_hold_fixed(const ff_relaxation *relaxation, double *vectors);

/* Makes *frame (initialised by the call) the relaxed structure: reference plus displacement,
 * with the defect's centre, its group the defect's name. */
int ff_relaxation_frame(const ff_relaxation *relaxation, ff_frame *frame, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
