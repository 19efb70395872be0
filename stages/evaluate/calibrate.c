/* A model's own view of its errors, for farfield-evaluate. */

#include "stages/evaluate/calibrate.h"

#include "lib/base/memory.h"
#include "stages/cli/model_uncertainty.h"

#include <stdlib.h>

/* Noise levels of the dataset's groups, for ff_uncertain_model. */
static int noise_levels(double **noise, const ff_stage_model *model, const ff_dataset *dataset,
                        ff_error *err)
{
    ff_frame_table frames;
    int status = ff_frame_table_from_dataset(&frames, dataset, err);
    if (status == FF_OK &&
        !(*noise = ff_new_array(frames.group_count, FF_KINDS * sizeof **noise, err)))
        status = FF_E_NOMEM;
    for (size_t i = 0; i < FF_KINDS * frames.group_count && status == FF_OK; i++)
        (*noise)[i] =
            ff_stage_model_noise(model, frames.group_names[i / FF_KINDS], (int)(i % FF_KINDS));
    ff_frame_table_clear(&frames);
    return status;
}

int evaluate_calibrate(ff_stage_run *stage, ff_potential *potential, const ff_dataset *dataset,
                       ff_calibration *calibration, ff_error *err)
{
    ff_stage_model model;
    ff_ace_basis *basis = NULL;
    double *noise = NULL;
    int status = ff_stage_model_open(&model, ff_argument_text(stage, "potential"), err);
    if (status != FF_OK)
        return status;
    const ff_model_uncertainty *u = &model.uncertainty;
    if (ff_stage_model_best_ensemble(&model) == FF_ENSEMBLES)
        goto done;
    status = ff_ace_basis_new(&basis, &model.model.basis, err);
    if (status == FF_OK)
        status = noise_levels(&noise, &model, dataset, err);
    if (status == FF_OK && u->members && !u->covariance.r)
        status = ff_stage_model_give_members(&model, potential, FF_ENSEMBLE_COMMITTEE, 0, 0, err);
    if (status != FF_OK)
        goto done;
    const ff_progress *progress = ff_stage_progress(stage, "uncertainty", dataset->count, "frames");
    status =
        ff_calibrate(calibration,
                     &(ff_uncertain_model){.potential = potential,
                                           .basis = basis,
                                           .covariance = u->covariance.r ? &u->covariance : NULL,
                                           .pops = &u->pops,
                                           .noise = noise},
                     dataset, ff_argument_flag(stage, "each"), progress, err);
    ff_stage_progress_end(stage);
done:
    free(noise);
    ff_ace_basis_free(basis);
    ff_stage_model_clear(&model);
    return status;
}
