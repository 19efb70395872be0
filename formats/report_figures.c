#include "formats/report_results.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int ff_report_comparison_series(ff_series **series, size_t *count, const ff_report *report,
                                ff_error *err)
{
    const ff_tags **tags = ff_new_array(report->comparisons, sizeof *tags, err);
    if (!tags)
        return FF_E_NOMEM;
    for (size_t i = 0; i < report->comparisons; i++)
        tags[i] = &report->comparison[i].tags;
    int status =
        ff_series_arrange(series, count, tags, report->comparisons, report->x, report->series, err);
    free(tags);
    return status;
}

typedef double (*comparison_value)(const ff_comparison *comparison);

static double geometry_error(const ff_comparison *comparison)
{
    return comparison->geometry_error;
}

static double predicted_error(const ff_comparison *comparison)
{
    return comparison->predicted_error;
}

static double energy_error(const ff_comparison *comparison)
{
    return fabs(comparison->energy_error);
}

static int add_comparison_curve(ff_figure *figure, const char *label, ff_curve_style style,
                                const ff_report *report, const ff_series *series,
                                comparison_value value, ff_error *err)
{
    int status = ff_figure_add_curve(figure, label, style, series->colour, err);
    for (size_t i = 0; i < series->count && status == FF_OK; i++) {
        const ff_comparison *comparison = &report->comparison[series->member[i].index];
        if (comparison->converged)
            status = ff_figure_add_point(figure, series->member[i].x, value(comparison), err);
    }
    return status;
}

/* A theory rate, x^slope, to draw beside the data. */
typedef struct guide {
    const char *label;
    double slope;
} guide;

/* Rates of docs/theory.md for a point defect (d = 3). */
static const guide geometry_guides[] = {{"x^(-3/2): elastic mismatch", -1.5},
                                        {"x^(-7/2): dispersive mismatch", -3.5},
                                        {"x^(-9/2): nonlinear mismatch", -4.5}};
static const guide energy_guides[] = {{"x^(-3): elastic mismatch, matched energies", -3.0}};

/* Guides start at the geometric middle of what the series show at their smallest x, so that they
 * fan out beside the data without claiming to be fitted to it. */
static int add_guides(ff_figure *figure, const guide *guides, size_t count, ff_error *err)
{
    double first = INFINITY, last = -INFINITY, sum = 0;
    size_t members = 0;
    for (size_t i = 0; i < figure->curves; i++)
        for (size_t j = 0; j < figure->curve[i].count; j++) {
            first = fmin(first, figure->curve[i].point[j][0]);
            last = fmax(last, figure->curve[i].point[j][0]);
        }
    for (size_t i = 0; i < figure->curves; i++)
        if (figure->curve[i].count && figure->curve[i].point[0][0] <= first) {
            sum += log(figure->curve[i].point[0][1]);
            members++;
        }
    if (members == 0 || !(last > first))
        return FF_OK;
    const double anchor[2] = {first, exp(sum / (double)members)}, range[2] = {first, last};
    int status = FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++)
        status = ff_figure_add_guide(figure, guides[i].label, anchor, guides[i].slope, range, err);
    return status;
}

static int geometry_figure(ff_figure *figure, const ff_report *report, const ff_series *series,
                           size_t count, ff_error *err)
{
    ff_figure_init(figure, "geometry-error", "Geometry error", report->x,
                   "|D(u_model - u_reference)| (Å)");
    figure->log_x = figure->log_y = figure->x_ticks_at_data = true;
    int status = FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        char label[224];
        status = add_comparison_curve(figure, series[i].name, FF_CURVE_POINTS_LINES, report,
                                      &series[i], geometry_error, err);
        (void)snprintf(label, sizeof label, "%s, predicted", series[i].name);
        if (status == FF_OK)
            status = add_comparison_curve(figure, label, FF_CURVE_DASHED, report, &series[i],
                                          predicted_error, err);
    }
    return status != FF_OK ? status
                           : add_guides(figure, geometry_guides,
                                        sizeof geometry_guides / sizeof *geometry_guides, err);
}

static int energy_figure(ff_figure *figure, const ff_report *report, const ff_series *series,
                         size_t count, ff_error *err)
{
    ff_figure_init(figure, "energy-error", "Formation-energy error", report->x,
                   "|E_model - E_reference| (eV)");
    figure->log_x = figure->log_y = figure->x_ticks_at_data = true;
    int status = FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++)
        status = add_comparison_curve(figure, series[i].name, FF_CURVE_POINTS_LINES, report,
                                      &series[i], energy_error, err);
    return status != FF_OK ? status
                           : add_guides(figure, energy_guides,
                                        sizeof energy_guides / sizeof *energy_guides, err);
}

static int add_decay_curve(ff_figure *figure, const char *label, int colour,
                           const ff_comparison *comparison, bool of_error, ff_error *err)
{
    int status = ff_figure_add_curve(figure, label, FF_CURVE_POINTS_LINES, colour, err);
    for (size_t i = 0; i < comparison->bins && status == FF_OK; i++) {
        const ff_decay_bin *bin = &comparison->decay[i];
        status =
            ff_figure_add_point(figure, bin->radius, of_error ? bin->error : bin->reference, err);
    }
    return status;
}

/* |Du| <~ r^-3 for a point defect (d = 3), through the reference's value at half the largest
 * radius, where neither the core nor the periodic images rule. */
static int add_decay_guide(ff_figure *figure, const ff_comparison *comparison, ff_error *err)
{
    if (comparison->bins < 3)
        return FF_OK;
    const ff_decay_bin *decay = comparison->decay;
    double last = decay[comparison->bins - 1].radius;
    size_t middle = 0;
    while (decay[middle].radius < last / 2)
        middle++;
    if (!(decay[middle].reference > 0))
        return FF_OK;
    const double anchor[2] = {decay[middle].radius, decay[middle].reference};
    const double range[2] = {fmax(decay[0].radius, last / 8), last};
    return ff_figure_add_guide(figure, "r^(-3): linear elasticity", anchor, -3.0, range, err);
}

/* The member at the end of a series, among those whose relaxations converged; NULL if none did. */
static const ff_series_member *last_converged(const ff_report *report, const ff_series *series)
{
    for (size_t i = series->count; i-- > 0;)
        if (report->comparison[series->member[i].index].converged)
            return &series->member[i];
    return NULL;
}

static int decay_figure(ff_figure *figure, const ff_report *report, const ff_series *series,
                        size_t count, ff_error *err)
{
    ff_figure_init(figure, "decay", "Decay of strain and of its error from the defect",
                   "distance from the defect (Å)", "largest |Du| in the shell (Å)");
    figure->log_x = figure->log_y = true;
    if (count == 0)
        return FF_OK;
    const ff_comparison *first = &report->comparison[series[0].member[0].index];
    int status = add_decay_curve(figure, "reference |Du|", FF_COLOUR_REFERENCE, first, false, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        const ff_series_member *member = last_converged(report, &series[i]);
        if (!member)
            continue;
        char label[320];
        (void)snprintf(label, sizeof label, "error, %s", series[i].name);
        if (isfinite(member->x))
            (void)snprintf(label, sizeof label, "error, %s, %s=%g", series[i].name, report->x,
                           member->x);
        status = add_decay_curve(figure, label, series[i].colour,
                                 &report->comparison[member->index], true, err);
    }
    return status != FF_OK ? status : add_decay_guide(figure, first, err);
}

static int convergence_figure(ff_figure *figure, const ff_report *report, ff_error *err)
{
    ff_figure_init(figure, "convergence", "Relaxations", "force evaluation",
                   "largest force (eV/Å)");
    figure->log_y = true;
    int status = FF_OK;
    for (size_t i = 0; i < report->relaxations && status == FF_OK; i++) {
        const ff_relaxation *relaxation = &report->relaxation[i].relaxation;
        status = ff_figure_add_curve(figure, report->relaxation[i].label, FF_CURVE_POINTS_LINES,
                                     (int)i, err);
        for (size_t j = 0; j < relaxation->steps && status == FF_OK; j++)
            status =
                ff_figure_add_point(figure, (double)(j + 1), relaxation->history[j].max_force, err);
    }
    return status;
}

static const ff_error_row *overall_force_row(const ff_evaluation *evaluation)
{
    for (size_t i = 0; i < evaluation->rows; i++)
        if (evaluation->row[i].kind == FF_KIND_FORCE &&
            strcmp(evaluation->row[i].group, "all") == 0)
            return &evaluation->row[i];
    return NULL;
}

static int add_force_error_curve(ff_figure *figure, const ff_report *report,
                                 const ff_series *series, ff_error *err)
{
    int status =
        ff_figure_add_curve(figure, series->name, FF_CURVE_POINTS_LINES, series->colour, err);
    for (size_t i = 0; i < series->count && status == FF_OK; i++) {
        const ff_error_row *row = overall_force_row(&report->evaluation[series->member[i].index]);
        if (row)
            status = ff_figure_add_point(figure, series->member[i].x, row->rmse, err);
    }
    return status;
}

static int force_error_figure(ff_figure *figure, const ff_report *report, const ff_series *known,
                              size_t known_count, ff_error *err)
{
    ff_figure_init(figure, "force-error", "Force error on the evaluated structures", report->x,
                   "force RMSE (eV/Å)");
    figure->log_x = figure->log_y = figure->x_ticks_at_data = true;
    const ff_tags **tags = ff_new_array(report->evaluations, sizeof *tags, err);
    if (!tags)
        return FF_E_NOMEM;
    for (size_t i = 0; i < report->evaluations; i++)
        tags[i] = &report->evaluation[i].tags;
    ff_series *series = NULL;
    size_t count = 0;
    int status = ff_series_arrange(&series, &count, tags, report->evaluations, report->x,
                                   report->series, err);
    if (status == FF_OK)
        ff_series_match_colours(series, count, known, known_count);
    for (size_t i = 0; i < count && status == FF_OK; i++)
        status = add_force_error_curve(figure, report, &series[i], err);
    ff_series_free(series, count);
    free(tags);
    return status;
}

int ff_report_figures(ff_figure figure[FF_REPORT_FIGURES], const char *caption[FF_REPORT_FIGURES],
                      const ff_report *report, ff_error *err)
{
    static const char *const captions[FF_REPORT_FIGURES] = {
        "Distance between the model's and the reference's relaxed defect, over all bonds of the "
        "large "
        "cell. Dashed: what the model's forces at the reference's equilibrium predict to first "
        "order. "
        "Dotted: the rates theory gives for single parts of the error; a total need not follow "
        "any. "
        "Relaxations that did not converge are in the table only.",
        "Difference of the formation energies, absolute value.",
        "Largest bond strain among the sites of each shell around the defect: of the reference, "
        "and of "
        "the difference between model and reference at the end of each series.",
        "Largest force on any atom after each force evaluation.",
        "Root mean square error of the forces on the structures of the evaluated datasets."};
    for (int i = 0; i < FF_REPORT_FIGURES; i++) {
        figure[i] = (ff_figure){0};
        caption[i] = captions[i];
    }
    ff_series *series = NULL;
    size_t count = 0;
    int status = ff_report_comparison_series(&series, &count, report, err);
    if (status == FF_OK)
        status = geometry_figure(&figure[0], report, series, count, err);
    if (status == FF_OK)
        status = energy_figure(&figure[1], report, series, count, err);
    if (status == FF_OK)
        status = decay_figure(&figure[2], report, series, count, err);
    if (status == FF_OK)
        status = convergence_figure(&figure[3], report, err);
    if (status == FF_OK)
        status = force_error_figure(&figure[4], report, series, count, err);
    ff_series_free(series, count);
    return status;
}
