#ifndef FF_STAGES_RUN_STATUS_H
#define FF_STAGES_RUN_STATUS_H

/* What a run says while it goes on: a line for each instance that is finished and, on a terminal, a
 * last line with what is running. All on standard error. */

#include "lib/base/error.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_run_status {
    bool silent, terminal;
    bool drawn; /* the last line stands */
    size_t total, done;
    int width; /* of labels */
} ff_run_status;

/* total instances whose labels are at most width wide. silent: only errors are printed. */
void ff_status_init(ff_run_status *status, size_t total, size_t width, bool silent);

/* Counts an instance as finished and prints "[ 7/26] LABEL  WORDS". */
void ff_status_finished(ff_run_status *status, const char *label, const char *format, ...)
    FF_PRINTF(3, 4);

/* Prints the end of a file, each line behind a mark; also when silent. */
void ff_status_show_log(ff_run_status *status, const char *label, const char *path);

/* Prints a line. */
void ff_status_note(ff_run_status *status, const char *format, ...) FF_PRINTF(2, 3);

/* Draws the last line with a text such as "running: a (3 s), b (1 s)"; "" wipes it. */
void ff_status_running(ff_run_status *status, const char *text);

/* Seconds on a clock that only moves forward. */
double ff_status_time(void);

#ifdef __cplusplus
}
#endif
#endif
