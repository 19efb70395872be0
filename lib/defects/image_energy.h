#ifndef FF_LIB_DEFECTS_IMAGE_ENERGY_H
#define FF_LIB_DEFECTS_IMAGE_ENERGY_H

/* What the periodic images of a point defect add to its energy at fixed cell.
 *
 * Far from the defect the crystal is harmonic, so that the relaxed displacements u are those of
 * forces f = H u of the perfect crystal that act near the defect only (Kanzaki, J. Phys. Chem.
 * Solids 2, 24, 1957). The same forces in an infinite crystal would do other work:
 *   E_images = -1/2 f . (G_N - G) f = Q_N - Q,   Q_M = -1/2 (1/M) sum over k of f* H^-1 f (k)
 * with M the number of wave vectors (no translations at k = 0), and Q its limit. With f(k) known
 * for any k, the supercell's surroundings are grids of two and three times as many cells; the
 * summand is even in k and, at k = 0, homogeneous of degree zero, so that Q_M - Q has terms 1/m^3
 * and 1/m^5 in the edge m, and three grids give Q. What is left of the error of an energy from
 * which this is taken is the change of the forces f in the field of the images, of second order:
 * 1/N^6 in the edge N in place of 1/N^3.
 *
 * Units: eV, A.
 */

#include "lib/defects/force_constants.h"
#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* *energy of a relaxed point defect in a periodic supercell of the crystal with these force
 * constants. Of supercells of more than 40,000 sites the middle is taken, to leading order. NaN for
 * what has no such images: no defect, dislocations, fixed atoms, cells that are not periodic; or
 * where the crystal is not stable at some wave vector. Threads: yes, bit-identical. */
int ff_image_energy(double *energy, const ff_relaxation *relaxation,
                    const ff_force_constants *constants, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
