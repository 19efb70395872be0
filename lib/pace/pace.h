#ifndef FF_LIB_PACE_PACE_H
#define FF_LIB_PACE_PACE_H

/* Linear ACE potentials in the form that LAMMPS's pair style pace evaluates (Y. Lysogorskiy et al.,
 * npj Comput. Mater. 7, 97 (2021)), kept in files named .yace.
 *
 *   A_{z n l m} = sum over neighbours j of species z of R_nl(|r_j|) y_lm(r_j/|r_j|)
 *   site energy = E0 + sum_j sum_k c_k g_k(|r_j|)              (functions of order 1)
 *                    + sum_t c_t Re prod_a A_{z_a n_a l_a m_a}  (orders 2 and up)
 *   R_nl = sum_k C_nlk g_k, k = 1 .. bases
 *
 * y_lm = sqrt(4 pi) Y_lm with the complex orthonormal spherical harmonics and the Condon-Shortley
 * phase, so y_00 = 1 and A_{z n l -m} = (-1)^m conj(A_{z n l m}). R and g belong to an ordered pair
 * of species (centre, neighbour), n and k count from 1. The m of a term add up to zero.
 *
 * Base functions on a cutoff r_c (t = 1 for Chebyshev's T_k):
 *   ChebExpCos  g_1 = f, g_k = (1 - T_{k-1}(x))/2 f,  x = 1 - 2 (e^(-lambda r/r_c) - e^-lambda) /
 *               (1 - e^-lambda),  f = (1 + cos(pi r/r_c))/2, and once more within `width` of r_c:
 *               times (1 + cos(pi (r - r_c + width)/width))/2
 *   ChebPow     g_k = (1 - T_k(x))/2,  x = 1 - 2 (1 - r/r_c)^lambda
 *   ChebLinear  g_k = (1 - T_k(x))/2,  x = 1 - r/r_c, which does not vanish at r_c
 *   SBessel     the simplified spherical Bessel functions of E. Kocer, J. K. Mason and H. Erturk,
 *               AIP Adv. 10, 015021 (2020)
 *
 * Close atoms. With the step s(r) from 0 at inner - inner_width to 1 at inner, s = u^3 (10 - 15 u +
 * 6 u^2), and Q the energy of orders 1 and up, the site energy is E0 plus
 *   distance    Q(s g) f(c) + c,  c = sum_j (1 - s) q(r_j)
 *   density     Q(g) f(c) + c,    c = sum_j q(r_j)
 *   zbl         Q(g) s' + c (1 - s'), s' the step of the neighbour that is deepest inside
 * q = |strength| exp(-|exponent| r^2)/r (1 + cos(pi r/r_c))/2, or for zbl half of strength times
 * the universal repulsion of nuclei, cut off between r_c - width and r_c; f falls from 1 at
 * core_cutoff
 * - core_width to 0 at core_cutoff with the same polynomial.
 *
 * Units: eV, A. */

#include "lib/base/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    FF_PACE_MAX_ORDER = 8,
    FF_PACE_MAX_SPECIES = 16,
    FF_PACE_MAX_RADIALS = 64, /* n */
    FF_PACE_MAX_BASES = 256   /* k */
};

typedef enum ff_pace_form {
    FF_PACE_CHEB_EXP_COS,
    FF_PACE_CHEB_POW,
    FF_PACE_CHEB_LINEAR,
    FF_PACE_SBESSEL,
    FF_PACE_FORMS
} ff_pace_form;

typedef enum ff_pace_core {
    FF_PACE_DISTANCE,
    FF_PACE_DENSITY,
    FF_PACE_ZBL,
    FF_PACE_CORES
} ff_pace_core;

/* An ordered pair of species. */
typedef struct ff_pace_bond {
    ff_pace_form form;
    double lambda, cutoff, width, inner, inner_width;
    double strength, exponent;
    int radials, largest, bases; /* most n, l and k */
    double *coefficient;         /* [radials][largest + 1][bases] C_nlk; owned */
} ff_pace_bond;

/* A product of A, with all its m: term t has the m's m[(first + t) order ..] and the coefficient
 * coefficient[first + t] of the element. Order 1: n is k, and there is one term. */
typedef struct ff_pace_function {
    int order;
    int species[FF_PACE_MAX_ORDER], n[FF_PACE_MAX_ORDER], l[FF_PACE_MAX_ORDER];
    size_t terms, m_first, first;
} ff_pace_function;

/* A species of centre. */
typedef struct ff_pace_element {
    int species;                    /* atomic number */
    double energy;                  /* E0 */
    double core_cutoff, core_width; /* eV */
    size_t functions, function_capacity;
    ff_pace_function *function; /* owned */
    size_t ms, m_capacity;
    int16_t *m; /* owned */
    size_t terms, term_capacity;
    double *coefficient; /* owned */
} ff_pace_element;

typedef struct ff_pace {
    int elements;
    ff_pace_element element[FF_PACE_MAX_SPECIES];
    ff_pace_bond bond[FF_PACE_MAX_SPECIES][FF_PACE_MAX_SPECIES]; /* [centre][neighbour] */
    ff_pace_core core;
    double spacing; /* A: of the look-up tables in which LAMMPS interpolates radial functions */
} ff_pace;

void ff_pace_init(ff_pace *pace);
void ff_pace_clear(ff_pace *pace);

/* Zeroed coefficients for a bond whose counts are set. */
int ff_pace_bond_allocate(ff_pace_bond *bond, ff_error *err);

/* Appends a function (its order, species, n, l and terms are set) with m[terms][order] and
 * coefficient[terms], which are copied. */
int ff_pace_element_add(ff_pace_element *element, const ff_pace_function *function,
                        const int16_t *m, const double *coefficient, ff_error *err);

/* The name a file uses for a form or a core, "ChebPow", "distance". */
const char *ff_pace_form_name(ff_pace_form form);
const char *ff_pace_core_name(ff_pace_core core);

#ifdef __cplusplus
}
#endif
#endif
