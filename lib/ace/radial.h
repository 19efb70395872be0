#ifndef FF_LIB_ACE_RADIAL_H
#define FF_LIB_ACE_RADIAL_H

/* Radial functions R_n(r) = p_n(t(r)) t(r)^3, n = 1..count.
 *
 * Transform: one of the curves of ff_radial_transform, all falling with distance, mapped linearly
 * to t in [0, 1] with t = 0 at the cutoff and t = 1 at the inner radius. The envelope t^3 gives R_n
 * two continuous derivatives at the cutoff; beyond, R_n = 0. Below the inner radius, R_n is its
 * quadratic continuation times the step of fade.h: zero below 3/4 of that radius, and twice
 * continuously differentiable throughout.
 * Polynomials p_n of degree n-1, either orthogonal by the three-term recurrence of Stieltjes, such
 * that
 *     integral over [inner, cutoff] of R_n R_m density r^2 dr = delta_nm,
 * density = sqrt(2)/nearest^3, that of close packing: with orthonormal angular functions, the sums
 * A over the neighbours in an ideal gas of that density are uncorrelated and have variance 1
 * (W. Gautschi, Orthogonal Polynomials, OUP 2004, section 2.2); or Chebyshev's 1/sqrt(2), T_1, T_2,
 * .. of 2t - 1, all with the factor that makes the integral of R_1^2 one.
 *
 * Units: A. R_n is dimensionless.
 */

#include "lib/base/error.h"
#include "lib/base/vectorise.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_RADIAL_MAX = 40 };

/* Transforms x(r); s = r/nearest. Agnesi's curve is steepest at s = 1 with
 * a = (4pq - 2p - 2q) / (p^2 + p + q^2 + q), 0 < p <= q integers: x ~ 1 - a s^q for small s and
 * s^-p for large s (W. C. Witt et al., J. Chem. Phys. 159, 164101 (2023)). */
typedef enum ff_radial_transform {
    FF_RADIAL_AGNESI,      /* 1 / (1 + a s^q / (1 + s^(q-p))); p, q, by default 2, 2 */
    FF_RADIAL_POLYNOMIAL,  /* ((1 A + nearest) / (1 A + r))^p; p > 0, by default 2 */
    FF_RADIAL_EXPONENTIAL, /* exp(-p r / cutoff); p > 0, by default 5 */
    FF_RADIAL_POWER,       /* (1 - r / cutoff)^p; p >= 1, by default 2 */
    FF_RADIAL_TRANSFORMS
} ff_radial_transform;

typedef enum ff_radial_polynomials {
    FF_RADIAL_ORTHOGONAL,
    FF_RADIAL_CHEBYSHEV,
    FF_RADIAL_POLYNOMIAL_KINDS
} ff_radial_polynomials;

/* The form of a family of radial functions; all zero is the default. */
typedef struct ff_radial_form {
    ff_radial_transform transform;
    ff_radial_polynomials polynomials;
    double p, q; /* of the transform; 0: its default; q for Agnesi's curve only */
} ff_radial_form;

/* Where the functions live. */
typedef struct ff_radial_range {
    double cutoff, inner, nearest; /* A */
} ff_radial_range;

typedef struct ff_radial {
    int count;
    ff_radial_form form; /* resolved */
    ff_radial_range range;
    double steepness;                /* a of Agnesi's curve */
    double x_cutoff, x_scale;        /* t = (x - x_cutoff) x_scale */
    double first;                    /* p_1 */
    double shift[FF_RADIAL_MAX];     /* a_n */
    double step[FF_RADIAL_MAX];      /* b_n: b_{n+1} p_{n+1} = (t - a_n) p_n - b_n p_{n-1} */
    double rise[FF_RADIAL_MAX];      /* 1 / b_{n+1}, */
    double sink[FF_RADIAL_MAX];      /* a_n / b_{n+1}, */
    double back[FF_RADIAL_MAX];      /* b_n / b_{n+1}, 0 for the first */
    double slope[FF_RADIAL_MAX];     /* R_n' at the inner radius */
    double curvature[FF_RADIAL_MAX]; /* R_n'' there */
} ff_radial;

/* Puts in the default exponents where zero stands for them, and zero where the transform has none.
 */
void ff_radial_form_resolve(ff_radial_form *form);

/* FF_OK or FF_E_RANGE saying what is wrong with a form or range (unresolved or resolved). */
int ff_radial_form_check(const ff_radial_form *form, ff_error *err);
int ff_radial_range_check(const ff_radial_range *range, ff_error *err);

/* The name of a transform, "agnesi", "polynomial", "exponential", "power". */
const char *ff_radial_transform_name(ff_radial_transform transform);

/* Needs 0 <= count <= FF_RADIAL_MAX and a form and range that have been checked. */
int ff_radial_init(ff_radial *radial, int count, const ff_radial_form *form,
                   const ff_radial_range *range, ff_error *err);

/* values[count][FF_LANES] = R_n, derivatives[count][FF_LANES] = dR_n/dr (1/A) and, unless NULL,
 * second[count][FF_LANES] = d2R_n/dr2 (1/A^2) at distance[FF_LANES] >= 0. */
void ff_radial_evaluate(const ff_radial *radial, const double *distance, double (*values)[FF_LANES],
                        double (*derivatives)[FF_LANES], double (*second)[FF_LANES]);

#ifdef __cplusplus
}
#endif
#endif
