#ifndef FF_FORMATS_DATASET_COLUMNS_H
#define FF_FORMATS_DATASET_COLUMNS_H

/* The arrays of a dataset file, for its writer and its reader only: one row a frame (group
 * "frames"), an atom (group "atoms"), or a displacement or response to one (group
 * "force_constants"). */

#include "formats/container.h"
#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ff_dataset_column {
    FF_FRAME_ATOMS,
    FF_FRAME_CELL,
    FF_FRAME_PERIODIC,
    FF_FRAME_LABELS,
    FF_FRAME_ENERGY,
    FF_FRAME_VIRIAL,
    FF_FRAME_GROUP,
    FF_FRAME_WEIGHT,
    FF_FRAME_DISPLACEMENTS, /* since version 2 */
    FF_ATOM_SPECIES,
    FF_ATOM_POSITION,
    FF_ATOM_FORCE, /* this and the following: there if any frame has them */
    FF_ATOM_SITE_ENERGY,
    FF_DISPLACED_ATOM, /* these in the order of the frames */
    FF_DISPLACED_ALONG,
    FF_RESPONSE,     /* frame by frame, displacement by displacement, atom by atom */
    FF_FRAME_CENTRE, /* there if any frame has one */
    FF_DATASET_COLUMNS
};

typedef struct ff_dataset_column_form {
    const char *name;
    ff_element element;
    int rank;
    size_t shape[3];
    const char *units, *description;
} ff_dataset_column_form;

extern const ff_dataset_column_form ff_dataset_columns[FF_DATASET_COLUMNS];

/* Bits of the array frames/labels, which are those of the first version: force constants came
 * later than site energies. Stored bits that are not known stay, beyond those of ff_label. */
unsigned ff_dataset_labels_stored(unsigned labels);
unsigned ff_dataset_labels_read(unsigned stored);

#ifdef __cplusplus
}
#endif
#endif
