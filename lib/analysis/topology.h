#ifndef FF_LIB_ANALYSIS_TOPOLOGY_H
#define FF_LIB_ANALYSIS_TOPOLOGY_H

/* Whether two relaxed structures of the same atoms are one configuration of the defect, or two: a
 * model whose dumbbell has turned, or whose vacancy has wandered, is in another basin of its
 * energy, and the distance between the two structures is no error of its geometry.
 *
 * Lengths are measured in nearest-neighbour distances d; a rigid shift does not count. A change is
 * - an atom that lies nearer to another lattice site (in another Wigner-Seitz cell) by 0.1 d at
 *   least, having moved by 0.15 d at least: an atom half-way between sites may lie on either side;
 * - two atoms in one Wigner-Seitz cell, a dumbbell, that point elsewhere by more than 20 degrees;
 * - two atoms closer than 1.2 d in one structure and not in the other, their distance having
 *   changed by 0.25 d at least;
 * - the centre of a dislocation's core (core_map.h) that lies elsewhere by 0.5 d at least.
 */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_topology {
    size_t moved;    /* atoms nearer to another site */
    size_t turned;   /* dumbbells that point elsewhere */
    size_t bonds;    /* pairs that are neighbours in one structure only */
    size_t cores;    /* 1: the core of a dislocation has moved */
    bool equivalent; /* something has changed, but the shortest distances between atoms agree to
                        0.01 d: probably the same configuration in another orientation or place */
} ff_topology;

/* Compares the structures with displacements a and b, both [atoms][3], of a relaxation's atoms from
 * its reference. */
int ff_topology_compare(ff_topology *topology, const ff_relaxation *relaxation, const double *a,
                        const double *b, ff_error *err);

bool ff_topology_same(const ff_topology *topology);

/* "3 atoms moved to other sites, 1 dumbbell turned, 4 bonds changed; ...": what has changed, or
 * "none", into text of size bytes. Returns text. */
char *ff_topology_describe(char *text, size_t size, const ff_topology *topology);

#ifdef __cplusplus
}
#endif
#endif
