#ifndef FF_LIB_REGRESSION_FIT_H
#define FF_LIB_REGRESSION_FIT_H

/* What a fit says of itself: the errors of any coefficients on the rows. */

#include "lib/regression/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One line per group and kind that has rows, in the order of groups and kinds, then one per kind
 * over all groups. Kinds that were not fitted are there as well, with weight 0. */
typedef struct ff_fit_row {
    char group[64]; /* "all" for the sum over groups */
    int kind;
    size_t count;          /* energies: frames; else components */
    double weight;         /* the weight used (before s_K); NaN for "all" when groups differ */
    double rmse, mae, max; /* energies and virials per atom: eV/atom; forces: eV/A; force
                              constants: eV/A^2 */
} ff_fit_row;

typedef struct ff_fit_report {
    size_t observations; /* rows of nonzero weight */
    size_t parameters;
    double ridge;
    double condition; /* estimate, in the 1-norm, of the condition number of the system solved: the
                         regularised triangle with columns scaled to unit length */
    size_t rows;
    ff_fit_row *row; /* [rows] */
} ff_fit_report;

void ff_fit_report_init(ff_fit_report *report);
void ff_fit_report_clear(ff_fit_report *report);

/* The lines of a report, in one pass over the rows: the errors of any coefficients[rows->columns].
 * weight: table (rows.h), only shown; kinds of weight 0 count as well. *report is initialised by
 * the call; ridge and condition are left 0. */
int ff_fit_errors(ff_fit_report *report, const double *coefficients, const ff_rows *rows,
                  const double *weight, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
