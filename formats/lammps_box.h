#ifndef FF_FORMATS_LAMMPS_BOX_H
#define FF_FORMATS_LAMMPS_BOX_H

/* A frame's cell as LAMMPS wants it: the first vector along x, the second in the xy plane,
 * right-handed, periodic vectors first. Along what is not periodic the box is a straight one
 * around the atoms, 1 A wider on either side. */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_lammps_box {
    double axes[9];      /* rows: LAMMPS's axes in ours */
    double lo[3], hi[3]; /* A */
    double xy, xz, yz;   /* A */
    bool periodic[3];    /* of LAMMPS's, the first ones */
    double inverse[9];   /* position in LAMMPS's axes . inverse = fractions of the box */
} ff_lammps_box;

/* The box of a frame. */
ff_lammps_box ff_lammps_box_of(const ff_frame *frame);

/* A position in LAMMPS's axes, moved into the box along what is periodic. */
void ff_lammps_box_place(const ff_lammps_box *box, const double position[3], double placed[3]);

#ifdef __cplusplus
}
#endif
#endif
