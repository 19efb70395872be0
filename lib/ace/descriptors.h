#ifndef FF_LIB_ACE_DESCRIPTORS_H
#define FF_LIB_ACE_DESCRIPTORS_H

/* The basis functions of every atom: what its environment is to a model. Two atoms of a species
 * with equal functions have equal site energies under any coefficients, so that distances between
 * them say how far an environment is from those of a training set.
 *
 * Columns of an atom are those of its species, in the order of the design matrix: the sum over the
 * atoms of a species is that part of the frame's energy row. The pair functions of unlike atoms
 * belong to the species of smaller atomic number alone (basis.h). */

#include "lib/ace/basis.h"
#include "lib/base/parallel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The atoms of one frame. */
typedef struct ff_site_block {
    uint32_t frame; /* from 0 */
    size_t atoms;
    const int *species; /* [atoms] atomic numbers; borrowed from the frame */
    size_t stride;      /* ff_ace_basis_site_size */
    double *values;     /* [atoms][stride]: B_k; 0 beyond the columns of the atom's species */
} ff_site_block;

/* Takes the atoms of a frame; may not keep the block. */
typedef int (*ff_site_sink)(void *context, const ff_site_block *block, ff_error *err);

/* Columns of a species of centre, given by its index among the basis's: from *first on, *count. */
void ff_ace_centre_columns(const ff_ace_basis *basis, size_t centre, size_t *first, size_t *count);

/* Hands the atoms of all frames to the sink, frame by frame in order. Several frames are worked on
 * at a time (or parts of one, when fewer frames than threads are at hand), at most about 256 MiB
 * beyond the largest. Bit-identical for any number of threads. progress: frames. FF_E_RANGE naming
 * frame and atom for a species the basis was not made for or a neighbour closer than the inner
 * radius. */
int ff_ace_dataset_sites(const ff_ace_basis *basis, const ff_dataset *dataset, ff_site_sink sink,
                         void *context, const ff_progress *progress, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
