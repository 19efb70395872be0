#include "stages/run/process.h"

#include "formats/temporary_file.h"
#include "lib/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* Starting. */

static int spawn(pid_t *pid, const char *const *argv, posix_spawn_file_actions_t *actions,
                 ff_error *err)
{
    posix_spawnattr_t attributes;
    sigset_t defaults;
    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGPIPE); /* ignored here, but not by a program that knows nothing */
    if (posix_spawnattr_init(&attributes) != 0)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a process");
    (void)posix_spawnattr_setflags(&attributes,
                                   (short)(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF));
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    (void)posix_spawnattr_setsigdefault(&attributes, &defaults);
    errno = posix_spawn(pid, argv[0], actions, &attributes, (char *const *)argv, environ);
    int status = errno ? ff_fail_errno(err, "'%s' cannot be started", argv[0]) : FF_OK;
    (void)posix_spawnattr_destroy(&attributes);
    return status;
}

int ff_process_start(pid_t *pid, const char *const *argv, const char *log, ff_error *err)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a process");
    int bad = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) |
              posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log,
                                               O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666) |
              posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    int status = bad ? ff_fail(err, FF_E_NOMEM, "out of memory for a process")
                     : spawn(pid, argv, &actions, err);
    (void)posix_spawn_file_actions_destroy(&actions);
    return status;
}

/* Reads to the end of a pipe. */
static int read_all(int descriptor, char **output, ff_error *err)
{
    enum { MOST = 1 << 20 };
    size_t size = 0;
    ssize_t got = 1;
    char *bytes = ff_new_array(MOST + 1, 1, err);
    if (!bytes)
        return FF_E_NOMEM;
    while (size < MOST && got != 0) {
        got = read(descriptor, bytes + size, MOST - size);
        if (got < 0 && errno != EINTR)
            break;
        size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        free(bytes);
        return ff_fail_errno(err, "reading from a pipe");
    }
    bytes[size] = '\0';
    *output = bytes;
    return FF_OK;
}

int ff_process_output(const char *const *argv, char **output, int *wait_status, ff_error *err)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    *output = NULL;
    if (pipe(ends) != 0)
        return ff_fail_errno(err, "a pipe cannot be made");
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t pid = -1;
    int status = FF_OK;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        status = ff_fail(err, FF_E_NOMEM, "out of memory for a process");
    } else {
        int bad =
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) |
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        status = bad ? ff_fail(err, FF_E_NOMEM, "out of memory for a process")
                     : spawn(&pid, argv, &actions, err);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    (void)close(ends[1]);
    if (status == FF_OK)
        status = read_all(ends[0], output, err);
    (void)close(ends[0]);
    while (pid > 0 && waitpid(pid, wait_status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* Signals. */

/* A handler can only reach statics; it notes the signal and wakes poll through a pipe. */
static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD};
enum { WATCHED = sizeof watched / sizeof watched[0] };
static struct sigaction before[WATCHED];
static bool replaced[WATCHED];
static int wake[2] = {-1, -1};
static volatile sig_atomic_t asked_to_end;

static void note_signal(int number)
{
    int kept = errno;
    if (number != SIGCHLD && !asked_to_end)
        asked_to_end = number;
    ssize_t written = write(wake[1], "", 1); /* a full pipe wakes as well */
    (void)written;
    errno = kept;
}

int ff_process_watch(ff_error *err)
{
    if (pipe(wake) != 0)
        return ff_fail_errno(err, "a pipe cannot be made");
    for (int i = 0; i < 2; i++) {
        (void)fcntl(wake[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(wake[i], F_SETFL, O_NONBLOCK);
    }
    asked_to_end = 0;
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    (void)sigemptyset(&action.sa_mask);
    for (int i = 0; i < WATCHED; i++) {
        bool known = sigaction(watched[i], NULL, &before[i]) == 0;
        replaced[i] = known && (before[i].sa_handler != SIG_IGN || watched[i] == SIGCHLD) &&
                      sigaction(watched[i], &action, NULL) == 0;
    }
    return FF_OK;
}

void ff_process_unwatch(void)
{
    for (int i = 0; i < WATCHED; i++)
        if (replaced[i])
            (void)sigaction(watched[i], &before[i], NULL);
    for (int i = 0; i < 2; i++) {
        if (wake[i] >= 0)
            (void)close(wake[i]);
        wake[i] = -1;
    }
}

int ff_process_wait(int milliseconds)
{
    struct pollfd pipe_end = {.fd = wake[0], .events = POLLIN};
    char drain[64];
    if (!asked_to_end)
        (void)poll(&pipe_end, 1, milliseconds);
    while (read(wake[0], drain, sizeof drain) > 0)
        continue;
    return asked_to_end;
}

/* Ending. */

static void signal_groups(const pid_t *pids, const bool *ended, size_t count, int number)
{
    for (size_t i = 0; i < count; i++)
        if (!ended[i])
            (void)kill(-pids[i], number);
}

void ff_process_end_all(const pid_t *pids, size_t count)
{
    enum { PATIENCE = 250, STEP_NANOSECONDS = 20000000 }; /* together five seconds */
    bool *ended = ff_new_array(count, sizeof *ended, NULL);
    size_t left = ended ? count : 0;
    if (ended)
        signal_groups(pids, ended, count, SIGTERM);
    for (int step = 0; left > 0; step++) {
        if (step == PATIENCE)
            signal_groups(pids, ended, count, SIGKILL);
        for (size_t i = 0; i < count; i++)
            if (!ended[i] && waitpid(pids[i], NULL, WNOHANG) != 0) {
                ended[i] = true;
                left--;
            }
        struct timespec pause = {.tv_nsec = STEP_NANOSECONDS};
        if (left > 0)
            (void)nanosleep(&pause, NULL);
    }
    free(ended);
}

void ff_process_die_of(int signal_number)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    (void)sigemptyset(&action.sa_mask);
    ff_temporary_files_remove();
    (void)sigaction(signal_number, &action, NULL);
    (void)raise(signal_number);
}
