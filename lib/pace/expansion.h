#ifndef FF_LIB_PACE_EXPANSION_H
#define FF_LIB_PACE_EXPANSION_H

/* Coupled functions written out as sums of products of one-particle sums with complex harmonics,
 * the form of pace.h.
 *
 * With the U of coupling.h that takes complex to real harmonics, a real tensor is c_M = sum_mu
 * U_{M mu} gamma_mu, and its coupling of two others alpha, beta is in complex components
 *     gamma_mu = sqrt(2L+1) (-1)^mu sum (l1 l2 L; mu1 mu2 -mu) alpha_mu1 beta_mu2,
 * divided by i when l1 + l2 + L is odd; the scalar product of two tensors is sum_mu (-1)^mu
 * gamma_mu delta_-mu. So an invariant becomes sum D_{mu1 .. muN} prod_a A_{v_a mu_a} with sum mu =
 * 0 and real D. Terms that differ by an exchange of equal factors or by the sign of all mu have the
 * same real part and are one term here.
 */

#include "lib/ace/products.h"
#include "lib/pace/pace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The number of products from the first on that have its factors, and differ in the path only; they
 * become one function. 0 when count is 0. */
size_t ff_ace_products_alike(const ff_ace_product *products, size_t count);

/* Couplings that expansions need again and again. */
typedef struct ff_ace_expansion ff_ace_expansion;
int ff_ace_expansion_new(ff_ace_expansion **out, ff_error *err);
void ff_ace_expansion_free(ff_ace_expansion *expansion);

/* Appends to element the function sum_k coefficients[k] B_k of products[count], which are alike.
 * Nothing is appended when it is zero. */
int ff_ace_expand(ff_ace_expansion *expansion, ff_pace_element *element,
                  const ff_ace_product *products, size_t count, const double *coefficients,
                  ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
