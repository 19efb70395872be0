/* The columns that Properties=name:T:m:... declares. */

#include "formats/extxyz_parts.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 1000000 };

/* Where in the value the reading is. */
typedef struct properties {
    const ff_extxyz_header *header;
    const ff_extxyz_entry *entry;
    const char *next;
    ff_extxyz_column *columns;
    size_t count, width;
} properties;

/* The place on line 2; exact unless a quoted value holds backslashes. */
static const char *place(const properties *p, const char *at)
{
    const char *value = p->header->begin + p->entry->at - 1;
    return value + (*value == '"' || *value == '\'') + (at - p->entry->text);
}

static size_t field_length(const char *text)
{
    return strcspn(text, ":");
}

/* Letters, digits and _ by the grammar; - and . are met in files. */
static bool is_odd(char c)
{
    return c == '-' || c == '.';
}

static bool is_name_character(char c, bool first)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && ((c >= '0' && c <= '9') || is_odd(c)));
}

bool ff_extxyz_is_column_name(const char *name)
{
    for (size_t i = 0; name[i]; i++)
        if (!is_name_character(name[i], i == 0))
            return false;
    return name[0] != '\0';
}

static int check_name(const properties *p, const char *name, size_t length, ff_error *err)
{
    char shown[FF_EXTXYZ_SHOWN];
    bool odd = false;
    for (size_t i = 0; i < length; i++) {
        if (!is_name_character(name[i], i == 0))
            return ff_extxyz_header_fail(p->header, err, FF_E_FORMAT, place(p, name + i),
                                         "Properties: '%s' is no name of a column",
                                         ff_extxyz_show(shown, name, length));
        odd = odd || is_odd(name[i]);
    }
    if (length == 0)
        return ff_extxyz_header_fail(p->header, err, FF_E_FORMAT, place(p, name),
                                     "Properties: expected the name of a column");
    if (odd)
        ff_extxyz_header_warn(p->header, place(p, name),
                              "Properties: the column name '%s' holds '-' or '.', which other "
                              "readers may refuse",
                              ff_extxyz_show(shown, name, length));
    return FF_OK;
}

static int parse_type(const properties *p, ff_extxyz_type *type, ff_error *err)
{
    char shown[FF_EXTXYZ_SHOWN];
    size_t length = field_length(p->next);
    switch (length == 1 ? *p->next : 0) {
    case 'S':
    case 's':
        *type = FF_EXTXYZ_TEXT;
        return FF_OK;
    case 'I':
    case 'i':
        *type = FF_EXTXYZ_INTEGER;
        return FF_OK;
    case 'R':
    case 'r':
        *type = FF_EXTXYZ_REAL;
        return FF_OK;
    case 'L':
    case 'l':
        *type = FF_EXTXYZ_LOGICAL;
        return FF_OK;
    default:
        return ff_extxyz_header_fail(p->header, err, FF_E_FORMAT, place(p, p->next),
                                     "Properties: '%s' is no type of a column, expected S, I, R or "
                                     "L",
                                     ff_extxyz_show(shown, p->next, length));
    }
}

static int parse_width(const properties *p, size_t *width, ff_error *err)
{
    char shown[FF_EXTXYZ_SHOWN];
    int64_t value = 0;
    size_t length = field_length(p->next);
    bool number = ff_int64_parse(p->next, length, &value) == FF_OK;
    if (!number || value < 1 || value > (int64_t)(MOST_COLUMNS - p->width))
        return ff_extxyz_header_fail(p->header, err, FF_E_FORMAT, place(p, p->next),
                                     "Properties: '%s' is no number of columns, expected 1 to %d "
                                     "in all",
                                     ff_extxyz_show(shown, p->next, length), (int)MOST_COLUMNS);
    *width = (size_t)value;
    return FF_OK;
}

static int skip_colon(properties *p, const char *expected, ff_error *err)
{
    p->next += field_length(p->next);
    if (*p->next == ':') {
        p->next++;
        return FF_OK;
    }
    return ff_extxyz_header_fail(p->header, err, FF_E_FORMAT, place(p, p->next),
                                 "Properties: expected ':' and %s", expected);
}

static int parse_column(properties *p, ff_error *err)
{
    ff_extxyz_column *column = &p->columns[p->count++];
    const char *name = p->next;
    size_t length = field_length(name);
    int status = check_name(p, name, length, err);
    if (status == FF_OK)
        status = skip_colon(p, "the type of the column", err);
    if (status == FF_OK)
        status = parse_type(p, &column->type, err);
    if (status == FF_OK)
        status = skip_colon(p, "the number of columns", err);
    if (status == FF_OK)
        status = parse_width(p, &column->width, err);
    if (status != FF_OK)
        return status;
    p->width += column->width;
    p->next += field_length(p->next);
    column->name = ff_extxyz_copy(p->header->arena, name, length, err);
    return column->name ? FF_OK : FF_E_NOMEM;
}

static int compare_names(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

static int check_repeated(const properties *p, ff_error *err)
{
    const char **names = ff_new_array(p->count, sizeof *names, err);
    if (!names)
        return FF_E_NOMEM;
    int status = FF_OK;
    for (size_t i = 0; i < p->count; i++)
        names[i] = p->columns[i].name;
    qsort(names, p->count, sizeof *names, compare_names);
    for (size_t i = 1; i < p->count && status == FF_OK; i++) {
        char shown[FF_EXTXYZ_SHOWN];
        if (strcmp(names[i - 1], names[i]) == 0)
            status = ff_extxyz_header_fail(p->header, err, FF_E_FORMAT, place(p, p->entry->text),
                                           "Properties: the column '%s' is declared twice",
                                           ff_extxyz_show(shown, names[i], strlen(names[i])));
    }
    free(names);
    return status;
}

static int plain_columns(const ff_extxyz_header *header, ff_extxyz_column **columns, size_t *count,
                         ff_error *err)
{
    *columns = ff_extxyz_allocate(header->arena, 2, sizeof **columns, err);
    if (!*columns)
        return FF_E_NOMEM;
    (*columns)[0] = (ff_extxyz_column){.name = "species", .type = FF_EXTXYZ_TEXT, .width = 1};
    (*columns)[1] = (ff_extxyz_column){.name = "pos", .type = FF_EXTXYZ_REAL, .width = 3};
    *count = 2;
    return FF_OK;
}

int ff_extxyz_properties_parse(ff_extxyz_header *header, const ff_extxyz_entry *entry,
                               ff_extxyz_column **columns, size_t *count, ff_error *err)
{
    if (!entry)
        return plain_columns(header, columns, count, err);
    if (entry->type != FF_EXTXYZ_TEXT || entry->rank != 0)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, header->begin + entry->at - 1,
                                     "Properties: expected name:type:count, three for each column");
    size_t most = 1;
    for (const char *c = entry->text; *c; c++)
        most += *c == ':';
    properties p = {.header = header, .entry = entry, .next = entry->text};
    p.columns = ff_extxyz_allocate(header->arena, most, sizeof *p.columns, err);
    if (!p.columns)
        return FF_E_NOMEM;
    int status = parse_column(&p, err);
    while (status == FF_OK && *p.next == ':') {
        p.next++;
        status = parse_column(&p, err);
    }
    *columns = p.columns;
    *count = p.count;
    return status == FF_OK ? check_repeated(&p, err) : status;
}
