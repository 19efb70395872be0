#ifndef FF_LIB_ACE_FRAME_WINDOW_H
#define FF_LIB_ACE_FRAME_WINDOW_H

/* A walk through the frames of a dataset for work whose results are wanted in the order of the
 * frames: some consecutive frames at a time, as many as keep all threads busy and fit the memory,
 * each shared out in parts when there are fewer of them than threads. For the files of lib/ace.
 *
 *     ff_frame_window window;
 *     int status = ff_frame_window_init(&window, basis, dataset, err);
 *     while (status == FF_OK && ff_frame_window_next(&window, bytes_of, context))
 *         status = what is done with frames window.first .. window.first + window.count - 1
 *     ff_frame_window_clear(&window);
 */

#include "lib/ace/features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_frame_window {
    const ff_ace_basis *basis;
    const ff_dataset *dataset;
    size_t first, count;               /* frames in it */
    size_t parts;                      /* that each of them is shared out in */
    ff_ace_row_workspace **workspaces; /* [threads] made when a thread first wants its own */
} ff_frame_window;

/* What the result of a frame takes, bytes. */
typedef size_t ff_frame_bytes(const void *context, const ff_frame *frame);

/* Stands before the first frame. */
int ff_frame_window_init(ff_frame_window *window, const ff_ace_basis *basis,
                         const ff_dataset *dataset, ff_error *err);
void ff_frame_window_clear(ff_frame_window *window);

/* Frames that a window holds at most. */
size_t ff_frame_window_most(void);

/* Goes on to the next frames, as many as are to be held at a time: results of 256 MiB, but one
 * frame at least. False when none is left. */
bool ff_frame_window_next(ff_frame_window *window, ff_frame_bytes *bytes, const void *context);

/* *workspace = that of a thread; borrowed. */
int ff_frame_window_workspace(ff_ace_row_workspace **workspace, ff_frame_window *window, int thread,
                              ff_error *err);

#ifdef __cplusplus
}
#endif
#endif
