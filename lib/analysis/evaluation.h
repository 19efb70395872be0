#ifndef FF_LIB_ANALYSIS_EVALUATION_H
#define FF_LIB_ANALYSIS_EVALUATION_H

/* How far a potential's energies, forces and virials lie from a dataset's labels.
 *
 * Energies are compared per atom (eV/atom), forces per component (eV/A), virials per atom and
 * component (eV/atom). Rows: one per group and kind, and one per kind over all groups ("all"). */

#include "lib/analysis/tags.h"
#include "lib/base/parallel.h"
#include "lib/potentials/potential.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_error_row {
    char group[64];
    int kind;              /* enum ff_kind */
    size_t count;          /* numbers compared */
    double rmse, mae, max; /* root mean square, mean absolute, largest absolute deviation */
    double spread;         /* standard deviation of the labels, for scale */
} ff_error_row;

/* Elastic constants of a cubic crystal at a given lattice constant. */
typedef struct ff_elastic {
    bool known;
    char crystal[32];
    double lattice_constant; /* A */
    double energy;           /* eV/atom */
    double pressure_GPa;
    double c11_GPa, c12_GPa, c44_GPa; /* c44 with internal relaxation */
    double c44_unrelaxed_GPa;
} ff_elastic;

typedef struct ff_evaluation {
    ff_tags tags;
    size_t rows;
    ff_error_row *row;
    ff_elastic elastic;
} ff_evaluation;

void ff_evaluation_init(ff_evaluation *evaluation);
void ff_evaluation_clear(ff_evaluation *evaluation);

/* Fills the rows of *evaluation (initialised) by running potential on every frame of the dataset.
 */
int ff_evaluate(ff_evaluation *evaluation, const ff_potential *potential, const ff_dataset *dataset,
                const ff_progress *progress, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
