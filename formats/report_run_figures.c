/* Figures of single relaxations and evaluations. */

#include "formats/report_results.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const ff_error_row *ff_report_overall_row(const ff_evaluation *evaluation, int kind)
{
    for (size_t i = 0; i < evaluation->rows; i++)
        if (evaluation->row[i].kind == kind && strcmp(evaluation->row[i].group, "all") == 0)
            return &evaluation->row[i];
    return NULL;
}

const ff_fit_row *ff_report_overall_fit_row(const ff_fit_report *fit, int kind)
{
    for (size_t i = 0; fit && i < fit->rows; i++)
        if (fit->row[i].kind == kind && strcmp(fit->row[i].group, "all") == 0)
            return &fit->row[i];
    return NULL;
}

/* Convergence of relaxations. */

/* The colour of its series; black for the reference in the large cell. */
static int colour_of(const ff_report_name *name, const ff_series *series, size_t count)
{
    if (strcmp(name->label, FF_REPORT_REFERENCE) == 0)
        return FF_COLOUR_REFERENCE;
    for (size_t i = 0; i < count; i++)
        if (strcmp(series[i].name, name->series) == 0)
            return series[i].colour;
    return (int)count;
}

/* Relaxations of one series share a colour, and the legend names the series once. */
static void legend(char *label, size_t size, const ff_figure *figure, const ff_report_name *name,
                   const char *digest)
{
    if (!name)
        (void)snprintf(label, size, "%.8s", digest);
    else if (strcmp(name->label, FF_REPORT_REFERENCE) == 0)
        (void)snprintf(label, size, "%s", name->label);
    else if (strcmp(name->series, FF_REPORT_REFERENCE) == 0)
        (void)snprintf(label, size, "reference, smaller cells");
    else
        (void)snprintf(label, size, "%s", name->series[0] ? name->series : name->label);
    for (size_t i = 0; i < figure->curves; i++)
        if (strcmp(figure->curve[i].label, label) == 0) {
            label[0] = '\0';
            return;
        }
}

int ff_report_convergence_figure(ff_figure *figure, const ff_report *report,
                                 const ff_series *series, size_t count, ff_error *err)
{
    ff_figure_init(figure, "convergence", "Relaxations", "force evaluation",
                   "largest force (eV/Å)");
    figure->log_x = figure->log_y = true;
    int status = FF_OK;
    for (size_t i = 0; i < report->relaxations && status == FF_OK; i++) {
        const ff_relaxation *relaxation = &report->relaxation[i].relaxation;
        const char *digest = report->relaxation[i].digest;
        const ff_report_name *name = ff_report_names_find(&report->names, digest);
        int colour = name ? colour_of(name, series, count) : (int)(count + i);
        char label[400];
        legend(label, sizeof label, figure, name, digest);
        status = ff_figure_add_curve(figure, label, FF_CURVE_LINES, colour, err);
        for (size_t j = 0; j < relaxation->steps && status == FF_OK; j++)
            status =
                ff_figure_add_point(figure, (double)(j + 1), relaxation->history[j].max_force, err);
    }
    return status;
}

/* Errors of one kind of observation. */

static int add_test_curve(ff_figure *figure, int kind, const ff_report *report,
                          const ff_series *series, ff_error *err)
{
    int status =
        ff_figure_add_curve(figure, series->name, FF_CURVE_POINTS_LINES, series->colour, err);
    for (size_t i = 0; i < series->count && status == FF_OK; i++) {
        const ff_report_evaluation *one = &report->evaluation[series->member[i].index];
        const ff_error_row *row = ff_report_overall_row(&one->evaluation, kind);
        if (row)
            status = ff_figure_add_point(figure, series->member[i].x, row->rmse, err);
    }
    return status;
}

static int add_training_curve(ff_figure *figure, int kind, const ff_report *report,
                              const ff_series *series, ff_error *err)
{
    char label[400];
    (void)snprintf(label, sizeof label, "%s, training", series->name);
    int status = ff_figure_add_curve(figure, label, FF_CURVE_DASHED, series->colour, err);
    for (size_t i = 0; i < series->count && status == FF_OK; i++) {
        const char *model = report->evaluation[series->member[i].index].model;
        const ff_fit_row *row = ff_report_overall_fit_row(ff_report_fit_of(report, model), kind);
        if (row)
            status = ff_figure_add_point(figure, series->member[i].x, row->rmse, err);
    }
    return status;
}

int ff_report_error_figure(ff_figure *figure, int kind, const ff_report *report,
                           const ff_series *series, size_t count, ff_error *err)
{
    ff_series *evaluated = NULL;
    size_t evaluated_count = 0;
    if (kind == FF_KIND_FORCE)
        ff_figure_init(figure, "force-error", "Error of the forces", report->x,
                       "force RMSE (eV/Å)");
    else
        ff_figure_init(figure, "force-constant-error", "Error of the force constants", report->x,
                       "force-constant RMSE (eV/Å²)");
    figure->log_x = figure->log_y = figure->x_ticks_at_data = true;
    int status = ff_series_of_evaluations(&evaluated, &evaluated_count, report, series, count, err);
    for (size_t i = 0; i < evaluated_count && status == FF_OK; i++) {
        status = add_test_curve(figure, kind, report, &evaluated[i], err);
        if (status == FF_OK)
            status = add_training_curve(figure, kind, report, &evaluated[i], err);
    }
    ff_series_free(evaluated, evaluated_count);
    return status;
}
