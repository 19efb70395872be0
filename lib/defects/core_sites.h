#ifndef FF_LIB_DEFECTS_CORE_SITES_H
#define FF_LIB_DEFECTS_CORE_SITES_H

/* The perfect crystal about a defect's core (core_response.c): its Green's function and its Hessian
 * between the sites that the core is about. Units: eV, A. */

#include "lib/defects/response_parts.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The sites that the core is about: those of its atoms, of extra atoms' carriers, vacant ones. */
typedef struct ff_core_sites {
    const int *cells;
    size_t basis;
    size_t count;
    int64_t *site;  /* [count] ascending */
    bool *vacant;   /* [count] */
    double *weight; /* [core atoms][count] how an atom follows the sites, its own stiffness apart */
    double *green;  /* [3 count][3 count] of the lattice */
    double *stiff;  /* [3 count][3 count] Hessian of the lattice, vacant sites eliminated */
} ff_core_sites;

/* For the atoms atom[count]; cells is borrowed, and so is the response's field. To be cleared even
 * after a failure. */
int ff_core_sites_init(ff_core_sites *s, const ff_defect_response *response,
                       const ff_force_constants *constants, const int cells[3], const size_t *atom,
                       size_t count, ff_error *err);
void ff_core_sites_clear(ff_core_sites *s);

/* A site's number among them, or -1. */
int64_t ff_core_site_number(const ff_core_sites *s, int64_t site);

#ifdef __cplusplus
}
#endif
#endif
