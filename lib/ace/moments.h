#ifndef FF_LIB_ACE_MOMENTS_H
#define FF_LIB_ACE_MOMENTS_H

/* Sums over the neighbours of a site of every function's gradient (what the centre's forces need)
 * and of its product with the vector (what the virial needs). The sums are taken over the
 * one-particle functions first, so that the cost per function does not grow with the number of
 * neighbours. For the files of lib/ace. */

#include "lib/ace/site.h"

#ifdef __cplusplus
extern "C" {
#endif

/* sum_j dB/dr_x, _y, _z; then sum_j r_a dB/dr_b for ab = xx yy zz yz xz xy; the rest is zero. */
enum { FF_MOMENTS = 9, FF_MOMENTS_PADDED = 12 };
typedef double ff_moments[FF_MOMENTS_PADDED] __attribute__((aligned(32)));

/* Scratch memory for one-particle sums. */
typedef struct ff_ace_moments {
    ff_lanes (*partial)[FF_MOMENTS]; /* [rows] of the species at work */
    ff_moments *one_particle;        /* [species][rows] */
} ff_ace_moments;

int ff_ace_moments_init(ff_ace_moments *moments, const ff_ace_basis *basis, ff_error *err);
void ff_ace_moments_clear(ff_ace_moments *moments);

/* Forgets the last site. Then, for every block b of the site after ff_ace_site_one_particle: add.
 */
void ff_ace_moments_start(ff_ace_moments *moments, const ff_ace_workspace *workspace);
void ff_ace_moments_add(ff_ace_moments *moments, const ff_ace_workspace *workspace, size_t b);

/* out[count]: moments of the centre's columns first..first+count-1, all blocks having been added.
 */
void ff_ace_moments_functions(const ff_ace_moments *moments, const ff_ace_workspace *workspace,
                              size_t first, size_t count, ff_moments *out);

#ifdef __cplusplus
}
#endif
#endif
