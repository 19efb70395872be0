#ifndef FF_LIB_POTENTIALS_TRIPLETS_H
#define FF_LIB_POTENTIALS_TRIPLETS_H

/* Tables of parameters for triplets of species, as three-body potentials have them: one entry for
 * each ordered (centre, neighbour, neighbour). */

#include "lib/base/error.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers the species that entries name: element[FF_MAX_SPECIES + 1] by atomic number, from 0 in
 * order of atomic number, -1 where there is none; *elements of them. entries[count] are structs of
 * `size` bytes that begin with int species[3]. FF_E_RANGE naming the triplet, of all that these
 * species form, that is missing or there twice, or for no entries. */
int ff_triplets_index(int *element, size_t *elements, const void *entries, size_t size,
                      size_t count, ff_error *err);

/* Whether two parameters that should be the same are, but for the digits of a table: within 1e-5 of
 * the larger. */
bool ff_triplets_agree(double a, double b);

/* FF_E_RANGE: "(Ga, N, N) and (N, Ga, Ga) differ in WHAT". Species by atomic number. */
int ff_triplets_differ(const int species[3], const int others[3], const char *what, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
