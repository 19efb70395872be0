#include "formats/report_results.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[FF_KINDS] = {"energy", "force", "virial", "force constant"};
static const char *const kind_keys[FF_KINDS] = {"energy", "force", "virial", "force_constant"};
static const char *const kind_units[FF_KINDS] = {"eV/atom", "eV/Å", "eV/atom", "eV/Å²"};

/* The tags that any of the results has, one text column each. */
static int add_tag_columns(ff_table *table, ff_tags *names, const ff_tags *tags, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < tags->count && status == FF_OK; i++) {
        char assignment[80];
        if (ff_tags_get(names, tags->list[i].name))
            continue;
        (void)snprintf(assignment, sizeof assignment, "%s=column", tags->list[i].name);
        status = ff_tags_add(names, assignment, err);
        ff_table_add_column(table, tags->list[i].name, tags->list[i].name, "", false);
    }
    return status;
}

static void add_tag_cells(ff_table *table, const ff_tags *names, const ff_tags *tags)
{
    for (size_t i = 0; i < names->count; i++) {
        const char *value = ff_tags_get(tags, names->list[i].name);
        ff_table_add_text(table, value ? value : "");
    }
}

static void add_comparison_columns(ff_table *table)
{
    ff_table_add_column(table, "crystal", "crystal", "", false);
    ff_table_add_column(table, "defect", "defect", "", false);
    ff_table_add_column(table, "atoms", "atoms", "", true);
    ff_table_add_column(table, "geometry_error", "geometry error", "Å", true);
    ff_table_add_column(table, "predicted_error", "predicted error", "Å", true);
    ff_table_add_column(table, "effectivity", "predicted / true", "", true);
    ff_table_add_column(table, "predicted_core", "predicted, core", "Å", true);
    ff_table_add_column(table, "predicted_far", "predicted, far field", "Å", true);
    ff_table_add_column(table, "energy_error", "energy error", "eV", true);
    ff_table_add_column(table, "energy_model", "formation energy", "eV", true);
    ff_table_add_column(table, "energy_reference", "formation energy of the reference", "eV", true);
    ff_table_add_column(table, "geometry_error_max", "largest of a bond", "Å", true);
    ff_table_add_column(table, "geometry_norm", "|Du| of the reference", "Å", true);
    ff_table_add_column(table, "converged", "converged", "", false);
    ff_table_add_column(table, "changes", "another configuration", "", false);
}

static void add_comparison_cells(ff_table *table, const ff_comparison *comparison)
{
    ff_table_add_text(table, comparison->crystal);
    ff_table_add_text(table, comparison->defect);
    ff_table_add_number(table, (double)comparison->atoms);
    ff_table_add_number(table, comparison->geometry_error);
    ff_table_add_number(table, comparison->predicted_error);
    ff_table_add_number(table, comparison->effectivity);
    ff_table_add_number(table, comparison->predicted_core);
    ff_table_add_number(table, comparison->predicted_far);
    ff_table_add_number(table, comparison->energy_error);
    ff_table_add_number(table, comparison->energy_model);
    ff_table_add_number(table, comparison->energy_reference);
    ff_table_add_number(table, comparison->geometry_error_max);
    ff_table_add_number(table, comparison->geometry_norm);
    ff_table_add_text(table, comparison->converged ? "yes" : "no");
    char changes[256] = "";
    if (!ff_topology_same(&comparison->topology))
        (void)ff_topology_describe(changes, sizeof changes, &comparison->topology);
    ff_table_add_text(table, changes);
}

static int comparison_table(ff_table *table, const ff_report *report, ff_error *err)
{
    ff_tags names;
    ff_series *series = NULL;
    size_t count = 0;
    ff_tags_init(&names);
    ff_table_init(table);
    int status = ff_series_of_comparisons(&series, &count, report, err);
    for (size_t i = 0; i < report->comparisons && status == FF_OK; i++)
        status = add_tag_columns(table, &names, &report->comparison[i].tags, err);
    add_comparison_columns(table);
    for (size_t i = 0; i < count && status == FF_OK; i++)
        for (size_t j = 0; j < series[i].count; j++) {
            const ff_comparison *one = &report->comparison[series[i].member[j].index];
            add_tag_cells(table, &names, &one->tags);
            add_comparison_cells(table, one);
        }
    ff_series_free(series, count);
    ff_tags_clear(&names);
    return status;
}

/* Indices of the evaluations, series by series; the caller frees *order. */
static int order_evaluations(size_t **order, const ff_report *report, ff_error *err)
{
    ff_series *series = NULL;
    size_t count = 0, next = 0;
    *order = ff_new_array(report->evaluations, sizeof **order, err);
    int status =
        *order ? ff_series_of_evaluations(&series, &count, report, NULL, 0, err) : FF_E_NOMEM;
    for (size_t i = 0; i < count && status == FF_OK; i++)
        for (size_t j = 0; j < series[i].count; j++)
            (*order)[next++] = series[i].member[j].index;
    ff_series_free(series, count);
    return status;
}

static void add_error_columns(ff_table *table, const char *extra, const char *extra_heading)
{
    ff_table_add_column(table, "group", "group", "", false);
    ff_table_add_column(table, "kind", "kind", "", false);
    ff_table_add_column(table, "count", "numbers", "", true);
    ff_table_add_column(table, "rmse", "RMSE", "", true);
    ff_table_add_column(table, "mae", "MAE", "", true);
    ff_table_add_column(table, "max", "largest", "", true);
    ff_table_add_column(table, extra, extra_heading, "", true);
    ff_table_add_column(table, "unit", "unit", "", false);
}

static void add_error_cells(ff_table *table, const char *group, int kind, double count,
                            const double numbers[4])
{
    ff_table_add_text(table, group);
    ff_table_add_text(table, kind_names[kind]);
    ff_table_add_number(table, count);
    for (int i = 0; i < 4; i++)
        ff_table_add_number(table, numbers[i]);
    ff_table_add_text(table, kind_units[kind]);
}

/* Columns for the tags of the evaluations that count. */
static int add_evaluation_tags(ff_table *table, ff_tags *names, const ff_report *report,
                               bool elastic, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < report->evaluations && status == FF_OK; i++) {
        const ff_evaluation *evaluation = &report->evaluation[i].evaluation;
        if (elastic ? evaluation->elastic.known : evaluation->rows > 0)
            status = add_tag_columns(table, names, &evaluation->tags, err);
    }
    return status;
}

/* Whether any evaluation is of a kind of observation. */
static bool has_kind(const ff_report *report, int kind)
{
    for (size_t i = 0; i < report->evaluations; i++)
        if (ff_report_overall_row(&report->evaluation[i].evaluation, kind))
            return true;
    return false;
}

/* One row an evaluation: the errors over all groups, beside those of the model's own fit. */
static int error_table(ff_table *table, const ff_report *report, ff_error *err)
{
    static const double scale[FF_KINDS] = {1000, 1, 1000, 1};
    static const char *const units[FF_KINDS] = {"meV/atom", "eV/Å", "meV/atom", "eV/Å²"};
    ff_tags names;
    size_t *order = NULL;
    ff_tags_init(&names);
    ff_table_init(table);
    int status = add_evaluation_tags(table, &names, report, false, err);
    if (status == FF_OK)
        status = order_evaluations(&order, report, err);
    for (int kind = 0; kind < FF_KINDS; kind++) {
        char key[64], heading[96];
        if (!has_kind(report, kind))
            continue;
        (void)snprintf(key, sizeof key, "%s_rmse", kind_keys[kind]);
        (void)snprintf(heading, sizeof heading, "%s RMSE", kind_names[kind]);
        ff_table_add_column(table, key, heading, units[kind], true);
        (void)snprintf(key, sizeof key, "%s_rmse_training", kind_keys[kind]);
        ff_table_add_column(table, key, "in training", units[kind], true);
    }
    for (size_t i = 0; i < report->evaluations && status == FF_OK; i++) {
        const ff_report_evaluation *one = &report->evaluation[order[i]];
        const ff_fit_report *fit = ff_report_fit_of(report, one->model);
        if (one->evaluation.rows == 0)
            continue;
        add_tag_cells(table, &names, &one->evaluation.tags);
        for (int kind = 0; kind < FF_KINDS; kind++) {
            const ff_error_row *test = ff_report_overall_row(&one->evaluation, kind);
            const ff_fit_row *training = ff_report_overall_fit_row(fit, kind);
            if (!has_kind(report, kind))
                continue;
            ff_table_add_number(table, test ? scale[kind] * test->rmse : NAN);
            ff_table_add_number(table, training ? scale[kind] * training->rmse : NAN);
        }
    }
    free(order);
    ff_tags_clear(&names);
    return status;
}

/* With a single group its rows say the same as those of "all". */
static bool has_one_group(const ff_evaluation *evaluation)
{
    const char *group = NULL;
    for (size_t i = 0; i < evaluation->rows; i++) {
        const char *name = evaluation->row[i].group;
        if (strcmp(name, "all") == 0)
            continue;
        if (group && strcmp(group, name) != 0)
            return false;
        group = name;
    }
    return group != NULL;
}

static int evaluation_table(ff_table *table, const ff_report *report, ff_error *err)
{
    ff_tags names;
    size_t *order = NULL;
    ff_tags_init(&names);
    ff_table_init(table);
    int status = add_evaluation_tags(table, &names, report, false, err);
    if (status == FF_OK)
        status = order_evaluations(&order, report, err);
    add_error_columns(table, "spread", "spread of labels");
    for (size_t i = 0; i < report->evaluations && status == FF_OK; i++) {
        const ff_evaluation *one = &report->evaluation[order[i]].evaluation;
        for (size_t j = 0; j < one->rows; j++) {
            const ff_error_row *row = &one->row[j];
            const double numbers[4] = {row->rmse, row->mae, row->max, row->spread};
            if (strcmp(row->group, "all") == 0 && has_one_group(one))
                continue;
            add_tag_cells(table, &names, &one->tags);
            add_error_cells(table, row->group, row->kind, (double)row->count, numbers);
        }
    }
    free(order);
    ff_tags_clear(&names);
    return status;
}

static int fit_table(ff_table *table, const ff_report *report, ff_error *err)
{
    size_t *order = NULL;
    int status = ff_series_order_models(&order, report, err);
    ff_table_init(table);
    ff_table_add_column(table, "model", "model", "", false);
    add_error_columns(table, "weight", "weight (0: not fitted)");
    for (size_t i = 0; i < report->models && status == FF_OK; i++) {
        char label[sizeof report->names.list->label];
        ff_report_label(report, report->model[order[i]].digest, label, sizeof label);
        for (size_t j = 0; j < report->model[order[i]].fit.rows; j++) {
            const ff_fit_row *row = &report->model[order[i]].fit.row[j];
            const double numbers[4] = {row->rmse, row->mae, row->max, row->weight};
            ff_table_add_text(table, label);
            add_error_cells(table, row->group, row->kind, (double)row->count, numbers);
        }
    }
    free(order);
    return status;
}

static int model_table(ff_table *table, const ff_report *report, ff_error *err)
{
    size_t *order = NULL;
    int status = ff_series_order_models(&order, report, err);
    ff_table_init(table);
    ff_table_add_column(table, "model", "model", "", false);
    ff_table_add_column(table, "functions", "functions", "", true);
    ff_table_add_column(table, "observations", "observations", "", true);
    ff_table_add_column(table, "ridge", "ridge", "", true);
    ff_table_add_column(table, "condition", "condition number", "", true);
    ff_table_add_column(table, "sha256", "SHA-256", "", false);
    for (size_t i = 0; i < report->models && status == FF_OK; i++) {
        const ff_report_model *model = &report->model[order[i]];
        char label[sizeof report->names.list->label], digest[16];
        ff_report_label(report, model->digest, label, sizeof label);
        (void)snprintf(digest, sizeof digest, "%.12s", model->digest);
        ff_table_add_text(table, label);
        ff_table_add_number(table, (double)model->fit.parameters);
        ff_table_add_number(table, (double)model->fit.observations);
        ff_table_add_number(table, model->fit.ridge);
        ff_table_add_number(table, model->fit.condition);
        ff_table_add_text(table, digest);
    }
    free(order);
    return status;
}

static int relaxation_table(ff_table *table, const ff_report *report, ff_error *err)
{
    size_t *order = NULL;
    int status = ff_series_order_relaxations(&order, report, err);
    ff_table_init(table);
    ff_table_add_column(table, "relaxation", "relaxation", "", false);
    ff_table_add_column(table, "crystal", "crystal", "", false);
    ff_table_add_column(table, "defect", "defect", "", false);
    ff_table_add_column(table, "cells", "cells", "", false);
    ff_table_add_column(table, "atoms", "atoms", "", true);
    ff_table_add_column(table, "lattice_constant", "lattice constant", "Å", true);
    ff_table_add_column(table, "formation_energy", "formation energy", "eV", true);
    ff_table_add_column(table, "evaluations", "force evaluations", "", true);
    ff_table_add_column(table, "max_force", "largest force at the end", "eV/Å", true);
    ff_table_add_column(table, "converged", "converged", "", false);
    for (size_t i = 0; i < report->relaxations && status == FF_OK; i++) {
        const ff_relaxation *relaxation = &report->relaxation[order[i]].relaxation;
        char label[sizeof report->names.list->label], cells[64];
        ff_report_label(report, report->relaxation[order[i]].digest, label, sizeof label);
        (void)snprintf(cells, sizeof cells, "%d×%d×%d", relaxation->cells[0], relaxation->cells[1],
                       relaxation->cells[2]);
        ff_table_add_text(table, label);
        ff_table_add_text(table, relaxation->crystal);
        ff_table_add_text(table, relaxation->defect);
        ff_table_add_text(table, cells);
        ff_table_add_number(table, (double)relaxation->reference.atoms);
        ff_table_add_number(table, relaxation->lattice_constant);
        ff_table_add_number(table, relaxation->formation_energy);
        ff_table_add_number(table, (double)relaxation->steps);
        ff_table_add_number(
            table, relaxation->steps ? relaxation->history[relaxation->steps - 1].max_force : NAN);
        ff_table_add_text(table, relaxation->converged ? "yes" : "no");
    }
    free(order);
    return status;
}

static int elastic_table(ff_table *table, const ff_report *report, ff_error *err)
{
    ff_tags names;
    size_t *order = NULL;
    ff_tags_init(&names);
    ff_table_init(table);
    int status = add_evaluation_tags(table, &names, report, true, err);
    if (status == FF_OK)
        status = order_evaluations(&order, report, err);
    ff_table_add_column(table, "crystal", "crystal", "", false);
    ff_table_add_column(table, "lattice_constant", "lattice constant", "Å", true);
    ff_table_add_column(table, "energy", "energy", "eV/atom", true);
    ff_table_add_column(table, "pressure", "pressure", "GPa", true);
    ff_table_add_column(table, "c11", "C11", "GPa", true);
    ff_table_add_column(table, "c12", "C12", "GPa", true);
    ff_table_add_column(table, "c44", "C44", "GPa", true);
    ff_table_add_column(table, "c44_unrelaxed", "C44 unrelaxed", "GPa", true);
    for (size_t i = 0; i < report->evaluations && status == FF_OK; i++) {
        const ff_elastic *elastic = &report->evaluation[order[i]].evaluation.elastic;
        if (!elastic->known)
            continue;
        add_tag_cells(table, &names, &report->evaluation[order[i]].evaluation.tags);
        ff_table_add_text(table, elastic->crystal);
        ff_table_add_number(table, elastic->lattice_constant);
        ff_table_add_number(table, elastic->energy);
        ff_table_add_number(table, elastic->pressure_GPa);
        ff_table_add_number(table, elastic->c11_GPa);
        ff_table_add_number(table, elastic->c12_GPa);
        ff_table_add_number(table, elastic->c44_GPa);
        ff_table_add_number(table, elastic->c44_unrelaxed_GPa);
    }
    free(order);
    ff_tags_clear(&names);
    return status;
}

const ff_report_table *ff_report_tables(size_t *count)
{
    static const ff_report_table tables[] = {
        {"comparisons", "Errors of the relaxed defect", false, comparison_table},
        {"errors", "Errors on datasets", false, error_table},
        {"evaluations", "Errors on datasets, by group", true, evaluation_table},
        {"elastic", "Elastic constants", false, elastic_table},
        {"defects", "Defects", false, ff_report_defect_table},
        {"limits", "Limits over sizes", false, ff_report_limit_table},
        {"sizes", "Sizes", true, ff_report_size_table},
        {"relaxations", "Relaxations", false, relaxation_table},
        {"models", "Models", false, model_table},
        {"fits", "Errors on the training rows, by group", true, fit_table}};
    *count = sizeof tables / sizeof *tables;
    return tables;
}
