#include "lib/regression/tsqr.h"

#include "lib/base/memory.h"
#include "lib/base/parallel.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LEAVES = 8, LEAST_LEAVES = 4, ROW_CHUNK = 64, LEAF_PADDING = 8 };

/* One of several triangles of a bin. */
typedef struct tsqr_lane {
    size_t rows;    /* folded in */
    size_t height;  /* of the triangle: rows, at most columns + 1 */
    double *packed; /* NULL before the first rows */
} tsqr_lane;

typedef struct tsqr_bin {
    size_t rows;    /* added, in all */
    size_t waiting; /* of them in the store */
    size_t first;   /* place of the first of them in the order by bins */
    size_t leaves;  /* into which they are cut; 0: they go on waiting */
    size_t lanes;   /* in use */
    tsqr_lane lane[MOST_LEAVES];
} tsqr_bin;

/* The leaves of one lane, to be folded in one after another. */
typedef struct tsqr_task {
    tsqr_bin *bin;
    size_t lane;
} tsqr_task;

/* Memory of one thread. */
typedef struct tsqr_worker {
    ff_triangle triangle, other;
    ff_triangle_workspace workspace;
    double *leaf; /* [order][stride], column-major */
} tsqr_worker;

struct ff_tsqr {
    size_t order;    /* columns + 1 */
    size_t height;   /* most rows of a leaf */
    size_t stride;   /* a little more than height: a power of two would make columns of a leaf
                        compete for the same cache lines */
    size_t leaves;   /* that the store holds, and most lanes of a bin */
    size_t capacity; /* of the store */
    size_t stored;
    double *store;      /* [capacity][order] rows times their weights, row-major */
    uint32_t *bin_of;   /* [capacity] */
    size_t *by_bin;     /* [capacity] rows of the store, in the order of bins, then of rows */
    size_t bins, lanes; /* lanes in all */
    tsqr_bin *bin;      /* [bins] */
    tsqr_task *task;    /* [bins * leaves] */
    size_t tasks, next;
    size_t workers;
    tsqr_worker *worker; /* [workers] */
};

/* Leaves of 16 MB stay in a share of the last level of cache, while being tall
 * enough for matrix-matrix products. */
static size_t leaf_height(size_t order)
{
    size_t height = ((size_t)1 << 21) / order;
    return height < 1024 ? 1024 : height > 4096 ? 4096 : height;
}

static size_t leaf_count(size_t order)
{
    size_t leaves = ((size_t)1 << 25) / (order * order);
    return leaves < LEAST_LEAVES ? LEAST_LEAVES : leaves > MOST_LEAVES ? MOST_LEAVES : leaves;
}

size_t ff_tsqr_memory(size_t columns, size_t bins)
{
    size_t order = columns + 1, leaves = leaf_count(order), height = leaf_height(order);
    size_t lanes = (bins + 2 * leaves) * ff_packed_size(order, order);
    size_t worker = order * (height + LEAF_PADDING) + 2 * order * order;
    return sizeof(double) * (leaves * height * order + lanes + leaves * worker);
}

static int allocate(ff_tsqr *tsqr, ff_error *err)
{
    tsqr->bin = ff_new_array(tsqr->bins, sizeof *tsqr->bin, err);
    tsqr->task = ff_new_array(tsqr->bins * tsqr->leaves, sizeof *tsqr->task, err);
    tsqr->worker = ff_new_array(tsqr->workers, sizeof *tsqr->worker, err);
    tsqr->bin_of = ff_new_array(tsqr->capacity, sizeof *tsqr->bin_of, err);
    tsqr->by_bin = ff_new_array(tsqr->capacity, sizeof *tsqr->by_bin, err);
    tsqr->store = ff_new_array(tsqr->capacity * tsqr->order, sizeof *tsqr->store, err);
    return tsqr->bin && tsqr->task && tsqr->worker && tsqr->bin_of && tsqr->by_bin && tsqr->store
               ? FF_OK
               : FF_E_NOMEM;
}

int ff_tsqr_new(ff_tsqr **out, size_t columns, size_t bins, ff_error *err)
{
    ff_tsqr *tsqr = ff_new_array(1, sizeof *tsqr, err);
    if (!tsqr)
        return FF_E_NOMEM;
    tsqr->order = columns + 1;
    tsqr->bins = bins;
    tsqr->height = leaf_height(tsqr->order);
    tsqr->stride = tsqr->height + LEAF_PADDING;
    tsqr->leaves = leaf_count(tsqr->order);
    tsqr->capacity = tsqr->leaves * tsqr->height;
    tsqr->workers = (size_t)ff_threads() < tsqr->leaves ? (size_t)ff_threads() : tsqr->leaves;
    int status = allocate(tsqr, err);
    if (status != FF_OK)
        ff_tsqr_free(tsqr);
    else
        *out = tsqr;
    return status;
}

void ff_tsqr_free(ff_tsqr *tsqr)
{
    if (!tsqr)
        return;
    for (size_t i = 0; i < tsqr->bins && tsqr->bin; i++)
        for (size_t k = 0; k < MOST_LEAVES; k++)
            free(tsqr->bin[i].lane[k].packed);
    for (size_t i = 0; i < tsqr->workers && tsqr->worker; i++) {
        ff_triangle_clear(&tsqr->worker[i].triangle);
        ff_triangle_clear(&tsqr->worker[i].other);
        ff_triangle_workspace_clear(&tsqr->worker[i].workspace);
        free(tsqr->worker[i].leaf);
    }
    free(tsqr->bin);
    free(tsqr->task);
    free(tsqr->worker);
    free(tsqr->bin_of);
    free(tsqr->by_bin);
    free(tsqr->store);
    free(tsqr);
}

size_t ff_tsqr_rows(const ff_tsqr *tsqr, size_t bin)
{
    return tsqr->bin[bin].rows;
}

/* ---- workers ---- */

/* Memory comes with the first work, so that what is never used is never there. */
static int prepare_worker(const ff_tsqr *tsqr, tsqr_worker *worker, ff_error *err)
{
    if (worker->leaf)
        return FF_OK;
    int status = FF_OK;
    if (!worker->triangle.r)
        status = ff_triangle_init(&worker->triangle, tsqr->order, err);
    if (status == FF_OK && !worker->workspace.work)
        status = ff_triangle_workspace_init(&worker->workspace, tsqr->order, err);
    if (status == FF_OK && !(worker->leaf = ff_new_array(tsqr->order * tsqr->stride, 8, err)))
        status = FF_E_NOMEM;
    return status;
}

/* Transposes rows of the store, eight side by side, so that whole cache lines of the leaf are
 * written. */
static void gather(const ff_tsqr *tsqr, const size_t *rows, size_t count, double *leaf,
                   size_t stride)
{
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const double *row[8];
        for (size_t q = 0; q < 8; q++)
            row[q] = tsqr->store + rows[i + q] * tsqr->order;
        for (size_t j = 0; j < tsqr->order; j++)
            for (size_t q = 0; q < 8; q++)
                leaf[j * stride + i + q] = row[q][j];
    }
    for (; i < count; i++)
        for (size_t j = 0; j < tsqr->order; j++)
            leaf[j * stride + i] = tsqr->store[rows[i] * tsqr->order + j];
}

/* Packs a triangle as that of all rows of the lane. */
static int pack_lane(const ff_tsqr *tsqr, tsqr_lane *lane, const ff_triangle *triangle,
                     ff_error *err)
{
    size_t height = lane->rows < tsqr->order ? lane->rows : tsqr->order;
    if (lane->height < height) {
        free(lane->packed);
        lane->height = height;
        lane->packed = ff_new_array(ff_packed_size(height, tsqr->order), sizeof(double), err);
    }
    if (!lane->packed)
        return FF_E_NOMEM;
    ff_triangle_pack(lane->packed, height, triangle);
    return FF_OK;
}

/* Rows of a lane that has fewer than columns, and new ones below them, are factorised together. */
static int fold_short(const ff_tsqr *tsqr, tsqr_lane *lane, const size_t *rows, size_t count,
                      tsqr_worker *worker, ff_error *err)
{
    ff_triangle *triangle = &worker->triangle;
    ff_triangle_unpack(triangle, lane->height, lane->packed, 1);
    gather(tsqr, rows, count, triangle->r + lane->rows, tsqr->order);
    lane->rows += count;
    int status = ff_trapezoid_factor(lane->rows, tsqr->order, triangle->r, tsqr->order, err);
    return status == FF_OK ? pack_lane(tsqr, lane, triangle, err) : status;
}

/* Lane k of a bin takes leaves k, k + lanes, ... of equal heights, but for one row. */
static int fold_leaves(const ff_tsqr *tsqr, const tsqr_task *task, tsqr_worker *worker,
                       ff_error *err)
{
    const tsqr_bin *bin = task->bin;
    tsqr_lane *lane = &task->bin->lane[task->lane];
    bool unpacked = false;
    int status = prepare_worker(tsqr, worker, err);
    for (size_t i = task->lane; i < bin->leaves && status == FF_OK; i += bin->lanes) {
        size_t first = bin->waiting * i / bin->leaves;
        size_t count = bin->waiting * (i + 1) / bin->leaves - first;
        const size_t *rows = tsqr->by_bin + bin->first + first;
        if (lane->rows + count < tsqr->order) {
            status = fold_short(tsqr, lane, rows, count, worker, err);
            continue;
        }
        if (!unpacked)
            ff_triangle_unpack(&worker->triangle, lane->height, lane->packed, 1);
        unpacked = true;
        gather(tsqr, rows, count, worker->leaf, tsqr->stride);
        status = ff_triangle_fold(&worker->triangle, count, worker->leaf, tsqr->stride,
                                  &worker->workspace, err);
        lane->rows += count;
    }
    return status == FF_OK && unpacked ? pack_lane(tsqr, lane, &worker->triangle, err) : status;
}

/* Folds one lane into another, which is unpacked. */
static int merge_pair(const ff_tsqr *tsqr, tsqr_lane *into, tsqr_lane *from, tsqr_worker *worker,
                      ff_error *err)
{
    size_t order = tsqr->order, above = into->rows;
    ff_triangle *triangle = &worker->triangle, *other = &worker->other;
    int status;
    ff_triangle_unpack(other, from->height, from->packed, 1);
    into->rows += from->rows;
    if (into->rows < order) {
        for (size_t j = 0; j < order; j++)
            memcpy(triangle->r + j * order + above, other->r + j * order,
                   from->rows * sizeof(double));
        status = ff_trapezoid_factor(into->rows, order, triangle->r, order, err);
    } else
        status = ff_triangle_merge(triangle, other, from->height, &worker->workspace, err);
    free(from->packed);
    *from = (tsqr_lane){0};
    return status;
}

/* Folds the lanes of a bin beyond the first `task->lane` into those, in a circle. */
static int merge_lanes(const ff_tsqr *tsqr, const tsqr_task *task, tsqr_worker *worker,
                       ff_error *err)
{
    tsqr_bin *bin = task->bin;
    size_t kept = task->lane;
    int status = prepare_worker(tsqr, worker, err);
    if (status == FF_OK && !worker->other.r)
        status = ff_triangle_init(&worker->other, tsqr->order, err);
    for (size_t k = 0; k < kept && k + kept < bin->lanes && status == FF_OK; k++) {
        tsqr_lane *into = &bin->lane[k];
        ff_triangle_unpack(&worker->triangle, into->height, into->packed, 1);
        for (size_t i = k + kept; i < bin->lanes && status == FF_OK; i += kept)
            status = merge_pair(tsqr, into, &bin->lane[i], worker, err);
        if (status == FF_OK)
            status = pack_lane(tsqr, into, &worker->triangle, err);
    }
    bin->lanes = kept;
    return status;
}

typedef struct tsqr_crew {
    ff_tsqr *tsqr;
    int (*work)(const ff_tsqr *, const tsqr_task *, tsqr_worker *, ff_error *);
} tsqr_crew;

static int run_worker(size_t index, int thread, void *context, ff_error *err)
{
    const tsqr_crew *crew = context;
    ff_tsqr *tsqr = crew->tsqr;
    int status = FF_OK;
    (void)thread;
    while (status == FF_OK) {
        size_t task;
#pragma omp atomic capture
        task = tsqr->next++;
        if (task >= tsqr->tasks)
            break;
        status = crew->work(tsqr, &tsqr->task[task], &tsqr->worker[index], err);
    }
    return status;
}

/* Works off all tasks, each by one worker; there may be fewer workers than threads. */
static int run_tasks(ff_tsqr *tsqr,
                     int (*work)(const ff_tsqr *, const tsqr_task *, tsqr_worker *, ff_error *),
                     ff_error *err)
{
    tsqr_crew crew = {tsqr, work};
    tsqr->next = 0;
    return ff_parallel_for(tsqr->workers, run_worker, &crew, NULL, err);
}

/* ---- what to fold, and where ---- */

/* Cuts the waiting rows of each bin into leaves. Fewer rows than a fraction of a leaf wait, unless
 * they would fill half of the store, or this is the last time. */
static void cut_leaves(ff_tsqr *tsqr, bool last)
{
    size_t few = tsqr->height / 8, waiting = 0, first = 0;
    for (size_t i = 0; i < tsqr->bins; i++)
        waiting += tsqr->bin[i].waiting < few ? tsqr->bin[i].waiting : 0;
    last = last || waiting > tsqr->capacity / 2;
    for (size_t i = 0; i < tsqr->bins; i++) {
        tsqr_bin *bin = &tsqr->bin[i];
        bin->first = first;
        first += bin->waiting;
        bin->leaves =
            last || bin->waiting >= few ? (bin->waiting + tsqr->height - 1) / tsqr->height : 0;
    }
    for (size_t i = 0; i < tsqr->stored; i++)
        tsqr->by_bin[tsqr->bin[tsqr->bin_of[i]].first++] = i;
    for (size_t i = 0; i < tsqr->bins; i++)
        tsqr->bin[i].first -= tsqr->bin[i].waiting;
}

/* A bin has as many lanes as it ever had leaves, until there are too many lanes: then each bin
 * keeps those that it needs now. */
static int open_lanes(ff_tsqr *tsqr, ff_error *err)
{
    size_t needed = 0;
    int status = FF_OK;
    for (size_t i = 0; i < tsqr->bins; i++) {
        const tsqr_bin *bin = &tsqr->bin[i];
        needed += bin->leaves > bin->lanes ? bin->leaves : bin->lanes;
    }
    tsqr->tasks = 0;
    if (needed > tsqr->bins + 2 * tsqr->leaves) {
        for (size_t i = 0; i < tsqr->bins; i++) {
            tsqr_bin *bin = &tsqr->bin[i];
            size_t kept = bin->leaves > 1 ? bin->leaves : 1;
            if (bin->lanes > kept)
                tsqr->task[tsqr->tasks++] = (tsqr_task){bin, kept};
        }
        status = run_tasks(tsqr, merge_lanes, err);
    }
    for (size_t i = 0; i < tsqr->bins; i++)
        if (tsqr->bin[i].leaves > tsqr->bin[i].lanes)
            tsqr->bin[i].lanes = tsqr->bin[i].leaves;
    return status;
}

/* Moves the rows that go on waiting to the front of the store. */
static void close_ranks(ff_tsqr *tsqr)
{
    size_t to = 0;
    for (size_t i = 0; i < tsqr->stored; i++) {
        if (tsqr->bin[tsqr->bin_of[i]].leaves > 0)
            continue;
        if (to < i)
            memcpy(tsqr->store + to * tsqr->order, tsqr->store + i * tsqr->order,
                   tsqr->order * sizeof *tsqr->store);
        tsqr->bin_of[to++] = tsqr->bin_of[i];
    }
    tsqr->stored = to;
    for (size_t i = 0; i < tsqr->bins; i++)
        if (tsqr->bin[i].leaves > 0)
            tsqr->bin[i].waiting = 0;
}

static int fold_store(ff_tsqr *tsqr, bool last, ff_error *err)
{
    cut_leaves(tsqr, last);
    int status = open_lanes(tsqr, err);
    if (status != FF_OK)
        return status;
    tsqr->tasks = 0;
    for (size_t i = 0; i < tsqr->bins; i++) {
        tsqr_bin *bin = &tsqr->bin[i];
        for (size_t k = 0; k < bin->lanes && k < bin->leaves; k++)
            tsqr->task[tsqr->tasks++] = (tsqr_task){bin, k};
    }
    status = run_tasks(tsqr, fold_leaves, err);
    close_ranks(tsqr);
    return status;
}

/* ---- rows ---- */

/* Rows on their way into the store. */
typedef struct transfer {
    const ff_tsqr *tsqr;
    const double *matrix, *target, *weight;
    const size_t *from; /* [count] rows of the source */
    size_t first, count;
} transfer;

static int transfer_rows(size_t chunk, int thread, void *context, ff_error *err)
{
    const transfer *move = context;
    size_t columns = move->tsqr->order - 1, first = chunk * ROW_CHUNK;
    size_t end = first + ROW_CHUNK < move->count ? first + ROW_CHUNK : move->count;
    (void)thread;
    (void)err;
    for (size_t i = first; i < end; i++) {
        size_t row = move->from[i];
        double weight = move->weight[row];
        double *to = move->tsqr->store + (move->first + i) * move->tsqr->order;
        for (size_t j = 0; j < columns; j++)
            to[j] = weight * move->matrix[row * columns + j];
        to[columns] = weight * move->target[row];
    }
    return FF_OK;
}

/* Notes which source rows fill up the store or exhaust the source; returns how many were looked at.
 */
static size_t choose_rows(ff_tsqr *tsqr, size_t rows, const double *weight, const uint32_t *bin)
{
    size_t taken = 0;
    for (; taken < rows && tsqr->stored < tsqr->capacity; taken++) {
        if (weight[taken] == 0)
            continue;
        uint32_t to = bin ? bin[taken] : 0;
        tsqr->by_bin[tsqr->stored] = taken;
        tsqr->bin_of[tsqr->stored++] = to;
        tsqr->bin[to].rows++;
        tsqr->bin[to].waiting++;
    }
    return taken;
}

int ff_tsqr_add(ff_tsqr *tsqr, size_t rows, const double *matrix, const double *target,
                const double *weight, const uint32_t *bin, ff_error *err)
{
    int status = FF_OK;
    while (rows > 0 && status == FF_OK) {
        size_t first = tsqr->stored, taken = choose_rows(tsqr, rows, weight, bin);
        transfer move = {
            tsqr, matrix, target, weight, tsqr->by_bin + first, first, tsqr->stored - first};
        status = ff_parallel_for((move.count + ROW_CHUNK - 1) / ROW_CHUNK, transfer_rows, &move,
                                 NULL, err);
        if (status == FF_OK && tsqr->stored == tsqr->capacity)
            status = fold_store(tsqr, false, err);
        matrix += taken * (tsqr->order - 1);
        target += taken;
        weight += taken;
        bin = bin ? bin + taken : NULL;
        rows -= taken;
    }
    return status;
}

int ff_tsqr_finish(ff_tsqr *tsqr, ff_error *err)
{
    int status = fold_store(tsqr, true, err);
    tsqr->tasks = 0;
    for (size_t i = 0; i < tsqr->bins; i++)
        if (tsqr->bin[i].lanes > 1)
            tsqr->task[tsqr->tasks++] = (tsqr_task){&tsqr->bin[i], 1};
    return status == FF_OK ? run_tasks(tsqr, merge_lanes, err) : status;
}

size_t ff_tsqr_take(ff_tsqr *tsqr, size_t bin, double **packed)
{
    tsqr_lane *lane = &tsqr->bin[bin].lane[0];
    size_t height = lane->height;
    *packed = lane->packed;
    tsqr->bin[bin] = (tsqr_bin){0};
    return height;
}
