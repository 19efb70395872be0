#ifndef FF_LIB_STRUCTURE_HOST_NEIGHBOURS_H
#define FF_LIB_STRUCTURE_HOST_NEIGHBOURS_H

/* Sites around a site of a perfect crystal: by shell, and the most compact clusters. Which of
 * equivalent sites is taken depends on the crystal's own axes only, not on how the unit cell or the
 * supercell were chosen. A. */

#include "lib/structure/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_host_neighbour {
    size_t site;      /* of the supercell; the same for periodic images */
    double vector[3]; /* A, to it */
    double distance;  /* A */
} ff_host_neighbour;

/* *neighbour = the site in shell number `shell` (from 1) about the middle site of atom `basis`:
 * of those at one distance (within 1e-4 of it) the one that lies farthest along the first axis,
 * then the second, the third. FF_E_RANGE for shells beyond 100. */
int ff_host_shell(ff_host_neighbour *neighbour, const ff_host *host, size_t basis, int shell,
                  ff_error *err);

/* cluster[count]: the middle site of atom `basis`, then one by one the site whose squared distances
 * to those before add up to the least; of equals as above. FF_E_RANGE for counts outside 1 to 100.
 */
int ff_host_cluster(ff_host_neighbour *cluster, const ff_host *host, size_t basis, int count,
                    ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
