#include "formats/report_results.h"

#include <math.h>
#include <stdio.h>

static void write_change(FILE *file, const char *what, double before, double after,
                         const char *unit)
{
    (void)fprintf(file, "%s went from %.3g to %.3g %s", what, before, after, unit);
    if (before > 0 && after > 0 && (before > 1.05 * after || after > 1.05 * before))
        (void)fprintf(file, " (%s by a factor of %.3g)", after < before ? "fell" : "rose",
                      after < before ? before / after : after / before);
}

static void write_from_to(FILE *file, const ff_report *report, const ff_series_member *first,
                          const ff_series_member *last)
{
    const ff_comparison *a = &report->comparison[first->index];
    const ff_comparison *b = &report->comparison[last->index];
    if (!(last->x > first->x)) {
        (void)fprintf(file, "geometry error %.3g Å, energy error %.3g eV", b->geometry_error,
                      b->energy_error);
    } else {
        (void)fputs("from ", file);
        ff_html_write(file, report->x);
        (void)fprintf(file, " = %g to %g ", first->x, last->x);
        write_change(file, "the geometry error", a->geometry_error, b->geometry_error, "Å");
        (void)fputs(", ", file);
        write_change(file, "the energy error", fabs(a->energy_error), fabs(b->energy_error), "eV");
    }
    if (isfinite(b->effectivity))
        (void)fprintf(file, "; to first order the residual predicts %.2f of the geometry error %s",
                      b->effectivity, last->x > first->x ? "at the end" : "found");
}

static void write_series_finding(FILE *file, const ff_report *report, const ff_series *series)
{
    const ff_series_member *first = NULL, *last = NULL;
    size_t unfinished = 0;
    for (size_t i = 0; i < series->count; i++) {
        if (!report->comparison[series->member[i].index].converged) {
            unfinished++;
            continue;
        }
        first = first ? first : &series->member[i];
        last = &series->member[i];
    }
    (void)fputs("<li><b>", file);
    ff_html_write(file, series->name);
    (void)fputs("</b>: ", file);
    if (first)
        write_from_to(file, report, first, last);
    if (unfinished)
        (void)fprintf(file, "%s<em>%zu of its %zu relaxations did not converge</em>",
                      first ? "; " : "", unfinished, series->count);
    (void)fputs(".</li>\n", file);
}

void ff_report_write_findings(const ff_report *report, FILE *file)
{
    ff_series *series = NULL;
    size_t count = 0;
    if (ff_report_comparison_series(&series, &count, report, NULL) == FF_OK)
        for (size_t i = 0; i < count; i++)
            write_series_finding(file, report, &series[i]);
    ff_series_free(series, count);
}
