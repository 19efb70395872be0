#ifndef FF_LIB_ACE_BUNDLE_H
#define FF_LIB_ACE_BUNDLE_H

/* The unit in which gradients are worked on when every function's is wanted. For the files of
 * lib/ace. */

#include "lib/base/vectorise.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Twelve numbers handled at once: x, y and z of FF_PACK neighbours, [axis][lane]; or the moments of
 * a function f over the neighbours j of one species:
 *     -sum_j df/dr_x, y, z   (what a force on the centre needs)
 *      sum_j r_a df/dr_b     (what a virial needs) for ab = xx yy zz yz xz xy
 * and zeros. */
enum { FF_BUNDLE = 3 * FF_PACK, FF_MOMENTS = 9 };
typedef double ff_bundle[FF_BUNDLE] __attribute__((aligned(32)));

#ifdef __cplusplus
}
#endif
#endif
