#include "lib/regression/tsqr.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"

#include <stdlib.h>

enum { MOST_LANES = 8, LEAST_LANES = 4, COLUMN_CHUNK = 32, LEAF_PADDING = 8 };

typedef struct tsqr_lane {
    ff_triangle triangle; /* allocated with the first leaf */
    double *leaf;         /* [order][stride], column-major; NULL until rows come */
    size_t rows;          /* in the leaf */
} tsqr_lane;

struct ff_tsqr {
    size_t columns;
    size_t height; /* rows of a leaf */
    size_t stride; /* a little more than height: a power of two would make columns of a leaf
                      compete for the same cache lines */
    size_t lanes, current, total;
    tsqr_lane lane[MOST_LANES];
    int threads;
    ff_triangle_workspace *workspace; /* [threads] */
};

/* Leaves of 16 MB stay in a share of the last level of cache, while being tall
 * enough for matrix-matrix products. */
static size_t leaf_height(size_t order)
{
    size_t height = ((size_t)1 << 21) / order;
    return height < 1024 ? 1024 : height > 4096 ? 4096 : height;
}

static size_t lane_count(size_t order)
{
    size_t lanes = ((size_t)1 << 25) / (order * order);
    return lanes < LEAST_LANES ? LEAST_LANES : lanes > MOST_LANES ? MOST_LANES : lanes;
}

size_t ff_tsqr_memory(size_t columns)
{
    size_t order = columns + 1, leaf = order * (leaf_height(order) + LEAF_PADDING);
    return sizeof(double) * lane_count(order) * (order * order + leaf);
}

int ff_tsqr_new(ff_tsqr **out, size_t columns, ff_error *err)
{
    ff_tsqr *tsqr = ff_new_array(1, sizeof *tsqr, err);
    if (!tsqr)
        return FF_E_NOMEM;
    tsqr->columns = columns;
    tsqr->height = leaf_height(columns + 1);
    tsqr->stride = tsqr->height + LEAF_PADDING;
    tsqr->lanes = lane_count(columns + 1);
    tsqr->workspace = ff_new_array((size_t)ff_threads(), sizeof *tsqr->workspace, err);
    int status = tsqr->workspace ? FF_OK : FF_E_NOMEM;
    while (status == FF_OK && tsqr->threads < ff_threads()) {
        status = ff_triangle_workspace_init(&tsqr->workspace[tsqr->threads], columns + 1, err);
        tsqr->threads += status == FF_OK;
    }
    if (status != FF_OK) {
        ff_tsqr_free(tsqr);
        return status;
    }
    *out = tsqr;
    return FF_OK;
}

void ff_tsqr_free(ff_tsqr *tsqr)
{
    if (!tsqr)
        return;
    for (size_t i = 0; i < MOST_LANES; i++) {
        ff_triangle_clear(&tsqr->lane[i].triangle);
        free(tsqr->lane[i].leaf);
    }
    for (int i = 0; i < tsqr->threads; i++)
        ff_triangle_workspace_clear(&tsqr->workspace[i]);
    free(tsqr->workspace);
    free(tsqr);
}

size_t ff_tsqr_rows(const ff_tsqr *tsqr)
{
    return tsqr->total;
}

static int fold_lane(size_t index, int thread, void *context, ff_error *err)
{
    ff_tsqr *tsqr = context;
    tsqr_lane *lane = &tsqr->lane[index];
    if (lane->rows == 0)
        return FF_OK;
    if (!lane->triangle.r) {
        int status = ff_triangle_init(&lane->triangle, tsqr->columns + 1, err);
        if (status != FF_OK)
            return status;
    }
    int status = ff_triangle_fold(&lane->triangle, lane->rows, lane->leaf, tsqr->stride,
                                  &tsqr->workspace[thread], err);
    lane->rows = 0;
    return status;
}

static int fold_lanes(ff_tsqr *tsqr, ff_error *err)
{
    tsqr->current = 0;
    return ff_parallel_for(tsqr->lanes, fold_lane, tsqr, NULL, err);
}

/* Rows on their way into one leaf. */
typedef struct transfer {
    const ff_tsqr *tsqr;
    const double *matrix, *target, *weight;
    size_t rows;  /* of the source, weightless ones included */
    double *leaf; /* where the first of them goes */
} transfer;

/* Transposes a few columns; 32 of them are four cache lines of each row. */
static int transfer_columns(size_t chunk, int thread, void *context, ff_error *err)
{
    const transfer *move = context;
    size_t columns = move->tsqr->columns, stride = move->tsqr->stride;
    size_t first = chunk * COLUMN_CHUNK, end = first + COLUMN_CHUNK;
    (void)thread;
    (void)err;
    if (end > columns)
        end = columns;
    size_t to = 0;
    for (size_t row = 0; row < move->rows; row++) {
        double weight = move->weight[row];
        if (weight == 0)
            continue;
        const double *from = move->matrix + row * columns;
        for (size_t j = first; j < end; j++)
            move->leaf[j * stride + to] = weight * from[j];
        to++;
    }
    return FF_OK;
}

static void transfer_targets(const transfer *move)
{
    double *to = move->leaf + move->tsqr->columns * move->tsqr->stride;
    for (size_t row = 0; row < move->rows; row++)
        if (move->weight[row] != 0)
            *to++ = move->weight[row] * move->target[row];
}

/* How many source rows fill up the leaf or exhaust the source; *kept: those of nonzero weight. */
static size_t rows_to_take(const double *weight, size_t rows, size_t room, size_t *kept)
{
    size_t taken = 0;
    *kept = 0;
    while (taken < rows && *kept < room)
        *kept += weight[taken++] != 0;
    return taken;
}

int ff_tsqr_add(ff_tsqr *tsqr, size_t rows, const double *matrix, const double *target,
                const double *weight, ff_error *err)
{
    int status = FF_OK;
    while (rows > 0 && status == FF_OK) {
        tsqr_lane *lane = &tsqr->lane[tsqr->current];
        size_t kept = 0;
        size_t taken = rows_to_take(weight, rows, tsqr->height - lane->rows, &kept);
        if (!lane->leaf)
            lane->leaf = ff_new_array((tsqr->columns + 1) * tsqr->stride, sizeof(double), err);
        if (!lane->leaf)
            return FF_E_NOMEM;
        transfer move = {tsqr, matrix, target, weight, taken, lane->leaf + lane->rows};
        status = ff_parallel_for((tsqr->columns + COLUMN_CHUNK - 1) / COLUMN_CHUNK,
                                 transfer_columns, &move, NULL, err);
        transfer_targets(&move);
        lane->rows += kept;
        tsqr->total += kept;
        tsqr->current += lane->rows == tsqr->height;
        if (status == FF_OK && tsqr->current == tsqr->lanes)
            status = fold_lanes(tsqr, err);
        matrix += taken * tsqr->columns;
        target += taken;
        weight += taken;
        rows -= taken;
    }
    return status;
}

int ff_tsqr_finish(ff_tsqr *tsqr, ff_triangle *triangle, ff_error *err)
{
    *triangle = (ff_triangle){0};
    int status = fold_lanes(tsqr, err);
    tsqr_lane *root = &tsqr->lane[0];
    if (status == FF_OK && !root->triangle.r)
        status = ff_triangle_init(&root->triangle, tsqr->columns + 1, err);
    for (size_t i = 1; i < tsqr->lanes && status == FF_OK; i++) {
        if (!tsqr->lane[i].triangle.r)
            continue;
        status =
            ff_triangle_merge(&root->triangle, &tsqr->lane[i].triangle, &tsqr->workspace[0], err);
        ff_triangle_clear(&tsqr->lane[i].triangle);
    }
    if (status != FF_OK)
        return status;
    *triangle = root->triangle;
    root->triangle = (ff_triangle){0};
    tsqr->total = 0;
    return FF_OK;
}
