#ifndef FF_LIB_STRUCTURE_CRYSTAL_H
#define FF_LIB_STRUCTURE_CRYSTAL_H

/* Perfect cubic crystals in conventional cells, and point defects in them.
 *
 * Cell: cells[i] conventional cells of edge lattice_constant (A) along axis i. Sites are numbered
 * with the basis fastest, then z, y, x. A new crystal or defect is one line in a table of crystal.c
 * or point_defect.c.
 */

#include "lib/structure/dataset.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_crystal {
    const char *name;            /* "sc", "bcc", "fcc", "diamond" */
    size_t basis;                /* atoms per conventional cell */
    const double (*fraction)[3]; /* [basis] fractional positions */
    double nearest;              /* nearest-neighbour distance / lattice constant */
} ff_crystal;

/* The crystal of that name, or NULL; ff_crystal_names() lists them, separated by ", ". Borrowed. */
const ff_crystal *ff_crystal_find(const char *name);
const char *ff_crystal_names(void);

/* Makes *frame (initialised by the call) a perfect periodic supercell. */
int ff_crystal_supercell(ff_frame *frame, const ff_crystal *crystal, int species,
                         double lattice_constant, const int cells[3], ff_error *err);

/* Makes *frame (initialised by the call) the supercell with an unrelaxed point defect near its
 * centre. *site (allocated; caller frees) receives each atom's index in the perfect supercell, -1
 * for an extra atom; extra atoms come last. centre[3] receives the defect's position, A.
 * defect "none" gives the perfect crystal. FF_E_USAGE for an unknown defect or one that the crystal
 * does not have, naming those it has. */
int ff_point_defect(ff_frame *frame, int64_t **site, double centre[3], const ff_crystal *crystal,
                    int species, double lattice_constant, const int cells[3], const char *defect,
                    ff_error *err);

/* Names of the defects, separated by ", ". Borrowed. */
const char *ff_point_defect_names(void);

#ifdef __cplusplus
}
#endif
#endif
