#ifndef FF_STAGES_LAMMPS_LIBRARY_H
#define FF_STAGES_LAMMPS_LIBRARY_H

/* LAMMPS's C library, found when the program runs: nothing of it is needed to build. */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_lammps ff_lammps;

/* Loads the library, for atom types of the given elements (symbols separated by commas), which
 * commands[count] (borrowed) make interact. FF_E_IO when there is none. */
int ff_lammps_open(ff_lammps **out, const char *species, size_t count, const char *const *commands,
                   ff_error *err);
void ff_lammps_close(ff_lammps *lammps);

/* Labels a frame with energy, forces, virial and site energies. A command that is wrong ends the
 * process: the library knows no other way. */
int ff_lammps_label(ff_lammps *lammps, ff_frame *frame, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
