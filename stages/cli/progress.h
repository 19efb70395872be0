#ifndef FF_STAGES_CLI_PROGRESS_H
#define FF_STAGES_CLI_PROGRESS_H

/* The progress display on standard error: on a terminal a bar with rate and time left, redrawn at
 * most ten times a second and wiped at the end; elsewhere a line every ten seconds, so that short
 * work leaves no trace in a log. */

#include "lib/base/parallel.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_progress_display ff_progress_display;

/* prefix ("farfield-fit") is borrowed; silent displays nothing. */
int ff_progress_display_new(ff_progress_display **out, const char *prefix, bool silent,
                            ff_error *err);
void ff_progress_display_free(ff_progress_display *display); /* NULL is allowed */

/* Starts showing `what` (borrowed until the end), counted in `unit`; total 0: unknown. */
const ff_progress *ff_progress_display_begin(ff_progress_display *display, const char *what,
                                             size_t total, const char *unit);
void ff_progress_display_end(ff_progress_display *display);

/* Writes a line to standard error above the bar. */
void ff_progress_display_line(ff_progress_display *display, const char *line);

#ifdef __cplusplus
}
#endif
#endif
