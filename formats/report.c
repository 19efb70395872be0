#include "formats/report.h"

#include "formats/comparison_file.h"
#include "formats/evaluation_file.h"
#include "formats/model_file.h"
#include "formats/provenance.h"
#include "formats/relaxation_file.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_table_columns(ff_report *report)
{
    ff_table_add_column(&report->fits, "model", "model", "", false);
    ff_table_add_column(&report->fits, "group", "group", "", false);
    ff_table_add_column(&report->fits, "kind", "kind", "", false);
    ff_table_add_column(&report->fits, "count", "rows", "", true);
    ff_table_add_column(&report->fits, "weight", "weight", "", true);
    ff_table_add_column(&report->fits, "rmse", "RMSE", "", true);
    ff_table_add_column(&report->fits, "mae", "MAE", "", true);
    ff_table_add_column(&report->fits, "unit", "unit", "", false);
    ff_table_add_column(&report->inputs, "kind", "kind", "", false);
    ff_table_add_column(&report->inputs, "sha256", "SHA-256", "", false);
    ff_table_add_column(&report->history, "step", "step", "", false);
    ff_table_add_column(&report->history, "what", "what was run", "", false);
}

int ff_report_init(ff_report *report, const char *title, const char *x, const char *series,
                   const char *notes, ff_error *err)
{
    *report = (ff_report){0};
    (void)snprintf(report->title, sizeof report->title, "%s", title);
    (void)snprintf(report->x, sizeof report->x, "%s", x);
    (void)snprintf(report->series, sizeof report->series, "%s", series);
    ff_table_init(&report->fits);
    ff_table_init(&report->inputs);
    ff_table_init(&report->history);
    add_table_columns(report);
    if (notes && !(report->notes = ff_copy_text(notes, err)))
        return FF_E_NOMEM;
    return FF_OK;
}

void ff_report_clear(ff_report *report)
{
    for (size_t i = 0; i < report->comparisons; i++)
        ff_comparison_clear(&report->comparison[i]);
    for (size_t i = 0; i < report->evaluations; i++)
        ff_evaluation_clear(&report->evaluation[i]);
    for (size_t i = 0; i < report->relaxations; i++)
        ff_relaxation_clear(&report->relaxation[i].relaxation);
    free(report->comparison);
    free(report->evaluation);
    free(report->relaxation);
    free(report->notes);
    ff_table_clear(&report->fits);
    ff_table_clear(&report->inputs);
    ff_table_clear(&report->history);
    *report = (ff_report){0};
}

static int add_comparison(ff_report *report, ff_container *container, ff_error *err)
{
    int status = ff_reserve(&report->comparison, &report->comparison_capacity,
                            report->comparisons + 1, sizeof *report->comparison, err);
    if (status == FF_OK)
        status = ff_comparison_read(&report->comparison[report->comparisons], container, err);
    if (status == FF_OK)
        report->comparisons++;
    return status;
}

static int add_evaluation(ff_report *report, ff_container *container, ff_error *err)
{
    int status = ff_reserve(&report->evaluation, &report->evaluation_capacity,
                            report->evaluations + 1, sizeof *report->evaluation, err);
    if (status == FF_OK)
        status = ff_evaluation_read(&report->evaluation[report->evaluations], container, err);
    if (status == FF_OK)
        report->evaluations++;
    return status;
}

static int add_relaxation(ff_report *report, ff_container *container, ff_error *err)
{
    int status = ff_reserve(&report->relaxation, &report->relaxation_capacity,
                            report->relaxations + 1, sizeof *report->relaxation, err);
    if (status != FF_OK)
        return status;
    ff_report_relaxation *added = &report->relaxation[report->relaxations];
    status = ff_relaxation_read(&added->relaxation, container, err);
    if (status != FF_OK)
        return status;
    const ff_relaxation *relaxation = &added->relaxation;
    (void)snprintf(added->label, sizeof added->label, "%s %s %dx%dx%d, %.8s", relaxation->crystal,
                   relaxation->defect, relaxation->cells[0], relaxation->cells[1],
                   relaxation->cells[2], ff_container_digest(container));
    report->relaxations++;
    return FF_OK;
}

static int add_model(ff_report *report, ff_container *container, ff_error *err)
{
    static const char *const kinds[FF_KINDS] = {"energy", "force", "virial"};
    static const char *const units[FF_KINDS] = {"eV/atom", "eV/Å", "eV/atom"};
    ff_ace_model model;
    ff_fit_report fit;
    int status = ff_model_read(&model, &fit, container, err);
    if (status != FF_OK)
        return status;
    char name[16];
    (void)snprintf(name, sizeof name, "%.8s", ff_container_digest(container));
    for (size_t i = 0; i < fit.rows; i++) {
        ff_table_add_text(&report->fits, name);
        ff_table_add_text(&report->fits, fit.row[i].group);
        ff_table_add_text(&report->fits, kinds[fit.row[i].kind]);
        ff_table_add_number(&report->fits, (double)fit.row[i].count);
        ff_table_add_number(&report->fits, fit.row[i].weight);
        ff_table_add_number(&report->fits, fit.row[i].rmse);
        ff_table_add_number(&report->fits, fit.row[i].mae);
        ff_table_add_text(&report->fits, units[fit.row[i].kind]);
    }
    ff_fit_report_clear(&fit);
    ff_ace_model_clear(&model);
    return FF_OK;
}

static bool history_has(const ff_table *history, const char *id)
{
    for (size_t i = 0; i + 1 < history->cells; i += 2)
        if (history->cell[i].text && strcmp(history->cell[i].text, id) == 0)
            return true;
    return false;
}

/* The steps that inputs descend from are mostly shared: each is listed once. */
static int add_history(ff_report *report, ff_container *container, ff_error *err)
{
    size_t count = 0;
    ff_history_step *steps = NULL;
    if (!ff_link_exists(ff_container_root(container), "provenance"))
        return FF_OK;
    int status = ff_history_read(container, &count, &steps, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        char id[13];
        (void)snprintf(id, sizeof id, "%.12s", steps[i].id);
        if (history_has(&report->history, id))
            continue;
        ff_table_add_text(&report->history, id);
        ff_table_add_text(&report->history, steps[i].summary);
    }
    ff_history_free(count, steps);
    return status;
}

/* What report can do with each kind; a dataset only counts as an input. */
static const struct {
    const char *kind;
    int (*add)(ff_report *report, ff_container *container, ff_error *err);
} adders[] = {{"comparison", add_comparison},
              {"evaluation", add_evaluation},
              {"relaxation", add_relaxation},
              {"model", add_model},
              {"dataset", NULL},
              {"features", NULL}};

int ff_report_add(ff_report *report, ff_container *container, ff_error *err)
{
    const char *kind = ff_container_kind(container);
    ff_table_add_text(&report->inputs, kind);
    ff_table_add_text(&report->inputs, ff_container_digest(container));
    for (size_t i = 0; i < sizeof adders / sizeof *adders; i++)
        if (strcmp(adders[i].kind, kind) == 0) {
            int status = adders[i].add ? adders[i].add(report, container, err) : FF_OK;
            return status == FF_OK ? add_history(report, container, err) : status;
        }
    return ff_fail(err, FF_E_FORMAT, "a report has no place for a file of kind %s", kind);
}
