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

/* Where members of an ensemble come from. */
typedef enum ff_ensemble_source {
    FF_ENSEMBLE_COMMITTEE, /* as they are in the file */
    FF_ENSEMBLE_COVARIANCE,
    FF_ENSEMBLE_POPS,
    FF_ENSEMBLES
} ff_ensemble_source;

/* "committee", "covariance", "pops". */
extern const char *const ff_ensemble_names[FF_ENSEMBLES];

/* The first of the sources that the model has; FF_ENSEMBLES: none. */
ff_ensemble_source ff_stage_model_best_ensemble(const ff_stage_model *model);

/* Gives the potential opened from this file an ensemble: the committee, or `members` drawn with
 * `seed`. FF_E_FORMAT when the model has no such source. */
int ff_stage_model_give_members(const ff_stage_model *model, ff_potential *potential,
                                ff_ensemble_source source, size_t members, uint64_t seed,
                                ff_error *err);

/* Standard deviation of rows of a group and kind times s_K (lib/regression/rows.h) about what the
 * model says: the error level of the fit at the weight of the group. NaN: unknown. */
double ff_stage_model_noise(const ff_stage_model *model, const char *group, int kind);

#ifdef __cplusplus
}
#endif
#endif
