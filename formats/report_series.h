#ifndef FF_FORMATS_REPORT_SERIES_H
#define FF_FORMATS_REPORT_SERIES_H

/* Tagged results as curves: which series there are, in the order they first appear (the reference's
 * own last), and the members of each sorted by the tag that runs along the axis. */

#include "formats/report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A member of a series: the result it stands for and its place on the axis. */
typedef struct ff_series_member {
    size_t index; /* of the comparison or evaluation */
    double x;     /* value of the tag; NaN when it has none or it is not a number */
} ff_series_member;

typedef struct ff_series {
    char name[320];
    int colour; /* its place in the list, or FF_COLOUR_YARDSTICK for the reference's own results */
    size_t count;
    ff_series_member *member; /* [count], increasing x, then index */
} ff_series;

/* The comparisons of a report in series by its series tag; where they are of more than one defect
 * or crystal, by that as well. Those without the tag form the series "all". *series is allocated;
 * free with ff_series_free. */
int ff_series_of_comparisons(ff_series **series, size_t *count, const ff_report *report,
                             ff_error *err);

/* The evaluations likewise; series of the same name have the colours they have among `known`. */
int ff_series_of_evaluations(ff_series **series, size_t *count, const ff_report *report,
                             const ff_series *known, size_t known_count, ff_error *err);

void ff_series_free(ff_series *series, size_t count);

/* The order in which to list the models or the relaxations of a report: by series, then along the
 * axis, then as given. *order is allocated; the caller frees it. */
int ff_series_order_models(size_t **order, const ff_report *report, ff_error *err);
int ff_series_order_relaxations(size_t **order, const ff_report *report, ff_error *err);

/* Whether it holds the reference's own results. */
bool ff_series_is_reference(const ff_series *series);

/* The first and last members whose relaxations converged to one configuration; NULL if none did.
 * Borrowed. */
const ff_series_member *ff_series_first(const ff_series *series, const ff_report *report);
const ff_series_member *ff_series_last(const ff_series *series, const ff_report *report);

#ifdef __cplusplus
}
#endif
#endif
