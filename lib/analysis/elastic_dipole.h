#ifndef FF_LIB_ANALYSIS_ELASTIC_DIPOLE_H
#define FF_LIB_ANALYSIS_ELASTIC_DIPOLE_H

/* What a point defect looks like from afar: its elastic dipole tensor and its relaxation volume.
 *
 * P_ij = -dE/d(strain_ij) of the relaxed supercell, minus that of the perfect supercell of the same
 * shape: P = volume x (stress of the perfect crystal - stress with the defect), eV, Voigt order xx
 * yy zz yz xz xy; positive where the defect wants more room (C. Varvenne and E. Clouet, Phys. Rev.
 * B 96, 224103 (2017)). Supercells of any size give the same P up to what the periodic images
 * change in the defect itself. Relaxation volume = trace(S : P) with the elastic compliances S,
 * A^3: the change of the crystal's volume when the defect is made at constant pressure and number
 * of lattice sites.
 */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* dipole[6] from the relaxation's virial, which is against as many bulk atoms as there are, and the
 * virial of a bulk atom for each site without an atom or atom without a site (nothing where the
 * bulk is free of stress; left out where relaxations do not know it). NaN for a dislocation, which
 * has no dipole. */
void ff_elastic_dipole(double dipole[6], const ff_relaxation *relaxation);

/* The compliances of elastic constants, both 6x6 in Voigt order; NaN when the elastic constants are
 * not finite or not positive definite. */
void ff_elastic_compliance(double compliance[36], const double stiffness[36]);

/* trace(S : dipole), A^3; NaN as above. */
double ff_relaxation_volume(const double dipole[6], const double stiffness[36]);

#ifdef __cplusplus
}
#endif
#endif
