#ifndef FF_LIB_DEFECTS_TRUST_REGION_H
#define FF_LIB_DEFECTS_TRUST_REGION_H

/* The step that lowers a quadratic model of the energy most among those no longer than a radius
 * (J. J. More and D. C. Sorensen, SIAM J. Sci. Stat. Comput. 4, 553 (1983)).
 *
 * The model is g . s + s . B s / 2. Lengths are taken in the norm of a positive M, |s|^2 = s . M s,
 * the perfect crystal's Hessian: a length^2 is an energy, so one radius suits soft and stiff modes.
 * Relative to M the model has eigenvalues ratio[modes] along modes in which the downhill step
 * -M^-1 g has components amount[modes], and 1 elsewhere, where the rest of the step has the length
 * squared `rest`. The solution is -(B + shift M)^-1 g, its components -amount / (ratio + shift),
 * with a shift >= 0 for which B + shift M is positive where the gradient is not zero.
 *
 * Units: eV for products g . s, sqrt(eV) for lengths.
 */

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_quadratic_model {
    size_t modes;
    const double *ratio;  /* [modes] */
    const double *amount; /* [modes] sqrt(eV) */
    double rest;          /* eV, not negative */
} ff_quadratic_model;

/* A step within a radius. */
typedef struct ff_model_step {
    double shift;
    double length;    /* sqrt(eV) */
    double decrease;  /* eV, by which the model's energy falls; positive */
    bool at_boundary; /* the radius, or the model's having no minimum, made the step what it is */
} ff_model_step;

/* The step within `radius` > 0. INFINITY: Newton's step, where the model has a minimum; else twice
 * the shift that is needed for one, by which the lowest mode is taken by its modulus. Modes with
 * less than 1e-20 of the squared length count as having no component: symmetry keeps the gradient
 * off them, and the step, too. */
ff_model_step ff_trust_region_step(const ff_quadratic_model *model, double radius);

/* compliance[modes] = 1 / (ratio + shift) of each mode in the solution; 0 of those without a
 * component. */
void ff_trust_region_compliance(const ff_quadratic_model *model, double shift, double *compliance);

/* The radius for the next step, after one that was expected to lower the energy by step->decrease
 * and changed it by `change` (eV; NaN: to where there is no energy), with the slope g . s < 0 at
 * its start: smaller after bad agreement, larger after good where the radius was what limited. */
double ff_trust_region_next(double radius, const ff_model_step *step, double slope, double change);

#ifdef __cplusplus
}
#endif
#endif
