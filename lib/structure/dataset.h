#ifndef FF_LIB_STRUCTURE_DATASET_H
#define FF_LIB_STRUCTURE_DATASET_H

/* Atomic structures with their labels: a frame is one structure, a dataset a list of frames.
 *
 * Units: A, eV, eV/A; virial in eV; force constants eV/A^2.
 * Cell: three row vectors, cell[0..2] = a1, cell[3..5] = a2, cell[6..8] = a3; all zero when the
 * frame has no cell (then nothing is periodic). A frame with a cell may be periodic along any of
 * its vectors. Positions are Cartesian, [atoms][3], not necessarily inside the cell. Species:
 * atomic numbers, 1 to 118. Virial: V = -dE/d(strain) at zero strain = -volume * stress, symmetric,
 * Voigt order xx yy zz yz xz xy. A label that is absent is absent from `labels`; it is never stored
 * as zero or NaN.
 */

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_MAX_SPECIES = 118 };

/* The kinds of observation; also the order of rows within a frame of a design matrix. */
enum ff_kind {
    FF_KIND_ENERGY = 0,
    FF_KIND_FORCE = 1,
    FF_KIND_VIRIAL = 2,
    FF_KIND_FORCE_CONSTANT = 3,
    FF_KINDS = 4
};

/* Bits of ff_frame.labels. The first FF_KINDS bits are 1u << ff_kind. */
enum ff_label {
    FF_LABEL_ENERGY = 1u << FF_KIND_ENERGY,
    FF_LABEL_FORCES = 1u << FF_KIND_FORCE,
    FF_LABEL_VIRIAL = 1u << FF_KIND_VIRIAL,
    FF_LABEL_FORCE_CONSTANTS = 1u << FF_KIND_FORCE_CONSTANT,
    FF_LABEL_SITE_ENERGIES = 1u << 4
};

/* One atom moved along a direction; the force constants of a frame are the response to some. */
typedef struct ff_displacement {
    uint32_t atom;       /* from 0 */
    double direction[3]; /* unit vector */
} ff_displacement;

typedef struct ff_frame {
    size_t atoms;
    double cell[9];                /* rows are cell vectors, A */
    bool periodic[3];              /* along each cell vector */
    int *species;                  /* [atoms] atomic numbers */
    double *positions;             /* [atoms][3] A */
    unsigned labels;               /* which of the following are present: bits of ff_label */
    double energy;                 /* eV, total */
    double virial[6];              /* eV, Voigt */
    double *forces;                /* [atoms][3] eV/A; NULL when absent */
    double *site_energies;         /* [atoms] eV; NULL when absent */
    size_t displacements;          /* of the force constants; 0 when absent */
    ff_displacement *displacement; /* [displacements] */
    double *force_constants; /* [displacements][atoms][3] eV/A^2: d2E/ds dx_jb = -dF_jb/ds, s (A)
                                how far the displaced atom (and its images) has moved */
    double centre[3]; /* A, where the frame's defect sits; NaN: it has none, or nobody knows */
    char *group;      /* configuration type, never NULL; "default" when the input names none */
    double
        weight[FF_KINDS]; /* multiplies the weight of the frame's rows of each kind; 1 by default */
} ff_frame;

typedef struct ff_dataset {
    size_t count, capacity;
    ff_frame *frames;
    bool isolated_known[FF_MAX_SPECIES + 1];    /* by atomic number */
    double isolated_energy[FF_MAX_SPECIES + 1]; /* eV of the isolated atom, where known */
} ff_dataset;

/* Makes *frame a structure of `atoms` atoms with zeroed positions, no labels, group "default" and
 * weights 1. Release with ff_frame_clear. */
int ff_frame_init(ff_frame *frame, size_t atoms, ff_error *err);

/* Frees what the frame owns and zeroes it. */
void ff_frame_clear(ff_frame *frame);

/* Deep copy; *copy is initialised by the call. */
int ff_frame_copy(ff_frame *copy, const ff_frame *frame, ff_error *err);

/* Replaces the group name. */
int ff_frame_set_group(ff_frame *frame, const char *group, ff_error *err);

/* Allocates (zeroed) the per-atom array of a label (FF_LABEL_FORCES or FF_LABEL_SITE_ENERGIES) if
 * it is missing and marks the label present; for the energy and the virial only marks it. Force
 * constants come with their displacements, below. */
int ff_frame_add_label(ff_frame *frame, unsigned label, ff_error *err);

/* Labels the frame with the force constants of `count` displacements (at least one; copied), the
 * responses all zero, in place of those it may have had. */
int ff_frame_set_displacements(ff_frame *frame, size_t count, const ff_displacement *displacement,
                               ff_error *err);

/* Takes all labels off. */
void ff_frame_drop_labels(ff_frame *frame);

/* |det cell| in A^3; 0 when there is no cell. */
double ff_frame_volume(const ff_frame *frame);

/* Applies x -> (1 + strain) x to cell, positions and centre; strain is 3x3 row-major,
 * dimensionless. Labels stay as they are: those of the structure before. */
void ff_frame_strain(ff_frame *frame, const double strain[9]);

/* Checks a frame as every reader and generator must before passing it on: finite numbers, species
 * in 1..118, a cell that is not singular when periodic, displacements along unit vectors of atoms
 * there are. Close atoms are the neighbour list's business. Returns FF_OK or FF_E_RANGE naming the
 * atom. */
int ff_frame_check(const ff_frame *frame, ff_error *err);

void ff_dataset_init(ff_dataset *dataset);
void ff_dataset_clear(ff_dataset *dataset);

/* Appends *frame, taking ownership of its memory (the caller's struct is zeroed). On failure the
 * caller still owns it. */
int ff_dataset_append(ff_dataset *dataset, ff_frame *frame, ff_error *err);

/* Distinct species over all frames in increasing atomic number: species[FF_MAX_SPECIES], count. */
void ff_dataset_species(const ff_dataset *dataset, int *species, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
