/* Committees, pointwise optimal parameter sets, and leverages. */

#include "stages/fit/fitting.h"

#include "lib/base/memory.h"
#include "lib/regression/uncertainty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the covariance over from the solution. */
static void keep_covariance(fit_result *result)
{
    result->uncertainty.covariance = result->solution.covariance;
    result->solution.covariance = (ff_triangle){0};
}

static int draw_committee(fit_result *result, const fit_request *request, ff_error *err)
{
    const ff_solution *solution = &result->solution;
    ff_model_uncertainty *out = &result->uncertainty;
    out->member = ff_new_array(request->members, solution->columns * sizeof *out->member, err);
    if (!out->member)
        return FF_E_NOMEM;
    out->members = request->members;
    return ff_committee_draw(out->member, solution->coefficients, &solution->covariance,
                             request->members, request->seed, err);
}

static int find_pops(fit_result *result, const ff_rows *rows, const fit_request *request,
                     const double *weight, ff_error *err)
{
    const ff_pops_options options = {.leverage_quantile = request->pops_quantile};
    ff_pops_clear(&result->uncertainty.pops);
    return ff_pops_find(&result->uncertainty.pops, result->solution.coefficients,
                        &result->solution.covariance, rows, weight, &options, err);
}

static int find_leverages(fit_result *result, const ff_rows *rows, const double *weight,
                          ff_error *err)
{
    const ff_frame_table *frames = rows->frames;
    ff_fit_record *record = &result->record;
    double *leverage = ff_new_array(frames->count, FF_KINDS * sizeof *leverage, err);
    record->leverage = ff_new_array(frames->count, sizeof *record->leverage, err);
    int status = leverage && record->leverage ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_frame_leverages(leverage, &result->solution.covariance, rows, weight, err);
    for (size_t i = 0; i < frames->count && status == FF_OK; i++) {
        ff_leverage_row *row = &record->leverage[record->leverage_count++];
        (void)snprintf(row->group, sizeof row->group, "%.63s",
                       frames->group_names[frames->group[i]]);
        memcpy(row->leverage, leverage + FF_KINDS * i, sizeof row->leverage);
    }
    free(leverage);
    return status;
}

/* Passes over the rows. */
static int pass_over_rows(fit_result *result, ff_stage_run *stage, fit_source *source,
                          const fit_request *request, ff_error *err)
{
    ff_rows rows = source->rows.rows;
    double *weight = ff_new_array(source->group_count, FF_KINDS * sizeof *weight, err);
    if (!weight)
        return FF_E_NOMEM;
    ff_weights_over_noise(weight, &result->solution, source->group_count, request->weight);
    size_t passes = (request->pops ? 3u : 0u) + (request->leverage ? 1u : 0u);
    rows.progress = ff_stage_progress(stage, "uncertainty", passes * rows.count, "rows");
    int status = FF_OK;
    if (request->pops)
        status = find_pops(result, &rows, request, weight, err);
    if (status == FF_OK && request->leverage)
        status = find_leverages(result, &rows, weight, err);
    ff_stage_progress_end(stage);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(source->container));
    free(weight);
    return status;
}

int fit_uncertainty(fit_result *result, ff_stage_run *stage, fit_source *source,
                    const fit_request *request, ff_error *err)
{
    bool rows = request->pops || request->leverage;
    int status = FF_OK;
    result->uncertainty.columns = result->solution.columns;
    if (!rows && !request->members && !request->covariance)
        return FF_OK;
    if (!result->solution.covariance.r)
        return ff_fail(err, FF_E_NUMERIC, "--%s needs the posterior covariance, which %s",
                       request->members      ? "committee"
                       : request->covariance ? "covariance"
                       : request->pops       ? "pops"
                                             : "leverage",
                       request->method == FF_SOLVER_LSQR
                           ? "the method lsqr does not give"
                           : "is unknown with as many parameters as observations");
    if (request->members)
        status = draw_committee(result, request, err);
    if (status == FF_OK && rows)
        status = pass_over_rows(result, stage, source, request, err);
    if (status == FF_OK && request->covariance)
        keep_covariance(result);
    return status;
}
