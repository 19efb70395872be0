#ifndef FF_STAGES_RUN_PROCESS_H
#define FF_STAGES_RUN_PROCESS_H

/* Children, and the signals that matter while there are some. */

#include "lib/base/error.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Starts argv[0] (a path) in a process group of its own, with nothing on standard input, and
 * standard output and standard error in a new file log. FF_E_IO when it cannot be started. */
int ff_process_start(pid_t *pid, const char *const *argv, const char *log, ff_error *err);

/* Runs argv[0] to its end and returns its standard output in *output ('\0'-terminated, at most a
 * megabyte; free it). FF_E_IO when it cannot be started; otherwise *wait_status is of waitpid. */
int ff_process_output(const char *const *argv, char **output, int *wait_status, ff_error *err);

/* From now on SIGINT, SIGTERM, SIGHUP and SIGCHLD wake ff_process_wait instead of ending the
 * process. Those that are ignored stay ignored. */
int ff_process_watch(ff_error *err);
/* Back to what was before. */
void ff_process_unwatch(void);

/* Sleeps until a child may have ended, a signal came, or so many milliseconds have passed
 * (negative: no limit). Returns the signal that asks this process to end, or 0. */
int ff_process_wait(int milliseconds);

/* Asks the process groups of count children to end, waits for them, and kills those that are still
 * there after five seconds. */
void ff_process_end_all(const pid_t *pids, size_t count);

/* Ends this process by a signal, as if it had not been caught. */
void ff_process_die_of(int signal_number);

#ifdef __cplusplus
}
#endif
#endif
