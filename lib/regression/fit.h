#ifndef FF_LIB_REGRESSION_FIT_H
#define FF_LIB_REGRESSION_FIT_H

/* Weighted, regularised linear least squares:
 *     minimise sum_rows w_row^2 (A c - y)_row^2 + ridge^2 |Gamma c|^2
 * by Householder QR of blocks of rows in a fixed order (TSQR; J. Demmel et al., SIAM J. Sci.
 * Comput. 34, A206 (2012)), so that only one block and one triangle are in memory.
 *
 * Weights: a row of kind K in a frame of n atoms has w = weight[K] * s_K(n) * frame weight, where
 * s = 1/sqrt(n) for energies and virials and 1 for forces (as ACEpotentials does).
 */

#include "lib/base/parallel.h"
#include "lib/regression/design_matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Weights of one group; kinds that are not fitted have weight 0. */
typedef struct ff_group_weights {
    char group[64]; /* "" applies to all groups not named */
    double weight[FF_KINDS];
} ff_group_weights;

typedef struct ff_fit_options {
    unsigned kinds; /* kinds to fit, bits 1u << ff_kind */
    size_t weight_count;
    const ff_group_weights *weights; /* [weight_count], borrowed; the first must be group "" */
    double ridge;        /* strength of the prior, relative to the largest singular value
                            scale of the weighted A; 0: none */
    const double *prior; /* [columns] diagonal of Gamma, borrowed; NULL: all ones */
} ff_fit_options;

/* What the fit says of itself, on its own rows. */
typedef struct ff_fit_row {
    char group[64]; /* "all" for the sum over groups */
    int kind;
    size_t count;
    double weight;         /* the weight used (before s_K(n)) */
    double rmse, mae, max; /* energies and virials per atom: eV/atom; forces: eV/A */
} ff_fit_row;

typedef struct ff_fit_report {
    size_t observations, parameters;
    double ridge;
    double condition; /* estimate of the condition number of the regularised triangle (1-norm) */
    size_t rows;
    ff_fit_row *row; /* [rows] */
} ff_fit_report;

void ff_fit_report_init(ff_fit_report *report);
void ff_fit_report_clear(ff_fit_report *report);

/* Supplies rows: fills block (allocated by the callee for the call) with rows [first, first +
 * rows). */
typedef int (*ff_row_source)(void *context, size_t first, ff_design_block *block, ff_error *err);

/* Solves for coefficients[columns] from `rows` rows handed out by source, which is called twice for
 * every block (reduce, then residuals), always in order. *report is initialised by the call.
 * FF_E_NUMERIC when no row is left, or the system is singular and ridge is 0. */
int ff_fit(double *coefficients, ff_fit_report *report, const ff_fit_options *options,
           const ff_frame_table *frames, size_t rows, size_t columns, ff_row_source source,
           void *context, const ff_progress *progress, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
