#include "stages/cli/feature_rows.h"

#include "lib/base/numbers.h"

#include <string.h>

static int read_rows(void *context, size_t first, ff_design_block *block, ff_error *err)
{
    const ff_feature_rows *rows = context;
    return ff_features_reader_read(rows->reader, first, block, err);
}

static int multiply_rows(void *context, size_t first, const ff_design_block *block,
                         double *multipliers, ff_error *err)
{
    const ff_feature_rows *rows = context;
    (void)first, (void)err;
    ff_defect_multipliers(&rows->near, block, multipliers);
    return FF_OK;
}

static int parse_near_defect(ff_defect_weights *near, const char *text,
                             const ff_frame_table *frames, ff_error *err)
{
    double weight = 0, radius = 0;
    size_t length = strcspn(text, ",");
    if (text[length] != ',' || ff_double_parse(text, length, &weight) != FF_OK ||
        ff_double_parse(text + length + 1, strlen(text + length + 1), &radius) != FF_OK)
        return ff_fail(err, FF_E_USAGE, "--near-defect: '%s' is not WEIGHT,RADIUS", text);
    return ff_defect_weights_init(near, frames, weight, radius, err);
}

int ff_feature_rows_init(ff_feature_rows *out, const ff_stage_run *stage,
                         ff_features_reader *reader, ff_error *err)
{
    const char *near = ff_argument_text(stage, "near-defect");
    *out = (ff_feature_rows){.reader = reader};
    out->rows = (ff_rows){.count = reader->rows,
                          .columns = reader->columns,
                          .frames = &reader->frames,
                          .source = read_rows,
                          .context = out};
    if (!near)
        return FF_OK;
    out->rows.multipliers = multiply_rows;
    return parse_near_defect(&out->near, near, &reader->frames, err);
}

void ff_feature_rows_clear(ff_feature_rows *rows)
{
    ff_defect_weights_clear(&rows->near);
}
