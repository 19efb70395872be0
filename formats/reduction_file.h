#ifndef FF_FORMATS_REDUCTION_FILE_H
#define FF_FORMATS_REDUCTION_FILE_H

/* Reductions as HDF5 (kind "reduction", version 1; layout in docs/formats.md): the triangles of the
 * rows of a features file by group, kind and fold, with all that a fit needs besides. The file is
 * as large as half a square of the number of functions for each class, whatever the number of rows.
 */

#include "formats/container.h"
#include "lib/ace/basis.h"
#include "lib/regression/reduction.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_REDUCTION_FILE_VERSION = 1 };

/* A reduction and what its columns and targets mean. */
typedef struct ff_reduced_features {
    ff_ace_options basis;
    double one_body[FF_MAX_SPECIES + 1]; /* eV per atom, by atomic number, taken off the targets */
    ff_reduction reduction;
} ff_reduced_features;

void ff_reduced_features_clear(ff_reduced_features *features);

int ff_reduction_write(ff_container *container, const ff_reduced_features *features, ff_error *err);
/* *features is initialised by the call. */
int ff_reduction_read(ff_reduced_features *features, ff_container *container, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
