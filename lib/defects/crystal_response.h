#ifndef FF_LIB_DEFECTS_CRYSTAL_RESPONSE_H
#define FF_LIB_DEFECTS_CRYSTAL_RESPONSE_H

/* The response of a relaxation's structure (defect_response.h) with the force constants and the
 * Green's function that it is made of. */

#include "lib/defects/defect_response.h"
#include "lib/defects/relaxation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_crystal_response {
    ff_force_constants constants; /* of the perfect crystal */
    ff_green_function *green;
    ff_defect_response *response;
} ff_crystal_response;

/* Makes *out (initialised by the call) for a potential and the structure `frame` of a relaxation's
 * atoms. */
int ff_crystal_response_init(ff_crystal_response *out, const ff_relaxation *relaxation,
                             const ff_potential *potential, const ff_frame *frame, ff_error *err);
void ff_crystal_response_clear(ff_crystal_response *response);

#ifdef __cplusplus
}
#endif
#endif
