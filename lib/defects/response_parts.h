#ifndef FF_LIB_DEFECTS_RESPONSE_PARTS_H
#define FF_LIB_DEFECTS_RESPONSE_PARTS_H

/* The inside of ff_defect_response, for the files that implement it: defect_response.c (the perfect
 * crystal and extra atoms) and core_response.c (the exact core). Everybody else includes
 * defect_response.h. */

#include "lib/defects/core_hessian.h"
#include "lib/defects/defect_response.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_core_response ff_core_response;

struct ff_defect_response {
    ff_green_function *green;
    size_t atoms, extras;
    int64_t *site;       /* [atoms] */
    size_t *extra;       /* [extras] atoms that sit on no site */
    double *compliance;  /* [3 extras][3 extras] A^2/eV */
    double *field;       /* [sites][3] */
    double *extra_force; /* [3 extras] */
    /* The lattice atoms that carry extra atom e: carrier[first_carrier[e] .. first_carrier[e+1]-1]
     */
    size_t *carrier, *first_carrier, carrier_capacity;
    ff_core_response *core; /* NULL: none */
    double *core_force;     /* [3 atoms of the core] scratch */
};

/* Gives the forces of the core, correction[3 count], that added to others make the response exact
 * there; displacement[atoms][3] is the response without a core. */
void ff_core_response_correct(const ff_core_response *core, const double *displacement,
                              double *correction);

/* The same for the step of a trust region: the forces correction[3 count] that, added to gradient /
 * (1 + shift), give minus the step. work = gradient . displacement, displacement[atoms][3] the
 * response to the gradient without a core. */
ff_model_step ff_core_response_step(const ff_core_response *core, const double *displacement,
                                    double work, double radius, double *correction);

/* The core's atoms, *count of them. Borrowed. */
const size_t *ff_core_response_atoms(const ff_core_response *core, size_t *count);
void ff_core_response_free(ff_core_response *core);

#ifdef __cplusplus
}
#endif
#endif
