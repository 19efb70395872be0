/* The classes of rows that a fit tells apart. */

#include "stages/fit/fitting.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether two groups of the source may be reduced together. Folds are dealt within groups. */
static bool are_alike(const fit_request *request, size_t a, size_t b)
{
    return request->folds == 1 && request->division != FIT_BY_GROUP && !request->exact[a] &&
           !request->exact[b] &&
           memcmp(request->weight + FF_KINDS * a, request->weight + FF_KINDS * b,
                  FF_KINDS * sizeof *request->weight) == 0;
}

/* Gives groups that are alike the same number; returns how many numbers there are. */
static size_t number_groups(uint32_t *number, const fit_request *request, size_t groups)
{
    size_t count = 0;
    for (size_t i = 0; i < groups; i++) {
        size_t j = 0;
        while (j < i && !are_alike(request, i, j))
            j++;
        number[i] = j < i ? number[j] : (uint32_t)count++;
    }
    return count;
}

/* "liquid", "liquid and 3 more", "all". */
static int name_group(char **out, const fit_source *source, const uint32_t *number, uint32_t which,
                      ff_error *err)
{
    char name[64];
    size_t members = 0, first = 0;
    for (size_t i = source->group_count; i-- > 0;)
        if (number[i] == which) {
            members++;
            first = i;
        }
    if (members > 1 && members == source->group_count)
        (void)snprintf(name, sizeof name, "all");
    else if (members > 1)
        (void)snprintf(name, sizeof name, "%.24s and %zu more", source->group_names[first],
                       members - 1);
    else
        (void)snprintf(name, sizeof name, "%.63s", source->group_names[first]);
    *out = ff_copy_text(name, err);
    return *out ? FF_OK : FF_E_NOMEM;
}

/* The frame table of the features with the groups that the request tells apart. */
static int merge_groups(ff_frame_table *merged, const fit_source *source,
                        const fit_request *request, uint32_t *number, ff_error *err)
{
    const ff_frame_table *frames = &source->reader.frames;
    *merged = *frames;
    merged->group_count = number_groups(number, request, source->group_count);
    merged->group = ff_new_array(frames->count, sizeof *merged->group, err);
    merged->group_names = ff_new_array(merged->group_count, sizeof *merged->group_names, err);
    int status = merged->group && merged->group_names ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < frames->count && status == FF_OK; i++)
        merged->group[i] = number[frames->group[i]];
    for (uint32_t i = 0; i < merged->group_count && status == FF_OK; i++)
        status = name_group(&merged->group_names[i], source, number, i, err);
    return status;
}

/* One pass over the rows of the kinds that matter. */
static int reduce_features(fit_classes *classes, ff_stage_run *stage, const fit_source *source,
                           const fit_request *request, ff_error *err)
{
    ff_frame_table merged = {0};
    ff_rows rows = source->rows.rows;
    ff_reducer_options options = {
        .kinds = request->kinds, .folds = request->folds, .seed = request->seed};
    for (size_t i = 0; i < source->group_count; i++)
        options.kinds |= request->exact[i];
    int status = merge_groups(&merged, source, request, classes->group, err);
    if (status == FF_OK) {
        rows.frames = &merged;
        rows.progress = ff_stage_progress(stage, "reducing", rows.count, "rows");
        status = ff_reduce(&classes->own, &rows, &options, err);
        ff_stage_progress_end(stage);
        if (status != FF_OK)
            ff_error_in_file(err, ff_container_name(source->container));
    }
    for (size_t i = 0; i < merged.group_count && merged.group_names; i++)
        free(merged.group_names[i]);
    free(merged.group_names);
    free(merged.group);
    classes->reduction = &classes->own;
    return status;
}

/* Tables by the reduction's groups. */
static int weigh(fit_classes *classes, const fit_source *source, const fit_request *request,
                 ff_error *err)
{
    const ff_reduction *reduction = classes->reduction;
    double *table = ff_new_array(reduction->group_count, FF_KINDS * sizeof *table, err);
    unsigned *exact = ff_new_array(reduction->group_count, sizeof *exact, err);
    classes->weight = ff_new_array(reduction->count, sizeof *classes->weight, err);
    int status = table && exact && classes->weight ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < source->group_count && status == FF_OK; i++) {
        memcpy(table + FF_KINDS * classes->group[i], request->weight + FF_KINDS * i,
               FF_KINDS * sizeof *table);
        exact[classes->group[i]] = request->exact[i];
    }
    if (status == FF_OK) {
        ff_class_weights(classes->weight, reduction, table);
        status = fit_exact_equations(classes, exact, err);
    }
    free(table);
    free(exact);
    return status;
}

int fit_classes_init(fit_classes *classes, ff_stage_run *stage, const fit_source *source,
                     const fit_request *request, ff_error *err)
{
    *classes = (fit_classes){.reduction = &source->input.reduction};
    ff_reduction_init(&classes->own);
    classes->group = ff_new_array(source->group_count, sizeof *classes->group, err);
    int status = classes->group ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < source->group_count && status == FF_OK; i++)
        classes->group[i] = (uint32_t)i;
    if (status == FF_OK && !source->reduced)
        status = reduce_features(classes, stage, source, request, err);
    return status == FF_OK ? weigh(classes, source, request, err) : status;
}

void fit_classes_clear(fit_classes *classes)
{
    ff_reduction_clear(&classes->own);
    free(classes->group);
    free(classes->weight);
    free(classes->matrix);
    free(classes->target);
    for (size_t i = 0; i < classes->constraints.count && classes->names; i++)
        free(classes->names[i]);
    free(classes->names);
    *classes = (fit_classes){0};
}
