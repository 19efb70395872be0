#ifndef FF_FORMATS_SITES_GROUP_H
#define FF_FORMATS_SITES_GROUP_H

/* The group "sites" of a features file: the basis functions of every atom, a group for each species
 * (layout in docs/formats.md), written in frame order and read in blocks. */

#include "formats/container.h"
#include "lib/ace/descriptors.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_sites_writer ff_sites_writer;
/* The basis must outlive the writer. */
int ff_sites_writer_new(ff_sites_writer **out, ff_container *container, const ff_ace_basis *basis,
                        ff_error *err);
int ff_sites_writer_append(ff_sites_writer *writer, const ff_site_block *block, ff_error *err);
int ff_sites_writer_finish(ff_sites_writer *writer, ff_error *err); /* frees, always */
void ff_sites_writer_free(ff_sites_writer *writer);                 /* abandons */

/* Whether a features file has the group. */
bool ff_sites_present(ff_container *container);

/* The atoms of one species. */
typedef struct ff_sites_reader {
    ff_container *container; /* borrowed */
    size_t atoms, columns;
    size_t first_column; /* of the columns among those of the design matrix */
    hid_t group;
    ff_array_stream *frame, *atom, *matrix;
} ff_sites_reader;
/* FF_E_FORMAT when the file has no atoms' functions, or not those of that species (atomic number).
 */
int ff_sites_reader_open(ff_sites_reader *reader, ff_container *container, int species,
                         ff_error *err);
/* Atoms [first, first + count): frames and atoms in them from 0 into frame[count] and atom[count],
 * functions into values[count][columns]. */
int ff_sites_reader_read(ff_sites_reader *reader, size_t first, size_t count, uint32_t *frame,
                         uint32_t *atom, double *values, ff_error *err);
void ff_sites_reader_close(ff_sites_reader *reader);

#ifdef __cplusplus
}
#endif
#endif
