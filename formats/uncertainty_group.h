#ifndef FF_FORMATS_UNCERTAINTY_GROUP_H
#define FF_FORMATS_UNCERTAINTY_GROUP_H

/* How sure a model is of its coefficients, kept in the group "uncertainty" of its file; each part
 * is there if it was asked for. */

#include "formats/container.h"
#include "lib/regression/pops.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_model_uncertainty {
    size_t columns;         /* coefficients */
    ff_triangle covariance; /* upper triangle F, the posterior covariance being F F^T; r NULL: not
                               kept */
    size_t members;         /* of a committee drawn from the posterior; 0: none */
    double *member;         /* [members][columns] coefficients, eV */
    ff_pops pops;           /* rank 0: none */
} ff_model_uncertainty;

void ff_model_uncertainty_init(ff_model_uncertainty *uncertainty);
void ff_model_uncertainty_clear(ff_model_uncertainty *uncertainty);

/* Adds the group to a model's file, unless there is nothing to put there. */
int ff_model_uncertainty_write(ff_container *container, const ff_model_uncertainty *uncertainty,
                               ff_error *err);

/* Reads it for a model of so many coefficients. *uncertainty is initialised by the call and empty
 * when the model has none. */
int ff_model_uncertainty_read(ff_model_uncertainty *uncertainty, ff_container *container,
                              size_t columns, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
