/* The life of a stage: signals, command line, run, report, exit code. */

#include "stages/cli/help.h"
#include "stages/cli/run_state.h"

#include "lib/base/memory.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Process. */

static void clean_up_and_die(int number)
{
    ff_temporary_files_remove();
    /* SA_RESETHAND has restored the default action, which takes effect when the handler returns. */
    (void)raise(number);
}

static void catch_signals(void)
{
    static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = clean_up_and_die, .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, previous;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++) {
        /* What is ignored already stays so: nohup, and background jobs of a plain shell. */
        if (sigaction(deadly[i], NULL, &previous) == 0 && previous.sa_handler != SIG_IGN)
            (void)sigaction(deadly[i], &action, NULL);
    }
    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGPIPE, &ignore, NULL); /* a closed pipe becomes a write error */
}

static int close_standard_output(ff_error *err)
{
    bool bad = ferror(stdout) != 0;
    if (fflush(stdout) != 0 || bad)
        return ff_fail_errno(err, "standard output");
    if (close(STDOUT_FILENO) != 0 && errno != EBADF)
        return ff_fail_errno(err, "standard output");
    return FF_OK;
}

static int report(const char *program, const ff_error *err)
{
    char text[1024];
    (void)fprintf(stderr, "%s: %s\n", program, ff_error_describe(err, text, sizeof text));
    if (err->code == FF_E_USAGE)
        (void)fprintf(stderr, "try '%s --help'\n", program);
    return ff_exit_code(err->code);
}

/* The step's record. */

/* Options that can change the output's bytes. Files and potentials are recorded by what is in them.
 */
static bool recorded_as_text(const ff_option *option)
{
    const unsigned left_out = FF_OPTION_NO_EFFECT | FF_OPTION_REQUEST | FF_OPTION_UNRECORDED;
    return !(option->flags & left_out) && option->type != FF_OPTION_FILE &&
           option->type != FF_OPTION_POTENTIAL;
}

static int record_parameters(ff_stage_run *stage, ff_error *err)
{
    for (size_t i = 0; i < stage->arguments.option_count; i++) {
        const ff_option_value *value = &stage->arguments.options[i];
        const ff_option *option = value->option;
        if (!recorded_as_text(option))
            continue;
        int status = FF_OK;
        if (option->type == FF_OPTION_FLAG)
            status = ff_provenance_parameter(stage->provenance, option->name,
                                             value->count ? "true" : "false", err);
        for (size_t j = 0; j < ff_option_value_count(value) && status == FF_OK; j++) {
            const char *text = ff_option_value_at(value, j);
            char number[64];
            bool numeric = option->type == FF_OPTION_INTEGER || option->type == FF_OPTION_NUMBER;
            if (numeric)
                ff_option_canonical(number, sizeof number, option->type, text);
            status = ff_provenance_parameter(stage->provenance, option->name,
                                             numeric ? number : text, err);
        }
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

static bool was_opened(const ff_stage_run *stage, const char *path)
{
    for (size_t i = 0; i < stage->opened_count; i++)
        if (strcmp(stage->opened[i], path) == 0)
            return true;
    return false;
}

/* Files that options name, unless the stage has opened them as intermediates. */
static int record_files(ff_stage_run *stage, ff_error *err)
{
    for (size_t i = 0; i < stage->arguments.option_count; i++) {
        const ff_option_value *value = &stage->arguments.options[i];
        if (value->option->type != FF_OPTION_FILE || (value->option->flags & FF_OPTION_NO_EFFECT))
            continue;
        for (size_t j = 0; j < ff_option_value_count(value); j++) {
            const char *path = ff_option_value_at(value, j);
            if (was_opened(stage, path) || strcmp(path, "-") == 0)
                continue;
            int status =
                ff_provenance_input_file(stage->provenance, value->option->name, path, err);
            if (status != FF_OK)
                return status;
        }
    }
    return FF_OK;
}

/* For the stage's run(). */

int ff_stage_open(ff_stage_run *stage, ff_container **out, const char *path, const char *role,
                  const char *kind, int version, ff_error *err)
{
    ff_container *container = NULL;
    if (strcmp(path, "-") == 0 && was_opened(stage, path))
        return ff_fail(err, FF_E_USAGE, "standard input can be read only once");
    int status = ff_container_open(&container, path, kind, version, err);
    if (status == FF_OK)
        status = ff_reserve(&stage->opened, &stage->opened_capacity, stage->opened_count + 1,
                            sizeof *stage->opened, err);
    if (status == FF_OK)
        status = ff_provenance_input(stage->provenance, role, container, err);
    if (status != FF_OK) {
        ff_container_close(container);
        return status;
    }
    stage->opened[stage->opened_count++] = path;
    *out = container;
    return FF_OK;
}

int ff_stage_potential(ff_stage_run *stage, ff_potential **out, const char *name, ff_error *err)
{
    return ff_potential_open(out, name, stage->provenance, err);
}

int ff_stage_create(ff_stage_run *stage, ff_container **out, int version, ff_error *err)
{
    return ff_container_create(out, ff_output_path(stage), stage->arguments.stage->output_kind,
                               version, (int)ff_argument_integer(stage, "level"), err);
}

int ff_stage_commit(ff_stage_run *stage, ff_container *container, ff_error *err)
{
    if (!ff_argument_flag(stage, "no-provenance")) {
        int status = record_files(stage, err);
        if (status == FF_OK)
            status = ff_provenance_write(stage->provenance, container, err);
        if (status != FF_OK)
            return status;
    }
    return ff_container_commit(container, err);
}

ff_provenance *ff_stage_provenance(ff_stage_run *stage)
{
    return stage->provenance;
}

static void say(const ff_stage_run *stage, const char *kind, const char *format, va_list arguments)
    FF_PRINTF(3, 0);
static void say(const ff_stage_run *stage, const char *kind, const char *format, va_list arguments)
{
    char line[1024];
    int length = snprintf(line, sizeof line, "%s: %s", stage->program, kind);
    (void)vsnprintf(line + length, sizeof line - (size_t)length, format, arguments);
    ff_progress_display_line(stage->display, line);
}

void ff_stage_note(const ff_stage_run *stage, const char *format, ...)
{
    if (ff_argument_flag(stage, "quiet"))
        return;
    va_list arguments;
    va_start(arguments, format);
    say(stage, "", format, arguments);
    va_end(arguments);
}

void ff_stage_detail(const ff_stage_run *stage, const char *format, ...)
{
    if (!ff_argument_flag(stage, "verbose"))
        return;
    va_list arguments;
    va_start(arguments, format);
    say(stage, "", format, arguments);
    va_end(arguments);
}

void ff_stage_warn(ff_stage_run *stage, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    /* Out of memory here loses the record of the warning only; the user still sees it. */
    (void)ff_provenance_warning(stage->provenance, text, NULL);
    ff_stage_note(stage, "warning: %s", text);
}

const ff_progress *ff_stage_progress(ff_stage_run *stage, const char *what, size_t total,
                                     const char *unit)
{
    return ff_progress_display_begin(stage->display, what, total, unit);
}

void ff_stage_progress_end(ff_stage_run *stage)
{
    ff_progress_display_end(stage->display);
}

/* Main. */

static void answer(const ff_arguments *arguments)
{
    switch (arguments->request->name[0]) {
    case 'h':
        ff_help_write(stdout, arguments);
        break;
    case 'm':
        ff_man_write(stdout, arguments);
        break;
    case 'd':
        ff_describe_write(stdout, arguments);
        break;
    default:
        (void)printf("farfield-%s %s\n", arguments->stage->name, FF_VERSION);
    }
}

static int check_common(const ff_stage_run *stage, ff_error *err)
{
    const char *kind = stage->arguments.stage->output_kind;
    if (!kind || !kind[0])
        return FF_OK;
    int64_t level;
    int status = ff_argument_within(&level, stage, "level", 0, 9, err);
    if (status != FF_OK)
        return status;
    const char *output = ff_output_path(stage); /* NULL: the stage's own default */
    if (output && strcmp(output, "-") == 0 && isatty(STDOUT_FILENO) == 1)
        return ff_fail(
            err, FF_E_USAGE,
            "the output is binary and standard output is a terminal: give --output FILE");
    return FF_OK;
}

static int prepare_and_run(ff_stage_run *stage, ff_error *err)
{
    const ff_stage *description = stage->arguments.stage;
    int64_t threads;
    int status = ff_argument_within(&threads, stage, "threads", 0, 4096, err);
    if (status != FF_OK)
        return status;
    ff_set_threads((int)threads);
    status = check_common(stage, err);
    if (status == FF_OK)
        status = ff_progress_display_new(&stage->display, stage->program,
                                         ff_argument_flag(stage, "quiet"), err);
    if (status == FF_OK)
        status = ff_provenance_new(&stage->provenance, description->name, err);
    if (status == FF_OK)
        status = record_parameters(stage, err);
    if (status == FF_OK)
        status = description->run(stage, err);
    return status;
}

int ff_stage_main(const ff_stage *stage, int argc, char **argv)
{
    ff_stage_run running = {0};
    ff_error err = {0};
    (void)gsl_set_error_handler_off();
    catch_signals();
    (void)snprintf(running.program, sizeof running.program, "farfield-%s", stage->name);

    int status = ff_arguments_init(&running.arguments, stage, &err);
    if (status == FF_OK)
        status = ff_arguments_parse(&running.arguments, argc, argv, &err);
    if (status == FF_OK && running.arguments.request)
        answer(&running.arguments);
    else if (status == FF_OK)
        status = prepare_and_run(&running, &err);

    ff_progress_display_free(running.display);
    ff_provenance_free(running.provenance);
    ff_arguments_clear(&running.arguments);
    free(running.opened);
    int code = status == FF_OK ? 0 : report(running.program, &err);
    ff_error closing = {0};
    if (close_standard_output(&closing) != FF_OK && code == 0)
        code = report(running.program, &closing);
    return code;
}
