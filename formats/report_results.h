#ifndef FF_FORMATS_REPORT_RESULTS_H
#define FF_FORMATS_REPORT_RESULTS_H

/* The results in a report, arranged: tables, figures and the sentences that say what came out. */

#include "formats/figure.h"
#include "formats/report.h"
#include "formats/report_series.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One row a comparison, evaluation row, relaxation, or set of elastic constants. Tables are
 * initialised by the call. */
int ff_report_comparison_table(ff_table *table, const ff_report *report, ff_error *err);
int ff_report_evaluation_table(ff_table *table, const ff_report *report, ff_error *err);
int ff_report_relaxation_table(ff_table *table, const ff_report *report, ff_error *err);
int ff_report_elastic_table(ff_table *table, const ff_report *report, ff_error *err);

/* The comparisons arranged in series; free with ff_series_free. */
int ff_report_comparison_series(ff_series **series, size_t *count, const ff_report *report,
                                ff_error *err);

enum { FF_REPORT_FIGURES = 5 };

/* All figures a report may have, in the order they are shown; those without points are to be left
 * out. Each is initialised by the call. caption[i] says what to look for. Borrowed. */
int ff_report_figures(ff_figure figure[FF_REPORT_FIGURES], const char *caption[FF_REPORT_FIGURES],
                      const ff_report *report, ff_error *err);

/* Writes as HTML list items what the numbers say: how the errors of each series changed along x. */
void ff_report_write_findings(const ff_report *report, FILE *file);

#ifdef __cplusplus
}
#endif
#endif
