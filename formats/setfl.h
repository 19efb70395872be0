#ifndef FF_FORMATS_SETFL_H
#define FF_FORMATS_SETFL_H

/* setfl: tables of embedded-atom potentials as LAMMPS reads them (pair styles eam/alloy and
 * eam/fs).
 *
 *   3 lines of comment
 *   N symbol1 .. symbolN
 *   densities density-step distances distance-step cutoff
 *   for each element: a line "Z mass lattice-constant lattice", F(rho), then rho(r) once (alloy) or
 *       N times (fs: this element's density at atoms of element 1, .., N)
 *   r phi(r) for the pairs 11, 21, 22, 31, ..
 *
 * Energies eV, distances A. A table starts and ends with a line. The two forms are told apart by
 * what follows the first density: another element's line, or more numbers; with one element they
 * are the same. Symbols decide the species; Z, mass and lattice are not used.
 */

#include "formats/digest.h"
#include "lib/potentials/eam.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads plain or gzip'd setfl. *tables is initialised by the call; clear it with
 * ff_eam_tables_clear. FF_E_FORMAT with file and line for anything that contradicts the layout:
 * tables shorter or longer than the header says, words among the numbers, unknown symbols. */
int ff_setfl_read(ff_eam_tables *tables, const char *path, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
