#ifndef FF_LIB_STRUCTURE_HOST_H
#define FF_LIB_STRUCTURE_HOST_H

/* The perfect crystal that a defect is put into: a unit cell and how often it is repeated, with
 * what is known of the crystal. Made in steps:
 *
 *     ff_host_of_crystal or ff_host_of_frame     a unit cell
 *     (ff_equilibrium_find)                      its equilibrium with a potential, if wanted
 *     ff_host_orient                             along directions, if wanted
 *     ff_host_repeat                             a supercell
 *
 * A, cells row-major with rows as vectors.
 */

#include "lib/structure/crystal.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_host {
    char name[32];           /* "bcc"; that given to a cell from a file */
    const ff_crystal *type;  /* NULL: from a file; such a crystal has no interstitials by name */
    double lattice_constant; /* a; of a cell from a file the length of its first vector */
    double axes[9]; /* the crystal's own cell, as it lies in the supercell: places in it are
                       counted from atom 0 of a unit cell */
    ff_frame unit;
    int cells[3];   /* of the unit along its vectors */
    double cell[9]; /* of the supercell: vectors of the same lattice as cells[i] unit vectors, not
                       necessarily the same vectors */
} ff_host;

/* Zeroes the struct. */
void ff_host_init(ff_host *host);
void ff_host_clear(ff_host *host);

/* One conventional cell. *host is initialised by the call; arguments and errors as those of
 * ff_crystal_unit. */
int ff_host_of_crystal(ff_host *host, const ff_crystal *crystal, const int *species,
                       const double constants[2], ff_error *err);

/* The crystal whose unit cell is the frame: periodic, or along its first two vectors only. Labels
 * are left off. Names longer than 31 bytes are cut. FF_E_RANGE when it is not periodic. */
int ff_host_of_frame(ff_host *host, const char *name, const ff_frame *frame, ff_error *err);

/* Replaces the unit cell (one, not yet repeated) by the one along three directions, as
 * ff_oriented_cell. */
int ff_host_orient(ff_host *host, const int directions[9], ff_error *err);

/* Repeats the unit cell: the supercell's vectors are matrix times those of the unit; diagonal for
 * cells along each. The unit cell is replaced when the matrix needs it (ff_supercell_of_matrix). */
int ff_host_repeat(ff_host *host, const int matrix[9], ff_error *err);

/* Makes *frame (initialised by the call) the perfect supercell, sites numbered as ff_repeat_cell
 * does, at their places in the repetition, which need not be inside the supercell's own vectors. */
int ff_host_frame(ff_frame *frame, const ff_host *host, ff_error *err);

/* position[3] of a site, A. */
void ff_host_site_position(double position[3], const ff_host *host, size_t site);

/* The site whose unit cell is in the middle of the repetition: atom `basis` of cell cells / 2. */
size_t ff_host_middle_site(const ff_host *host, size_t basis);

/* Distance of nearest neighbours, A, images included; infinite when there are none. */
double ff_host_nearest(const ff_host *host);

#ifdef __cplusplus
}
#endif
#endif
