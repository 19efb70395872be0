#include "lib/regression/reduction.h"

#include "lib/base/memory.h"
#include "lib/regression/folds.h"
#include "lib/regression/tsqr.h"

#include <math.h>
#include <stdlib.h>

struct ff_reducer {
    const ff_frame_table *frames;
    ff_reducer_options options;
    size_t columns, rows;      /* rows: added so far */
    uint32_t *fold;            /* [frames->count] */
    ff_tsqr *tsqr;             /* a bin for each possible class */
    size_t bins;               /* group_count * FF_KINDS * folds */
    ff_reduced_class *classes; /* [bins] sums of each bin */
    uint32_t *last_frame;      /* [bins] the frame that the last row came from, plus 1 */
    size_t capacity;           /* of the two below */
    double *scale;
    uint32_t *bin;
};

static int allocate(ff_reducer *reducer, ff_error *err)
{
    reducer->fold = ff_new_array(reducer->frames->count, sizeof *reducer->fold, err);
    reducer->classes = ff_new_array(reducer->bins, sizeof *reducer->classes, err);
    reducer->last_frame = ff_new_array(reducer->bins, sizeof *reducer->last_frame, err);
    return reducer->fold && reducer->classes && reducer->last_frame ? FF_OK : FF_E_NOMEM;
}

int ff_reducer_new(ff_reducer **out, const ff_frame_table *frames, size_t columns,
                   const ff_reducer_options *options, ff_error *err)
{
    if (columns == 0)
        return ff_fail(err, FF_E_RANGE, "the basis has no functions");
    if (options->folds == 0 || options->folds > UINT32_MAX / FF_KINDS / (frames->group_count + 1))
        return ff_fail(err, FF_E_RANGE, "%u folds, expected at least 1 and not so many",
                       options->folds);
    ff_reducer *reducer = ff_new_array(1, sizeof *reducer, err);
    if (!reducer)
        return FF_E_NOMEM;
    reducer->frames = frames;
    reducer->options = *options;
    reducer->columns = columns;
    reducer->bins = frames->group_count * FF_KINDS * options->folds;
    int status = allocate(reducer, err);
    if (status == FF_OK)
        status = ff_assign_folds(reducer->fold, frames, options->folds, options->seed, err);
    if (status == FF_OK)
        status = ff_tsqr_new(&reducer->tsqr, columns, reducer->bins, err);
    if (status != FF_OK)
        ff_reducer_free(reducer);
    else
        *out = reducer;
    return status;
}

void ff_reducer_free(ff_reducer *reducer)
{
    if (!reducer)
        return;
    ff_tsqr_free(reducer->tsqr);
    free(reducer->fold);
    free(reducer->classes);
    free(reducer->last_frame);
    free(reducer->scale);
    free(reducer->bin);
    free(reducer);
}

static size_t bin_of(const ff_reducer *reducer, const ff_row_label *label)
{
    size_t group = reducer->frames->group[label->frame];
    return (group * FF_KINDS + label->kind) * reducer->options.folds + reducer->fold[label->frame];
}

/* Adds one row to the sums of its class. */
static void count_row(ff_reducer *reducer, size_t bin, const ff_row_label *label, double target,
                      double scale)
{
    ff_reduced_class *sums = &reducer->classes[bin];
    double report = ff_row_report_scale(reducer->frames, label), ratio = report / scale;
    sums->frames += reducer->last_frame[bin] != label->frame + 1;
    reducer->last_frame[bin] = label->frame + 1;
    sums->log_scale += log(scale);
    sums->targets += report * target;
    sums->target_squares += report * target * (report * target);
    sums->ratio_squares += ratio * ratio;
    sums->ratio_min = sums->count == 0 ? ratio : fmin(sums->ratio_min, ratio);
    sums->ratio_max = fmax(sums->ratio_max, ratio);
    sums->count++;
}

/* Rows that are checked; scale: as in rows.h. */
static int add_rows(ff_reducer *reducer, const ff_design_block *block, const double *scale,
                    ff_error *err)
{
    if (block->rows > reducer->capacity) {
        free(reducer->scale);
        free(reducer->bin);
        reducer->scale = ff_new_array(block->rows, sizeof *reducer->scale, err);
        reducer->bin = ff_new_array(block->rows, sizeof *reducer->bin, err);
        reducer->capacity = reducer->scale && reducer->bin ? block->rows : 0;
        if (reducer->capacity == 0)
            return FF_E_NOMEM;
    }
    for (size_t i = 0; i < block->rows; i++) {
        const ff_row_label *label = &block->label[i];
        size_t bin = bin_of(reducer, label);
        reducer->bin[i] = (uint32_t)bin;
        reducer->scale[i] = reducer->options.kinds & (1u << label->kind) ? scale[i] : 0;
        if (reducer->scale[i] != 0)
            count_row(reducer, bin, label, block->target[i], scale[i]);
    }
    reducer->rows += block->rows;
    return ff_tsqr_add(reducer->tsqr, block->rows, block->matrix, block->target, reducer->scale,
                       reducer->bin, err);
}

int ff_reducer_add(ff_reducer *reducer, const ff_design_block *block, const double *multipliers,
                   ff_error *err)
{
    if (block->columns != reducer->columns)
        return ff_fail(err, FF_E_USAGE, "rows of %zu columns, expected %zu", block->columns,
                       reducer->columns);
    int status = ff_rows_check(block, reducer->frames, reducer->rows, err);
    if (status != FF_OK)
        return status;
    double *scale = ff_new_array(block->rows, sizeof *scale, err);
    if (!scale)
        return FF_E_NOMEM;
    status = ff_rows_scale(scale, block, reducer->frames, multipliers, reducer->rows, err);
    if (status == FF_OK)
        status = add_rows(reducer, block, scale, err);
    free(scale);
    return status;
}

static int copy_names(ff_reduction *reduction, const ff_frame_table *frames, ff_error *err)
{
    reduction->group_names = ff_new_array(frames->group_count, sizeof(char *), err);
    if (!reduction->group_names)
        return FF_E_NOMEM;
    for (; reduction->group_count < frames->group_count; reduction->group_count++) {
        char *name = ff_copy_text(frames->group_names[reduction->group_count], err);
        if (!name)
            return FF_E_NOMEM;
        reduction->group_names[reduction->group_count] = name;
    }
    return FF_OK;
}

int ff_reducer_finish(ff_reducer *reducer, ff_reduction *reduction, ff_error *err)
{
    const size_t folds = reducer->options.folds;
    *reduction = (ff_reduction){.columns = reducer->columns,
                                .folds = reducer->options.folds,
                                .seed = reducer->options.seed};
    int status = ff_tsqr_finish(reducer->tsqr, err);
    if (status == FF_OK)
        status = copy_names(reduction, reducer->frames, err);
    reduction->classes = ff_new_array(reducer->bins, sizeof *reduction->classes, err);
    if (status == FF_OK && !reduction->classes)
        status = FF_E_NOMEM;
    for (size_t bin = 0; bin < reducer->bins && status == FF_OK; bin++) {
        if (reducer->classes[bin].count == 0)
            continue;
        ff_reduced_class *reduced = &reduction->classes[reduction->count++];
        *reduced = reducer->classes[bin];
        reduced->group = (uint32_t)(bin / folds / FF_KINDS);
        reduced->kind = (uint8_t)(bin / folds % FF_KINDS);
        reduced->fold = (uint32_t)(bin % folds);
        reduced->ratio_squares /= (double)reduced->count;
        reduced->height = ff_tsqr_take(reducer->tsqr, bin, &reduced->r);
        reducer->classes[bin] = (ff_reduced_class){0};
    }
    if (status != FF_OK)
        ff_reduction_clear(reduction);
    return status;
}

static int reduce_block(void *context, size_t first, ff_design_block *block, const double *scale,
                        ff_error *err)
{
    (void)first;
    return add_rows(context, block, scale, err);
}

int ff_reduce(ff_reduction *reduction, const ff_rows *rows, const ff_reducer_options *options,
              ff_error *err)
{
    ff_reducer *reducer = NULL;
    ff_reduction_init(reduction);
    int status = ff_reducer_new(&reducer, rows->frames, rows->columns, options, err);
    if (status == FF_OK)
        status = ff_rows_each(rows, reduce_block, reducer, err);
    if (status == FF_OK)
        status = ff_reducer_finish(reducer, reduction, err);
    ff_reducer_free(reducer);
    return status;
}
