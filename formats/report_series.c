#include "formats/report_series.h"

#include "formats/figure.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_members(const void *a, const void *b)
{
    const ff_series_member *p = a, *q = b;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

/* The series of that name, made when it is new; *series has room for it and its members. */
static ff_series *find_series(ff_series *series, size_t *count, const char *name, size_t room,
                              ff_error *err)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(series[i].name, name) == 0)
            return &series[i];
    ff_series *added = &series[*count];
    added->member = ff_new_array(room, sizeof *added->member, err);
    if (!added->member)
        return NULL;
    (*count)++;
    (void)snprintf(added->name, sizeof added->name, "%s", name);
    return added;
}

bool ff_series_is_reference(const ff_series *series)
{
    return strncmp(series->name, FF_REPORT_REFERENCE, strlen(FF_REPORT_REFERENCE)) == 0 &&
           (!series->name[strlen(FF_REPORT_REFERENCE)] ||
            series->name[strlen(FF_REPORT_REFERENCE)] == ' ');
}

/* The reference's own results come after the models'. */
static void move_reference_last(ff_series *series, size_t count)
{
    for (size_t i = 0, left = count; i < left;) {
        if (!ff_series_is_reference(&series[i])) {
            i++;
            continue;
        }
        ff_series reference = series[i];
        memmove(series + i, series + i + 1, (count - i - 1) * sizeof *series);
        series[count - 1] = reference;
        left--;
    }
}

static void give_colours(ff_series *series, size_t count)
{
    int next = 0;
    move_reference_last(series, count);
    for (size_t i = 0; i < count; i++)
        series[i].colour = ff_series_is_reference(&series[i]) ? FF_COLOUR_YARDSTICK : next++;
}

typedef void (*describer)(const ff_report *report, size_t index, char *name, size_t size,
                          double *x);

static int arrange(ff_series **series, size_t *series_count, const ff_report *report, size_t count,
                   describer describe, ff_error *err)
{
    *series_count = 0;
    ff_series *list = ff_new_array(count, sizeof *list, err);
    *series = list;
    for (size_t i = 0; i < count && list; i++) {
        ff_series_member member = {.index = i, .x = NAN};
        char name[sizeof list->name];
        describe(report, i, name, sizeof name, &member.x);
        ff_series *one = find_series(list, series_count, name, count, err);
        if (!one) {
            ff_series_free(list, *series_count);
            *series = list = NULL;
            break;
        }
        one->member[one->count++] = member;
    }
    for (size_t i = 0; i < *series_count && list; i++)
        qsort(list[i].member, list[i].count, sizeof *list[i].member, compare_members);
    if (list)
        give_colours(list, *series_count);
    return list ? FF_OK : FF_E_NOMEM;
}

static const char *series_tag(const ff_report *report, const ff_tags *tags)
{
    const char *value = ff_tags_get(tags, report->series);
    return value ? value : "all";
}

/* Whether the comparisons are of more than one defect or crystal. */
static bool is_mixed(const ff_report *report)
{
    for (size_t i = 1; i < report->comparisons; i++)
        if (strcmp(report->comparison[i].defect, report->comparison[0].defect) != 0 ||
            strcmp(report->comparison[i].crystal, report->comparison[0].crystal) != 0)
            return true;
    return false;
}

static void describe_comparison(const ff_report *report, size_t index, char *name, size_t size,
                                double *x)
{
    const ff_comparison *comparison = &report->comparison[index];
    const char *tag = series_tag(report, &comparison->tags);
    if (is_mixed(report))
        (void)snprintf(name, size, "%s (%s, %s)", tag, comparison->defect, comparison->crystal);
    else
        (void)snprintf(name, size, "%s", tag);
    *x = ff_report_tag_number(&comparison->tags, report->x);
}

static void describe_evaluation(const ff_report *report, size_t index, char *name, size_t size,
                                double *x)
{
    const ff_tags *tags = &report->evaluation[index].evaluation.tags;
    (void)snprintf(name, size, "%s", series_tag(report, tags));
    *x = ff_report_tag_number(tags, report->x);
}

int ff_series_of_comparisons(ff_series **series, size_t *count, const ff_report *report,
                             ff_error *err)
{
    return arrange(series, count, report, report->comparisons, describe_comparison, err);
}

int ff_series_of_evaluations(ff_series **series, size_t *count, const ff_report *report,
                             const ff_series *known, size_t known_count, ff_error *err)
{
    int status = arrange(series, count, report, report->evaluations, describe_evaluation, err);
    int next = (int)known_count;
    for (size_t i = 0; status == FF_OK && i < *count; i++) {
        size_t same = 0;
        while (same < known_count && strcmp((*series)[i].name, known[same].name) != 0)
            same++;
        if (!ff_series_is_reference(&(*series)[i]))
            (*series)[i].colour = same < known_count ? known[same].colour : next++;
    }
    return status;
}

/* Where a relaxation or model stands in the lists. */
typedef struct standing {
    size_t series, index;
    double x;
} standing;

static int compare_standings(const void *a, const void *b)
{
    const standing *p = a, *q = b;
    if (p->series != q->series)
        return p->series < q->series ? -1 : 1;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

static standing find_standing(const ff_report *report, const ff_series *series, size_t count,
                              const char *digest, size_t index)
{
    const ff_report_name *name = ff_report_names_find(&report->names, digest);
    standing one = {.series = count, .index = index};
    for (size_t i = 0; name && i < count; i++)
        if (strcmp(series[i].name, name->series) == 0)
            one.series = i;
    if (name && isfinite(name->x))
        one.x = name->x;
    return one;
}

/* Of `count` objects with these digests. */
static int order_digests(size_t **order, const ff_report *report, const char *const *digests,
                         size_t count, ff_error *err)
{
    ff_series *series = NULL;
    size_t series_count = 0;
    standing *standings = ff_new_array(count, sizeof *standings, err);
    *order = ff_new_array(count, sizeof **order, err);
    int status = standings && *order ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_series_of_comparisons(&series, &series_count, report, err);
    for (size_t i = 0; i < count && status == FF_OK; i++)
        standings[i] = find_standing(report, series, series_count, digests[i], i);
    if (status == FF_OK) {
        qsort(standings, count, sizeof *standings, compare_standings);
        for (size_t i = 0; i < count; i++)
            (*order)[i] = standings[i].index;
    } else {
        free(*order);
        *order = NULL;
    }
    ff_series_free(series, series_count);
    free(standings);
    return status;
}

void ff_series_free(ff_series *series, size_t count)
{
    for (size_t i = 0; series && i < count; i++)
        free(series[i].member);
    free(series);
}

const ff_series_member *ff_series_first(const ff_series *series, const ff_report *report)
{
    for (size_t i = 0; i < series->count; i++)
        if (ff_comparison_has_errors(&report->comparison[series->member[i].index]))
            return &series->member[i];
    return NULL;
}

const ff_series_member *ff_series_last(const ff_series *series, const ff_report *report)
{
    for (size_t i = series->count; i-- > 0;)
        if (ff_comparison_has_errors(&report->comparison[series->member[i].index]))
            return &series->member[i];
    return NULL;
}

int ff_series_order_models(size_t **order, const ff_report *report, ff_error *err)
{
    const char **digests = ff_new_array(report->models, sizeof *digests, err);
    for (size_t i = 0; digests && i < report->models; i++)
        digests[i] = report->model[i].digest;
    int status = digests ? order_digests(order, report, digests, report->models, err) : FF_E_NOMEM;
    free(digests);
    return status;
}

int ff_series_order_relaxations(size_t **order, const ff_report *report, ff_error *err)
{
    const char **digests = ff_new_array(report->relaxations, sizeof *digests, err);
    for (size_t i = 0; digests && i < report->relaxations; i++)
        digests[i] = report->relaxation[i].digest;
    int status =
        digests ? order_digests(order, report, digests, report->relaxations, err) : FF_E_NOMEM;
    free(digests);
    return status;
}
