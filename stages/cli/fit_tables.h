#ifndef FF_STAGES_CLI_FIT_TABLES_H
#define FF_STAGES_CLI_FIT_TABLES_H

/* How a model was found, as tables for people; what farfield fit says and farfield show repeats. */

#include "formats/fit_record.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Noise levels with the rule that found them, effective parameters, evidence. */
void ff_fit_summary_write(FILE *stream, const ff_fit_record *record);

/* Errors on rows that a fit left out; heading: of the first column, what was left out or fitted.
 * Nothing when there are none. */
void ff_held_out_write(FILE *stream, const char *heading, size_t count,
                       const ff_held_out_row *rows);

/* The frames of largest leverage. Nothing when there are none. */
void ff_leverages_write(FILE *stream, size_t count, const ff_leverage_row *rows);

#ifdef __cplusplus
}
#endif
#endif
