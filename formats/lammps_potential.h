#ifndef FF_FORMATS_LAMMPS_POTENTIAL_H
#define FF_FORMATS_LAMMPS_POTENTIAL_H

/* Potentials that LAMMPS evaluates, through its C library (A. P. Thompson et al., Comput. Phys.
 * Commun. 271, 108171 (2022)), which is looked for when the first structure is evaluated and needs
 * no header. As the library ends its process when a command is wrong, it runs in one of its own,
 * the helper libexec/farfield/lammps-server, which speaks the protocol of command potentials. */

#include "formats/provenance.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opens "COMMAND; COMMAND; ..": lines of a LAMMPS script for units metal, at least a pair_style.
 * The elements of the atom types are the last words of a "pair_coeff * *", or given by a first
 * "species=Ga,N". Files that commands name are recorded in provenance (may be NULL). FF_E_USAGE for
 * what is not such. */
int ff_lammps_potential_open(ff_potential **out, const char *commands, ff_provenance *provenance,
                             ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
