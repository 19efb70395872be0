#ifndef FF_FORMATS_REPORT_H
#define FF_FORMATS_REPORT_H

/* A report: what a set of intermediates says, as a folder of one self-contained page (index.html),
 * its figures (figures/, each with data and gnuplot script), and the numbers as CSV and JSON.
 *
 * Comparisons and evaluations are arranged by two of the tags their makers gave them: `x` (a
 * number, e.g. L) runs along the axis, `series` (e.g. observations) tells the curves apart. The
 * series "reference" holds the reference's own results, e.g. its errors in smaller cells.
 * Relaxations and models are called by the tags of what was made from them.
 */

#include "formats/container.h"
#include "formats/report_names.h"
#include "formats/table.h"
#include "lib/analysis/comparison.h"
#include "lib/analysis/defect_quantities.h"
#include "lib/analysis/evaluation.h"
#include "lib/analysis/extrapolation.h"
#include "lib/regression/fit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Inputs as the report needs them; digest: of the file. */
typedef struct ff_report_evaluation {
    char model[FF_DIGEST_SIZE]; /* of the model evaluated; "" when it was none */
    ff_evaluation evaluation;
} ff_report_evaluation;

typedef struct ff_report_relaxation {
    char digest[FF_DIGEST_SIZE];
    ff_relaxation relaxation;
    ff_defect_quantities quantities; /* unknown for a perfect crystal */
} ff_report_relaxation;

typedef struct ff_report_model {
    char digest[FF_DIGEST_SIZE];
    ff_fit_report fit;
} ff_report_model;

typedef struct ff_report_extrapolation {
    ff_tags tags;
    ff_extrapolation extrapolation;
} ff_report_extrapolation;

typedef struct ff_report {
    char title[192];
    char x[64], series[64]; /* names of tags */
    char *notes;            /* paragraph of the user's, or NULL */
    size_t comparisons, comparison_capacity;
    ff_comparison *comparison;
    size_t evaluations, evaluation_capacity;
    ff_report_evaluation *evaluation;
    size_t relaxations, relaxation_capacity;
    ff_report_relaxation *relaxation;
    size_t extrapolations, extrapolation_capacity;
    ff_report_extrapolation *extrapolation;
    size_t models, model_capacity;
    ff_report_model *model;
    ff_report_names names;
    ff_table datasets; /* frames, atoms and labels of each */
    ff_table inputs;   /* what the report was made from: kind and digest */
    ff_table history;  /* every step the inputs descend from, once */
} ff_report;

int ff_report_init(ff_report *report, const char *title, const char *x, const char *series,
                   const char *notes, ff_error *err);
void ff_report_clear(ff_report *report);

/* Takes in an opened intermediate of any kind; one that is there already is not taken twice. */
int ff_report_add(ff_report *report, ff_container *container, ff_error *err);

/* What to call a relaxation or model: its name, or else the beginning of its digest. */
void ff_report_label(const ff_report *report, const char *digest, char *label, size_t size);

/* The training errors of a model, or NULL. Borrowed. */
const ff_fit_report *ff_report_fit_of(const ff_report *report, const char *digest);

/* Writes the folder: made beside its final place and renamed, so it is whole or absent. A folder of
 * that name is replaced if it is a report (or empty), else it is FF_E_IO. */
int ff_report_write(const ff_report *report, const char *directory, ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
