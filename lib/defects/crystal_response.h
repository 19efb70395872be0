#ifndef FF_LIB_DEFECTS_CRYSTAL_RESPONSE_H
#define FF_LIB_DEFECTS_CRYSTAL_RESPONSE_H

/* The response of a relaxation's structure with what it is made of: of a point defect that of
 * defect_response.h with the force constants and the Green's function, of a dislocation or where
 * atoms are fixed that of sparse_response.h. */

#include "lib/defects/defect_response.h"
#include "lib/defects/relaxation.h"
#include "lib/defects/sparse_response.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_crystal_response {
    ff_force_constants constants; /* of the perfect crystal; of a point defect */
    ff_green_function *green;     /* NULL where there is the sparse response */
    ff_defect_response *response;
    ff_sparse_response *sparse;
} ff_crystal_response;

/* Makes *out (initialised by the call) for a potential and the structure `frame` of a relaxation's
 * atoms. */
int ff_crystal_response_init(ff_crystal_response *out, const ff_relaxation *relaxation,
                             const ff_potential *potential, const ff_frame *frame, ff_error *err);

/* displacement = H^-1 force, both [atoms][3]; they may be the same array. */
void ff_crystal_response_apply(ff_crystal_response *response, const double *force,
                               double *displacement);
void ff_crystal_response_clear(ff_crystal_response *response);

#ifdef __cplusplus
}
#endif
#endif
