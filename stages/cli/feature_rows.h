#ifndef FF_STAGES_CLI_FEATURE_ROWS_H
#define FF_STAGES_CLI_FEATURE_ROWS_H

/* The rows of a features file as the regression takes them, weighted by --near-defect, an option
 * that stages which use this declare with FF_NEAR_DEFECT_OPTION. */

#include "formats/features_file.h"
#include "lib/regression/defect_weights.h"
#include "lib/regression/rows.h"
#include "stages/cli/stage.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FF_NEAR_DEFECT_OPTION                                                                      \
    {                                                                                              \
        "near-defect", 0, FF_OPTION_TEXT, "WEIGHT,RADIUS", NULL,                                   \
            "multiply the weights of forces and force constants of an\natom at distance r from "   \
            "its frame's defect by\n1 + (WEIGHT - 1) exp(-(r/RADIUS)^2), RADIUS in angstrom",      \
            0                                                                                      \
    }

typedef struct ff_feature_rows {
    ff_features_reader *reader; /* borrowed */
    ff_defect_weights near;     /* frames NULL: all multipliers are 1 */
    ff_rows rows;               /* without progress */
} ff_feature_rows;

/* The rows refer to *out, which must stay where it is. FF_E_USAGE for a value of --near-defect that
 * is not understood; errors of ff_defect_weights_init. */
int ff_feature_rows_init(ff_feature_rows *out, const ff_stage_run *stage,
                         ff_features_reader *reader, ff_error *err);
void ff_feature_rows_clear(ff_feature_rows *rows);

#ifdef __cplusplus
}
#endif
#endif
