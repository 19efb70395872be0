/* What the model's file says of the fit. */

#include "stages/fit/fitting.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The report of a fit to a reduction. */

/* Adds the classes of one group and kind, or (group < 0) of all groups, as a row of the report. */
static void add_row(fit_result *result, const fit_source *source, const fit_request *request,
                    int64_t group, int kind)
{
    const ff_solution *solution = &result->solution;
    ff_fit_row row = {.kind = kind, .mae = NAN, .max = NAN};
    double squares = 0;
    bool first = true;
    for (size_t i = 0; i < solution->fit_count; i++) {
        const ff_class_fit *fit = &solution->fit[i];
        double weight = request->weight[FF_KINDS * fit->group + fit->kind];
        if (fit->kind != kind || (group >= 0 && fit->group != group))
            continue;
        row.count += fit->count;
        squares += (double)fit->count * fit->rmse * fit->rmse;
        row.weight = first || row.weight == weight ? weight : NAN;
        first = false;
    }
    if (row.count == 0)
        return;
    row.rmse = sqrt(squares / (double)row.count);
    (void)snprintf(row.group, sizeof row.group, "%.63s",
                   group >= 0 ? source->group_names[group] : "all");
    result->report.row[result->report.rows++] = row;
}

int fit_report_from_classes(fit_result *result, const fit_source *source,
                            const fit_request *request, ff_error *err)
{
    size_t most = (source->group_count + 1) * FF_KINDS;
    ff_fit_report_init(&result->report);
    if (!(result->report.row = ff_new_array(most, sizeof *result->report.row, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < source->group_count; i++)
        for (int kind = 0; kind < FF_KINDS; kind++)
            add_row(result, source, request, (int64_t)i, kind);
    for (int kind = 0; kind < FF_KINDS; kind++)
        add_row(result, source, request, -1, kind);
    result->report.observations = result->solution.observations;
    result->report.parameters = source->columns;
    return FF_OK;
}

/* The record. */

/* Root of the weighted squared errors of a kind over what its rows have left after fitting. */
static double error_level(const ff_solution *solution, int kind)
{
    double squares = 0, rows = 0, effective = solution->kind_effective[kind];
    for (size_t i = 0; i < solution->fit_count; i++) {
        const ff_class_fit *fit = &solution->fit[i];
        if (fit->kind != kind || !(fit->weight > 0))
            continue;
        squares += fit->weight * fit->weight * fit->squares;
        rows += (double)fit->count;
    }
    rows -= isnan(effective) ? 0 : effective;
    return rows > 0 ? sqrt(squares / rows) : NAN;
}

static void describe_method(ff_fit_record *record, const ff_solution *solution,
                            const fit_request *request)
{
    static const char *const noises[] = {
        [FF_NOISE_COMMON] = "common", [FF_NOISE_PER_KIND] = "per kind", [FF_NOISE_GIVEN] = "given"};
    (void)snprintf(record->method, sizeof record->method, "%s", ff_solver_names[request->method]);
    (void)snprintf(record->noise, sizeof record->noise, "%s", noises[request->noise]);
    (void)snprintf(record->prior, sizeof record->prior, "%s", ff_smoothness_names[request->form]);
    record->smoothness = request->smoothness;
    record->rank = solution->rank;
    record->steps = (size_t)solution->steps;
    record->effective = solution->effective;
    record->log_evidence = solution->log_evidence;
    record->evidence_gradient = solution->gradient;
    record->prior_strength = solution->prior_strength;
    record->singular_max = solution->singular_max;
    record->singular_min = solution->singular_min;
    (void)snprintf(record->weights, sizeof record->weights, "%s",
                   request->automatic ? "automatic" : "given");
    for (int kind = 0; kind < FF_KINDS; kind++) {
        record->error_level[kind] = error_level(solution, kind);
        if (!request->automatic)
            record->evidence_noise[kind] = NAN;
        record->weight[kind] = request->kinds & (1u << kind) ? request->default_weight[kind] : 0;
        record->noise_level[kind] = solution->noise[kind];
        record->kind_effective[kind] = solution->kind_effective[kind];
    }
}

static int describe_exact(ff_fit_record *record, const ff_stage_run *stage, ff_error *err)
{
    size_t count = ff_argument_count(stage, "exact");
    if (count && !(record->exact = ff_new_array(count, sizeof *record->exact, err)))
        return FF_E_NOMEM;
    for (; record->exact_count < count; record->exact_count++) {
        char *copy = ff_copy_text(ff_argument_at(stage, "exact", record->exact_count), err);
        if (!copy)
            return FF_E_NOMEM;
        record->exact[record->exact_count] = copy;
    }
    return FF_OK;
}

static int describe_classes(ff_fit_record *record, const ff_solution *solution,
                            char *const *group_names, ff_error *err)
{
    record->classes = ff_new_array(solution->fit_count, sizeof *record->classes, err);
    if (!record->classes)
        return FF_E_NOMEM;
    record->class_count = solution->fit_count;
    for (size_t i = 0; i < solution->fit_count; i++) {
        const ff_class_fit *from = &solution->fit[i];
        record->classes[i] = (ff_fit_class){.fold = from->fold,
                                            .kind = from->kind,
                                            .count = from->count,
                                            .weight = from->weight,
                                            .noise = from->noise,
                                            .chi2 = from->chi2,
                                            .rmse = from->rmse};
        (void)snprintf(record->classes[i].group, sizeof record->classes[i].group, "%.63s",
                       group_names[from->group]);
    }
    return FF_OK;
}

int fit_describe(fit_result *result, const ff_stage_run *stage, const fit_source *source,
                 const fit_request *request, const fit_classes *classes, ff_error *err)
{
    const ff_solution *solution = &result->solution;
    bool damped = request->method == FF_SOLVER_RIDGE || request->method == FF_SOLVER_LSQR;
    result->report.ridge = damped ? request->ridge : 0;
    result->report.condition = solution->condition;
    describe_method(&result->record, solution, request);
    int status = describe_exact(&result->record, stage, err);
    if (status == FF_OK)
        status =
            describe_classes(&result->record, solution,
                             classes ? classes->reduction->group_names : source->group_names, err);
    return status;
}
