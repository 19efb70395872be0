#include "formats/coprocess.h"

#include "lib/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { BLOCK = 1 << 16 };

struct ff_coprocess {
    pid_t pid;    /* 0: waited for */
    int to, from; /* our ends of the pipes */
    char *reply;  /* [capacity] */
    size_t capacity, size;
};

/* Between making pipes and marking them no other thread may start a program, which would hold them
 * open. */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Starting. */

static int make_pipe(int ends[2], ff_error *err)
{
    if (pipe(ends) != 0)
        return ff_fail_errno(err, "no pipe to a program");
    for (int k = 0; k < 2; k++)
        (void)fcntl(ends[k], F_SETFD, FD_CLOEXEC);
    return FF_OK;
}

static void close_pipe(int ends[2])
{
    for (int k = 0; k < 2; k++)
        if (ends[k] >= 0)
            (void)close(ends[k]);
}

static int spawn(pid_t *pid, const char *const *argv, int input, int output, ff_error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGPIPE); /* ignored here, but not by a program that knows nothing */
    if (posix_spawn_file_actions_init(&actions) != 0)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a process");
    if (posix_spawnattr_init(&attributes) != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return ff_fail(err, FF_E_NOMEM, "out of memory for a process");
    }
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    (void)posix_spawnattr_setsigdefault(&attributes, &defaults);
    errno = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (errno == 0)
        errno = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (errno == 0)
        errno = posix_spawnp(pid, argv[0], &actions, &attributes, (char *const *)argv, environ);
    int status = errno ? ff_fail_errno(err, "the program '%s' cannot be started", argv[0]) : FF_OK;
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    return status;
}

int ff_coprocess_start(ff_coprocess **out, const char *const *argv, ff_error *err)
{
    int to[2] = {-1, -1}, from[2] = {-1, -1};
    *out = NULL;
    ff_coprocess *process = ff_new_array(1, sizeof *process, err);
    if (!process)
        return FF_E_NOMEM;
    (void)pthread_mutex_lock(&starting);
    int status = make_pipe(to, err);
    if (status == FF_OK)
        status = make_pipe(from, err);
    if (status == FF_OK)
        status = spawn(&process->pid, argv, to[0], from[1], err);
    (void)pthread_mutex_unlock(&starting);
    if (status != FF_OK) {
        close_pipe(to);
        close_pipe(from);
        free(process);
        return status;
    }
    (void)close(to[0]);
    (void)close(from[1]);
    process->to = to[1];
    process->from = from[0];
    (void)fcntl(process->to, F_SETFL, O_NONBLOCK);
    (void)fcntl(process->from, F_SETFL, O_NONBLOCK);
    *out = process;
    return FF_OK;
}

/* Stopping. */

/* Whether it ended within so many seconds. */
static bool wait_for(ff_coprocess *process, double seconds, int *how)
{
    const struct timespec pause = {0, 5000000};
    double end = now() + seconds;
    for (;;) {
        pid_t got = waitpid(process->pid, how, WNOHANG);
        if (got != 0 && !(got < 0 && errno == EINTR)) {
            process->pid = 0;
            return got > 0;
        }
        if (now() >= end)
            return false;
        (void)nanosleep(&pause, NULL);
    }
}

static void kill_now(ff_coprocess *process)
{
    if (process->pid > 0) {
        (void)kill(process->pid, SIGKILL);
        while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    process->pid = 0;
}

void ff_coprocess_stop(ff_coprocess *process)
{
    int how = 0;
    if (!process)
        return;
    (void)close(process->to);
    (void)close(process->from);
    if (process->pid > 0 && !wait_for(process, 5, &how))
        kill_now(process);
    free(process->reply);
    free(process);
}

/* The program closed a pipe: it has ended, or is about to. */
static int fail_ended(ff_coprocess *process, bool *ended, ff_error *err)
{
    int how = 0;
    *ended = true;
    if (process->pid == 0 || !wait_for(process, 2, &how)) {
        kill_now(process);
        return ff_fail(err, FF_E_IO, "the program closed its standard input or output");
    }
    if (WIFSIGNALED(how))
        return ff_fail(err, FF_E_IO, "the program was ended by signal %d", WTERMSIG(how));
    return ff_fail(err, FF_E_IO, "the program ended with exit status %d", WEXITSTATUS(how));
}

/* Asking. */

/* write(2) that returns EPIPE without a signal, whether or not that is ignored. */
static ssize_t write_quietly(int descriptor, const char *bytes, size_t size)
{
    const struct timespec none = {0, 0};
    sigset_t broken, pending, before;
    (void)sigemptyset(&broken);
    (void)sigaddset(&broken, SIGPIPE);
    (void)sigpending(&pending);
    bool was_pending = sigismember(&pending, SIGPIPE) == 1;
    (void)pthread_sigmask(SIG_BLOCK, &broken, &before);
    ssize_t written = write(descriptor, bytes, size);
    int reason = errno;
    if (written < 0 && reason == EPIPE && !was_pending)
        (void)sigtimedwait(&broken, NULL, &none);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    return written;
}

static bool is_passing(int reason)
{
    return reason == EAGAIN || reason == EINTR;
}

static int take(ff_coprocess *process, bool *ended, ff_error *err)
{
    int status = ff_reserve(&process->reply, &process->capacity, process->size + BLOCK + 1, 1, err);
    if (status != FF_OK)
        return status;
    ssize_t got = read(process->from, process->reply + process->size, BLOCK);
    if (got == 0 || (got < 0 && !is_passing(errno)))
        return fail_ended(process, ended, err);
    process->size += got > 0 ? (size_t)got : 0;
    process->reply[process->size] = '\0';
    return FF_OK;
}

static int fail_late(ff_coprocess *process, double seconds, ff_error *err)
{
    kill_now(process);
    return ff_fail(err, FF_E_IO, "no answer from the program within %g s", seconds);
}

int ff_coprocess_ask(ff_coprocess *process, const char *request, size_t length, double seconds,
                     ff_coprocess_complete complete, void *context, const char **reply,
                     size_t *size, bool *ended, ff_error *err)
{
    double end = now() + seconds;
    size_t sent = 0;
    int status = FF_OK;
    process->size = 0;
    *ended = false;
    while (status == FF_OK &&
           (process->size == 0 || !complete(context, process->reply, process->size))) {
        struct pollfd ends[2] = {{.fd = process->from, .events = POLLIN},
                                 {.fd = sent < length ? process->to : -1, .events = POLLOUT}};
        double left = fmin(fmax(end - now(), 0), 1e6);
        int ready = poll(ends, 2, (int)ceil(1e3 * left));
        if (ready < 0 && errno != EINTR)
            status = ff_fail_errno(err, "waiting for a program");
        else if (ready == 0 || left <= 0)
            status = fail_late(process, seconds, err);
        if (ready > 0 && status == FF_OK && ends[1].revents) {
            ssize_t written = write_quietly(process->to, request + sent, length - sent);
            if (written < 0 && !is_passing(errno) && !(ends[0].revents & POLLIN))
                status = fail_ended(process, ended, err);
            sent = written < 0 && !is_passing(errno) ? length
                                                     : sent + (written > 0 ? (size_t)written : 0);
        }
        if (ready > 0 && status == FF_OK && ends[0].revents)
            status = take(process, ended, err);
    }
    *reply = process->reply;
    *size = process->size;
    return status;
}
