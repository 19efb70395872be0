#ifndef FF_LIB_ACE_SLICES_H
#define FF_LIB_ACE_SLICES_H

/* Products of a sparse matrix with many vectors at once, added to the rows of a large matrix: the
 * Jacobian dB/dA times the gradients of the one-particle functions, where making a design matrix
 * spends its time.
 *
 * Functions are taken FF_PACK at a time: a slice. Slices hold functions with the same number of
 * entries, or nearly (entries of zero fill up), so that a slice is one loop without branches, its
 * sums stay in registers, and loops of one length follow one another. So functions have places of
 * their own in this order, place k belonging to function[k]. Entries are grouped by the species of
 * the one-particle function: products are with those of one species.
 * (Sliced ELLPACK with sorting: M. Kreutzer et al., SIAM J. Sci. Comput. 36, C401 (2014).)
 */

#include "lib/ace/bundle.h"
#include "lib/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_slices {
    size_t functions, species;
    size_t count;       /* slices */
    uint32_t *function; /* [functions] by place */
    size_t *first;      /* [count * species + 1] first step of slice s and species z at
                           s * species + z */
    size_t steps;
    size_t entries;   /* without those that fill up */
    uint32_t *offset; /* [steps][FF_PACK] FF_BUNDLE times the one-particle row of each entry */
} ff_slices;

/* From the entries of each function: those of function k and species z are numbers
 * first[k * species + z] .. first[k * species + z + 1] - 1; row[..] is the one-particle row of
 * each. place[..] receives where the entry goes in values[steps][FF_PACK]; entries of one function
 * and species that follow one another are FF_PACK apart there. */
int ff_slices_init(ff_slices *slices, size_t functions, size_t species, const size_t *first,
                   const uint32_t *row, uint32_t *place, ff_error *err);
void ff_slices_clear(ff_slices *slices);

/* One product: values[steps][FF_PACK] of the sparse matrix, and a bundle for every one-particle
 * row. */
typedef struct ff_slice_term {
    const double *values;
    const ff_bundle *bundle;
} ff_slice_term;

/* Where products go: number i of a bundle to row[i], the first place at column `column`, times
 * sign. */
typedef struct ff_slice_target {
    double *row[FF_BUNDLE];
    size_t column;
    double sign;
} ff_slice_target;

/* Adds the sum of the terms for slices begin..end-1 and one species. Nothing beyond the places of
 * the functions is touched. */
void ff_slices_add(const ff_slices *slices, size_t species, size_t begin, size_t end,
                   const ff_slice_term *terms, size_t term_count, const ff_slice_target *target);

#ifdef __cplusplus
}
#endif
#endif
