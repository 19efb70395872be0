#ifndef FF_FORMATS_REPORT_SERIES_H
#define FF_FORMATS_REPORT_SERIES_H

/* Tagged results as curves: which series there are, in the order they first appear, and the members
 * of each sorted by the tag that runs along the axis. */

#include "lib/analysis/tags.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A member of a series: the result it stands for and its place on the axis. */
typedef struct ff_series_member {
    size_t index; /* of the comparison or evaluation */
    double x;     /* value of the tag; NaN when it has none or it is not a number */
} ff_series_member;

typedef struct ff_series {
    char name[192];
    int colour; /* its place in the list; figures may give it another */
    size_t count;
    ff_series_member *member; /* [count], increasing x, then index */
} ff_series;

/* Arranges `count` results whose tags are tags[i]. Results without the series tag form the series
 * "all". *series is allocated; free with ff_series_free. */
int ff_series_arrange(ff_series **series, size_t *series_count, const ff_tags *const *tags,
                      size_t count, const char *x_name, const char *series_name, ff_error *err);

/* Gives series the colours of those of the same name among `known`, and others those that follow.
 */
void ff_series_match_colours(ff_series *series, size_t count, const ff_series *known,
                             size_t known_count);

void ff_series_free(ff_series *series, size_t count);

#ifdef __cplusplus
}
#endif
#endif
