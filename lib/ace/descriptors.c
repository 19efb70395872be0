#include "lib/ace/descriptors.h"

#include "lib/ace/row_workspace.h"
#include "lib/ace/site.h"
#include "lib/base/memory.h"

#include <stdlib.h>

enum { FRAMES_PER_THREAD = 8 };
static const size_t MEMORY = (size_t)256 << 20;

/* Some consecutive frames that are worked on together. */
typedef struct window {
    const ff_ace_basis *basis;
    const ff_dataset *dataset;
    size_t first, count;
    size_t parts;                      /* that the atoms of each frame are shared out to */
    ff_site_block *block;              /* [count] */
    ff_ace_row_workspace **workspaces; /* [threads] */
} window;

void ff_ace_centre_columns(const ff_ace_basis *basis, size_t centre, size_t *first, size_t *count)
{
    *first = basis->first[centre];
    *count = basis->first[centre + 1] - basis->first[centre];
}

/* The frames from w->first on that fit, at least one. */
static void choose_frames(window *w)
{
    size_t threads = (size_t)ff_threads(), left = w->dataset->count - w->first;
    size_t most = left < FRAMES_PER_THREAD * threads ? left : FRAMES_PER_THREAD * threads;
    size_t width = sizeof(double) * ff_ace_basis_site_size(w->basis);
    size_t bytes = width * w->dataset->frames[w->first].atoms;
    for (w->count = 1; w->count < most; w->count++) {
        bytes += width * w->dataset->frames[w->first + w->count].atoms;
        if (bytes > MEMORY)
            break;
    }
    w->parts = w->count < threads ? (threads + w->count - 1) / w->count : 1;
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
    window *w = context;
    size_t i = index / w->parts, part = index % w->parts;
    ff_site_block *block = &w->block[i];
    int status = FF_OK;
    if (!w->workspaces[thread])
        status = ff_ace_row_workspace_new(&w->workspaces[thread], w->basis, err);
    if (status == FF_OK)
        status =
            fill_atoms(block, w->workspaces[thread], &w->dataset->frames[w->first + i],
                       part * block->atoms / w->parts, (part + 1) * block->atoms / w->parts, err);
    if (status != FF_OK)
        ff_error_in_frame(err, (int64_t)(w->first + i) + 1);
    return status;
}

static int start_block(ff_site_block *block, const window *w, size_t i, ff_error *err)
{
    const ff_frame *frame = &w->dataset->frames[w->first + i];
    *block = (ff_site_block){.frame = (uint32_t)(w->first + i),
                             .atoms = frame->atoms,
                             .species = frame->species,
                             .stride = ff_ace_basis_site_size(w->basis)};
    /* Atoms come from memory and the stride is small: the product fits. */
    block->values = ff_new_array(block->atoms * block->stride, sizeof *block->values, err);
    return block->values ? FF_OK : FF_E_NOMEM;
}

static int make_window(window *w, ff_site_sink sink, void *context, const ff_progress *progress,
                       ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < w->count && status == FF_OK; i++)
        status = start_block(&w->block[i], w, i, err);
    if (status == FF_OK)
        status = ff_parallel_for(w->count * w->parts, fill_part, w, NULL, err);
    for (size_t i = 0; i < w->count; i++) {
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
    size_t threads = (size_t)ff_threads();
    window w = {.basis = basis, .dataset = dataset};
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
