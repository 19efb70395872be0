#ifndef FF_LIB_DEFECTS_CONSTANT_TABLE_H
#define FF_LIB_DEFECTS_CONSTANT_TABLE_H

/* Force constants while they are being added up: blocks over (site, other, cell), all cells within
 * some reach of the first. The inside of ff_force_constants, for the files that compute them:
 * force_constants.c (from energies of sites) and supercell_constants.c (from forces in a
 * supercell).
 *
 * Units: eV/A^2.
 */

#include "lib/defects/force_constants.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_constant_table {
    size_t sites;
    int32_t reach[3]; /* cells from -reach to reach */
    size_t cells;
    double *block; /* [sites][sites][cells][9] */
} ff_constant_table;

/* Zero everywhere. */
int ff_constant_table_init(ff_constant_table *table, size_t sites, const int32_t reach[3],
                           ff_error *err);
void ff_constant_table_clear(ff_constant_table *table);

/* The block of a pair, cell within reach; row-major, row is the direction of `site`. */
double *ff_constant_table_block(const ff_constant_table *table, size_t site, size_t other,
                                const int32_t cell[3]);

/* Makes Phi(a, b, n) the mean with Phi(b, a, -n)^T. */
void ff_constant_table_make_symmetric(ff_constant_table *table);

/* Makes the sum over b, n of Phi(a, b, n) zero with the on-site blocks, keeping them symmetric. */
void ff_constant_table_impose_sum_rule(ff_constant_table *table);

/* Makes constants->list those blocks that are not zero, in the order (site, other, cell). */
int ff_constant_table_compress(ff_force_constants *constants, const ff_constant_table *table,
                               ff_error *err);

/* Those of a planar crystal: Phi becomes P Phi P + n n^T tr(P Phi P) / 2 with P = 1 - n n^T, n the
 * normal to the first two vectors. */
void ff_force_constants_confine(ff_force_constants *constants);

#ifdef __cplusplus
}
#endif
#endif
