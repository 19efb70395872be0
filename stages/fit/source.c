/* Features or a reduction. */

#include "stages/fit/fitting.h"

#include <string.h>

static int open_features(fit_source *source, const ff_stage_run *stage, ff_error *err)
{
    int status = ff_features_reader_open(&source->reader, source->container, err);
    if (status != FF_OK)
        return status;
    source->basis = &source->reader.basis;
    source->one_body = source->reader.one_body;
    source->columns = source->reader.columns;
    source->group_count = source->reader.frames.group_count;
    source->group_names = source->reader.frames.group_names;
    return ff_feature_rows_init(&source->rows, stage, &source->reader, err);
}

static int open_reduction(fit_source *source, const ff_stage_run *stage, ff_error *err)
{
    int status = ff_reduction_read(&source->input, source->container, err);
    if (status != FF_OK)
        return status;
    source->reduced = true;
    source->basis = &source->input.basis;
    source->one_body = source->input.one_body;
    source->columns = source->input.reduction.columns;
    source->group_count = source->input.reduction.group_count;
    source->group_names = source->input.reduction.group_names;
    if (ff_argument_given(stage, "near-defect"))
        return ff_fail(err, FF_E_USAGE,
                       "--near-defect weights rows, which a reduction no longer has: give it to "
                       "farfield reduce");
    return FF_OK;
}

int fit_source_open(fit_source *source, ff_stage_run *stage, ff_error *err)
{
    const char *path = ff_operand_count(stage) ? ff_operand(stage, 0) : "-";
    *source = (fit_source){0};
    int status = ff_stage_open(stage, &source->container, path, "input", NULL, 0, err);
    if (status != FF_OK)
        return status;
    const char *kind = ff_container_kind(source->container);
    if (strcmp(kind, "features") == 0)
        status = open_features(source, stage, err);
    else if (strcmp(kind, "reduction") == 0)
        status = open_reduction(source, stage, err);
    else
        status = ff_fail(err, FF_E_FORMAT, "is of kind %s, expected features or a reduction", kind);
    if (status != FF_OK && status != FF_E_USAGE)
        ff_error_in_file(err, ff_container_name(source->container));
    return status;
}

void fit_source_close(fit_source *source)
{
    ff_feature_rows_clear(&source->rows);
    if (source->reduced)
        ff_reduced_features_clear(&source->input);
    else if (source->columns)
        ff_features_reader_close(&source->reader);
    ff_container_close(source->container);
    *source = (fit_source){0};
}
