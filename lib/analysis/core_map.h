#ifndef FF_LIB_ANALYSIS_CORE_MAP_H
#define FF_LIB_ANALYSIS_CORE_MAP_H

/* Where a dislocation's core is and how it is spread: Burgers vector and centre from the Nye tensor
 * (correspondence.h), and differential displacements of neighbouring columns of atoms (V. Vitek, R.
 * C. Perrin and D. K. Bowen, Philos. Mag. 21, 1049 (1970)).
 *
 * The line runs along z; positions are x, y in A.
 */

#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Two neighbouring columns of atoms along the line. */
typedef struct ff_column_pair {
    double from[2], to[2]; /* A, where they stand in the perfect crystal */
    double difference;     /* displacement of `to` along the Burgers vector minus that of `from`, in
                              Burgers vectors, to the nearest whole one: -1/2 to 1/2 */
} ff_column_pair;

typedef struct ff_core_map {
    double radius;      /* A, what follows is of the atoms within this distance of the line */
    double content[3];  /* A, Burgers vector found there: the integral of the Nye tensor over the
                           plane */
    double position[2]; /* A, centre of what is found along the Burgers vector, of the atoms that
                           have a tenth of the most of it */
    double spread;      /* A, root mean square distance of it from there */
    size_t pairs;
    ff_column_pair *pair; /* within the radius */
} ff_core_map;

void ff_core_map_init(ff_core_map *map);
void ff_core_map_clear(ff_core_map *map);

/* *map is initialised by the call; numbers are NaN, and there are no pairs, for a relaxation that
 * is not of a dislocation. The radius is six nearest-neighbour distances, or less in a cluster that
 * is smaller. */
int ff_core_map_find(ff_core_map *map, const ff_relaxation *relaxation, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
