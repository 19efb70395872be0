#ifndef FF_LIB_DEFECTS_FORCE_CONSTANTS_H
#define FF_LIB_DEFECTS_FORCE_CONSTANTS_H

/* Force constants of a perfect crystal for any potential: the second derivatives
 * Phi(a, b, n) = d2E / du(a, 0) du(b, n), 3x3, between site a of one unit cell and site b of the
 * cell displaced by n.
 *
 * Units: eV/A^2. n counts unit cells along each cell vector. Phi(a, b, n) = Phi(b, a, -n)^T and
 * sum over b, n of Phi(a, b, n) = 0 hold to rounding. The list is sorted by (site, other, cell).
 *
 * The energy being a sum of site energies, Phi is assembled from the Hessian of each site energy
 * with respect to the vectors to its neighbours, so that no supercell is needed and the range
 * (twice the cutoff) is exact. The site Hessian is the potential's own where it has second
 * derivatives; else the central difference of the site gradient at steps h and 2h, extrapolated:
 * the error is of order h^4.
 *
 * A planar crystal, periodic along its first two vectors only, is a world of two dimensions: its
 * atoms do not leave their plane, which in space would often buckle. The force constants along the
 * normal are replaced by the mean of those within the plane, so that H stays positive where that of
 * the plane is.
 */

#include "lib/potentials/potential.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_force_constant {
    uint32_t site, other;
    int32_t cell[3];
    double block[9]; /* eV/A^2, row-major: row is the direction of `site` */
} ff_force_constant;

typedef struct ff_force_constants {
    size_t sites;   /* in the unit cell */
    double cell[9]; /* rows, A */
    size_t count;
    ff_force_constant *list; /* [count] */
    double range;            /* A, no force constant reaches beyond: twice the cutoff */
    double step;             /* A, h; 0 when no differences were taken */
    double error;            /* eV/A^2, estimate of the largest error of an element of what
                                differences were taken for (a site's Hessian; from a supercell, the
                                force constants); 0 without */
    double energy_noise;     /* eV, of the energy of the study's supercell; from a supercell only */
    double force_noise;      /* eV/A, likewise of a force */
    size_t evaluations;      /* of supercells; 0 where none was needed */
    double bulk_energy[FF_MAX_SPECIES + 1]; /* eV, mean over the unit cell's sites of a species */
    double bulk_virial[6];                  /* eV per site, mean over the unit cell; Voigt */
} ff_force_constants;

void ff_force_constants_init(ff_force_constants *constants);
void ff_force_constants_clear(ff_force_constants *constants);

/* Computes the force constants, bulk energies and bulk virial of the crystal whose unit cell is
 * `unit` (periodic, or along its first two vectors only; any shape, smaller than the cutoff or not;
 * any species). *constants is initialised by the call. FF_E_RANGE when the unit cell is not or
 * holds a species that the potential does not know, FF_E_NUMERIC when the potential gives numbers
 * that are not finite. Threads: yes, with bit-identical results. */
int ff_force_constants_compute(ff_force_constants *constants, const ff_potential *potential,
                               const ff_frame *unit, ff_error *err);

/* The dynamical symbol H^(k) = sum over n of Phi(a, b, n) exp(i theta.n), a Hermitian matrix of
 * order 3 sites: matrix[row][column][re, im] with row = 3 a + direction. phase[3] = theta, the
 * phase per unit cell along each cell vector (2 pi k_i / N_i in a supercell). Not divided by
 * masses. */
void ff_force_constants_symbol(const ff_force_constants *constants, const double phase[3],
                               double *matrix);

#ifdef __cplusplus
}
#endif
#endif
