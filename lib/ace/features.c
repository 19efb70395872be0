#include "lib/ace/features.h"

#include "lib/ace/frame_rows.h"
#include "lib/ace/frame_window.h"
#include "lib/base/memory.h"

#include <stdlib.h>

/* The frames that are worked on together. */
typedef struct rows_work {
    ff_frame_window window;
    const ff_ace_row_options *options;
    ff_design_block *block; /* [window.count] */
} rows_work;

static size_t bytes_of_rows(const void *context, const ff_frame *frame)
{
    const rows_work *w = context;
    return sizeof(double) * ff_ace_basis_size(w->window.basis) *
           ff_frame_row_count(frame, w->options->kinds);
}

static int fill_part(size_t index, int thread, void *context, ff_error *err)
{
    rows_work *w = context;
    size_t parts = w->window.parts, i = index / parts, part = index % parts;
    const ff_frame *frame = &w->window.dataset->frames[w->window.first + i];
    ff_ace_row_workspace *workspace;
    if (w->block[i].rows == 0)
        return FF_OK;
    int status = ff_frame_window_workspace(&workspace, &w->window, thread, err);
    if (status == FF_OK)
        status = ff_ace_frame_part(&w->block[i], w->window.basis, frame, w->options->kinds, part,
                                   parts, workspace, err);
    if (status != FF_OK)
        ff_error_in_frame(err, (int64_t)(w->window.first + i) + 1);
    return status;
}

/* Runs after all of fill_part. */
static int sort_part(size_t index, int thread, void *context, ff_error *err)
{
    rows_work *w = context;
    size_t parts = w->window.parts, i = index / parts, part = index % parts;
    ff_ace_row_workspace *workspace;
    int status = ff_frame_window_workspace(&workspace, &w->window, thread, err);
    if (status == FF_OK && w->block[i].rows > 0)
        ff_ace_frame_sort(&w->block[i], w->window.basis,
                          &w->window.dataset->frames[w->window.first + i], w->options->kinds, part,
                          parts, workspace);
    return status;
}

static int make_window(rows_work *w, ff_row_sink sink, void *context, const ff_progress *progress,
                       ff_error *err)
{
    const ff_frame_window *window = &w->window;
    int status = FF_OK;
    for (size_t i = 0; i < window->count && status == FF_OK; i++)
        status = ff_ace_frame_block(
            &w->block[i], window->basis, &window->dataset->frames[window->first + i],
            (uint32_t)(window->first + i), w->options->kinds, w->options->one_body, err);
    if (status == FF_OK)
        status = ff_parallel_for(window->count * window->parts, fill_part, w, NULL, err);
    if (status == FF_OK)
        status = ff_parallel_for(window->count * window->parts, sort_part, w, NULL, err);
    for (size_t i = 0; i < window->count; i++) {
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
    rows_work w = {.options = options};
    int status = ff_frame_window_init(&w.window, basis, dataset, err);
    w.block = ff_new_array(ff_frame_window_most(), sizeof *w.block, err);
    if (!w.block)
        status = FF_E_NOMEM;
    while (status == FF_OK && ff_frame_window_next(&w.window, bytes_of_rows, &w))
        status = make_window(&w, sink, context, progress, err);
    ff_frame_window_clear(&w.window);
    free(w.block);
    return status;
}
