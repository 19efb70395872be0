/* How sure a model is of the defect it has relaxed, for farfield-relax-defect. */

#include "stages/relax-defect/uncertainty.h"

#include "formats/defect_uncertainty_group.h"
#include "stages/cli/model_uncertainty.h"

#include <string.h>

/* The source asked for, or the best there is. */
static int choose_ensemble(const ff_stage_run *stage, const ff_stage_model *model,
                           ff_ensemble_source *source, ff_error *err)
{
    int chosen = 0;
    *source = ff_stage_model_best_ensemble(model);
    if (!ff_argument_given(stage, "ensemble"))
        return FF_OK;
    int status =
        ff_argument_choice(&chosen, stage, "ensemble", ff_ensemble_names, FF_ENSEMBLES, err);
    *source = (ff_ensemble_source)chosen;
    return status;
}

static int find(ff_stage_run *stage, ff_defect_uncertainty *found, ff_potential *potential,
                const ff_relaxation *relaxation, const ff_stage_model *model,
                ff_ensemble_source source, ff_error *err)
{
    int64_t members;
    int status = ff_argument_within(&members, stage, "members", 1, 10000, err);
    if (status == FF_OK)
        status = ff_stage_model_give_members(model, potential, source, (size_t)members,
                                             (uint64_t)ff_argument_integer(stage, "seed"), err);
    if (status != FF_OK)
        return status;
    const ff_progress *progress = ff_stage_progress(stage, "uncertainty", 0, "products");
    status = ff_defect_uncertainty_find(found, relaxation, potential, progress, err);
    ff_stage_progress_end(stage);
    if (status == FF_E_NUMERIC) {
        ff_stage_warn(stage, "no uncertainty: %s", err->message);
        *err = (ff_error){0};
        return FF_OK;
    }
    return status;
}

int relax_defect_uncertainty(ff_stage_run *stage, ff_potential *potential,
                             const ff_relaxation *relaxation, ff_container *output, ff_error *err)
{
    ff_stage_model model;
    ff_defect_uncertainty found;
    ff_ensemble_source source = FF_ENSEMBLES;
    ff_defect_uncertainty_init(&found);
    if (ff_argument_flag(stage, "no-uncertainty") || !relaxation->converged ||
        strcmp(relaxation->defect, "none") == 0)
        return FF_OK;
    int status = ff_stage_model_open(&model, ff_argument_text(stage, "potential"), err);
    if (status != FF_OK)
        return status;
    status = choose_ensemble(stage, &model, &source, err);
    if (status == FF_OK && source != FF_ENSEMBLES)
        status = find(stage, &found, potential, relaxation, &model, source, err);
    if (status == FF_OK && found.members) {
        const char *ensemble = ff_ensemble_names[source];
        ff_stage_note(stage, "%-22s %14.3g eV of the formation energy (%zu members, %s)",
                      "uncertainty", found.energy_deviation, found.members, ensemble);
        ff_stage_note(stage, "%-22s %14.3g A of the geometry (l2 over bonds)", "",
                      found.geometry_deviation);
        status = ff_defect_uncertainty_write(output, &found, ensemble, err);
    }
    ff_defect_uncertainty_clear(&found);
    ff_stage_model_clear(&model);
    return status;
}
