#include "lib/ace/descriptors.h"

#include "lib/ace/frame_window.h"
#include "lib/ace/row_workspace.h"
#include "lib/ace/site.h"
#include "lib/base/memory.h"

#include <stdlib.h>

/* The frames that are worked on together. */
typedef struct sites_work {
    ff_frame_window window;
    ff_site_block *block; /* [window.count] */
} sites_work;

void ff_ace_centre_columns(const ff_ace_basis *basis, size_t centre, size_t *first, size_t *count)
{
    *first = basis->first[centre];
    *count = basis->first[centre + 1] - basis->first[centre];
}

static size_t bytes_of_sites(const void *context, const ff_frame *frame)
{
    const sites_work *w = context;
    return sizeof(double) * ff_ace_basis_site_size(w->window.basis) * frame->atoms;
}

static int fill_atoms(ff_site_block *block, ff_ace_row_workspace *w, const ff_frame *frame,
                      size_t begin, size_t end, ff_error *err)
{
    int status = ff_neighbour_list_build(&w->list, frame, w->site->basis->options.cutoff, err);
    for (size_t i = begin; i < end && status == FF_OK; i++) {
        ff_environment environment;
        status = ff_ace_row_environment(w, frame, i, &environment, err);
        if (status == FF_OK)
            status = ff_ace_workspace_load(w->site, &environment, false, err);
        if (status == FF_OK)
            ff_ace_site_values(w->site, block->values + i * block->stride);
        else
            ff_error_at_atom(err, (int64_t)i + 1);
    }
    return status;
}

static int fill_part(size_t index, int thread, void *context, ff_error *err)
{
    sites_work *w = context;
    size_t parts = w->window.parts, i = index / parts, part = index % parts;
    ff_site_block *block = &w->block[i];
    ff_ace_row_workspace *workspace;
    int status = ff_frame_window_workspace(&workspace, &w->window, thread, err);
    if (status == FF_OK)
        status = fill_atoms(block, workspace, &w->window.dataset->frames[w->window.first + i],
                            part * block->atoms / parts, (part + 1) * block->atoms / parts, err);
    if (status != FF_OK)
        ff_error_in_frame(err, (int64_t)(w->window.first + i) + 1);
    return status;
}

static int start_block(ff_site_block *block, const ff_frame_window *window, size_t i, ff_error *err)
{
    const ff_frame *frame = &window->dataset->frames[window->first + i];
    *block = (ff_site_block){.frame = (uint32_t)(window->first + i),
                             .atoms = frame->atoms,
                             .species = frame->species,
                             .stride = ff_ace_basis_site_size(window->basis)};
    /* Atoms come from memory and the stride is small: the product fits. */
    block->values = ff_new_array(block->atoms * block->stride, sizeof *block->values, err);
    return block->values ? FF_OK : FF_E_NOMEM;
}

static int make_window(sites_work *w, ff_site_sink sink, void *context, const ff_progress *progress,
                       ff_error *err)
{
    const ff_frame_window *window = &w->window;
    int status = FF_OK;
    for (size_t i = 0; i < window->count && status == FF_OK; i++)
        status = start_block(&w->block[i], window, i, err);
    if (status == FF_OK)
        status = ff_parallel_for(window->count * window->parts, fill_part, w, NULL, err);
    for (size_t i = 0; i < window->count; i++) {
        if (status == FF_OK)
            status = sink(context, &w->block[i], err);
        free(w->block[i].values);
        w->block[i] = (ff_site_block){0};
        if (status == FF_OK && progress)
            progress->advance(progress->context, 1);
    }
    return status;
}

int ff_ace_dataset_sites(const ff_ace_basis *basis, const ff_dataset *dataset, ff_site_sink sink,
                         void *context, const ff_progress *progress, ff_error *err)
{
    sites_work w = {0};
    int status = ff_frame_window_init(&w.window, basis, dataset, err);
    w.block = ff_new_array(ff_frame_window_most(), sizeof *w.block, err);
    if (!w.block)
        status = FF_E_NOMEM;
    while (status == FF_OK && ff_frame_window_next(&w.window, bytes_of_sites, &w))
        status = make_window(&w, sink, context, progress, err);
    ff_frame_window_clear(&w.window);
    free(w.block);
    return status;
}
