#ifndef FF_FORMATS_POTENTIAL_NAME_H
#define FF_FORMATS_POTENTIAL_NAME_H

/* A potential is named everywhere by one string, KIND:ARGUMENT:
 *   fs:W                     Finnis-Sinclair, built-in parameters
 *   sw:Si                    Stillinger-Weber, built-in parameters
 *   sw:FILE                  Stillinger-Weber from a file of LAMMPS's pair style sw
 *   tersoff:FILE             Tersoff from a file of LAMMPS's pair style tersoff
 *   eam:FILE                 setfl tables, eam/alloy or eam/fs (told from the file), plain or .gz
 *   eam+lammps:FILE          the same with LAMMPS's interpolation
 *   lj:EPSILON,SIGMA,CUTOFF[,SYMBOL]          Lennard-Jones, shifted to zero at the cutoff
 *   morse:D,ALPHA,R0,CUTOFF[,SYMBOL]          Morse, shifted to zero at the cutoff
 *   ace:FILE                 a fitted model (our HDF5), or a linear .yace when FILE ends so
 */

#include "formats/provenance.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opens the potential that name names; free with ff_potential_free. FF_E_USAGE for a name that is
 * not understood (the message lists the kinds), else the error of the file it reads. When
 * provenance is not NULL, records the potential as parameter `potential` (a file's path replaced by
 * its digest) and the file as an input. */
int ff_potential_open(ff_potential **out, const char *name, ff_provenance *provenance,
                      ff_error *err);

/* The path of the model's file when the name is that of a model of ours, ace:FILE; else NULL.
 * Points into name. */
const char *ff_potential_model_file(const char *name);

/* One line per kind for --help: "fs:W  Finnis-Sinclair 1984 ...". Borrowed. */
const char *ff_potential_kinds_help(void);

#ifdef __cplusplus
}
#endif
#endif
