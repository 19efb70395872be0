#ifndef FF_LIB_ANALYSIS_CORRESPONDENCE_H
#define FF_LIB_ANALYSIS_CORRESPONDENCE_H

/* What became of each atom's neighbourhood: which of its relaxed neighbours stands for which
 * neighbour of its site in the perfect crystal, and the local deformation that this makes.
 *
 * Neighbours of a site are those closer than 1.2 nearest-neighbour distances d; the relaxed
 * neighbour that stands for one is the nearest to where it would be, within 0.37 d. No list of
 * bonds is kept from the reference, so that atoms which have slipped past each other have the
 * neighbours they have come to, and a dislocation's cut is nowhere. Units: A. Matrices 3x3
 * row-major. Atoms that are not on a site, or have fewer than three independent neighbours, have
 * NaN.
 */

#include "lib/defects/relaxation.h"
#include "lib/structure/neighbour_list.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_correspondence {
    size_t atoms;
    ff_neighbour_list relaxed; /* neighbours in the relaxed structure */
    ff_neighbour_list perfect; /* of the unit cell's sites */
    size_t *offset;            /* [atoms + 1] into pair */
    struct ff_correspondence_pair {
        size_t entry;      /* of relaxed */
        size_t site_entry; /* of perfect */
    } * pair;
} ff_correspondence;

void ff_correspondence_init(ff_correspondence *correspondence);
void ff_correspondence_clear(ff_correspondence *correspondence);

/* *correspondence is initialised by the call. */
int ff_correspondence_find(ff_correspondence *correspondence, const ff_relaxation *relaxation,
                           ff_error *err);

/* F[9] of an atom: relaxed neighbour = F . perfect neighbour in the least-squares sense (M. L. Falk
 * and J. S. Langer, Phys. Rev. E 57, 7192 (1998)). */
void ff_correspondence_deformation(double deformation[9], const ff_correspondence *correspondence,
                                   size_t atom);

/* The Green-Lagrange strain (F^T F - 1) / 2 of a deformation, xx yy zz yz xz xy (tensor components,
 * not the engineering shears). */
void ff_green_lagrange(double strain[6], const double deformation[9]);

/* Its mean normal part, trace / 3, and its von Mises shear
 * sqrt(yz^2 + xz^2 + xy^2 + ((xx - yy)^2 + (yy - zz)^2 + (zz - xx)^2) / 6), as OVITO has them. */
double ff_volumetric_strain(const double strain[6]);
double ff_von_mises_strain(const double strain[6]);

/* nye[atoms][9], 1/A: alpha_jk = -e_jim d_i G_mk, the density of Burgers vector k in lines along j,
 * where G is the lattice correspondence tensor (perfect neighbour = relaxed neighbour . G, both as
 * rows; C. S. Hartley and Y. Mishin, Acta Mater. 53, 1313 (2005)) and its gradient the
 * least-squares one over the same neighbours. The Burgers vector through an area with normal n is
 * the integral of n_j alpha_jk over it, where the displacement grows by b on the way round the
 * line, counterclockwise as seen from the tip of n. */
int ff_nye_tensor(double *nye, const ff_correspondence *correspondence, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
