#ifndef FF_LIB_DEFECTS_LOCAL_SYMMETRY_H
#define FF_LIB_DEFECTS_LOCAL_SYMMETRY_H

/* The rotations and reflections of the perfect crystal about a point that take the atoms round it
 * onto one another, and how fields on these atoms, such as forces, turn with them. */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_MOST_ROTATIONS = 48 };

typedef struct ff_local_symmetry {
    size_t crystal;                        /* operations of the perfect crystal's point group */
    size_t order;                          /* those that hold, the identity among them */
    int turn[FF_MOST_ROTATIONS][3][3];     /* in fractions of the unit cell's vectors */
    double rotation[FF_MOST_ROTATIONS][9]; /* x' = R x, Cartesian */
    size_t atoms;
    size_t *atom;    /* [atoms] those about the point, increasing */
    uint32_t *image; /* [order][atoms] the place in atom[] of each one's image */
    double *turned;  /* [atoms][3] scratch */
} ff_local_symmetry;

/* How closely to look. */
typedef struct ff_local_symmetry_options {
    double radius; /* A, at most: in a small cell, 0.45 of the distance between planes of images */
    double tolerance;  /* A, within which atoms have to fall on one another */
    bool of_supercell; /* only operations that also take the supercell onto itself */
} ff_local_symmetry_options;

/* Zeroes the struct. */
void ff_local_symmetry_init(ff_local_symmetry *symmetry);
void ff_local_symmetry_clear(ff_local_symmetry *symmetry);

/* Finds the operations about the relaxation's centre moved by shift[3], A, of the atoms where they
 * are (reference plus displacement). Of a planar crystal those that turn it over count as well.
 * *symmetry is initialised by the call. Not to be called by two threads at a time (symmetry.h). */
int ff_local_symmetry_find(ff_local_symmetry *symmetry, const ff_relaxation *relaxation,
                           const double shift[3], const ff_local_symmetry_options *options,
                           ff_error *err);

/* Takes out of vectors[all atoms][3] what the operations would change, on the atoms about the
 * point: the mean over the operations of R^T times the vector of the atom's image. */
void ff_local_symmetry_project(ff_local_symmetry *symmetry, double *vectors);

#ifdef __cplusplus
}
#endif
#endif
