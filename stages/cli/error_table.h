#ifndef FF_STAGES_CLI_ERROR_TABLE_H
#define FF_STAGES_CLI_ERROR_TABLE_H

/* Errors per group and kind as an aligned table for people. */

#include "lib/analysis/evaluation.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the member `spread` of the rows holds. */
typedef enum ff_error_table_extra {
    FF_ERROR_TABLE_SPREAD, /* standard deviation of the labels, in the units of the errors */
    FF_ERROR_TABLE_WEIGHT  /* weight in a fit; 0 prints as "-" (not fitted), NaN as "mixed",
                              infinity as "exact" */
} ff_error_table_extra;

/* Writes the rows, unknown numbers (NaN) as "-", energies and virials in meV/atom, forces in eV/A,
 * force constants ("FC") in eV/A^2. When there is only one group, its rows are left out, since
 * "all" says the same. */
void ff_error_table_write(FILE *stream, size_t count, const ff_error_row *rows,
                          ff_error_table_extra extra);

#ifdef __cplusplus
}
#endif
#endif
