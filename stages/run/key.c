#include "stages/run/key.h"

#include "lib/base/memory.h"
#include "stages/cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writing. */

static void write_escaped(FILE *stream, const char *value)
{
    for (; *value; value++) {
        if (*value == '\t')
            (void)fputs("\\t", stream);
        else if (*value == '\n')
            (void)fputs("\\n", stream);
        else if (*value == '\\')
            (void)fputs("\\\\", stream);
        else
            (void)fputc(*value, stream);
    }
}

static void write_value(FILE *stream, const ff_program_option *option, const char *value)
{
    char number[64];
    if (option->type == FF_PROGRAM_INTEGER || option->type == FF_PROGRAM_NUMBER) {
        ff_option_canonical(
            number, sizeof number,
            option->type == FF_PROGRAM_INTEGER ? FF_OPTION_INTEGER : FF_OPTION_NUMBER, value);
        value = number;
    }
    (void)fprintf(stream, "option\t%s\t", option->name);
    write_escaped(stream, value);
    (void)fputc('\n', stream);
}

static void write_file(FILE *stream, const ff_plan_argument *argument, const char *digest)
{
    if (argument->option)
        (void)fprintf(stream, "file\t%s\t", argument->option);
    else
        (void)fputs("input\t", stream);
    write_escaped(stream, argument->prefix);
    (void)fprintf(stream, "\t%s\n", digest);
}

/* What is given for an option, else its default. */
static void write_option(FILE *stream, const ff_plan_instance *instance,
                         const ff_program_option *option, const char *const *digest)
{
    bool given = false;
    for (size_t i = 0; i < instance->argument_count; i++) {
        const ff_plan_argument *argument = &instance->arguments[i];
        if (!argument->option || strcmp(argument->option, option->name) != 0)
            continue;
        given = true;
        if (option->type == FF_PROGRAM_FLAG)
            (void)fprintf(stream, "option\t%s\ttrue\n", option->name);
        else if (argument->text)
            write_value(stream, option, argument->text);
        else
            write_file(stream, argument, digest[i]);
    }
    if (!given && option->type == FF_PROGRAM_FLAG)
        (void)fprintf(stream, "option\t%s\tfalse\n", option->name);
    else if (!given && option->default_value)
        write_value(stream, option, option->default_value);
}

static int compare_options(const void *a, const void *b)
{
    const ff_program_option *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static int write_options(FILE *stream, const ff_plan_instance *instance, const ff_program *program,
                         const char *const *digest, ff_error *err)
{
    const ff_program_option **sorted =
        ff_new_array(program->option_count, sizeof(const ff_program_option *), err);
    if (!sorted)
        return FF_E_NOMEM;
    size_t count = 0;
    for (size_t i = 0; i < program->option_count; i++)
        if (!(program->options[i].flags & FF_PROGRAM_NO_EFFECT))
            sorted[count++] = &program->options[i];
    qsort(sorted, count, sizeof(const ff_program_option *), compare_options);
    for (size_t i = 0; i < count; i++)
        write_option(stream, instance, sorted[i], digest);
    free(sorted);
    return FF_OK;
}

int ff_key_text(char **text, const ff_plan_instance *instance, const ff_executable *executable,
                const char *const *digest, ff_error *err)
{
    size_t size = 0;
    *text = NULL;
    FILE *stream = open_memstream(text, &size);
    if (!stream)
        return ff_fail(err, FF_E_NOMEM, "out of memory for a key");
    const ff_program *program = &executable->program;
    (void)fprintf(stream, "farfield key 1\nprogram\t%s\t%s\nexecutable\t%s\n", program->name,
                  program->version, executable->digest);
    int status = write_options(stream, instance, program, digest, err);
    for (size_t i = 0; i < instance->argument_count; i++)
        if (!instance->arguments[i].option)
            write_file(stream, &instance->arguments[i], digest[i]);
    if (fclose(stream) != 0 && status == FF_OK)
        status = ff_fail(err, FF_E_NOMEM, "out of memory for a key");
    if (status != FF_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

/* Comparing. */

/* The lines of a key that speak of one thing, such as one option, with their values joined. */
typedef struct entry {
    char *subject; /* "option ridge", "file potential", "input 2", "program fit", ... */
    char *value;
} entry;

typedef struct entries {
    size_t count, capacity;
    entry *list;
} entries;

static void clear_entries(entries *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->list[i].subject);
        free(all->list[i].value);
    }
    free(all->list);
    *all = (entries){0};
}

static entry *find_entry(const entries *all, const char *subject)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->list[i].subject, subject) == 0)
            return &all->list[i];
    return NULL;
}

static int join_value(entry *known, const char *value, ff_error *err)
{
    size_t size = strlen(known->value) + strlen(value) + 3;
    char *joined = ff_new_array(size, 1, err);
    if (!joined)
        return FF_E_NOMEM;
    (void)snprintf(joined, size, "%s, %s", known->value, value);
    free(known->value);
    known->value = joined;
    return FF_OK;
}

static int add_entry(entries *all, const char *subject, const char *value, ff_error *err)
{
    entry *known = find_entry(all, subject);
    if (known)
        return join_value(known, value, err);
    int status = ff_reserve(&all->list, &all->capacity, all->count + 1, sizeof *all->list, err);
    if (status != FF_OK)
        return status;
    entry *fresh = &all->list[all->count++];
    *fresh = (entry){ff_copy_text(subject, err), ff_copy_text(value, err)};
    return fresh->subject && fresh->value ? FF_OK : FF_E_NOMEM;
}

/* Cuts the text's lines into entries; the text is a copy that may be written to. */
static int parse_entries(entries *all, char *text, ff_error *err)
{
    size_t operand = 0;
    int status = FF_OK;
    for (char *line = text, *next; line && *line && status == FF_OK; line = next) {
        char subject[256], *value = "";
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        *tab = '\0';
        value = tab + 1;
        if (strcmp(line, "input") == 0) {
            (void)snprintf(subject, sizeof subject, "input %zu", ++operand);
        } else if (strcmp(line, "executable") == 0) {
            (void)snprintf(subject, sizeof subject, "executable");
        } else {
            char *second = strchr(value, '\t');
            if (second)
                *second = '\0';
            (void)snprintf(subject, sizeof subject, "%s %s", line, value);
            value = second ? second + 1 : "";
        }
        status = add_entry(all, subject, value, err);
    }
    return status;
}

/* A difference in words; then or now is NULL when there is none. Digests mean nothing to people, so
 * inputs and files are named instead. */
static void describe(char *line, size_t size, const char *subject, const char *then,
                     const char *now, size_t operands, const char *const *name)
{
    bool input = strncmp(subject, "input ", 6) == 0;
    bool digest = input || strncmp(subject, "file ", 5) == 0 || strcmp(subject, "executable") == 0;
    char named[512] = "";
    if (input) {
        size_t operand = strtoul(subject + 6, NULL, 10);
        (void)snprintf(named, sizeof named, " (%s)",
                       operand >= 1 && operand <= operands ? name[operand - 1] : "none now");
    }
    if (digest && now && strstr(now, FF_KEY_UNKNOWN))
        (void)snprintf(line, size, "%s%s is made anew", subject, named);
    else if (digest)
        (void)snprintf(line, size, "%s%s %s", subject, named,
                       !now   ? "is gone"
                       : then ? "changed"
                              : "is new");
    else
        (void)snprintf(line, size, "%s %s -> %s", subject, then ? then : "(none)",
                       now ? now : "(none)");
}

static int compare_entries(const entries *then, const entries *now, size_t operands,
                           const char *const *name, ff_key_difference report, void *context,
                           ff_error *err)
{
    char line[1024];
    int status = FF_OK;
    for (size_t i = 0; i < now->count && status == FF_OK; i++) {
        const entry *after = &now->list[i], *before = find_entry(then, after->subject);
        if (before && strcmp(before->value, after->value) == 0)
            continue;
        describe(line, sizeof line, after->subject, before ? before->value : NULL, after->value,
                 operands, name);
        status = report(context, line, err);
    }
    for (size_t i = 0; i < then->count && status == FF_OK; i++) {
        const entry *before = &then->list[i];
        if (find_entry(now, before->subject))
            continue;
        describe(line, sizeof line, before->subject, before->value, NULL, operands, name);
        status = report(context, line, err);
    }
    return status;
}

int ff_key_compare(const char *then, const char *now, size_t operands, const char *const *name,
                   ff_key_difference report, void *context, ff_error *err)
{
    entries before = {0}, after = {0};
    char *then_copy = ff_copy_text(then, err), *now_copy = ff_copy_text(now, err);
    int status = then_copy && now_copy ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = parse_entries(&before, then_copy, err);
    if (status == FF_OK)
        status = parse_entries(&after, now_copy, err);
    if (status == FF_OK)
        status = compare_entries(&before, &after, operands, name, report, context, err);
    clear_entries(&before);
    clear_entries(&after);
    free(then_copy);
    free(now_copy);
    return status;
}
