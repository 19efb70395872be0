#ifndef FF_LIB_ACE_SITE_H
#define FF_LIB_ACE_SITE_H

/* All functions of a loaded site and their gradients, one block of neighbours at a time. For the
 * files of lib/ace. */

#include "lib/ace/workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* values[columns of the centre]: the functions of the loaded site. */
void ff_ace_site_values(const ff_ace_workspace *workspace, double *values);

/* Fills workspace->jacobian. Before any of the following. */
void ff_ace_site_jacobian(ff_ace_workspace *workspace);

/* Fills workspace->gradient with the gradients of the one-particle functions at block b. */
void ff_ace_site_one_particle(ff_ace_workspace *workspace, size_t b);

/* gradients[count][3][FF_LANES] = dB_k/d(vector) in 1/A at block b (that of the last call of
 * ff_ace_site_one_particle) for the columns first..first+count-1 of the centre. */
void ff_ace_site_gradients(const ff_ace_workspace *workspace, size_t b, size_t first, size_t count,
                           ff_lanes (*gradients)[3]);

#ifdef __cplusplus
}
#endif
#endif
