#ifndef FF_FORMATS_REPORT_H
#define FF_FORMATS_REPORT_H

/* A report: what a set of intermediates says, as a folder of one self-contained page (index.html),
 * its figures (figures/, each with data and gnuplot script), and the numbers as CSV and JSON.
 *
 * Comparisons and evaluations are arranged by two of the tags their makers gave them: `x` (a
 * number, e.g. L) runs along the axis, `series` (e.g. observations) tells the curves apart.
 */

#include "formats/container.h"
#include "formats/table.h"
#include "lib/analysis/comparison.h"
#include "lib/analysis/evaluation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A relaxation as the report needs it. */
typedef struct ff_report_relaxation {
    char label[160]; /* crystal, defect, cells, kind of potential */
    ff_relaxation relaxation;
} ff_report_relaxation;

typedef struct ff_report {
    char title[192];
    char x[64], series[64]; /* names of tags */
    char *notes;            /* paragraph of the user's, or NULL */
    size_t comparisons, comparison_capacity;
    ff_comparison *comparison;
    size_t evaluations, evaluation_capacity;
    ff_evaluation *evaluation;
    size_t relaxations, relaxation_capacity;
    ff_report_relaxation *relaxation;
    ff_table fits;    /* errors of models on their own training rows */
    ff_table inputs;  /* what the report was made from: kind and digest */
    ff_table history; /* every step the inputs descend from, once */
} ff_report;

int ff_report_init(ff_report *report, const char *title, const char *x, const char *series,
                   const char *notes, ff_error *err);
void ff_report_clear(ff_report *report);

/* Takes in an opened intermediate of any kind. */
int ff_report_add(ff_report *report, ff_container *container, ff_error *err);

/* Writes the folder: made beside its final place and renamed, so it is whole or absent. A folder of
 * that name is replaced if it is a report (or empty), else it is FF_E_IO. */
int ff_report_write(const ff_report *report, const char *directory, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
