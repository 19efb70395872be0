/* What farfield-fit says. */

#include "stages/fit/fitting.h"

#include "lib/base/memory.h"
#include "stages/cli/error_table.h"
#include "stages/cli/fit_tables.h"
#include "stages/cli/observations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void print_method(const ff_stage_run *stage, const fit_request *request,
                         const fit_result *result)
{
    const ff_fit_report *report = &result->report;
    char method[80] = "";
    if (request->method == FF_SOLVER_RIDGE)
        (void)snprintf(method, sizeof method, "ridge %.3g", request->ridge);
    else if (request->method == FF_SOLVER_SVD)
        (void)snprintf(method, sizeof method, "method svd, rank %zu", result->solution.rank);
    else if (request->method == FF_SOLVER_QR)
        (void)snprintf(method, sizeof method, "method qr");
    else
        (void)snprintf(method, sizeof method, "method %s, %d steps",
                       ff_solver_names[request->method], result->solution.steps);
    ff_stage_note(stage, "%zu observations, %zu functions, %s, condition number %.2g",
                  report->observations, report->parameters, method, report->condition);
}

/* Observations that are met exactly show as such. */
static int print_errors(const fit_source *source, const fit_request *request,
                        const ff_fit_report *report, ff_error *err)
{
    ff_error_row *rows = ff_new_array(report->rows, sizeof *rows, err);
    if (!rows)
        return FF_E_NOMEM;
    for (size_t i = 0; i < report->rows; i++) {
        const ff_fit_row *row = &report->row[i];
        rows[i] = (ff_error_row){.kind = row->kind,
                                 .count = row->count,
                                 .rmse = row->rmse,
                                 .mae = row->mae,
                                 .max = row->max,
                                 .spread = row->weight};
        memcpy(rows[i].group, row->group, sizeof rows[i].group);
        for (size_t g = 0; g < source->group_count; g++)
            if (strcmp(source->group_names[g], row->group) == 0 &&
                (request->exact[g] & (1u << row->kind)))
                rows[i].spread = INFINITY;
    }
    ff_error_table_write(stderr, report->rows, rows, FF_ERROR_TABLE_WEIGHT);
    free(rows);
    return FF_OK;
}

int fit_print(const ff_stage_run *stage, const fit_source *source, const fit_request *request,
              const fit_result *result, ff_error *err)
{
    if (ff_argument_flag(stage, "quiet"))
        return FF_OK;
    print_method(stage, request, result);
    int status = print_errors(source, request, &result->report, err);
    if (status != FF_OK)
        return status;
    if (source->reduced)
        ff_stage_note(stage, "mean and largest errors need the rows: fit the features, or evaluate "
                             "the model");
    ff_fit_summary_write(stderr, &result->record);
    ff_held_out_write(stderr, "left out", result->record.held_out_count, result->record.held_out);
    ff_held_out_write(stderr, "fitted", result->record.curve_count, result->record.curve);
    ff_leverages_write(stderr, result->record.leverage_count, result->record.leverage);
    return FF_OK;
}
