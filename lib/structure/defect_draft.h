#ifndef FF_LIB_STRUCTURE_DEFECT_DRAFT_H
#define FF_LIB_STRUCTURE_DEFECT_DRAFT_H

/* A point defect being made: the sites of a perfect supercell, of which some are emptied or given
 * another species, and extra atoms. Positions in A. */

#include "lib/structure/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_extra_atom {
    int species;
    double position[3];
} ff_extra_atom;

typedef struct ff_defect_draft {
    ff_frame sites;   /* the perfect supercell; species 0: empty */
    size_t vacancies; /* how many are empty */
    size_t extras, capacity;
    ff_extra_atom *extra; /* [extras] */
    double centre[3];     /* of the defect */
} ff_defect_draft;

/* The perfect supercell; its centre is that of the middle site. *draft is initialised by the call.
 */
int ff_defect_draft_init(ff_defect_draft *draft, const ff_host *host, ff_error *err);
void ff_defect_draft_clear(ff_defect_draft *draft);

/* Empties a site. FF_E_RANGE when it is empty already: the supercell is too small for the defect.
 */
int ff_defect_draft_empty(ff_defect_draft *draft, size_t site, ff_error *err);

int ff_defect_draft_add(ff_defect_draft *draft, int species, const double position[3],
                        ff_error *err);

/* Makes *frame (initialised by the call) of what is there: atoms on sites in their order, extra
 * atoms last. *site (allocated; the caller frees) receives the site of each atom, -1 for an extra
 * one. FF_E_RANGE when no atom is left. */
int ff_defect_draft_finish(ff_frame *frame, int64_t **site, const ff_defect_draft *draft,
                           ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
