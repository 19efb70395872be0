#include "lib/base/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void set(ff_error *err, int code, const char *format, va_list arguments)
{
    *err = (ff_error){.code = code};
    (void)vsnprintf(err->message, sizeof err->message, format, arguments);
}

/* Names in parentheses: the header has macros for the static analyser. */
int(ff_fail)(ff_error *err, int code, const char *format, ...)
{
    if (err) {
        va_list arguments;
        va_start(arguments, format);
        set(err, code, format, arguments);
        va_end(arguments);
    }
    return code;
}

int(ff_fail_errno)(ff_error *err, const char *format, ...)
{
    int number = errno;
    if (err) {
        va_list arguments;
        va_start(arguments, format);
        set(err, FF_E_IO, format, arguments);
        va_end(arguments);
        size_t used = strlen(err->message);
        (void)snprintf(err->message + used, sizeof err->message - used, ": %s", strerror(number));
    }
    return FF_E_IO;
}

void ff_error_in_file(ff_error *err, const char *file)
{
    if (err && err->code && !err->file[0] && file)
        (void)snprintf(err->file, sizeof err->file, "%s", file);
}

void ff_error_at_line(ff_error *err, int64_t line, int64_t column)
{
    if (err && err->code && !err->line) {
        err->line = line;
        err->column = column;
    }
}

void ff_error_in_frame(ff_error *err, int64_t frame)
{
    if (err && err->code && !err->frame)
        err->frame = frame;
}

void ff_error_at_atom(ff_error *err, int64_t atom)
{
    if (err && err->code && !err->atom)
        err->atom = atom;
}

/* Appends to a bounded buffer; truncation is silent, as ff_error_describe promises. */
static void append(char *buffer, size_t size, const char *format, ...) FF_PRINTF(3, 4);
static void append(char *buffer, size_t size, const char *format, ...)
{
    size_t used = strlen(buffer);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(buffer + used, size - used, format, arguments);
    va_end(arguments);
}

char *ff_error_describe(const ff_error *err, char *buffer, size_t size)
{
    if (size == 0)
        return buffer;
    buffer[0] = '\0';
    if (err->file[0])
        append(buffer, size, "%s:", err->file);
    if (err->line)
        append(buffer, size, "%s%lld:", err->file[0] ? "" : "line ", (long long)err->line);
    if (err->line && err->column)
        append(buffer, size, "%lld:", (long long)err->column);
    if (buffer[0])
        append(buffer, size, " ");
    if (err->frame)
        append(buffer, size, "frame %lld%s", (long long)err->frame, err->atom ? ", " : ": ");
    if (err->atom)
        append(buffer, size, "atom %lld: ", (long long)err->atom);
    append(buffer, size, "%s", err->message);
    return buffer;
}

int ff_exit_code(int status)
{
    switch (status) {
    case FF_OK:
        return 0;
    case FF_E_CHECK:
        return 1;
    case FF_E_USAGE:
        return 2;
    case FF_E_FORMAT:
    case FF_E_RANGE:
        return 3;
    case FF_E_NUMERIC:
        return 4;
    default:
        return 5;
    }
}
