#ifndef FF_LIB_REGRESSION_ONE_BODY_H
#define FF_LIB_REGRESSION_ONE_BODY_H

/* One-body energies: the constant that an atom of each species contributes to the energy of any
 * structure. */

#include "lib/structure/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Energies per atom (eV), by atomic number, that fit the labelled energies of a dataset by
 * composition alone: minimise the sum over frames of (E - sum_z n_z e_z)^2 / n, n atoms; of all
 * minima (one composition throughout) the one of smallest norm. one_body[FF_MAX_SPECIES + 1] is set
 * to zero for species that do not occur. FF_E_RANGE when no frame has an energy. */
int ff_one_body_average(double *one_body, const ff_dataset *dataset, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
