#ifndef FF_LIB_ACE_WALL_H
#define FF_LIB_ACE_WALL_H

/* The repulsive wall of a fitted model at distances that no training data reach.
 *
 * Below the inner radius of a basis its functions fade out (fade.h), so nothing of them keeps atoms
 * apart. There, and only there, the potential of a model has in addition the universal screened
 * repulsion of nuclei,
 *     Z1 Z2 e^2/(4 pi eps0 r) sum_i c_i exp(-d_i r/a),  a = 0.8854 a0 / (Z1^0.23 + Z2^0.23)
 * (J. F. Ziegler, J. P. Biersack and U. Littmark, The Stopping and Range of Ions in Matter, 1985),
 * times 1 - s with the step s of fade.h: in full below 3/4 of the inner radius, zero above it, with
 * two continuous derivatives. It is no part of the basis: rows of a design matrix come from
 * distances above the inner radius, where it is exactly zero.
 */

#ifdef __cplusplus
extern "C" {
#endif

/* Wall energy (eV) of a pair of atomic numbers at a distance (A, > 0); *slope receives its
 * derivative (eV/A), *curvature its second (eV/A^2). All zero at and above the inner radius (A). */
double ff_wall(int z1, int z2, double inner, double distance, double *slope, double *curvature);

#ifdef __cplusplus
}
#endif
#endif
