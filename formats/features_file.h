#ifndef FF_FORMATS_FEATURES_FILE_H
#define FF_FORMATS_FEATURES_FILE_H

/* Design matrices as HDF5 (kind "features", version 2; layout in docs/formats.md), written and read
 * in blocks of rows so that the matrix need never be in memory. Version 1, which had no force
 * constants, is read as well. */

#include "formats/container.h"
#include "lib/ace/basis.h"
#include "lib/regression/design_matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_FEATURES_FILE_VERSION = 2 };

typedef struct ff_features_writer ff_features_writer;
/* one_body[FF_MAX_SPECIES + 1]: the energies (eV per atom, by atomic number) taken off the targets.
 */
int ff_features_writer_new(ff_features_writer **out, ff_container *container,
                           const ff_ace_options *basis, size_t columns, const double *one_body,
                           const ff_frame_table *frames, ff_error *err);
int ff_features_writer_append(ff_features_writer *writer, const ff_design_block *block,
                              ff_error *err);
int ff_features_writer_finish(ff_features_writer *writer, ff_error *err); /* frees, always */
void ff_features_writer_free(ff_features_writer *writer);                 /* abandons */

typedef struct ff_features_reader {
    ff_container *container; /* borrowed */
    ff_ace_options basis;
    double one_body[FF_MAX_SPECIES + 1];
    ff_frame_table frames;
    size_t rows, columns;
    struct ff_features_streams *streams;
} ff_features_reader;
int ff_features_reader_open(ff_features_reader *reader, ff_container *container, ff_error *err);
/* Rows [first, first + block->rows) into an initialised block of reader->columns columns. */
int ff_features_reader_read(ff_features_reader *reader, size_t first, ff_design_block *block,
                            ff_error *err);
/* Labels alone of rows [first, first + rows), each checked against the frame table. */
int ff_features_reader_labels(ff_features_reader *reader, size_t first, size_t rows,
                              ff_row_label *labels, ff_error *err);
void ff_features_reader_close(ff_features_reader *reader);

/* The basis options as a group "basis", shared by features and model files: written resolved, read
 * checked and resolved. Files of before radial forms, limits and ranges read as their defaults. */
int ff_basis_write(hid_t location, const ff_ace_options *basis, ff_error *err);
int ff_basis_read(hid_t location, ff_ace_options *basis, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
