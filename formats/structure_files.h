#ifndef FF_FORMATS_STRUCTURE_FILES_H
#define FF_FORMATS_STRUCTURE_FILES_H

/* One structure for programs that do not read extended XYZ. Atoms keep their order; labels are not
 * written; numbers have all their digits. */

#include "formats/text_writer.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* VASP's POSCAR with fractional positions and a line of symbols, which name runs of atoms, so that
 * an element may come twice. What is not periodic in the frame is so there: FF_E_RANGE without a
 * cell. */
int ff_poscar_write(ff_text_writer *writer, const ff_frame *frame, ff_error *err);

/* LAMMPS's data file for units metal and atom_style atomic; types by increasing atomic number
 * (named in comments), with the masses of the elements. The cell is turned as lammps_box.h says,
 * and so are the positions. */
int ff_lammps_data_write(ff_text_writer *writer, const ff_frame *frame, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
