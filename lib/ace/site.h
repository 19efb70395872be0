#ifndef FF_LIB_ACE_SITE_H
#define FF_LIB_ACE_SITE_H

/* All functions of a loaded site, and their gradients added to rows of a matrix. For the files of
 * lib/ace.
 *
 * In such rows the many-body functions of a centre are in the order of the slices (slices.h) until
 * ff_ace_sort_row puts them into that of the basis: place k of their columns belongs to function
 * graph.slices.function[k]. Pair functions are in their columns from the beginning. */

#include "lib/ace/workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* values[columns of the centre]: the functions of the loaded site. */
void ff_ace_site_values(const ff_ace_workspace *workspace, double *values);

/* What gradients are made of: fills workspace->jacobian and workspace->gradients. Allocates when a
 * site has more neighbours than any before. */
int ff_ace_site_derivatives(ff_ace_workspace *workspace, ff_error *err);

/* The same for their changes when the neighbours move (ff_ace_workspace_move), exactly. */
int ff_ace_site_derivative_changes(ff_ace_workspace *workspace, ff_error *err);

/* Some functions of every centre. */
typedef struct ff_ace_part {
    bool pairs;        /* the pair functions */
    size_t begin, end; /* slices of the many-body functions */
} ff_ace_part;

/* Part number `index` of `count` about equal ones. */
ff_ace_part ff_ace_part_of(const ff_ace_basis *basis, size_t index, size_t count);

/* Adds the gradients dB_k/d(vector) in 1/A at a pack of neighbours, or the moments over the
 * neighbours of one species, to the target, whose column is the first of the centre. */
void ff_ace_site_add_gradients(const ff_ace_workspace *workspace, size_t pack,
                               const ff_ace_part *part, const ff_slice_target *target);
void ff_ace_site_add_moments(const ff_ace_workspace *workspace, int species,
                             const ff_ace_part *part, const ff_slice_target *target);

/* The same for the changes of these, in 1/A^2; of moments those for forces. */
void ff_ace_site_add_gradient_changes(const ff_ace_workspace *workspace, size_t pack,
                                      const ff_ace_part *part, const ff_slice_target *target);
void ff_ace_site_add_moment_changes(const ff_ace_workspace *workspace, int species,
                                    const ff_ace_part *part, const ff_slice_target *target);

/* Puts the many-body functions of all centres in a row of ff_ace_basis_size numbers into the order
 * of the basis. scratch[graph.functions]. */
void ff_ace_sort_row(const ff_ace_basis *basis, double *row, double *scratch);

#ifdef __cplusplus
}
#endif
#endif
