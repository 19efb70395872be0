#ifndef FF_LIB_POTENTIALS_LENNARD_JONES_H
#define FF_LIB_POTENTIALS_LENNARD_JONES_H

/* Lennard-Jones: phi(r) = 4 epsilon [(sigma/r)^12 - (sigma/r)^6] - the same at the cutoff.
 * J. E. Jones, Proc. R. Soc. Lond. A 106, 463 (1924). The energy is shifted to zero at the cutoff,
 * the force is not (LAMMPS: lj/cut with pair_modify shift yes). */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* epsilon in eV, sigma > 0 and cutoff > 0 in A; species: the atomic number it describes, 0: any. */
int ff_lennard_jones_new(ff_potential **out, double epsilon, double sigma, double cutoff,
                         int species, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
