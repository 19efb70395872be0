#ifndef FF_LIB_DEFECTS_SITE_HESSIAN_H
#define FF_LIB_DEFECTS_SITE_HESSIAN_H

/* Hessian of a site energy with respect to the vectors to its neighbours: the potential's own
 * second derivatives where it has them, else central differences of its gradient. The sum over
 * sites is the Hessian of the energy.
 *
 * Units: A, eV/A^2. Column c = 3 q + direction is the derivative with respect to that component of
 * the vector to neighbour q.
 */

#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Memory for one thread, for environments of up to `most` neighbours. */
typedef struct ff_site_hessian ff_site_hessian;

int ff_site_hessian_new(ff_site_hessian **out, const ff_potential *potential, size_t most,
                        ff_error *err);
void ff_site_hessian_free(ff_site_hessian *work);

/* The three columns of neighbour q of the Hessian of the site energy in `environment`, of which
 * neighbours at or beyond the cutoff do not count: columns[3][3 count].
 * Exact where the potential has hessian_products: then step is not used and *difference = 0. Else
 *   column = (4 D(step) - D(2 step)) / 3, D(h) = (g(+h) - g(-h)) / 2h,
 * whose error is of order step^4; `environment` should hold every atom within cutoff + 2 step,
 * since neighbours cross the cutoff when displaced, and *difference = max |D(2 step) - D(step)|
 * over the columns, three times the leading error of D(step) that the extrapolation removes.
 * FF_E_NUMERIC when a derivative is not finite; errors of the potential as they are. */
int ff_site_hessian_columns(ff_site_hessian *work, const ff_environment *environment, size_t q,
                            double step, double *columns, double *difference, ff_error *err);

/* The three columns of the site's own position instead, by which all vectors change at once: minus
 * the sum of those of its neighbours, in one go where the potential has hessian_products (else
 * FF_E_INTERNAL). */
int ff_site_hessian_own_columns(ff_site_hessian *work, const ff_environment *environment,
                                double *columns, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
