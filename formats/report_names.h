#ifndef FF_FORMATS_REPORT_NAMES_H
#define FF_FORMATS_REPORT_NAMES_H

/* What relaxations and models are called in a report. They carry no tags, but the comparisons and
 * evaluations made from them do, and record their digests. */

#include "formats/container.h"
#include "formats/digest.h"
#include "lib/analysis/tags.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The series of the reference's own results. */
#define FF_REPORT_REFERENCE "reference"

typedef struct ff_report_name {
    char digest[FF_DIGEST_SIZE]; /* of the relaxation or model */
    char series[192];            /* value of the tag that tells series apart */
    char label[224];             /* "EF, L=2" */
    double x;                    /* value of the tag that runs along the axis; NaN: none */
} ff_report_name;

typedef struct ff_report_names {
    size_t count, capacity;
    ff_report_name *list;
} ff_report_names;

void ff_report_names_clear(ff_report_names *names);

/* Names what a tagged result was made from. x and series are names of tags. */
int ff_report_names_add(ff_report_names *names, const ff_container *container, const ff_tags *tags,
                        const char *x, const char *series, ff_error *err);

/* The name of the file with that digest, or NULL. Borrowed. */
const ff_report_name *ff_report_names_find(const ff_report_names *names, const char *digest);

/* A tag's value as a finite number; NaN when it has none. */
double ff_report_tag_number(const ff_tags *tags, const char *name);

#ifdef __cplusplus
}
#endif
#endif
