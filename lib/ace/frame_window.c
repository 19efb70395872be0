#include "lib/ace/frame_window.h"

#include "lib/base/memory.h"

#include <stdlib.h>

/* Enough for every thread to find work, within the memory promised. */
enum { FRAMES_PER_THREAD = 8 };
static const size_t MEMORY = (size_t)256 << 20;

int ff_frame_window_init(ff_frame_window *window, const ff_ace_basis *basis,
                         const ff_dataset *dataset, ff_error *err)
{
    *window = (ff_frame_window){.basis = basis, .dataset = dataset};
    window->workspaces = ff_new_array((size_t)ff_threads(), sizeof *window->workspaces, err);
    return window->workspaces ? FF_OK : FF_E_NOMEM;
}

void ff_frame_window_clear(ff_frame_window *window)
{
    for (size_t t = 0; t < (size_t)ff_threads() && window->workspaces; t++)
        ff_ace_row_workspace_free(window->workspaces[t]);
    free(window->workspaces);
    *window = (ff_frame_window){0};
}

size_t ff_frame_window_most(void)
{
    return FRAMES_PER_THREAD * (size_t)ff_threads();
}

bool ff_frame_window_next(ff_frame_window *window, ff_frame_bytes *bytes, const void *context)
{
    window->first += window->count;
    if (window->first >= window->dataset->count)
        return false;
    const ff_frame *frame = &window->dataset->frames[window->first];
    const size_t threads = (size_t)ff_threads(), left = window->dataset->count - window->first;
    const size_t most = left < ff_frame_window_most() ? left : ff_frame_window_most();
    size_t held = bytes(context, frame);
    for (window->count = 1; window->count < most; window->count++) {
        held += bytes(context, ++frame);
        if (held > MEMORY)
            break;
    }
    window->parts = window->count < threads ? (threads + window->count - 1) / window->count : 1;
    return true;
}

int ff_frame_window_workspace(ff_ace_row_workspace **workspace, ff_frame_window *window, int thread,
                              ff_error *err)
{
    int status = FF_OK;
    if (!window->workspaces[thread])
        status = ff_ace_row_workspace_new(&window->workspaces[thread], window->basis, err);
    *workspace = window->workspaces[thread];
    return status;
}
