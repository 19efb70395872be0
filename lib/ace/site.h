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

/* How these gradients change when the neighbours move (ff_ace_workspace_move), exactly. First
 * ff_ace_site_jacobian and then: fills workspace->jacobian_change. */
void ff_ace_site_jacobian_change(ff_ace_workspace *workspace);

/* Fills workspace->gradient_change at block b. */
void ff_ace_site_one_particle_change(ff_ace_workspace *workspace, size_t b);

/* changes[count][3][FF_LANES] of the gradients of the columns first..first+count-1 at block b (that
 * of the last calls of ff_ace_site_one_particle and ff_ace_site_one_particle_change), in 1/A^2. */
void ff_ace_site_gradient_changes(const ff_ace_workspace *workspace, size_t b, size_t first,
                                  size_t count, ff_lanes (*changes)[3]);

#ifdef __cplusplus
}
#endif
#endif
