#ifndef FF_FORMATS_REPORT_RESULTS_H
#define FF_FORMATS_REPORT_RESULTS_H

/* The results in a report, arranged: tables, figures and the sentences that say what came out. */

#include "formats/figure.h"
#include "formats/report.h"
#include "formats/report_series.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A table that is shown (unless it is only a detail, which is folded away) and kept as NAME.csv and
 * as a member of results.json. */
typedef struct ff_report_table {
    const char *name, *heading;
    bool detail;
    int (*make)(ff_table *table, const ff_report *report, ff_error *err); /* initialises it */
} ff_report_table;

/* All tables made from results, in the order they are shown. Borrowed. */
const ff_report_table *ff_report_tables(size_t *count);

enum { FF_REPORT_FIGURES = 9 };

/* All figures a report may have, in the order they are shown; those without points are to be left
 * out. Each is initialised by the call. caption[i] says what to look for. Borrowed. */
int ff_report_figures(ff_figure figure[FF_REPORT_FIGURES], const char *caption[FF_REPORT_FIGURES],
                      const ff_report *report, ff_error *err);

/* The figures about single relaxations and evaluations, for ff_report_figures. series: those of the
 * comparisons. */
int ff_report_convergence_figure(ff_figure *figure, const ff_report *report,
                                 const ff_series *series, size_t count, ff_error *err);
/* kind: FF_KIND_FORCE or FF_KIND_FORCE_CONSTANT. */
int ff_report_error_figure(ff_figure *figure, int kind, const ff_report *report,
                           const ff_series *series, size_t count, ff_error *err);

/* Tables and figures of defects: what is derived of each relaxation, the strain about those in the
 * largest cells, the core of a dislocation, and limits over sizes. */
int ff_report_defect_table(ff_table *table, const ff_report *report, ff_error *err);
int ff_report_limit_table(ff_table *table, const ff_report *report, ff_error *err);
int ff_report_size_table(ff_table *table, const ff_report *report, ff_error *err);
int ff_report_strain_figure(ff_figure *figure, const ff_report *report, ff_error *err);
int ff_report_core_figure(ff_figure *figure, const ff_report *report, ff_error *err);
int ff_report_size_figure(ff_figure *figure, const ff_report *report, ff_error *err);

/* The row of all groups of a kind, or NULL. Borrowed. */
const ff_error_row *ff_report_overall_row(const ff_evaluation *evaluation, int kind);
const ff_fit_row *ff_report_overall_fit_row(const ff_fit_report *fit, int kind);

/* Writes as HTML list items what the numbers say: how the errors of each series changed along
 * x, what limits there are over sizes. */
int ff_report_write_findings(const ff_report *report, FILE *file, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
