#ifndef FF_LIB_ACE_COUPLING_H
#define FF_LIB_ACE_COUPLING_H

/* Coupling of real spherical tensors: Clebsch-Gordan coefficients in the basis of harmonics.h, and
 * the independent ways to couple several of them to an invariant.
 *
 * Two tensors a (rank l1) and b (rank l2) give a tensor of rank L, |l1 - l2| <= L <= l1 + l2:
 *     c_M = sum_{m1 m2} T_{m1 m2 M} a_m1 b_m2,
 *     T_{m1 m2 M} = sqrt(2L+1) sum_mu (l1 l2 L; mu1 mu2 mu3) U*_{m1 mu1} U*_{m2 mu2} U*_{M mu3},
 * with Wigner's 3j symbol and the unitary U that takes complex harmonics to real ones. The sum is
 * real when l1 + l2 + L is even and imaginary when odd; the odd ones are divided by i. For given
 * M the T are orthonormal. Components are numbered m = -l..l from 0 to 2l.
 */

#include "lib/base/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_coupling_entry {
    uint16_t left, right, out; /* m1 + l1, m2 + l2, M + L */
    double value;
} ff_coupling_entry;

/* The coefficients that are not zero, ordered by (out, left, right). */
typedef struct ff_coupling {
    int left, right, out; /* l1, l2, L */
    size_t count;
    ff_coupling_entry *entry; /* owned */
} ff_coupling;

int ff_coupling_init(ff_coupling *coupling, int left, int right, int out, ff_error *err);
void ff_coupling_clear(ff_coupling *coupling);

/* How the factors of a product are coupled to an invariant: the first half (rounded up) one after
 * another, the second half one after another, and then both to zero:
 *     order 2: a.b   3: (ab).c   4: (ab).(cd)   5: ((ab)c).(de)
 * rank[i] is the rank of the intermediate tensor that contains factor i and all before it in its
 * half; so rank[0] = l_0, and both halves end with the same rank. The invariant is
 * scale * scalar product of the halves; as a symmetric tensor it has norm 1. */
enum { FF_COUPLING_FACTORS = 5, FF_COUPLING_PATHS = 256 };
typedef struct ff_coupling_path {
    int rank[FF_COUPLING_FACTORS];
    double scale;
} ff_coupling_path;

/* Number of factors in the first half of a product of `order` factors. */
int ff_coupling_half(int order);

/* The invariants of a product of factors with ranks l[order] (2 <= order <= 5, even sum). Factors i
 * and i+1 are the same function when same[i] is not zero (then l[i] = l[i+1]); exchanging them
 * changes nothing, which makes some paths vanish and others dependent. Paths of a linearly
 * independent, complete set go to paths[FF_COUPLING_PATHS], their number to *count (may be 0).
 *
 * The Gram matrix of all paths in the space of symmetrised tensors is a projector (the paths are
 * orthonormal before symmetrisation, which commutes with rotations), so its rank is its trace and
 * a pivoted Cholesky factorisation decides independence between 0 and 1 without a tolerance of
 * consequence. */
int ff_coupling_invariants(ff_coupling_path *paths, size_t *count, int order, const int *l,
                           const int *same, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
