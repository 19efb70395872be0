#ifndef FF_FORMATS_TRIPLETS_FILE_H
#define FF_FORMATS_TRIPLETS_FILE_H

/* Parameter files of three-body potentials as LAMMPS reads them (pair styles sw and tersoff),
 * plain or gzip:
 *
 *   element1 element2 element3 number ..
 *
 * one entry after another, each of as many words as the style wants and starting on a line of its
 * own; it may go on over several lines. What follows a # is a comment. Units: metal (eV, A); a file
 * whose first line says otherwise in LAMMPS's form ("UNITS: real") is refused.
 *
 *   sw:      epsilon sigma a lambda gamma cos(theta0) A B p q tolerance
 *   tersoff: m gamma lambda3 c d cos(theta0) n beta lambda2 B R D lambda1 A
 */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opens the potential of a file. FF_E_FORMAT, FF_E_RANGE with file (and line) for anything that
 * contradicts the layout, and for what ff_stillinger_weber_from_entries and ff_tersoff_from_entries
 * refuse. */
int ff_sw_file_open(ff_potential **out, const char *path, ff_error *err);
int ff_tersoff_file_open(ff_potential **out, const char *path, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
