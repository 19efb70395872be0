#include "lib/audit/audit_parts.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const ff_audit_kind_names[3] = {
    [FF_KIND_ENERGY] = "energies", [FF_KIND_FORCE] = "forces", [FF_KIND_VIRIAL] = "virials"};

void ff_audit_init(ff_audit *audit)
{
    *audit = (ff_audit){0};
}

void ff_audit_clear(ff_audit *audit)
{
    for (size_t i = 0; i < audit->findings; i++)
        free(audit->finding[i].frame);
    free(audit->finding);
    free(audit->check);
    ff_audit_init(audit);
}

size_t ff_audit_wrong(const ff_audit *audit)
{
    size_t wrong = 0;
    for (size_t i = 0; i < audit->findings; i++)
        wrong += audit->finding[i].level == FF_AUDIT_WRONG;
    return wrong;
}

/* Sets of frames. */

int ff_audit_frames_add(ff_audit_frames *set, size_t frame, ff_error *err)
{
    int status = ff_reserve(&set->frame, &set->capacity, set->count + 1, sizeof *set->frame, err);
    if (status == FF_OK)
        set->frame[set->count++] = (uint32_t)frame;
    return status;
}

void ff_audit_frames_clear(ff_audit_frames *set)
{
    free(set->frame);
    *set = (ff_audit_frames){0};
}

int ff_audit_labelled(const ff_audit_work *work, size_t group, unsigned labels,
                      ff_audit_frames *set, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < work->dataset->count && status == FF_OK; i++)
        if (work->group[i] == group && (work->dataset->frames[i].labels & labels) == labels)
            status = ff_audit_frames_add(set, i, err);
    return status;
}

/* Results. */

static const char *common_group(const ff_audit_work *work, const ff_audit_frames *set)
{
    for (size_t i = 1; i < set->count; i++)
        if (work->group[set->frame[i]] != work->group[set->frame[0]])
            return "";
    return set->count ? work->group_name[work->group[set->frame[0]]] : "";
}

int ff_audit_add_finding(ff_audit_work *work, ff_audit_level level, const char *test,
                         ff_audit_frames *set, ff_audit_finding **out, ff_error *err)
{
    ff_audit *audit = work->audit;
    int status = ff_reserve(&audit->finding, &audit->finding_capacity, audit->findings + 1,
                            sizeof *audit->finding, err);
    if (status != FF_OK)
        return status;
    ff_audit_finding *fresh = &audit->finding[audit->findings++];
    *fresh = (ff_audit_finding){.level = level,
                                .test = test,
                                .ratio = NAN,
                                .uncertainty = NAN,
                                .frames = set->count,
                                .frame = set->frame};
    (void)snprintf(fresh->group, sizeof fresh->group, "%s", common_group(work, set));
    *set = (ff_audit_frames){0};
    *out = fresh;
    return FF_OK;
}

int ff_audit_add_check(ff_audit_work *work, const char *test, const char *group, size_t tested,
                       const char *unit, ff_audit_check **out, ff_error *err)
{
    ff_audit *audit = work->audit;
    int status = ff_reserve(&audit->check, &audit->check_capacity, audit->checks + 1,
                            sizeof *audit->check, err);
    if (status != FF_OK)
        return status;
    ff_audit_check *fresh = &audit->check[audit->checks++];
    *fresh = (ff_audit_check){
        .test = test, .tested = tested, .unit = unit, .ratio = NAN, .uncertainty = NAN};
    (void)snprintf(fresh->group, sizeof fresh->group, "%s", group ? group : "");
    if (out)
        *out = fresh;
    return FF_OK;
}

/* The run. */

static int number_groups(ff_audit_work *work, ff_error *err)
{
    const ff_dataset *dataset = work->dataset;
    size_t capacity = 0;
    for (size_t i = 0; i < dataset->count; i++) {
        size_t g = 0;
        while (g < work->groups && strcmp(work->group_name[g], dataset->frames[i].group) != 0)
            g++;
        if (g == work->groups) {
            if (ff_reserve(&work->group_name, &capacity, g + 1, sizeof *work->group_name, err) !=
                FF_OK)
                return FF_E_NOMEM;
            work->group_name[work->groups++] = dataset->frames[i].group;
        }
        work->group[i] = (uint32_t)g;
        work->good[i] = dataset->frames[i].labels;
    }
    work->series = ff_new_array(work->groups, sizeof *work->series, err);
    work->wrong = ff_new_array(work->groups, sizeof *work->wrong, err);
    return work->series && work->wrong ? FF_OK : FF_E_NOMEM;
}

int ff_audit_run(ff_audit *audit, const ff_dataset *dataset, const ff_audit_options *options,
                 ff_error *err)
{
    /* In the order in which later ones need what earlier ones have found. */
    static int (*const tests[])(ff_audit_work *, ff_error *) = {
        ff_audit_distances,    ff_audit_cells,      ff_audit_zeros,
        ff_audit_force_sums,   ff_audit_duplicates, ff_audit_series_test,
        ff_audit_referee_test, ff_audit_stiffness,  ff_audit_cohesion};
    ff_audit_work work = {.dataset = dataset, .options = options, .audit = audit};
    ff_audit_init(audit);
    if (dataset->count == 0)
        return ff_fail(err, FF_E_RANGE, "the dataset has no frames");
    int status = FF_E_NOMEM;
    if ((work.group = ff_new_array(dataset->count, sizeof *work.group, err)) &&
        (work.good = ff_new_array(dataset->count, sizeof *work.good, err)) &&
        (work.nearest = ff_new_array(dataset->count, sizeof *work.nearest, err)))
        status = number_groups(&work, err);
    for (size_t t = 0; t < sizeof tests / sizeof tests[0] && status == FF_OK; t++)
        status = tests[t](&work, err);
    free(work.group);
    free(work.group_name);
    free(work.good);
    free(work.nearest);
    free(work.series);
    free(work.wrong);
    if (status != FF_OK)
        ff_audit_clear(audit);
    return status;
}
