#include "formats/pipeline_program.h"

#include "lib/base/memory.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Descriptions. */

enum { MOST_FIELDS = 6, OPTION_FIELDS = 5 };

static const char *const type_words[] = {"flag", "text", "integer", "number", "file", "potential"};

static const char *const flag_words[] = {"required", "repeatable", "no-effect"};

/* Cuts a line at its tabs, in place. Returns the number of fields, at most MOST_FIELDS + 1. */
static int split_fields(char *line, char *fields[MOST_FIELDS])
{
    int count = 0;
    while (line) {
        char *tab = strchr(line, '\t');
        if (tab)
            *tab++ = '\0';
        if (count < MOST_FIELDS)
            fields[count] = line;
        count++;
        line = tab;
    }
    return count < MOST_FIELDS + 1 ? count : MOST_FIELDS + 1;
}

static const char *or_nothing(const char *field, const char *nothing)
{
    return strcmp(field, "-") == 0 ? nothing : field;
}

static int parse_flags(unsigned *flags, const char *text, ff_error *err)
{
    *flags = 0;
    while (*text && strcmp(text, "-") != 0) {
        size_t length = strcspn(text, ","), word = 0,
               words = sizeof flag_words / sizeof *flag_words;
        while (word < words &&
               (strlen(flag_words[word]) != length || strncmp(flag_words[word], text, length) != 0))
            word++;
        if (word == words)
            return ff_fail(err, FF_E_FORMAT, "flags '%s' are not understood", text);
        *flags |= 1u << word;
        text += length + (text[length] == ',');
    }
    return FF_OK;
}

static int parse_option(ff_program *program, char *line, ff_error *err)
{
    char *fields[MOST_FIELDS];
    if (split_fields(line, fields) != OPTION_FIELDS)
        return ff_fail(err, FF_E_FORMAT,
                       "expected an option's name, letter, type, flags and default between tabs");
    ff_program_option option = {.name = fields[0], .default_value = or_nothing(fields[4], NULL)};
    size_t type = 0, types = sizeof type_words / sizeof *type_words;
    while (type < types && strcmp(type_words[type], fields[2]) != 0)
        type++;
    if (type == types)
        return ff_fail(err, FF_E_FORMAT, "type '%s' is not known", fields[2]);
    option.type = (ff_program_type)type;
    int status = parse_flags(&option.flags, fields[3], err);
    if (status == FF_OK)
        status = ff_reserve(&program->options, &program->option_capacity, program->option_count + 1,
                            sizeof option, err);
    if (status == FF_OK)
        program->options[program->option_count++] = option;
    return status;
}

static int parse_count(int *count, const char *text, ff_error *err)
{
    char *end = NULL;
    long value = strtol(text, &end, 10);
    if (end == text || *end || value < -1 || value > 1000000)
        return ff_fail(err, FF_E_FORMAT, "'%s' is not a number of operands", text);
    *count = (int)value;
    return FF_OK;
}

static int parse_header(ff_program *program, char *line, ff_error *err)
{
    char *fields[MOST_FIELDS];
    if (split_fields(line, fields) != MOST_FIELDS || strcmp(fields[0], "stage") != 0)
        return ff_fail(err, FF_E_FORMAT,
                       "expected \"stage\", name, version, output kind, least and most operands "
                       "between tabs");
    program->name = fields[1];
    program->version = fields[2];
    program->output_kind = or_nothing(fields[3], "");
    int status = parse_count(&program->least, fields[4], err);
    return status == FF_OK ? parse_count(&program->most, fields[5], err) : status;
}

int ff_program_parse(ff_program *program, const char *text, ff_error *err)
{
    *program = (ff_program){.name = ""};
    ff_text_pool_init(&program->pool);
    /* The pool's copy is cut into the strings that the program refers to. */
    char *line = (char *)ff_text_pool_copy(&program->pool, text, strlen(text), err);
    if (!line)
        return FF_E_NOMEM;
    int status = FF_OK;
    int64_t number = 0;
    while (status == FF_OK && (*line || number == 0)) {
        char *next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        status =
            ++number == 1 ? parse_header(program, line, err) : parse_option(program, line, err);
        line = next;
    }
    if (status != FF_OK)
        ff_error_at_line(err, number, 0);
    return status;
}

void ff_program_clear(ff_program *program)
{
    free(program->options);
    ff_text_pool_clear(&program->pool);
    *program = (ff_program){0};
}

const ff_program_option *ff_program_find(const ff_program *program, const char *name)
{
    for (size_t i = 0; i < program->option_count; i++)
        if (strcmp(program->options[i].name, name) == 0)
            return &program->options[i];
    return NULL;
}

/* Instances. */

/* What the runner decides itself. */
static const char *const reserved[] = {"output", "threads", "verbose", "quiet"};

static int unknown_option(const ff_program *program, const ff_plan_argument *argument,
                          ff_error *err)
{
    char known[384] = "";
    for (size_t i = 0; i < program->option_count; i++) {
        size_t used = strlen(known);
        if (!(program->options[i].flags & FF_PROGRAM_NO_EFFECT))
            (void)snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "",
                           program->options[i].name);
    }
    return ff_fail_at(argument->place, err, "farfield-%s has no option '%s', expected one of: %s",
                      program->name, argument->option, known[0] ? known : "(none)");
}

static int check_text(const ff_program_option *option, const ff_plan_argument *argument,
                      ff_error *err)
{
    char *end = NULL;
    errno = 0;
    if (option->type == FF_PROGRAM_INTEGER) {
        (void)strtoll(argument->text, &end, 10);
        if (end == argument->text || *end || errno)
            return ff_fail_at(argument->place, err, "option '%s' is '%s', expected an integer",
                              option->name, argument->text);
    } else if (option->type == FF_PROGRAM_NUMBER) {
        double number = strtod(argument->text, &end);
        if (end == argument->text || *end || !isfinite(number))
            return ff_fail_at(argument->place, err, "option '%s' is '%s', expected a finite number",
                              option->name, argument->text);
    } else if (!argument->text[0]) {
        return ff_fail_at(argument->place, err, "option '%s' is empty, expected a text",
                          option->name);
    }
    return FF_OK;
}

/* Length of "KIND:" when a potential of that kind is read from a file, else 0. */
static size_t file_kind(const char *potential)
{
    static const char *const kinds[] = {"ace:", "eam:"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(potential, kinds[i], strlen(kinds[i])) == 0)
            return strlen(kinds[i]);
    return 0;
}

/* Turns a text that names a file into a file. */
static int text_to_file(const ff_program_option *option, ff_plan *plan, ff_plan_argument *argument,
                        ff_error *err)
{
    size_t prefix = option->type == FF_PROGRAM_POTENTIAL ? file_kind(argument->text) : 0;
    if (option->type != FF_PROGRAM_FILE && prefix == 0)
        return FF_OK;
    const char *path = argument->text + prefix;
    argument->prefix = ff_text_pool_copy(&plan->pool, argument->text, prefix, err);
    argument->file = ff_path_beside(&plan->pool, argument->place.file, path, err);
    argument->text = NULL;
    return argument->prefix && argument->file ? FF_OK : FF_E_NOMEM;
}

static int check_file(const ff_plan_argument *argument, ff_error *err)
{
    struct stat information;
    if (stat(argument->file, &information) != 0 || access(argument->file, R_OK) != 0)
        return ff_fail_at(argument->place, err, "file '%s' cannot be read: %s", argument->file,
                          strerror(errno));
    if (!S_ISREG(information.st_mode))
        return ff_fail_at(argument->place, err, "'%s' was found, expected a regular file",
                          argument->file);
    return FF_OK;
}

static int bind_option(const ff_program *program, ff_plan *plan, ff_plan_argument *argument,
                       ff_error *err)
{
    const ff_program_option *option = ff_program_find(program, argument->option);
    if (!option)
        return unknown_option(program, argument, err);
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (strcmp(reserved[i], option->name) == 0)
            return ff_fail_at(argument->place, err,
                              "option '%s' is given, expected not: farfield run sets it",
                              option->name);
    bool is_file = argument->file || argument->source != FF_PIPELINE_NONE;
    if (is_file && option->type != FF_PROGRAM_FILE && option->type != FF_PROGRAM_POTENTIAL)
        return ff_fail_at(argument->place, err, "option '%s' gets a file, expected %s '%s'",
                          option->name, "an option that takes one; its type is",
                          type_words[option->type]);
    if (is_file)
        return FF_OK;
    if (option->type == FF_PROGRAM_FLAG)
        return argument->text ? ff_fail_at(argument->place, err,
                                           "option '%s' has a value, expected none: it is a flag",
                                           option->name)
                              : FF_OK;
    if (!argument->text)
        return ff_fail_at(argument->place, err, "option '%s' has no value, expected value=\"...\"",
                          option->name);
    int status = check_text(option, argument, err);
    return status == FF_OK ? text_to_file(option, plan, argument, err) : status;
}

static int check_repeated(const ff_program *program, const ff_plan_instance *instance, size_t index,
                          ff_error *err)
{
    const ff_plan_argument *argument = &instance->arguments[index];
    const ff_program_option *option = ff_program_find(program, argument->option);
    for (size_t i = 0; i < index && !(option->flags & FF_PROGRAM_REPEATABLE); i++)
        if (instance->arguments[i].option &&
            strcmp(instance->arguments[i].option, argument->option) == 0)
            return ff_fail_at(argument->place, err, "option '%s' is given twice, expected once",
                              argument->option);
    return FF_OK;
}

static int check_complete(const ff_program *program, const ff_plan *plan,
                          const ff_plan_instance *instance, ff_error *err)
{
    ff_place place = plan->pipeline->stages[instance->stage].place;
    for (size_t i = 0; i < program->option_count; i++) {
        bool given = !(program->options[i].flags & FF_PROGRAM_REQUIRED);
        for (size_t j = 0; j < instance->argument_count; j++)
            given = given || (instance->arguments[j].option &&
                              strcmp(instance->arguments[j].option, program->options[i].name) == 0);
        if (!given)
            return ff_fail_at(place, err, "farfield-%s needs the option '%s'", program->name,
                              program->options[i].name);
    }
    int operands = 0;
    for (size_t i = 0; i < instance->argument_count; i++)
        operands += instance->arguments[i].option == NULL;
    if (operands < program->least)
        return ff_fail_at(place, err, "farfield-%s gets %d inputs, expected at least %d",
                          program->name, operands, program->least);
    if (program->most >= 0 && operands > program->most)
        return ff_fail_at(place, err, "farfield-%s gets %d inputs, expected at most %d",
                          program->name, operands, program->most);
    return FF_OK;
}

int ff_program_bind(const ff_program *program, ff_plan *plan, ff_plan_instance *instance,
                    ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < instance->argument_count && status == FF_OK; i++) {
        ff_plan_argument *argument = &instance->arguments[i];
        if (argument->option)
            status = bind_option(program, plan, argument, err);
        if (status == FF_OK && argument->option)
            status = check_repeated(program, instance, i, err);
        if (status == FF_OK && argument->file)
            status = check_file(argument, err);
    }
    return status == FF_OK ? check_complete(program, plan, instance, err) : status;
}
