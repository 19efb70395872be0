#ifndef FF_LIB_DEFECTS_DISLOCATION_H
#define FF_LIB_DEFECTS_DISLOCATION_H

/* Unrelaxed straight dislocations: what their relaxations start from.
 *
 * Units: A, eV/A^3. Directions and the Burgers vector in terms of the vectors of the unit cell
 * given (Miller indices in cubic crystals), the plane as its Miller indices (h k l). The
 * relaxation's axes: z along the line, y along the normal of the glide plane, x = y cross z.
 *
 * A new dislocation with a name is one line in a table of dislocation_names.c.
 */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ff_arrangement {
    FF_ARRANGEMENT_CYLINDER,  /* one, in a cylinder with a rim that is not moved */
    FF_ARRANGEMENT_QUADRUPOLE /* two of opposite sign in a periodic cell: a chessboard */
} ff_arrangement;

/* What kind of dislocation. */
typedef struct ff_dislocation_kind {
    double burgers[3];
    int line[3], plane[3];
} ff_dislocation_kind;

typedef struct ff_dislocation_options {
    const char *crystal;              /* its name */
    const ff_frame *unit;             /* its unit cell, periodic along all three vectors */
    double lattice_constant, nearest; /* A, as ff_relaxation has them */
    const double *stiffness;          /* [36] eV/A^3, Voigt, in the axes of `unit` */
    const double *internal; /* [27 atoms of unit] as ff_internal_strain gives it; NULL: zero */
    ff_dislocation_kind kind;
    const double *core; /* [2] A, x and y of the line from an atom; NULL: chosen */
    ff_arrangement arrangement;
    double radius; /* A, atoms within it are moved; of a cylinder */
    double rim;    /* A, width of what is held around them */
    int cells[2];  /* oriented cells along x (even) and y; of a quadrupole */
    int periods;   /* of the crystal along the line */
} ff_dislocation_options;

/* Makes *relaxation (initialised) the unrelaxed dislocation(s): reference configuration by
 * anisotropic elasticity, zero displacement.
 *
 * The line of a cylinder goes through centre; atoms whose sites are farther from it than `radius`
 * are fixed. Where no core is given: for a screw the point between the columns of atoms (a vertex
 * of their Voronoi diagram), else a point half way between the two planes parallel to the glide
 * plane that are farthest apart (in diamond the shuffle set), that leaves the atoms of the
 * unrelaxed dislocation farthest from one another; in bcc this is the easy core of the <111> screw.
 *
 * A quadrupole is n0 x n1 oriented cells with a line at the core and its opposite half of the first
 * vector to the right, at the place between the atoms that is chosen in the same way (with a core
 * given: the same place). The second vector is that of the crystal plus half of the first, so that
 * the lines make a chessboard, sheared by about minus half of the Burgers vector, as much as makes
 * the crystal free of stress (K. Lehto and S. Oberg, Phys. Rev. Lett. 80, 5568 (1998); V. V.
 * Bulatov and W. Cai, Computer Simulations of Dislocations, 2006, chapter 5).
 *
 * FF_E_USAGE for a Burgers vector that is no translation of the crystal, a plane that does not hold
 * the line and the Burgers vector, or a crystal without translations along the three axes;
 * FF_E_RANGE for sizes that make no structure; FF_E_NUMERIC as ff_stroh_init. */
int ff_dislocation_prepare(ff_relaxation *relaxation, const ff_dislocation_options *options,
                           ff_error *err);

/* The dislocation of a crystal ("bcc", "fcc", "diamond") that goes by a name ("screw", ...).
 * FF_E_USAGE naming those there are. */
int ff_dislocation_find(ff_dislocation_kind *kind, const char *crystal, const char *name,
                        ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
