#ifndef FF_LIB_STRUCTURE_POINT_DEFECT_H
#define FF_LIB_STRUCTURE_POINT_DEFECT_H

/* Unrelaxed point defects by name, in any perfect supercell. Interstitials are one line each in the
 * table of point_defect.c.
 *
 *     none                      the perfect crystal
 *     vacancy, vacancy-A        of the first atom (of species A) of the middle unit cell
 *     divacancy-Knn[-A]         with its neighbour in the K-th shell
 *     vacancy-cluster-N[-A]     N vacancies, each as near as can be to those before
 *     substitutional-X[-A]      an atom X in place of one (of species A)
 *     antisite-B-A              an atom B of the crystal in place of one of species A
 *     NAME, NAME-X              an interstitial of the table; the (first) extra atom is an X
 *
 * In crystals of several species the species have to be said. Of equivalent sites and directions,
 * which one is taken depends on the crystal's own axes only.
 */

#include "lib/structure/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes *frame (initialised by the call) the host's supercell with an unrelaxed point defect near
 * the middle of its cells. *site (allocated; the caller frees) receives each atom's site in the
 * perfect supercell, -1 for an extra atom; extra atoms come last. centre[3] receives the defect's
 * position, A: the mean of its vacant sites or of its extra atoms. FF_E_USAGE for a defect that the
 * crystal does not have, naming those it has; FF_E_RANGE when the supercell is too small. */
int ff_point_defect(ff_frame *frame, int64_t **site, double centre[3], const ff_host *host,
                    const char *defect, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
