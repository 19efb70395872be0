#ifndef FF_STAGES_CLI_MODEL_UNCERTAINTY_H
#define FF_STAGES_CLI_MODEL_UNCERTAINTY_H

/* What the file of a fitted potential knows of its uncertainty, for stages that were given the
 * potential's name. */

#include "formats/fit_record.h"
#include "formats/model_file.h"
#include "formats/uncertainty_group.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_stage_model {
    ff_ace_model model; /* without coefficients when the name is that of no fitted model */
    ff_fit_report report;
    ff_fit_record record;
    ff_model_uncertainty uncertainty;
} ff_stage_model;

/* Reads the file of a potential named ace:FILE, which ff_stage_potential has opened (and recorded
 * in provenance) before. *out is initialised by the call, and empty for other potentials. */
int ff_stage_model_open(ff_stage_model *out, const char *name, ff_error *err);
void ff_stage_model_clear(ff_stage_model *model);

/* Whether there is a committee, a covariance or POPS. */
bool ff_stage_model_is_uncertain(const ff_stage_model *model);

/* Gives the potential opened from this file an ensemble: the committee; without one `members` drawn
 * with `seed` from the covariance, or from POPS. */
int ff_stage_model_give_members(const ff_stage_model *model, ff_potential *potential,
                                size_t members, uint64_t seed, ff_error *err);

/* Standard deviation of rows of a group and kind times s_K (lib/regression/rows.h) about what the
 * model says: the error level of the fit at the weight of the group. NaN: unknown. */
double ff_stage_model_noise(const ff_stage_model *model, const char *group, int kind);

#ifdef __cplusplus
}
#endif
#endif
