#ifndef FF_LIB_ACE_ROW_WORKSPACE_H
#define FF_LIB_ACE_ROW_WORKSPACE_H

/* Scratch memory of one thread that makes rows of a design matrix, and the steps that all kinds of
 * rows share. For the files of lib/ace. */

#include "lib/ace/features.h"
#include "lib/ace/moments.h"
#include "lib/structure/neighbour_list.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_ROW_CHUNK = 32 }; /* columns whose gradients at a block of neighbours stay in the cache */

struct ff_ace_row_workspace {
    ff_ace_workspace *site;
    ff_ace_moments moments;
    ff_neighbour_list list;
    size_t species_capacity;
    int *species;             /* [..] of the neighbours of one atom */
    double *values;           /* [site size] */
    ff_moments *totals;       /* [site size] */
    ff_lanes (*gradients)[3]; /* [FF_ROW_CHUNK] */
    size_t motion_capacity;
    double *motion; /* [..][3] of the neighbours of one atom */
};

/* What atom i of a frame sees, from w->list. FF_E_RANGE for a neighbour closer than the inner
 * radius of the pair. */
int ff_ace_row_environment(ff_ace_row_workspace *workspace, const ff_frame *frame, size_t i,
                           ff_environment *environment, ff_error *err);

/* Adds sign times workspace->gradients of `count` columns at block b of the loaded site i to the
 * rows of its atoms; rows: first of those columns in the rows of atom 0, atom by atom, x y z, each
 * `columns` long. */
void ff_ace_add_gradients(const ff_ace_row_workspace *workspace, size_t i, size_t b, size_t count,
                          double sign, double *rows, size_t columns);

/* Adds what the loaded site i, whose Jacobian is made, contributes to the force-constant rows of
 * the frame (rows: their first), for `count` of its columns from `first` on. */
int ff_ace_add_force_constants(ff_ace_row_workspace *workspace, const ff_frame *frame, size_t i,
                               size_t first, size_t count, double *rows, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
