#include "formats/yaml.h"

#include "lib/base/memory.h"
#include "lib/base/numbers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct ff_yaml {
    char *name;
    FILE *file;
    bool parsing; /* parser is to be deleted */
    yaml_parser_t parser;
    yaml_event_t event;
};

enum { SHOWN = 40 }; /* bytes of a scalar in messages */

static int shown(size_t length)
{
    return (int)(length < SHOWN ? length : SHOWN);
}

int ff_yaml_fail(const ff_yaml *yaml, ff_error *err, int code, const char *format, ...)
{
    char message[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    (void)ff_fail(err, code, "%s", message);
    ff_error_in_file(err, yaml->name);
    ff_error_at_line(err, ff_yaml_line(yaml), (int64_t)yaml->event.start_mark.column + 1);
    return code;
}

/* What libyaml found wrong. */
static int parser_failed(const ff_yaml *yaml, ff_error *err)
{
    const yaml_parser_t *p = &yaml->parser;
    int code = FF_E_FORMAT;
    if (p->error == YAML_MEMORY_ERROR)
        code = ff_fail(err, FF_E_NOMEM, "out of memory for YAML");
    else
        (void)ff_fail(err, FF_E_FORMAT, "not YAML: %s", p->problem ? p->problem : "unknown error");
    ff_error_in_file(err, yaml->name);
    ff_error_at_line(err, (int64_t)p->problem_mark.line + 1, (int64_t)p->problem_mark.column + 1);
    return code;
}

/* The next event whatever it is. */
static int parse(ff_yaml *yaml, ff_error *err)
{
    yaml_event_delete(&yaml->event);
    if (!yaml_parser_parse(&yaml->parser, &yaml->event))
        return parser_failed(yaml, err);
    return FF_OK;
}

int ff_yaml_next(ff_yaml *yaml, ff_error *err)
{
    int status = parse(yaml, err);
    if (status != FF_OK)
        return status;
    const yaml_event_t *e = &yaml->event;
    bool anchored = (e->type == YAML_SCALAR_EVENT && e->data.scalar.anchor) ||
                    (e->type == YAML_SEQUENCE_START_EVENT && e->data.sequence_start.anchor) ||
                    (e->type == YAML_MAPPING_START_EVENT && e->data.mapping_start.anchor);
    if (anchored || e->type == YAML_ALIAS_EVENT)
        return ff_yaml_fail(yaml, err, FF_E_FORMAT, "anchors and aliases are not supported");
    return FF_OK;
}

int ff_yaml_open(ff_yaml **out, const char *path, ff_error *err)
{
    *out = NULL;
    ff_yaml *yaml = ff_new_array(1, sizeof *yaml, err);
    if (!yaml)
        return FF_E_NOMEM;
    int status = FF_E_NOMEM;
    yaml->name = ff_copy_text(path, err);
    if (yaml->name) {
        yaml->file = fopen(path, "rb");
        status = yaml->file ? FF_OK : ff_fail_errno(err, "cannot be opened");
    }
    if (status == FF_OK) {
        yaml->parsing = yaml_parser_initialize(&yaml->parser);
        status = yaml->parsing ? FF_OK : ff_fail(err, FF_E_NOMEM, "out of memory for YAML");
    }
    if (status == FF_OK) {
        yaml_parser_set_input_file(&yaml->parser, yaml->file);
        status = parse(yaml, err); /* start of the stream */
    }
    if (status == FF_OK)
        status = parse(yaml, err); /* start of the document, or end of an empty stream */
    if (status == FF_OK && yaml->event.type == YAML_DOCUMENT_START_EVENT)
        status = ff_yaml_next(yaml, err);
    if (status != FF_OK) {
        ff_error_in_file(err, path);
        ff_yaml_close(yaml);
        return status;
    }
    *out = yaml;
    return FF_OK;
}

void ff_yaml_close(ff_yaml *yaml)
{
    if (!yaml)
        return;
    yaml_event_delete(&yaml->event);
    if (yaml->parsing)
        yaml_parser_delete(&yaml->parser);
    if (yaml->file)
        (void)fclose(yaml->file); /* nothing was written */
    free(yaml->name);
    free(yaml);
}

/* The piece at hand. */

ff_yaml_kind ff_yaml_at(const ff_yaml *yaml)
{
    switch (yaml->event.type) {
    case YAML_SCALAR_EVENT:
        return FF_YAML_SCALAR;
    case YAML_SEQUENCE_START_EVENT:
        return FF_YAML_LIST;
    case YAML_MAPPING_START_EVENT:
        return FF_YAML_MAPPING;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return FF_YAML_END;
    default:
        return FF_YAML_FINISHED;
    }
}

const char *ff_yaml_text(const ff_yaml *yaml, size_t *length)
{
    *length = yaml->event.data.scalar.length;
    return (const char *)yaml->event.data.scalar.value;
}

bool ff_yaml_is(const ff_yaml *yaml, const char *text)
{
    if (ff_yaml_at(yaml) != FF_YAML_SCALAR)
        return false;
    size_t length;
    const char *found = ff_yaml_text(yaml, &length);
    return length == strlen(text) && memcmp(found, text, length) == 0;
}

int64_t ff_yaml_line(const ff_yaml *yaml)
{
    return (int64_t)yaml->event.start_mark.line + 1;
}

int ff_yaml_expect(const ff_yaml *yaml, ff_yaml_kind kind, const char *what, ff_error *err)
{
    static const char *const names[] = {"a scalar", "a list", "a mapping",
                                        "the end of a list or mapping", "the end of the file"};
    ff_yaml_kind found = ff_yaml_at(yaml);
    if (found == kind)
        return FF_OK;
    return ff_yaml_fail(yaml, err, FF_E_FORMAT, "%s, expected %s", names[found], what);
}

/* Numbers. */

int ff_yaml_integer(const ff_yaml *yaml, int64_t *value, int64_t low, int64_t high,
                    const char *what, ff_error *err)
{
    int status = ff_yaml_expect(yaml, FF_YAML_SCALAR, what, err);
    if (status != FF_OK)
        return status;
    size_t length;
    const char *text = ff_yaml_text(yaml, &length);
    status = ff_int64_parse(text, length, value);
    if (status == FF_E_FORMAT)
        return ff_yaml_fail(yaml, err, FF_E_FORMAT, "'%.*s', expected %s, an integer",
                            shown(length), text, what);
    if (status != FF_OK || *value < low || *value > high)
        return ff_yaml_fail(yaml, err, FF_E_RANGE, "%.*s, expected %s from %lld to %lld",
                            shown(length), text, what, (long long)low, (long long)high);
    return FF_OK;
}

int ff_yaml_real(const ff_yaml *yaml, double *value, const char *what, ff_error *err)
{
    int status = ff_yaml_expect(yaml, FF_YAML_SCALAR, what, err);
    if (status != FF_OK)
        return status;
    size_t length;
    const char *text = ff_yaml_text(yaml, &length);
    status = ff_double_parse(text, length, value);
    if (status != FF_OK)
        return ff_yaml_fail(yaml, err, status, "'%.*s', expected %s, a finite number",
                            shown(length), text, what);
    return FF_OK;
}

int ff_yaml_skip(ff_yaml *yaml, ff_error *err)
{
    size_t depth = 0;
    for (;;) {
        ff_yaml_kind kind = ff_yaml_at(yaml);
        if (kind == FF_YAML_FINISHED)
            return ff_yaml_expect(yaml, FF_YAML_END, "the end of a list or mapping", err);
        depth += kind == FF_YAML_LIST || kind == FF_YAML_MAPPING;
        depth -= kind == FF_YAML_END;
        if (depth == 0)
            return FF_OK;
        int status = ff_yaml_next(yaml, err);
        if (status != FF_OK)
            return status;
    }
}

int ff_yaml_real_list(ff_yaml *yaml, ff_yaml_reals *list, const char *what, ff_error *err)
{
    int status = ff_yaml_expect(yaml, FF_YAML_LIST, what, err);
    while (status == FF_OK && (status = ff_yaml_next(yaml, err)) == FF_OK &&
           ff_yaml_at(yaml) != FF_YAML_END) {
        status =
            ff_reserve(&list->value, &list->capacity, list->count + 1, sizeof *list->value, err);
        if (status == FF_OK)
            status = ff_yaml_real(yaml, &list->value[list->count++], what, err);
    }
    return status;
}

int ff_yaml_integer_list(ff_yaml *yaml, ff_yaml_integers *list, int64_t low, int64_t high,
                         const char *what, ff_error *err)
{
    int status = ff_yaml_expect(yaml, FF_YAML_LIST, what, err);
    list->count = 0;
    while (status == FF_OK && (status = ff_yaml_next(yaml, err)) == FF_OK &&
           ff_yaml_at(yaml) != FF_YAML_END) {
        int64_t value = 0;
        status =
            ff_reserve(&list->value, &list->capacity, list->count + 1, sizeof *list->value, err);
        if (status == FF_OK)
            status = ff_yaml_integer(yaml, &value, low, high, what, err);
        if (status == FF_OK)
            list->value[list->count++] = (int)value;
    }
    return status;
}
