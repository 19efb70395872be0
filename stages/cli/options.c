#include "stages/cli/options.h"

#include "lib/base/memory.h"
#include "lib/base/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ff_option common_options[] = {
    {"output", 'o', FF_OPTION_TEXT, "FILE", "-", "write to FILE; \"-\" is standard output",
     FF_OPTION_NO_EFFECT},
    {"threads", '@', FF_OPTION_INTEGER, "N", "0", "threads to use; 0 means all cores",
     FF_OPTION_NO_EFFECT},
    {"level", 'l', FF_OPTION_INTEGER, "0-9", "1", "compression level of the output",
     FF_OPTION_CONTAINER},
    {"no-provenance", 0, FF_OPTION_FLAG, NULL, NULL, "leave the history out of the output",
     FF_OPTION_CONTAINER | FF_OPTION_UNRECORDED},
    {"verbose", 'v', FF_OPTION_FLAG, NULL, NULL, "say more on standard error", FF_OPTION_NO_EFFECT},
    {"quiet", 'q', FF_OPTION_FLAG, NULL, NULL, "say nothing but errors", FF_OPTION_NO_EFFECT},
    {"help", 'h', FF_OPTION_FLAG, NULL, NULL, "print this help", FF_OPTION_REQUEST},
    {"version", 0, FF_OPTION_FLAG, NULL, NULL, "print the version", FF_OPTION_REQUEST},
    {"man", 0, FF_OPTION_FLAG, NULL, NULL, "print the man page",
     FF_OPTION_REQUEST | FF_OPTION_HIDDEN},
    {"describe", 0, FF_OPTION_FLAG, NULL, NULL, "print the options for programs",
     FF_OPTION_REQUEST | FF_OPTION_HIDDEN},
    {0}};

size_t ff_edit_distance(const char *from, const char *to)
{
    enum { LONGEST = 63 };
    size_t row[LONGEST + 1];
    size_t columns = strnlen(to, LONGEST), rows = strnlen(from, LONGEST);
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t best = diagonal + (from[i - 1] != to[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[columns];
}

bool ff_edit_distance_suggests(size_t distance, const char *typed)
{
    return distance <= (strlen(typed) + 2) / 3;
}

static size_t table_length(const ff_option *table)
{
    size_t length = 0;
    while (table && table[length].name)
        length++;
    return length;
}

/* Adds an option every stage has, unless the stage has its own of that name. */
static void add_common(ff_arguments *arguments, const ff_option *option)
{
    const char *kind = arguments->stage->output_kind;
    char letter = option->letter;
    if ((option->flags & FF_OPTION_CONTAINER) && !(kind && kind[0]))
        return;
    for (size_t j = 0; j < arguments->option_count; j++) {
        if (strcmp(arguments->options[j].option->name, option->name) == 0)
            return;
        if (arguments->options[j].letter == letter)
            letter = 0;
    }
    arguments->options[arguments->option_count++] =
        (ff_option_value){.option = option, .letter = letter};
}

int ff_arguments_init(ff_arguments *arguments, const ff_stage *stage, ff_error *err)
{
    const ff_option *declared[] = {stage->shared_options, stage->options};
    size_t most =
        table_length(declared[0]) + table_length(declared[1]) + table_length(common_options);
    *arguments = (ff_arguments){.stage = stage};
    arguments->options = ff_new_array(most, sizeof *arguments->options, err);
    if (!arguments->options)
        return FF_E_NOMEM;
    for (size_t t = 0; t < sizeof declared / sizeof *declared; t++)
        for (const ff_option *option = declared[t]; option && option->name; option++)
            arguments->options[arguments->option_count++] =
                (ff_option_value){.option = option, .letter = option->letter};
    for (const ff_option *option = common_options; option->name; option++)
        add_common(arguments, option);
    return FF_OK;
}

void ff_arguments_clear(ff_arguments *arguments)
{
    for (size_t i = 0; i < arguments->option_count; i++)
        free(arguments->options[i].texts);
    free(arguments->options);
    free(arguments->operands);
    *arguments = (ff_arguments){0};
}

const ff_option_value *ff_arguments_find(const ff_arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->option_count; i++)
        if (strcmp(arguments->options[i].option->name, name) == 0)
            return &arguments->options[i];
    return NULL;
}

size_t ff_option_value_count(const ff_option_value *value)
{
    if (value->option->type == FF_OPTION_FLAG)
        return 0;
    if (value->count == 0)
        return value->option->default_value != NULL;
    return value->option->flags & FF_OPTION_REPEATABLE ? value->count : 1;
}

const char *ff_option_value_at(const ff_option_value *value, size_t index)
{
    if (index >= ff_option_value_count(value))
        return NULL;
    if (value->count == 0)
        return value->option->default_value;
    return value->texts[value->option->flags & FF_OPTION_REPEATABLE ? index : value->count - 1];
}

void ff_option_canonical(char *buffer, size_t size, ff_option_type type, const char *text)
{
    char number[FF_DOUBLE_TEXT_SIZE];
    if (type == FF_OPTION_INTEGER)
        (void)snprintf(buffer, size, "%lld", (long long)ff_option_integer(text));
    else if (type == FF_OPTION_NUMBER && ff_double_format(number, ff_option_number(text)))
        (void)snprintf(buffer, size, "%s", number);
    else
        (void)snprintf(buffer, size, "%s", text);
}

int64_t ff_option_integer(const char *text)
{
    int64_t value = 0;
    (void)ff_int64_parse(text, strlen(text), &value);
    return value;
}

double ff_option_number(const char *text)
{
    double value = 0;
    (void)ff_double_parse(text, strlen(text), &value);
    return value;
}

void ff_option_explain(char *buffer, size_t size, const ff_option *option)
{
    bool has_default = option->default_value && option->default_value[0] &&
                       strcmp(option->default_value, "-") != 0;
    char notes[256];
    int length = snprintf(notes, sizeof notes, "%s%s%s%s",
                          option->flags & FF_OPTION_REQUIRED ? "required; " : "",
                          option->flags & FF_OPTION_REPEATABLE ? "repeatable; " : "",
                          has_default ? "default " : "", has_default ? option->default_value : "");
    if (length > 2 && strcmp(notes + length - 2, "; ") == 0)
        notes[length - 2] = '\0';
    const char *table = strstr(option->help, "\n "); /* kept as it is, so the notes come before */
    int first = (int)(table ? (size_t)(table - option->help) : strlen(option->help));
    (void)snprintf(buffer, size, length > 0 ? "%.*s (%s)%s" : "%.*s%s%s", first, option->help,
                   notes, table ? table : "");
}

static int check_value(const ff_option *option, const char *text, ff_error *err)
{
    int64_t integer;
    double number;
    if (option->type == FF_OPTION_INTEGER && ff_int64_parse(text, strlen(text), &integer) != FF_OK)
        return ff_fail(err, FF_E_USAGE, "--%s: '%s' is not an integer", option->name, text);
    if (option->type == FF_OPTION_NUMBER && ff_double_parse(text, strlen(text), &number) != FF_OK)
        return ff_fail(err, FF_E_USAGE, "--%s: '%s' is not a finite number", option->name, text);
    if (!text[0])
        return ff_fail(err, FF_E_USAGE, "--%s needs %s, not an empty text", option->name,
                       option->argument);
    return FF_OK;
}

static int give_value(ff_option_value *value, const char *text, ff_error *err)
{
    if (check_value(value->option, text, err) != FF_OK)
        return FF_E_USAGE;
    const char **texts = realloc(value->texts, (value->count + 1) * sizeof *texts);
    if (!texts)
        return ff_fail(err, FF_E_NOMEM, "out of memory for options");
    value->texts = texts;
    value->texts[value->count++] = text;
    return FF_OK;
}

static void give_flag(ff_arguments *arguments, ff_option_value *value)
{
    value->count++;
    if (value->option->flags & FF_OPTION_REQUEST)
        arguments->request = value->option;
}

static int unknown_option(const ff_arguments *arguments, const char *name, ff_error *err)
{
    const char *nearest = NULL;
    size_t least = (size_t)-1;
    for (size_t i = 0; i < arguments->option_count; i++) {
        size_t distance = ff_edit_distance(name, arguments->options[i].option->name);
        if (distance < least) {
            least = distance;
            nearest = arguments->options[i].option->name;
        }
    }
    if (nearest && ff_edit_distance_suggests(least, name))
        return ff_fail(err, FF_E_USAGE, "unknown option --%s (did you mean --%s?)", name, nearest);
    return ff_fail(err, FF_E_USAGE, "unknown option --%s", name);
}

/* "--name", "--name=VALUE" or "--name VALUE"; *next is the index of the following argument. */
static int parse_long(ff_arguments *arguments, const char *text, int *next, int argc, char **argv,
                      ff_error *err)
{
    char name[64];
    size_t length = strcspn(text, "=");
    (void)snprintf(name, sizeof name, "%.*s",
                   (int)(length < sizeof name ? length : sizeof name - 1), text);
    ff_option_value *value = (ff_option_value *)ff_arguments_find(arguments, name);
    if (!value)
        return unknown_option(arguments, name, err);
    const char *given = text[length] ? text + length + 1 : NULL;
    if (value->option->type == FF_OPTION_FLAG) {
        if (given)
            return ff_fail(err, FF_E_USAGE, "--%s takes no value, got '%s'", name, given);
        give_flag(arguments, value);
        return FF_OK;
    }
    if (!given && *next >= argc)
        return ff_fail(err, FF_E_USAGE, "--%s needs %s", name, value->option->argument);
    return give_value(value, given ? given : argv[(*next)++], err);
}

/* "-a", "-abc" (flags), "-aVALUE" or "-a VALUE". */
static int parse_short(ff_arguments *arguments, const char *text, int *next, int argc, char **argv,
                       ff_error *err)
{
    for (; *text && !arguments->request; text++) {
        ff_option_value *value = NULL;
        for (size_t i = 0; i < arguments->option_count; i++)
            if (arguments->options[i].letter == *text)
                value = &arguments->options[i];
        if (!value)
            return ff_fail(err, FF_E_USAGE, "unknown option -%c", *text);
        if (value->option->type != FF_OPTION_FLAG) {
            if (!text[1] && *next >= argc)
                return ff_fail(err, FF_E_USAGE, "-%c (--%s) needs %s", *text, value->option->name,
                               value->option->argument);
            return give_value(value, text[1] ? text + 1 : argv[(*next)++], err);
        }
        give_flag(arguments, value);
    }
    return FF_OK;
}

static int check_complete(const ff_arguments *arguments, ff_error *err)
{
    const ff_stage *stage = arguments->stage;
    for (size_t i = 0; i < arguments->option_count; i++) {
        const ff_option_value *value = &arguments->options[i];
        if ((value->option->flags & FF_OPTION_REQUIRED) && value->count == 0)
            return ff_fail(err, FF_E_USAGE, "missing --%s %s", value->option->name,
                           value->option->argument);
    }
    size_t count = arguments->operand_count;
    if (stage->least_operands > 0 && count < (size_t)stage->least_operands)
        return ff_fail(err, FF_E_USAGE, "missing %s", stage->operands);
    if (stage->most_operands >= 0 && count > (size_t)stage->most_operands)
        return ff_fail(err, FF_E_USAGE, "unexpected '%s'%s",
                       arguments->operands[stage->most_operands],
                       stage->operands ? "" : ": takes options only");
    return FF_OK;
}

int ff_arguments_parse(ff_arguments *arguments, int argc, char **argv, ff_error *err)
{
    arguments->operands = ff_new_array((size_t)argc, sizeof *arguments->operands, err);
    if (!arguments->operands)
        return FF_E_NOMEM;
    bool options_ended = false;
    for (int next = 1; next < argc && !arguments->request;) {
        const char *text = argv[next++];
        int status = FF_OK;
        if (options_ended || text[0] != '-' || !text[1])
            arguments->operands[arguments->operand_count++] = text;
        else if (strcmp(text, "--") == 0)
            options_ended = true;
        else if (text[1] == '-')
            status = parse_long(arguments, text + 2, &next, argc, argv, err);
        else
            status = parse_short(arguments, text + 1, &next, argc, argv, err);
        if (status != FF_OK)
            return status;
    }
    return arguments->request ? FF_OK : check_complete(arguments, err);
}
