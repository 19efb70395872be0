#ifndef FF_LIB_STRUCTURE_DEFECT_MATCH_H
#define FF_LIB_STRUCTURE_DEFECT_MATCH_H

/* A point defect read off a structure: its atoms are matched with the sites of the perfect
 * supercell. A. */

#include "lib/structure/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_defect_match {
    size_t vacancies;     /* sites without an atom */
    size_t substitutions; /* sites with an atom of another species */
    size_t extras;        /* atoms without a site */
    double farthest;      /* A, of an atom from its site */
} ff_defect_match;

/* Makes *frame (initialised by the call), *site and centre[3] what ff_point_defect makes, of the
 * structure `defective`: an atom within `tolerance` of a site is on it, unless another one is
 * nearer. The frame holds the sites' positions; *displacement (allocated, [atoms][3]; the caller
 * frees) how far each atom of the structure is from them. Extra atoms are where the structure has
 * them. The structure's cell must span the same lattice as the host's supercell, as they lie.
 * FF_E_RANGE when it does not, when no defect is there, or when fewer than half of the sites are
 * found: the structure is then another crystal, or displaced against this one. */
int ff_defect_from_frame(ff_frame *frame, int64_t **site, double centre[3], double **displacement,
                         ff_defect_match *found, const ff_host *host, const ff_frame *defective,
                         double tolerance, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
