#ifndef FF_LIB_DEFECTS_SPARSE_MODES_H
#define FF_LIB_DEFECTS_SPARSE_MODES_H

/* What raising the diagonal of a matrix hides. F = H + shift D is positive, D being 1 on the
 * coordinates that were raised and 0 elsewhere; where H is soft or not positive F is stiff, and
 * steps -F^-1 g are too short there. These are the modes v of H v = ratio F v with the lowest
 * ratios, from v = F^-1 D w, where w are eigenvectors of shift D F^-1 D with eigenvalue 1 - ratio:
 * by a block Krylov method on the raised coordinates (G. H. Golub and C. F. Van Loan, Matrix
 * Computations, section 10.3), each vector one solution with F.
 */

#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_sparse_modes {
    size_t order;   /* of the matrix */
    size_t count;   /* modes */
    double *ratio;  /* [count] ascending, below a half; negative: unstable */
    double *vector; /* [count][order] v, v . F v = 1 */
} ff_sparse_modes;

/* F as its inverse: solves in place, vector[order]. */
typedef struct ff_shifted_matrix {
    void (*solve)(void *context, double *vector);
    void *context;
    size_t order;
    double shift;       /* > 0 */
    const bool *raised; /* [order / 3] whether a site's three coordinates were; NULL: all */
} ff_shifted_matrix;

/* *modes is initialised by the call; ff_sparse_modes_clear it. No modes if none is that soft.
 * FF_E_NOMEM, or FF_E_NUMERIC when the projected matrix cannot be diagonalised. */
int ff_sparse_modes_find(ff_sparse_modes *modes, const ff_shifted_matrix *matrix, ff_error *err);
void ff_sparse_modes_clear(ff_sparse_modes *modes);

/* displacement (F^-1 force) becomes what it is with each mode's own stiffness, by its modulus, in
 * the place of that of F: symmetric and positive in force. An unstable mode that symmetry keeps the
 * force off (less than 1e-5 of the length in F) is left out altogether: rounding would grow. */
void ff_sparse_modes_correct(const ff_sparse_modes *modes, const double *force,
                             double *displacement);

#ifdef __cplusplus
}
#endif
#endif
