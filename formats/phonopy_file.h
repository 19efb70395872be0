#ifndef FF_FORMATS_PHONOPY_FILE_H
#define FF_FORMATS_PHONOPY_FILE_H

/* Force constants as phonopy keeps them: FORCE_CONSTANTS (text), and fc.hdf5 or
 * force_constants.hdf5; full, or compact: of some atoms only, those of the primitive cell. A. Togo,
 * J. Phys. Soc. Jpn. 92, 012001 (2023).
 *
 *   rows atoms                  one number when they are the same
 *   i j                         from 1; j runs over all atoms before the next i
 *   3 lines of 3 numbers        d2E / dx_ia dx_jb, eV/A^2, a the line
 *
 * HDF5: dataset force_constants (or fc2) [rows][atoms][3][3]; when rows < atoms p2s_map[rows] with
 * the atoms of the rows from 0.
 */

#include "formats/text_writer.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_phonopy_table {
    size_t rows, atoms;
    uint32_t *atom; /* [rows] increasing, from 0 */
    double *matrix; /* [rows][atoms][9] eV/A^2 */
} ff_phonopy_table;

void ff_phonopy_table_init(ff_phonopy_table *table);
void ff_phonopy_table_clear(ff_phonopy_table *table);

/* Reads either kind (told from the first bytes; text may be gzip). *table is initialised by the
 * call. FF_E_FORMAT with file and line for what contradicts the layout, numbers that are not
 * finite. */
int ff_phonopy_read(ff_phonopy_table *table, const char *path, ff_error *err);

/* Labels a frame with the force constants of a table, in place of those it may have had: the
 * displacements of the atoms of its rows along x, y and z. FF_E_RANGE when it has another number of
 * atoms. */
int ff_phonopy_label(ff_frame *frame, const ff_phonopy_table *table, ff_error *err);

/* The whole matrix of a labelled frame, from the displacements it has by the symmetry of the frame
 * (within tolerance, A) unless they are all there are. *table is initialised by the call.
 * FF_E_RANGE when the frame has no force constants or too few. */
int ff_phonopy_of_frame(ff_phonopy_table *table, const ff_frame *frame, double tolerance,
                        ff_error *err);

/* Text to a writer; HDF5 to a file ("-": standard output), with the same bytes for the same
 * numbers. */
int ff_phonopy_write(ff_text_writer *writer, const ff_phonopy_table *table, ff_error *err);
int ff_phonopy_write_hdf5(const char *path, const ff_phonopy_table *table, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
