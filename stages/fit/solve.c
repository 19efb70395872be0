/* Solving, and predicting what was left out. */

#include "stages/fit/fitting.h"

#include "lib/base/memory.h"
#include "lib/regression/automatic_weights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ff_solver_options solver_options(const fit_request *request, const fit_classes *classes)
{
    return (ff_solver_options){
        .method = request->method,
        .noise = request->noise,
        .weight = classes ? classes->weight : request->weight,
        .prior = request->prior,
        .constraints = classes && classes->constraints.count ? &classes->constraints : NULL,
        .ridge = request->ridge,
        .cutoff = request->cutoff,
        .without_covariance =
            !request->covariance && !request->members && !request->pops && !request->leverage};
}

int fit_weigh_automatically(fit_request *request, fit_classes *classes, ff_fit_record *record,
                            ff_error *err)
{
    const ff_solver_options options = solver_options(request, classes);
    const ff_reduction *reduction = classes->reduction;
    ff_weight_search search;
    int status = ff_automatic_weights(&search, reduction, &options, err);
    if (status != FF_OK)
        return status;
    const double *factor = search.factor;
    memcpy(record->evidence_noise, search.noise, sizeof record->evidence_noise);
    record->weight_fits = search.fits;
    record->weight_folds = reduction->folds;
    for (size_t i = 0; i < reduction->count; i++)
        classes->weight[i] *= factor[reduction->classes[i].kind];
    for (size_t i = 0; i < FF_KINDS * request->group_count; i++)
        request->weight[i] *= factor[i % FF_KINDS];
    for (int kind = 0; kind < FF_KINDS; kind++)
        request->default_weight[kind] *= factor[kind];
    return FF_OK;
}

/* Rows of a cross-validation or learning curve as the record keeps them. */
static int keep(ff_held_out_row **rows, size_t *count, const ff_cross_validation *found,
                const fit_request *request, const ff_reduction *reduction, bool curve,
                ff_error *err)
{
    *rows = ff_new_array(found->count, sizeof **rows, err);
    if (!*rows)
        return FF_E_NOMEM;
    *count = found->count;
    for (size_t i = 0; i < found->count; i++) {
        const ff_held_out *from = &found->errors[i];
        ff_held_out_row *to = &(*rows)[i];
        *to = (ff_held_out_row){.kind = from->kind,
                                .fitted = from->fitted,
                                .count = from->count,
                                .rmse = from->rmse,
                                .noise = from->noise,
                                .log_density = from->log_density};
        if (curve)
            (void)snprintf(to->part, sizeof to->part, "%u of %u folds", from->part,
                           reduction->folds);
        else if (from->part >=
                 (request->division == FIT_BY_FOLD ? reduction->folds : reduction->group_count))
            (void)snprintf(to->part, sizeof to->part, "all");
        else if (request->division == FIT_BY_FOLD)
            (void)snprintf(to->part, sizeof to->part, "fold %u", from->part + 1);
        else
            (void)snprintf(to->part, sizeof to->part, "%s", reduction->group_names[from->part]);
    }
    return FF_OK;
}

/* Errors on rows that were left out. */
static int leave_out(fit_result *result, const fit_request *request, const fit_classes *classes,
                     ff_error *err)
{
    ff_solver_options options = solver_options(request, classes);
    ff_cross_validation found;
    int status = FF_OK;
    options.without_covariance = true;
    ff_cross_validation_init(&found);
    if (request->division == FIT_BY_FOLD)
        status = ff_cross_validate_folds(&found, classes->reduction, &options, err);
    else if (request->division == FIT_BY_GROUP)
        status = ff_cross_validate_groups(&found, classes->reduction, &options, err);
    if (status == FF_OK && request->division != FIT_NOT_DIVIDED)
        status = keep(&result->record.held_out, &result->record.held_out_count, &found, request,
                      classes->reduction, false, err);
    ff_cross_validation_clear(&found);
    if (status != FF_OK || !request->learning_curve)
        return status;
    status = ff_learning_curve(&found, classes->reduction, &options, err);
    if (status == FF_OK)
        status = keep(&result->record.curve, &result->record.curve_count, &found, request,
                      classes->reduction, true, err);
    ff_cross_validation_clear(&found);
    return status;
}

int fit_solve(fit_result *result, ff_stage_run *stage, const fit_source *source,
              const fit_request *request, const fit_classes *classes, ff_error *err)
{
    const ff_solver_options options = solver_options(request, classes);
    if (classes) {
        int status = ff_solve(&result->solution, classes->reduction, &options, err);
        return status == FF_OK ? leave_out(result, request, classes, err) : status;
    }
    ff_rows rows = source->rows.rows;
    rows.progress = ff_stage_progress(stage, "fitting", 0, "rows");
    int status = ff_solve_rows(&result->solution, &rows, &options, err);
    ff_stage_progress_end(stage);
    return status;
}
