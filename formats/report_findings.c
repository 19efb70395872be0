/* What came out, in sentences made from the numbers. */

#include "formats/report_results.h"

#include <math.h>
#include <stdio.h>

static void write_factor(FILE *file, double before, double after, const char *unit)
{
    double factor = after < before ? before / after : after / before;
    (void)fprintf(file, "%s by a factor of ", after < before ? "fell" : "rose");
    (void)fprintf(file, factor < 9.95 ? "%.2g" : "%.0f", factor);
    (void)fprintf(file, " (from %.3g to %.3g %s)", before, after, unit);
}

/* "fell by a factor of 85 (from 1.2 to 0.014 Å)". */
static void write_change(FILE *file, double before, double after, const char *unit)
{
    if (!(before > 0) || !(after > 0))
        (void)fprintf(file, "went from %.3g to %.3g %s", before, after, unit);
    else if (before < 1.05 * after && after < 1.05 * before)
        (void)fprintf(file, "stayed (%.3g and %.3g %s)", before, after, unit);
    else
        write_factor(file, before, after, unit);
}

static void write_x(FILE *file, const ff_report *report, double x)
{
    ff_html_write(file, report->x);
    (void)fprintf(file, " = %g", x);
}

static void write_from_to(FILE *file, const ff_report *report, const ff_series_member *first,
                          const ff_series_member *last)
{
    const ff_comparison *a = &report->comparison[first->index];
    const ff_comparison *b = &report->comparison[last->index];
    if (!(last->x > first->x)) {
        (void)fprintf(file, "the geometry error is %.3g Å, the energy error %.3g eV",
                      b->geometry_error, b->energy_error);
        return;
    }
    (void)fputs("from ", file);
    write_x(file, report, first->x);
    (void)fprintf(file, " to %g the geometry error ", last->x);
    write_change(file, a->geometry_error, b->geometry_error, "Å");
    (void)fputs(" and the energy error ", file);
    write_change(file, fabs(a->energy_error), fabs(b->energy_error), "eV");
}

/* The size of cell in which the reference's own error is as large, by a power law between its
 * neighbours on the yardstick: *x, or -INFINITY when even the smallest cell does better, INFINITY
 * when no cell compared does as well. False when there is no yardstick. */
static bool equivalent_cell(const ff_report *report, const ff_series *yardstick, double error,
                            double *x)
{
    const ff_series_member *below = NULL;
    *x = INFINITY;
    if (!(error > 0))
        return false;
    bool known = false;
    for (size_t i = 0; i < yardstick->count; i++) {
        const ff_series_member *member = &yardstick->member[i];
        double own = report->comparison[member->index].geometry_error;
        if (!(own > 0) || !(member->x > 0) || !report->comparison[member->index].converged)
            continue;
        known = true;
        if (own <= error) {
            *x = -INFINITY;
            if (!below)
                return true;
            double before = report->comparison[below->index].geometry_error;
            double part = log(before / error) / log(before / own);
            *x = below->x * pow(member->x / below->x, part);
            return true;
        }
        below = member;
    }
    return known;
}

/* A sentence that says how good that is. */
static void write_yardstick(FILE *file, const ff_report *report, const ff_series *yardstick,
                            const ff_series_member *last)
{
    double x;
    const ff_comparison *end = &report->comparison[last->index];
    if (!equivalent_cell(report, yardstick, end->geometry_error, &x))
        return;
    const ff_series_member *smallest = ff_series_first(yardstick, report);
    const ff_series_member *largest = ff_series_last(yardstick, report);
    (void)fputs(" Its geometry is then ", file);
    if (isfinite(x)) {
        (void)fputs("as close to the truth as that of the reference itself in a cell of ", file);
        ff_html_write(file, report->x);
        (void)fprintf(file, " ≈ %.2g.", x);
    } else {
        (void)fprintf(file, "%s the truth than that of the reference itself in a cell of ",
                      x > 0 ? "closer to" : "farther from");
        write_x(file, report, x > 0 ? largest->x : smallest->x);
        (void)fprintf(file, ", the %s compared.", x > 0 ? "largest" : "smallest");
    }
}

static void write_series(FILE *file, const ff_report *report, const ff_series *series,
                         const ff_series *yardstick)
{
    const ff_series_member *first = ff_series_first(series, report);
    const ff_series_member *last = ff_series_last(series, report);
    size_t unfinished = 0, elsewhere = 0;
    for (size_t i = 0; i < series->count; i++) {
        const ff_comparison *one = &report->comparison[series->member[i].index];
        unfinished += !one->converged;
        elsewhere += one->converged && !ff_comparison_has_errors(one);
    }
    (void)fputs("<li><b>", file);
    ff_html_write(file, series->name);
    (void)fputs(ff_series_is_reference(series) ? "</b>, in cells of its own: " : "</b>: ", file);
    if (first)
        write_from_to(file, report, first, last);
    if (unfinished)
        (void)fprintf(file, "%s<em>%zu of %zu relaxations did not converge</em>", first ? "; " : "",
                      unfinished, series->count);
    if (elsewhere)
        (void)fprintf(file,
                      "%s<em>%zu of %zu relaxed to another configuration than the reference's</em>",
                      first || unfinished ? "; " : "", elsewhere, series->count);
    (void)fputs(".", file);
    if (first && yardstick && !ff_series_is_reference(series))
        write_yardstick(file, report, yardstick, last);
    if (first && isfinite(report->comparison[last->index].effectivity))
        (void)fprintf(file, " First-order theory predicts %.2f times the geometry error found.",
                      report->comparison[last->index].effectivity);
    (void)fputs("</li>\n", file);
}

/* The smallest geometry error of a model. */
static void write_best(FILE *file, const ff_report *report, const ff_series *series, size_t count)
{
    const ff_series *best = NULL;
    const ff_series_member *place = NULL;
    size_t models = 0;
    for (size_t i = 0; i < count; i++) {
        models += !ff_series_is_reference(&series[i]);
        for (size_t j = 0; j < series[i].count && !ff_series_is_reference(&series[i]); j++) {
            const ff_comparison *one = &report->comparison[series[i].member[j].index];
            if (!one->converged || !isfinite(one->geometry_error) ||
                (place && one->geometry_error >= report->comparison[place->index].geometry_error))
                continue;
            best = &series[i];
            place = &series[i].member[j];
        }
    }
    if (!place || models < 2)
        return;
    (void)fputs("<li>The smallest geometry error of a model is ", file);
    (void)fprintf(file, "%.3g Å: <b>", report->comparison[place->index].geometry_error);
    ff_html_write(file, best->name);
    (void)fputs("</b>", file);
    if (isfinite(place->x)) {
        (void)fputs(" at ", file);
        write_x(file, report, place->x);
    }
    (void)fputs(".</li>\n", file);
}

/* The limit over sizes, and whether it went as theory says. */
static void write_limit(FILE *file, const ff_extrapolation *e)
{
    const ff_limit *limit = &e->energy, *fitted = &e->energy_fitted;
    if (!isfinite(limit->value))
        return;
    (void)fputs("<li><b>", file);
    ff_html_write(file, e->defect);
    (void)fputs(" in ", file);
    ff_html_write(file, e->crystal);
    (void)fprintf(file, "</b>: the formation energy tends to %.5f eV, ", limit->value);
    if (isfinite(limit->uncertainty))
        (void)fprintf(file, "within %.1g eV by %zu sizes.", limit->uncertainty, limit->sizes);
    else
        (void)fputs("of unknown uncertainty.", file);
    if (isfinite(fitted->low))
        (void)fprintf(
            file,
            " The error of a cell falls as N<sup>−%.2f</sup> (95 %%: %.2f to %.2f); theory "
            "says 3.",
            fitted->exponent, fitted->low, fitted->high);
    (void)fputs("</li>\n", file);
}

int ff_report_write_findings(const ff_report *report, FILE *file, ff_error *err)
{
    ff_series *series = NULL;
    size_t count = 0, yardsticks = 0;
    const ff_series *yardstick = NULL;
    int status = ff_series_of_comparisons(&series, &count, report, err);
    for (size_t i = 0; i < count; i++)
        if (ff_series_is_reference(&series[i])) {
            yardstick = &series[i];
            yardsticks++;
        }
    if (status == FF_OK)
        write_best(file, report, series, count);
    for (size_t i = 0; i < count && status == FF_OK; i++)
        write_series(file, report, &series[i], yardsticks == 1 ? yardstick : NULL);
    for (size_t i = 0; i < report->extrapolations && status == FF_OK; i++)
        write_limit(file, &report->extrapolation[i].extrapolation);
    ff_series_free(series, count);
    return status;
}
