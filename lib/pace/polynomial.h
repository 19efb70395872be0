#ifndef FF_LIB_PACE_POLYNOMIAL_H
#define FF_LIB_PACE_POLYNOMIAL_H

/* Polynomials of complex numbers z_v whose terms are real parts of products,
 *     E = sum_t c_t Re prod_a z_{v_ta} or conj(z_{v_ta}),
 * evaluated with shared factors, and their derivatives.
 *
 * Every variable has a weight m_v >= 0, -m_v for its conjugate, and is real when that is zero; the
 * weights of a term add up to zero (the m of rotationally invariant functions). Terms that are the
 * same, or conjugates of one another, are merged. A term is cut in two halves a, b, each a variable
 * or a node: the product of two smaller ones, made once and used by all. A node and its conjugate
 * are one. Since the halves' weights are opposite, the term is c Re(a conj(b)) (or, both weights
 * zero, perhaps c Re(a b)): two multiplications; its derivatives are c b by a and c a by b, so all
 * three are sums of 2-vectors.
 *
 * Storage: number k of variables and nodes is values[2k] + i values[2k + 1]; derivatives by real
 * and imaginary parts likewise.
 */

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FF_POLYNOMIAL_MAX_ORDER = 8 };

/* A term: factor[order] = 2 v, or 2 v + 1 for the conjugate; 2 <= order. */
typedef struct ff_polynomial_term {
    int order;
    uint32_t factor[FF_POLYNOMIAL_MAX_ORDER];
    double coefficient;
} ff_polynomial_term;

/* A run of nodes whose factors are conjugated alike: node first + i is the product of left[i] and
 * right[i], with the signs of their imaginary parts. */
typedef struct ff_polynomial_run {
    uint32_t first, count;
    double left_sign, right_sign;
} ff_polynomial_run;

/* Terms c Re(a b*) with b = column[i], i from row[a] to row[a + 1]; the first `direct[a]` of them
 * with b not conjugated. */
typedef struct ff_polynomial {
    size_t variables, nodes; /* nodes: variables and products */
    uint32_t *left, *right;  /* [nodes], of products */
    size_t runs, run_capacity;
    ff_polynomial_run *run;
    uint32_t *row;    /* [nodes + 1] */
    uint32_t *direct; /* [nodes] */
    uint32_t *column; /* [row[nodes]] */
    double *coefficient;
} ff_polynomial;

/* Builds the polynomial of terms[count], which are sorted and merged in place; weights[variables].
 * FF_E_RANGE when the weights of a term do not add up to zero. */
int ff_polynomial_init(ff_polynomial *polynomial, size_t variables, const int *weights,
                       ff_polynomial_term *terms, size_t count, ff_error *err);
void ff_polynomial_clear(ff_polynomial *polynomial);

/* E. values[2 nodes]: variables in, products out. adjoint[2 nodes], unless NULL, receives the total
 * derivatives by variables and products. */
double ff_polynomial_energy(const ff_polynomial *polynomial, double *values, double *adjoint);

/* How adjoint changes with the variables (forward over reverse): changes[2 nodes], variables in,
 * products out; adjoint_change[2 nodes] out. values and adjoint are from ff_polynomial_energy. */
void ff_polynomial_change(const ff_polynomial *polynomial, const double *values,
                          const double *adjoint, double *changes, double *adjoint_change);

#ifdef __cplusplus
}
#endif
#endif
