#ifndef FF_LIB_REGRESSION_FIT_H
#define FF_LIB_REGRESSION_FIT_H

/* Weighted least squares with a ridge, in one go, and the errors of any coefficients on the rows.
 *
 * ff_fit is a reduction (reduction.h) of the kinds asked for, FF_SOLVER_RIDGE (solver.h), and a
 * second pass for the errors. Weights are those of rows.h.
 */

#include "lib/regression/rows.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_fit_options {
    unsigned kinds; /* kinds to fit, bits 1u << ff_kind */
    size_t weight_count;
    const ff_group_weights *weights; /* [weight_count], borrowed; the first must be group "" */
    double ridge;                    /* as in ff_solver_options; 0: none */
    const double *prior; /* [columns] diagonal of Gamma, > 0, borrowed; NULL: all ones */
} ff_fit_options;

/* What the fit says of itself, on the rows it was given: one line per group and kind that has rows,
 * in the order of groups and kinds, then one per kind over all groups. Kinds that were not fitted
 * are there as well, with weight 0. */
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

/* Solves for coefficients[columns] from `rows` rows handed out by source, which is called twice for
 * every block (reduce, then residuals), always in order and from the calling thread. *report is
 * initialised by the call. progress advances by rows, to twice `rows` in all.
 * FF_E_RANGE for numbers that are not finite, labels outside the frame table, and options out of
 * range; FF_E_NUMERIC when no row is left, or the system is singular and ridge does not mend it. */
int ff_fit(double *coefficients, ff_fit_report *report, const ff_fit_options *options,
           const ff_frame_table *frames, size_t rows, size_t columns, ff_row_source source,
           void *context, const ff_progress *progress, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
