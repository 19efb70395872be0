#ifndef FF_LIB_ANALYSIS_EVALUATION_H
#define FF_LIB_ANALYSIS_EVALUATION_H

/* How far a potential's energies, forces, virials and force constants lie from a dataset's labels.
 *
 * Energies are compared per atom (eV/atom), forces per component (eV/A), virials per atom and
 * component (eV/atom), force constants per component (eV/A^2) for the displacements that the
 * frame has. Rows: one per group and kind that has labels, in
 * order of the groups' first appearance and of the kinds, then one per kind over all groups
 * ("all"). */

#include "lib/analysis/elastic.h"
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

typedef struct ff_evaluation {
    ff_tags tags;
    size_t rows;
    ff_error_row *row;
    ff_close_survey close; /* frames with atoms closer than the potential was made for; not kept in
                              files, where warnings of the stage say it */
    ff_elastic elastic;
} ff_evaluation;

void ff_evaluation_init(ff_evaluation *evaluation);
void ff_evaluation_clear(ff_evaluation *evaluation);

/* Fills the rows and close of *evaluation (initialised, without rows) by running potential on every
 * labelled frame of the dataset; there are none when no frame has a label. progress advances by
 * frames. FF_E_NUMERIC when a prediction is not finite. Bit-identical for any number of threads. */
int ff_evaluate(ff_evaluation *evaluation, const ff_potential *potential, const ff_dataset *dataset,
                const ff_progress *progress, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
