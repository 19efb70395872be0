#include "lib/ace/features.h"

#include "lib/ace/frame_rows.h"
#include "lib/base/memory.h"

#include <stdlib.h>

/* Frames held at a time: enough for every thread to find work, within the memory promised. */
enum { FRAMES_PER_THREAD = 8 };
static const size_t MEMORY = (size_t)256 << 20;

/* Some consecutive frames that are worked on together. */
typedef struct window {
    const ff_ace_basis *basis;
    const ff_dataset *dataset;
    const ff_ace_row_options *options;
    size_t first, count;
    size_t parts;                      /* that the functions of each frame are shared out to */
    ff_design_block *block;            /* [count] */
    ff_ace_row_workspace **workspaces; /* [threads] */
} window;

/* The frames from w->first on that fit, at least one. */
static void choose_frames(window *w)
{
    size_t threads = (size_t)ff_threads(), width = sizeof(double) * ff_ace_basis_size(w->basis);
    size_t left = w->dataset->count - w->first;
    size_t most = left < FRAMES_PER_THREAD * threads ? left : FRAMES_PER_THREAD * threads;
    const ff_frame *frame = &w->dataset->frames[w->first];
    size_t bytes = width * ff_frame_row_count(frame, w->options->kinds);
    for (w->count = 1; w->count < most; w->count++) {
        bytes += width * ff_frame_row_count(++frame, w->options->kinds);
        if (bytes > MEMORY)
            break;
    }
    w->parts = w->count < threads ? (threads + w->count - 1) / w->count : 1;
}

static int fill_part(size_t index, int thread, void *context, ff_error *err)
{
    window *w = context;
    size_t i = index / w->parts, part = index % w->parts;
    const ff_frame *frame = &w->dataset->frames[w->first + i];
    ff_design_block *block = &w->block[i];
    if (block->rows == 0)
        return FF_OK;
    int status = FF_OK;
    if (!w->workspaces[thread])
        status = ff_ace_row_workspace_new(&w->workspaces[thread], w->basis, err);
    if (status == FF_OK)
        status = ff_ace_frame_part(block, w->basis, frame, w->options->kinds, part, w->parts,
                                   w->workspaces[thread], err);
    if (status != FF_OK)
        ff_error_in_frame(err, (int64_t)(w->first + i) + 1);
    return status;
}

/* Runs after all of fill_part. */
static int sort_part(size_t index, int thread, void *context, ff_error *err)
{
    window *w = context;
    size_t i = index / w->parts, part = index % w->parts;
    int status = FF_OK;
    if (!w->workspaces[thread])
        status = ff_ace_row_workspace_new(&w->workspaces[thread], w->basis, err);
    if (status == FF_OK && w->block[i].rows > 0)
        ff_ace_frame_sort(&w->block[i], w->basis, &w->dataset->frames[w->first + i],
                          w->options->kinds, part, w->parts, w->workspaces[thread]);
    return status;
}

static int make_window(window *w, ff_row_sink sink, void *context, const ff_progress *progress,
                       ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < w->count && status == FF_OK; i++)
        status = ff_ace_frame_block(&w->block[i], w->basis, &w->dataset->frames[w->first + i],
                                    (uint32_t)(w->first + i), w->options->kinds,
                                    w->options->one_body, err);
    if (status == FF_OK)
        status = ff_parallel_for(w->count * w->parts, fill_part, w, NULL, err);
    if (status == FF_OK)
        status = ff_parallel_for(w->count * w->parts, sort_part, w, NULL, err);
    for (size_t i = 0; i < w->count; i++) {
        if (status == FF_OK && w->block[i].rows > 0)
            status = sink(context, &w->block[i], err);
        ff_design_block_clear(&w->block[i]);
        if (status == FF_OK && progress)
            progress->advance(progress->context, 1);
    }
    return status;
}

int ff_ace_dataset_rows(const ff_ace_basis *basis, const ff_dataset *dataset,
                        const ff_ace_row_options *options, ff_row_sink sink, void *context,
                        const ff_progress *progress, ff_error *err)
{
    size_t threads = (size_t)ff_threads();
    window w = {.basis = basis, .dataset = dataset, .options = options};
    w.block = ff_new_array(FRAMES_PER_THREAD * threads, sizeof *w.block, err);
    w.workspaces = ff_new_array(threads, sizeof *w.workspaces, err);
    int status = w.block && w.workspaces ? FF_OK : FF_E_NOMEM;
    for (; w.first < dataset->count && status == FF_OK; w.first += w.count) {
        choose_frames(&w);
        status = make_window(&w, sink, context, progress, err);
    }
    for (size_t t = 0; t < threads && w.workspaces; t++)
        ff_ace_row_workspace_free(w.workspaces[t]);
    free(w.workspaces);
    free(w.block);
    return status;
}
