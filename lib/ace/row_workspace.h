#ifndef FF_LIB_ACE_ROW_WORKSPACE_H
#define FF_LIB_ACE_ROW_WORKSPACE_H

/* Scratch memory of one thread that makes rows of a design matrix, and the steps that all kinds of
 * rows share. For the files of lib/ace. */

#include "lib/ace/features.h"
#include "lib/ace/site.h"
#include "lib/structure/neighbour_list.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ff_ace_row_workspace {
    ff_ace_workspace *site;
    ff_neighbour_list list;
    size_t species_capacity;
    int *species;    /* [..] of the neighbours of one atom */
    double *values;  /* [site size] */
    double *idle;    /* [basis size] a row for what no row wants */
    double *scratch; /* [basis size] */
    size_t motion_capacity;
    double *motion; /* [..][3] of the neighbours of one atom */
};

/* What atom i of a frame sees, from w->list. FF_E_RANGE for a neighbour closer than the inner
 * radius of the pair. */
int ff_ace_row_environment(ff_ace_row_workspace *workspace, const ff_frame *frame, size_t i,
                           ff_environment *environment, ff_error *err);

/* Where gradients at a pack of neighbours of the loaded site i go: the rows of these atoms; rows:
 * that of atom 0, axis x, the others following atom by atom, x y z. */
ff_slice_target ff_ace_neighbour_rows(const ff_ace_row_workspace *workspace, size_t i, size_t pack,
                                      double *rows, double sign);

/* Where moments of the loaded site i go: the atom's own rows and those of the virial. Either may be
 * NULL. */
ff_slice_target ff_ace_centre_rows(const ff_ace_row_workspace *workspace, size_t i, double *rows,
                                   double *virial, double sign);

/* Adds what the loaded site i, whose derivatives are made, contributes to the force-constant rows
 * of the frame (rows: their first). */
int ff_ace_add_force_constants(ff_ace_row_workspace *workspace, const ff_frame *frame, size_t i,
                               const ff_ace_part *part, double *rows, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
