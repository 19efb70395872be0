#ifndef FF_LIB_ACE_PRODUCTS_H
#define FF_LIB_ACE_PRODUCTS_H

/* The many-body functions of a basis, orders 2 and up: which one-particle functions are multiplied
 * and how they are coupled to an invariant. They are the same for every species of centre. */

#include "lib/ace/basis.h"
#include "lib/ace/coupling.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_ace_factor {
    int species; /* index into ff_ace_options.species */
    int n, l;    /* n from 1 */
} ff_ace_factor;

typedef struct ff_ace_product {
    int order;
    double degree;                          /* sum of n + l_weight l over the factors */
    ff_ace_factor factor[FF_ACE_MAX_ORDER]; /* increasing in (l, species, n) */
    ff_coupling_path path;
} ff_ace_product;

/* Lists them by order, then degree, then factors. *out is allocated; the caller frees it. */
int ff_ace_products_list(ff_ace_product **out, size_t *count, const ff_ace_options *options,
                         ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
