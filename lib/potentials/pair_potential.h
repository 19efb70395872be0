#ifndef FF_LIB_POTENTIALS_PAIR_POTENTIAL_H
#define FF_LIB_POTENTIALS_PAIR_POTENTIAL_H

/* Potentials that are a sum over pairs: E_i = 1/2 sum_j [phi(r_ij) - phi(cutoff)], each site
 * carrying half of its bonds. The energy is shifted to zero at the cutoff; the force is not, and
 * jumps there by phi'(cutoff). */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_PAIR_PARAMETERS = 4 };

#ifdef __cplusplus
#define FF_RESTRICT
#else
#define FF_RESTRICT restrict
#endif

/* phi (eV), its first (eV/A) and second derivative (eV/A^2; not wanted when NULL) at distances
 * [count] (A) > 0; count is at most FF_PAIR_BLOCK. Arrays do not overlap. */
enum { FF_PAIR_BLOCK = 32 };
typedef void (*ff_pair_function)(const double parameters[FF_PAIR_PARAMETERS], size_t count,
                                 const double *FF_RESTRICT distances, double *FF_RESTRICT values,
                                 double *FF_RESTRICT slopes, double *FF_RESTRICT curvatures);

/* A pair potential of a class whose functions are those below. species: atomic number it
 * describes, or 0 for any. FF_E_RANGE unless cutoff is positive and phi(cutoff) finite. */
int ff_pair_potential_new(ff_potential **out, const ff_potential_class *class_,
                          ff_pair_function function, const double parameters[FF_PAIR_PARAMETERS],
                          double cutoff, int species, ff_error *err);

int ff_pair_potential_site(const ff_potential *potential, const ff_environment *environment,
                           void *workspace, double *energy, double *gradient, ff_error *err);
int ff_pair_potential_products(const ff_potential *potential, const ff_environment *environment,
                               void *workspace, size_t directions, const double *direction,
                               double *products, ff_error *err);
extern const ff_central_functions ff_pair_potential_central;
void ff_pair_potential_free(ff_potential *potential);

#ifdef __cplusplus
}
#endif
#endif
