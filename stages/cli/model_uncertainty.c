#include "stages/cli/model_uncertainty.h"

#include "formats/potential_name.h"
#include "lib/base/memory.h"
#include "lib/regression/uncertainty.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void init(ff_stage_model *model)
{
    *model = (ff_stage_model){0};
    ff_ace_model_init(&model->model);
    ff_fit_report_init(&model->report);
    ff_fit_record_init(&model->record);
    ff_model_uncertainty_init(&model->uncertainty);
}

void ff_stage_model_clear(ff_stage_model *model)
{
    ff_ace_model_clear(&model->model);
    ff_fit_report_clear(&model->report);
    ff_fit_record_clear(&model->record);
    ff_model_uncertainty_clear(&model->uncertainty);
}

int ff_stage_model_open(ff_stage_model *out, const char *name, ff_error *err)
{
    const char *path = ff_potential_model_file(name);
    ff_container *container = NULL;
    init(out);
    if (!path)
        return FF_OK;
    int status = ff_container_open(&container, path, "model", FF_MODEL_FILE_VERSION, err);
    if (status == FF_OK)
        status = ff_model_read(&out->model, &out->report, container, err);
    if (status == FF_OK)
        status = ff_fit_record_read(&out->record, container, err);
    if (status == FF_OK)
        status = ff_model_uncertainty_read(&out->uncertainty, container, out->model.count, err);
    ff_container_close(container);
    if (status != FF_OK)
        ff_stage_model_clear(out);
    return status;
}

const char *const ff_ensemble_names[FF_ENSEMBLES] = {"committee", "covariance", "pops"};

static bool has_source(const ff_stage_model *model, ff_ensemble_source source)
{
    const ff_model_uncertainty *u = &model->uncertainty;
    const bool has[FF_ENSEMBLES] = {u->members > 0, u->covariance.r != NULL, u->pops.rank > 0};
    return has[source];
}

ff_ensemble_source ff_stage_model_best_ensemble(const ff_stage_model *model)
{
    int source = 0;
    while (source < FF_ENSEMBLES && !has_source(model, (ff_ensemble_source)source))
        source++;
    return (ff_ensemble_source)source;
}

int ff_stage_model_give_members(const ff_stage_model *model, ff_potential *potential,
                                ff_ensemble_source source, size_t members, uint64_t seed,
                                ff_error *err)
{
    const ff_model_uncertainty *u = &model->uncertainty;
    const double *mean = model->model.coefficients;
    if (!has_source(model, source))
        return ff_fail(err, FF_E_FORMAT, "the model was fitted without --%s",
                       ff_ensemble_names[source]);
    if (source == FF_ENSEMBLE_COMMITTEE)
        return ff_ace_potential_set_members(potential, u->members, u->member, err);
    double *drawn = ff_new_array(members, u->columns * sizeof *drawn, err);
    if (!drawn)
        return FF_E_NOMEM;
    int status = source == FF_ENSEMBLE_COVARIANCE
                     ? ff_committee_draw(drawn, mean, &u->covariance, members, seed, err)
                     : ff_pops_draw(drawn, mean, &u->pops, members, seed, err);
    if (status == FF_OK)
        status = ff_ace_potential_set_members(potential, members, drawn, err);
    free(drawn);
    return status;
}

double ff_stage_model_noise(const ff_stage_model *model, const char *group, int kind)
{
    double weight = model->record.weight[kind];
    for (size_t i = 0; i < model->report.rows; i++) {
        const ff_fit_row *row = &model->report.row[i];
        if (row->kind == kind && strcmp(row->group, group) == 0 && row->weight > 0)
            weight = row->weight;
    }
    return model->record.method[0] && weight > 0 ? model->record.error_level[kind] / weight : NAN;
}
