#include "formats/report_series.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double tag_number(const ff_tags *tags, const char *name)
{
    const char *text = ff_tags_get(tags, name);
    char *end = NULL;
    double value = text ? strtod(text, &end) : NAN;
    return text && end != text && !*end ? value : NAN;
}

/* The series of that name, made when it is new; *series has room for it. */
static ff_series *find_series(ff_series *series, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(series[i].name, name) == 0)
            return &series[i];
    ff_series *added = &series[*count];
    added->colour = (int)(*count)++;
    (void)snprintf(added->name, sizeof added->name, "%s", name);
    return added;
}

static int compare_members(const void *a, const void *b)
{
    const ff_series_member *p = a, *q = b;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

int ff_series_arrange(ff_series **series, size_t *series_count, const ff_tags *const *tags,
                      size_t count, const char *x_name, const char *series_name, ff_error *err)
{
    *series_count = 0;
    ff_series *list = ff_new_array(count, sizeof *list, err);
    *series = list;
    if (!list)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const char *name = ff_tags_get(tags[i], series_name);
        ff_series *one = find_series(list, series_count, name ? name : "all");
        if (!one->member && !(one->member = ff_new_array(count, sizeof *one->member, err))) {
            ff_series_free(list, *series_count);
            *series = NULL;
            return FF_E_NOMEM;
        }
        one->member[one->count++] =
            (ff_series_member){.index = i, .x = tag_number(tags[i], x_name)};
    }
    for (size_t i = 0; i < *series_count; i++)
        qsort(list[i].member, list[i].count, sizeof *list[i].member, compare_members);
    return FF_OK;
}

void ff_series_match_colours(ff_series *series, size_t count, const ff_series *known,
                             size_t known_count)
{
    size_t next = known_count;
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        while (same < known_count && strcmp(series[i].name, known[same].name) != 0)
            same++;
        series[i].colour = (int)(same < known_count ? same : next++);
    }
}

void ff_series_free(ff_series *series, size_t count)
{
    for (size_t i = 0; series && i < count; i++)
        free(series[i].member);
    free(series);
}
