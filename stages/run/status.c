#include "stages/run/status.h"

#include "formats/whole_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void ff_status_init(ff_run_status *status, size_t total, size_t width, bool silent)
{
    enum { WIDEST = 60 };
    *status = (ff_run_status){.silent = silent,
                              .terminal = isatty(STDERR_FILENO) == 1,
                              .total = total,
                              .width = width > WIDEST ? WIDEST : (int)width};
}

static void wipe(ff_run_status *status)
{
    if (status->drawn)
        (void)fputs("\r\033[K", stderr);
    status->drawn = false;
}

void ff_status_finished(ff_run_status *status, const char *label, const char *format, ...)
{
    char words[256];
    va_list arguments;
    status->done++;
    if (status->silent)
        return;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    int digits = snprintf(NULL, 0, "%zu", status->total);
    wipe(status);
    (void)fprintf(stderr, "[%*zu/%zu] %-*s  %s\n", digits, status->done, status->total,
                  status->width, label, words);
}

void ff_status_show_log(ff_run_status *status, const char *label, const char *path)
{
    enum { MOST_BYTES = 64 << 20, LINES = 20 };
    char *text = NULL;
    size_t size = 0;
    wipe(status);
    if (ff_whole_file_read(&text, &size, path, MOST_BYTES, NULL) != FF_OK)
        return;
    while (size > 0 && text[size - 1] == '\n')
        text[--size] = '\0';
    const char *from = text + size;
    for (int lines = 0; from > text && (lines += from[-1] == '\n') < LINES;)
        from--;
    while (*from) {
        size_t length = strcspn(from, "\n");
        (void)fprintf(stderr, "%s | %.*s\n", label, (int)length, from);
        from += length + (from[length] == '\n');
    }
    free(text);
}

void ff_status_note(ff_run_status *status, const char *format, ...)
{
    va_list arguments;
    if (status->silent)
        return;
    wipe(status);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
}

void ff_status_running(ff_run_status *status, const char *text)
{
    enum { TERMINAL_WIDTH = 79 };
    if (status->silent || !status->terminal)
        return;
    wipe(status);
    status->drawn = *text != '\0';
    (void)fprintf(stderr, "%.*s", TERMINAL_WIDTH, text);
    (void)fflush(stderr);
}

double ff_status_time(void)
{
    struct timespec time = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}
