/* Figures of the errors: against the tag that runs along the axis, and against the distance from
 * the defect. */

#include "formats/report_results.h"

#include <math.h>
#include <stdio.h>

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

/* The reference's own errors are those of its smaller cells. */
static void name_series(char *label, size_t size, const ff_series *series, const ff_report *report,
                        const char *ending)
{
    if (ff_series_is_reference(series))
        (void)snprintf(label, size, "%s, cell of size %s%s", series->name, report->x, ending);
    else
        (void)snprintf(label, size, "%s%s", series->name, ending);
}

static int add_comparison_curve(ff_figure *figure, const char *label, ff_curve_style style,
                                const ff_report *report, const ff_series *series,
                                comparison_value value, ff_error *err)
{
    int status = ff_figure_add_curve(figure, label, style, series->colour, err);
    for (size_t i = 0; i < series->count && status == FF_OK; i++) {
        const ff_comparison *comparison = &report->comparison[series->member[i].index];
        if (ff_comparison_has_errors(comparison))
            status = ff_figure_add_point(figure, series->member[i].x, value(comparison), err);
    }
    return status;
}

/* A theory rate, x^slope, to draw beside the data. */
typedef struct guide {
    const char *label; /* follows the name of x */
    double slope;
} guide;

/* Rates of docs/theory.md for a point defect (d = 3). */
static const guide geometry_guides[] = {{"^(-3/2), elastic mismatch", -1.5},
                                        {"^(-7/2), dispersive mismatch", -3.5},
                                        {"^(-9/2), nonlinear mismatch", -4.5}};
static const guide energy_guides[] = {{"^(-3), elastic, energies matched", -3.0}};

/* The x range of what is drawn, and the geometric mean of the models' values at its beginning. */
static bool find_anchor(const ff_figure *figure, double anchor[2], double range[2])
{
    double sum = 0;
    size_t members = 0;
    range[0] = INFINITY;
    range[1] = -INFINITY;
    for (size_t i = 0; i < figure->curves; i++)
        for (size_t j = 0; j < figure->curve[i].count; j++) {
            range[0] = fmin(range[0], figure->curve[i].point[j][0]);
            range[1] = fmax(range[1], figure->curve[i].point[j][0]);
        }
    for (size_t i = 0; i < figure->curves; i++) {
        const ff_curve *curve = &figure->curve[i];
        if (curve->count && curve->style == FF_CURVE_POINTS_LINES && curve->colour >= 0 &&
            curve->point[0][0] <= range[0]) {
            sum += log(curve->point[0][1]);
            members++;
        }
    }
    anchor[0] = range[0];
    anchor[1] = exp(sum / (double)members);
    return members > 0 && range[1] > range[0];
}

/* Guides start together in the middle of what the models show at the smallest x, so that they fan
 * out beside the data without claiming to be fitted to it. */
static int add_guides(ff_figure *figure, const char *x, const guide *guides, size_t count,
                      ff_error *err)
{
    double anchor[2], range[2];
    int status = FF_OK;
    if (!find_anchor(figure, anchor, range))
        return FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        char label[128];
        (void)snprintf(label, sizeof label, "%s%s", x, guides[i].label);
        status = ff_figure_add_guide(figure, label, anchor, guides[i].slope, range, err);
    }
    return status;
}

static int geometry_figure(ff_figure *figure, const ff_report *report, const ff_series *series,
                           size_t count, ff_error *err)
{
    char label[400];
    ff_figure_init(figure, "geometry-error", "Geometry error", report->x,
                   "|D(u_model − u_reference)| (Å)");
    figure->log_x = figure->log_y = figure->x_ticks_at_data = true;
    int status = FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        name_series(label, sizeof label, &series[i], report, "");
        status = add_comparison_curve(figure, label, FF_CURVE_POINTS_LINES, report, &series[i],
                                      geometry_error, err);
        name_series(label, sizeof label, &series[i], report, ", predicted");
        if (status == FF_OK)
            status = add_comparison_curve(figure, label, FF_CURVE_DASHED, report, &series[i],
                                          predicted_error, err);
    }
    return status != FF_OK ? status
                           : add_guides(figure, report->x, geometry_guides,
                                        sizeof geometry_guides / sizeof *geometry_guides, err);
}

static int energy_figure(ff_figure *figure, const ff_report *report, const ff_series *series,
                         size_t count, ff_error *err)
{
    char label[400];
    ff_figure_init(figure, "energy-error", "Error of the formation energy", report->x,
                   "|E_model − E_reference| (eV)");
    figure->log_x = figure->log_y = figure->x_ticks_at_data = true;
    int status = FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        name_series(label, sizeof label, &series[i], report, "");
        status = add_comparison_curve(figure, label, FF_CURVE_POINTS_LINES, report, &series[i],
                                      energy_error, err);
    }
    return status != FF_OK ? status
                           : add_guides(figure, report->x, energy_guides,
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
    while (middle + 1 < comparison->bins && decay[middle].radius < last / 2)
        middle++;
    if (!(decay[middle].reference > 0) || !(last > 0))
        return FF_OK;
    const double anchor[2] = {decay[middle].radius, decay[middle].reference};
    const double range[2] = {last / 4, last};
    return ff_figure_add_guide(figure, "r^(-3), linear elasticity", anchor, -3.0, range, err);
}

/* The comparison in the largest cell, whose reference is shown. */
static const ff_comparison *largest(const ff_report *report)
{
    const ff_comparison *found = &report->comparison[0];
    for (size_t i = 1; i < report->comparisons; i++)
        if (report->comparison[i].bins > found->bins)
            found = &report->comparison[i];
    return found;
}

static int decay_figure(ff_figure *figure, const ff_report *report, const ff_series *series,
                        size_t count, ff_error *err)
{
    ff_figure_init(figure, "decay", "Decay with the distance from the defect",
                   "distance from the defect (Å)", "largest |Du| in the shell (Å)");
    figure->log_x = figure->log_y = true;
    if (count == 0)
        return FF_OK;
    const ff_comparison *shown = largest(report);
    int status = add_decay_curve(figure, "reference", FF_COLOUR_REFERENCE, shown, false, err);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        const ff_series_member *member = ff_series_last(&series[i], report);
        char label[400];
        if (!member)
            continue;
        (void)snprintf(label, sizeof label, "error, %s", series[i].name);
        if (isfinite(member->x))
            (void)snprintf(label, sizeof label, "error, %s, %s=%g", series[i].name, report->x,
                           member->x);
        status = add_decay_curve(figure, label, series[i].colour,
                                 &report->comparison[member->index], true, err);
    }
    return status != FF_OK ? status : add_decay_guide(figure, shown, err);
}

int ff_report_figures(ff_figure figure[FF_REPORT_FIGURES], const char *caption[FF_REPORT_FIGURES],
                      const ff_report *report, ff_error *err)
{
    static const char *const captions[FF_REPORT_FIGURES] = {
        "Distance between the model’s and the reference’s relaxed defect, over all bonds of the "
        "large cell. Dashed: what the model’s forces at the reference’s equilibrium predict to "
        "first order. Thin grey: the rates that theory gives for single parts of the error; the "
        "total need not follow any. Relaxations that did not converge, or to another "
        "configuration, "
        "are only in the table.",
        "Difference of the formation energies, absolute value.",
        "The largest |Du| among the sites of each shell around the defect: of the reference’s "
        "displacement, and of the difference between model and reference at the end of each "
        "series.",
        "Largest force on any atom after each force evaluation.",
        "RMSE of the forces on the evaluated datasets. Dashed: on the training structures.",
        "RMSE of force constants on the evaluated datasets. Dashed: on the training structures.",
        "Strain about the defects in the largest cells: root mean square of |Du| in each shell. "
        "Thin "
        "grey: the rate that theory gives far from the defect; the fitted exponents are in the "
        "table.",
        "Differential displacements of neighbouring columns of atoms along the Burgers vector. An "
        "arrow as long as the columns are apart means a third of a Burgers vector.",
        "Formation energies in cells of N unit cells along the edge, by their distance from the "
        "limit. Thin grey: the rate of the elastic interaction with the periodic images."};
    for (int i = 0; i < FF_REPORT_FIGURES; i++) {
        figure[i] = (ff_figure){0};
        caption[i] = captions[i];
    }
    ff_series *series = NULL;
    size_t count = 0;
    int status = ff_series_of_comparisons(&series, &count, report, err);
    if (status == FF_OK)
        status = geometry_figure(&figure[0], report, series, count, err);
    if (status == FF_OK)
        status = energy_figure(&figure[1], report, series, count, err);
    if (status == FF_OK)
        status = decay_figure(&figure[2], report, series, count, err);
    if (status == FF_OK)
        status = ff_report_convergence_figure(&figure[3], report, series, count, err);
    if (status == FF_OK)
        status = ff_report_error_figure(&figure[4], FF_KIND_FORCE, report, series, count, err);
    if (status == FF_OK)
        status =
            ff_report_error_figure(&figure[5], FF_KIND_FORCE_CONSTANT, report, series, count, err);
    if (status == FF_OK)
        status = ff_report_strain_figure(&figure[6], report, err);
    if (status == FF_OK)
        status = ff_report_core_figure(&figure[7], report, err);
    if (status == FF_OK)
        status = ff_report_size_figure(&figure[8], report, err);
    ff_series_free(series, count);
    return status;
}
