#ifndef FF_FORMATS_EXTXYZ_WRITER_H
#define FF_FORMATS_EXTXYZ_WRITER_H

/* Extended XYZ: writing records and frames, so that reading them gives the same again, bit for bit,
 * and other readers understand them: numbers with the digits they need, lists of numbers in quotes,
 * text quoted where it must be.
 */

#include "formats/extxyz.h"
#include "formats/text_writer.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes a record. Properties is made from the columns (an entry of that name is ignored); a
 * comment is written for a frame of plain XYZ. FF_E_FORMAT for what the format cannot hold: empty
 * or blank text in a column, names of columns outside [A-Za-z_][A-Za-z_0-9.-]*, control characters,
 * numbers of line 2 that are not finite. */
int ff_extxyz_write(ff_text_writer *writer, const ff_extxyz_record *record, ff_error *err);

/* Names under which a frame's labels are written; NULL: not written. */
typedef struct ff_extxyz_names {
    const char *energy, *virial, *stress, *group, *centre; /* keys of line 2 */
    const char *forces, *site_energies;                    /* columns */
} ff_extxyz_names;

/* Writes a frame: Lattice (when it has a cell), pbc, species, pos and the labels it has under their
 * names: virial and stress (= -virial/volume, eV/A^3) as nine numbers. More entries and columns,
 * with [frame->atoms] rows, may be added; more may be NULL. */
int ff_extxyz_write_frame(ff_text_writer *writer, const ff_frame *frame,
                          const ff_extxyz_names *names, const ff_extxyz_record *more,
                          ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
