#ifndef FF_STAGES_CLI_CALIBRATION_TABLE_H
#define FF_STAGES_CLI_CALIBRATION_TABLE_H

/* Predicted against true errors as an aligned table for people. */

#include "lib/analysis/calibration.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Energies and virials in meV/atom, forces in eV/A. Nothing without rows; rows of a single group
 * are left out, since "all" says the same. */
void ff_calibration_table_write(FILE *stream, const ff_calibration *calibration);

#ifdef __cplusplus
}
#endif
#endif
