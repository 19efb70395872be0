#include "lib/regression/rows.h"

#include "lib/base/memory.h"

#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Observations of whole frames. */
static bool is_of_frame(int kind)
{
    return kind == FF_KIND_ENERGY || kind == FF_KIND_VIRIAL;
}

double ff_row_scale(const ff_frame_table *frames, const ff_row_label *label)
{
    double share = 1;
    if (is_of_frame(label->kind))
        share = 1 / sqrt(frames->atoms[label->frame]);
    else if (label->kind == FF_KIND_FORCE_CONSTANT)
        share = 1 / sqrt(frames->displacements[label->frame]);
    return share * frames->weight[(size_t)label->frame * FF_KINDS + label->kind];
}

double ff_row_report_scale(const ff_frame_table *frames, const ff_row_label *label)
{
    return is_of_frame(label->kind) ? 1.0 / frames->atoms[label->frame] : 1;
}

enum { CHECK_CHUNK = 256 };

typedef struct rows_to_check {
    const ff_design_block *block;
    const ff_frame_table *frames;
    size_t first;
} rows_to_check;

static int check_row(const rows_to_check *rows, size_t index, ff_error *err)
{
    static const char *const names[FF_KINDS] = {"energy", "force", "virial", "force constants"};
    const ff_design_block *block = rows->block;
    const ff_row_label *label = &block->label[index];
    size_t number = rows->first + index + 1;
    if (label->frame >= rows->frames->count || label->kind >= FF_KINDS)
        return ff_fail(err, FF_E_RANGE, "row %zu belongs to frame %u of %zu, kind %d of %d", number,
                       label->frame + 1, rows->frames->count, label->kind, FF_KINDS);
    const uint32_t displacements = rows->frames->displacements[label->frame];
    if (label->kind == FF_KIND_FORCE_CONSTANT && label->displacement >= displacements)
        return ff_fail(err, FF_E_RANGE, "row %zu belongs to displacement %u of %u of frame %u",
                       number, label->displacement + 1, displacements, label->frame + 1);
    double size = cblas_dasum((int)block->columns, block->matrix + index * block->columns, 1);
    if (!isfinite(size) || !isfinite(block->target[index])) {
        ff_fail(err, FF_E_RANGE, "row %zu, of the %s, holds a number that is not finite", number,
                names[label->kind]);
        ff_error_in_frame(err, (int64_t)label->frame + 1);
        return FF_E_RANGE;
    }
    return FF_OK;
}

static int check_chunk(size_t chunk, int thread, void *context, ff_error *err)
{
    const rows_to_check *rows = context;
    size_t first = chunk * CHECK_CHUNK, end = first + CHECK_CHUNK;
    int status = FF_OK;
    (void)thread;
    for (size_t i = first; i < end && i < rows->block->rows && status == FF_OK; i++)
        status = check_row(rows, i, err);
    return status;
}

int ff_rows_check(const ff_design_block *block, const ff_frame_table *frames, size_t first,
                  ff_error *err)
{
    rows_to_check rows = {block, frames, first};
    return ff_parallel_for((block->rows + CHECK_CHUNK - 1) / CHECK_CHUNK, check_chunk, &rows, NULL,
                           err);
}

int ff_rows_scale(double *scale, const ff_design_block *block, const ff_frame_table *frames,
                  const double *multipliers, size_t first, ff_error *err)
{
    for (size_t i = 0; i < block->rows; i++) {
        double multiplier = multipliers ? multipliers[i] : 1;
        if (!isfinite(multiplier) || multiplier < 0)
            return ff_fail(err, FF_E_RANGE, "multiplier %g of row %zu, expected a number >= 0",
                           multiplier, first + i + 1);
        scale[i] = multiplier * ff_row_scale(frames, &block->label[i]);
    }
    return FF_OK;
}

static int pass_block(const ff_rows *rows, size_t first, ff_design_block *block, double *scale,
                      ff_error *err)
{
    int status = rows->source(rows->context, first, block, err);
    if (status == FF_OK)
        status = ff_rows_check(block, rows->frames, first, err);
    if (status == FF_OK && rows->multipliers)
        status = rows->multipliers(rows->context, first, block, scale, err);
    if (status != FF_OK)
        return status;
    return ff_rows_scale(scale, block, rows->frames, rows->multipliers ? scale : NULL, first, err);
}

/* Rows read at a time: about 16 MB of matrix. */
static size_t block_height(size_t columns)
{
    size_t height = ((size_t)1 << 21) / columns;
    return height < 256 ? 256 : height;
}

int ff_rows_each(const ff_rows *rows, ff_row_handler handle, void *context, ff_error *err)
{
    ff_design_block block = {0};
    if (rows->columns == 0)
        return ff_fail(err, FF_E_RANGE, "the basis has no functions");
    size_t height = block_height(rows->columns);
    size_t capacity = rows->count < height ? rows->count : height;
    double *scale = ff_new_array(capacity, sizeof *scale, err);
    int status = scale ? ff_design_block_init(&block, capacity, rows->columns, err) : FF_E_NOMEM;
    for (size_t first = 0; first < rows->count && status == FF_OK; first += block.rows) {
        size_t left = rows->count - first;
        block.rows = left < capacity ? left : capacity;
        status = pass_block(rows, first, &block, scale, err);
        if (status == FF_OK)
            status = handle(context, first, &block, scale, err);
        if (status == FF_OK && rows->progress)
            rows->progress->advance(rows->progress->context, block.rows);
    }
    block.rows = capacity;
    ff_design_block_clear(&block);
    free(scale);
    return status;
}
