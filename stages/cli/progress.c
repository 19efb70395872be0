#include "stages/cli/progress.h"

#include "lib/base/memory.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Seconds between two drawings. */
static const double terminal_interval = 0.1, log_interval = 10.0;

struct ff_progress_display {
    const char *prefix;
    bool silent, terminal;
    bool active, drawn; /* work is under way; a bar stands on the current line */
    const char *what, *unit;
    size_t total, done;
    double started, last_drawn; /* s */
    pthread_mutex_t mutex;
    ff_progress progress;
};

static double now(void)
{
    struct timespec time = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void wipe(ff_progress_display *display)
{
    if (display->drawn)
        (void)fputs("\r\033[K", stderr);
    display->drawn = false;
}

/* "42 s", "3:07", "1:02:09". */
static void format_duration(char *buffer, size_t size, double seconds)
{
    long whole = seconds < 1e8 ? (long)(seconds + 0.5) : 100000000L;
    if (whole < 60)
        (void)snprintf(buffer, size, "%ld s", whole);
    else if (whole < 3600)
        (void)snprintf(buffer, size, "%ld:%02ld", whole / 60, whole % 60);
    else
        (void)snprintf(buffer, size, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
}

static void draw(ff_progress_display *display, double time)
{
    enum { BAR = 20 };
    static const char bar[] = "####################";
    double elapsed = time - display->started;
    double rate = elapsed > 0 ? (double)display->done / elapsed : 0;
    char line[256], left[32] = "?", counted[64];
    if (display->total) {
        double fraction = (double)display->done / (double)display->total;
        int filled = (int)(BAR * (fraction < 1 ? fraction : 1));
        if (rate > 0 && display->done <= display->total)
            format_duration(left, sizeof left, (double)(display->total - display->done) / rate);
        (void)snprintf(counted, sizeof counted, "%zu/%zu", display->done, display->total);
        if (display->terminal)
            (void)snprintf(line, sizeof line, "%s: %s [%-*.*s] %s %s, %.3g/s, %s left",
                           display->prefix, display->what, BAR, filled, bar, counted, display->unit,
                           rate, left);
        else
            (void)snprintf(line, sizeof line, "%s: %s %s %s, %.3g/s, %s left", display->prefix,
                           display->what, counted, display->unit, rate, left);
    } else {
        (void)snprintf(line, sizeof line, "%s: %s %zu %s, %.3g/s", display->prefix, display->what,
                       display->done, display->unit, rate);
    }
    enum { TERMINAL_WIDTH = 79 };
    if (display->terminal)
        (void)fprintf(stderr, "\r\033[K%.*s", TERMINAL_WIDTH, line);
    else
        (void)fprintf(stderr, "%s\n", line);
    (void)fflush(stderr);
    display->drawn = display->terminal;
    display->last_drawn = time;
}

static void advance(void *context, size_t items)
{
    ff_progress_display *display = context;
    if (display->silent)
        return;
    (void)pthread_mutex_lock(&display->mutex);
    display->done += items;
    double time = now();
    if (time - display->last_drawn >= (display->terminal ? terminal_interval : log_interval))
        draw(display, time);
    (void)pthread_mutex_unlock(&display->mutex);
}

int ff_progress_display_new(ff_progress_display **out, const char *prefix, bool silent,
                            ff_error *err)
{
    ff_progress_display *display = ff_new_array(1, sizeof *display, err);
    if (!display)
        return FF_E_NOMEM;
    display->prefix = prefix;
    display->silent = silent;
    display->terminal = isatty(STDERR_FILENO) == 1;
    display->progress = (ff_progress){advance, display};
    (void)pthread_mutex_init(&display->mutex, NULL);
    *out = display;
    return FF_OK;
}

void ff_progress_display_free(ff_progress_display *display)
{
    if (!display)
        return;
    ff_progress_display_end(display);
    (void)pthread_mutex_destroy(&display->mutex);
    free(display);
}

const ff_progress *ff_progress_display_begin(ff_progress_display *display, const char *what,
                                             size_t total, const char *unit)
{
    ff_progress_display_end(display);
    display->what = what;
    display->unit = unit;
    display->total = total;
    display->done = 0;
    display->active = true;
    display->started = display->last_drawn = now();
    return &display->progress;
}

void ff_progress_display_end(ff_progress_display *display)
{
    (void)pthread_mutex_lock(&display->mutex);
    wipe(display);
    display->active = false;
    (void)pthread_mutex_unlock(&display->mutex);
}

void ff_progress_display_line(ff_progress_display *display, const char *line)
{
    (void)pthread_mutex_lock(&display->mutex);
    bool redraw = display->drawn;
    wipe(display);
    (void)fprintf(stderr, "%s\n", line);
    if (redraw && display->active)
        draw(display, now());
    (void)pthread_mutex_unlock(&display->mutex);
}
