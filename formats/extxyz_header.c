/* Line 2 of a frame: key=value pairs. */

#include "formats/extxyz_parts.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Messages. */

static void locate(const ff_extxyz_header *header, const char *at, ff_error *err)
{
    ff_error_in_file(err, header->file);
    ff_error_at_line(err, header->line, at - header->begin + 1);
}

int ff_extxyz_header_fail(const ff_extxyz_header *header, ff_error *err, int code, const char *at,
                          const char *format, ...)
{
    char message[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    ff_fail(err, code, "%s", message);
    locate(header, at, err);
    return code;
}

void ff_extxyz_header_warn(const ff_extxyz_header *header, const char *at, const char *format, ...)
{
    if (!header->options->warn)
        return;
    char message[256];
    ff_error warning = {0};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    ff_fail(&warning, FF_E_FORMAT, "%s", message);
    locate(header, at, &warning);
    header->options->warn(header->options->context, &warning);
}

/* Keys. */

static void skip_blanks(ff_extxyz_header *header)
{
    while (header->next < header->end && ff_extxyz_is_blank(*header->next))
        header->next++;
}

static bool at_equals(const ff_extxyz_header *header)
{
    return header->next < header->end && *header->next == '=';
}

static int set_key(const ff_extxyz_header *header, ff_extxyz_entry *entry, const char *text,
                   size_t length, ff_error *err)
{
    entry->key = ff_extxyz_copy(header->arena, text, length, err);
    return entry->key ? FF_OK : FF_E_NOMEM;
}

static int quoted_key(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    ff_extxyz_piece piece = {0};
    const char *start = header->next;
    int status = ff_extxyz_quoted_parse(header, &piece, err);
    if (status != FF_OK)
        return status;
    if (piece.length == 0)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start, "the key is empty");
    return set_key(header, entry, piece.text, piece.length, err);
}

static int bare_key(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    const char *start = header->next;
    char shown[FF_EXTXYZ_SHOWN];
    if (*start == '\'')
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start,
                                     "a key is quoted with \" or not at all, found '");
    while (header->next < header->end && ff_extxyz_is_bare(*header->next))
        header->next++;
    if (header->next == start)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start, "expected a key, found '%s'",
                                     ff_extxyz_show_character(shown, start));
    return set_key(header, entry, start, (size_t)(header->next - start), err);
}

/* A key alone, as ASE writes and reads it: the value is true. */
static int value_of_bare_key(ff_extxyz_header *header, ff_extxyz_entry *entry, const char *at,
                             ff_error *err)
{
    char shown[FF_EXTXYZ_SHOWN];
    bool *value = ff_extxyz_allocate(header->arena, 1, sizeof *value, err);
    if (!value)
        return FF_E_NOMEM;
    *value = true;
    entry->type = FF_EXTXYZ_LOGICAL;
    entry->rows = entry->columns = 1;
    entry->value.logicals = value;
    entry->text = "T";
    ff_extxyz_header_warn(header, at, "key '%s' has no value: read as true",
                          ff_extxyz_show(shown, entry->key, strlen(entry->key)));
    return FF_OK;
}

static int no_equals(const ff_extxyz_header *header, bool quoted, ff_error *err)
{
    char shown[FF_EXTXYZ_SHOWN];
    const char *expected = quoted ? "expected '='" : "expected '=' or a blank";
    if (header->next == header->end)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, header->next,
                                     "%s after the key, the line ends", expected);
    return ff_extxyz_header_fail(header, err, FF_E_FORMAT, header->next,
                                 "%s after the key, found '%s'", expected,
                                 ff_extxyz_show_character(shown, header->next));
}

static int parse_pair(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    const char *start = header->next;
    bool quoted = *start == '"';
    int status = quoted ? quoted_key(header, entry, err) : bare_key(header, entry, err);
    if (status != FF_OK)
        return status;
    const char *after_key = header->next;
    skip_blanks(header);
    entry->at = start - header->begin + 1;
    if (!at_equals(header)) {
        bool separate = header->next == header->end || header->next > after_key;
        return quoted || !separate ? no_equals(header, quoted, err)
                                   : value_of_bare_key(header, entry, start, err);
    }
    header->next++;
    skip_blanks(header);
    entry->at = header->next - header->begin + 1;
    status = ff_extxyz_value_parse(header, entry, err);
    if (status != FF_OK || header->next == header->end || ff_extxyz_is_blank(*header->next))
        return status;
    char shown[FF_EXTXYZ_SHOWN], character[FF_EXTXYZ_SHOWN];
    return ff_extxyz_header_fail(
        header, err, FF_E_FORMAT, header->next,
        "expected a blank after the value of '%s', found '%s' (a value with special characters "
        "needs double quotes)",
        ff_extxyz_show(shown, entry->key, strlen(entry->key)),
        ff_extxyz_show_character(character, header->next));
}

/* Keys given twice. */

static int compare_keys(const void *left, const void *right)
{
    const ff_extxyz_entry *const *a = left, *const *b = right;
    int order = strcmp((*a)->key, (*b)->key);
    return order ? order : (*a > *b) - (*a < *b);
}

static int check_repeated(ff_extxyz_header *header, ff_error *err)
{
    size_t count = header->entry_count;
    if (ff_reserve(&header->sorted, &header->sorted_capacity, count, sizeof(void *), err) != FF_OK)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        header->sorted[i] = &header->entries[i];
    if (count > 1)
        qsort(header->sorted, count, sizeof(void *), compare_keys);
    for (size_t i = 1; i < count; i++) {
        const ff_extxyz_entry *first = header->sorted[i - 1], *second = header->sorted[i];
        if (strcmp(first->key, second->key) != 0 || strcmp(first->text, second->text) == 0)
            continue;
        char key[FF_EXTXYZ_SHOWN], one[FF_EXTXYZ_SHOWN], other[FF_EXTXYZ_SHOWN];
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, header->begin + second->at - 1,
                                     "key '%s' is given twice, as '%s' and '%s'",
                                     ff_extxyz_show(key, first->key, strlen(first->key)),
                                     ff_extxyz_show(one, first->text, strlen(first->text)),
                                     ff_extxyz_show(other, second->text, strlen(second->text)));
    }
    return FF_OK;
}

/* The keys that are found in any case of letters must not come in two. */
static int check_special(const ff_extxyz_header *header, ff_error *err)
{
    static const char *const special[] = {"Properties", "Lattice", "pbc"};
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        const ff_extxyz_entry *first = NULL;
        for (size_t j = 0; j < header->entry_count; j++) {
            const ff_extxyz_entry *entry = &header->entries[j];
            if (strcasecmp(entry->key, special[i]) != 0)
                continue;
            if (first && strcmp(first->key, entry->key) != 0)
                return ff_extxyz_header_fail(
                    header, err, FF_E_FORMAT, header->begin + entry->at - 1,
                    "'%s' and '%s' are the same key", first->key, entry->key);
            first = entry;
        }
    }
    return FF_OK;
}

int ff_extxyz_header_parse(ff_extxyz_header *header, ff_error *err)
{
    header->entry_count = 0;
    size_t length = (size_t)(header->end - header->begin);
    size_t bad = ff_extxyz_bad_byte(header->begin, length);
    if (bad < length)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, header->begin + bad,
                                     "byte 0x%02x is no UTF-8 text",
                                     (unsigned)(unsigned char)header->begin[bad]);
    for (skip_blanks(header); header->next < header->end; skip_blanks(header)) {
        ff_extxyz_entry entry = {.key = ""};
        int status = parse_pair(header, &entry, err);
        if (status == FF_OK)
            status = ff_reserve(&header->entries, &header->entry_capacity, header->entry_count + 1,
                                sizeof *header->entries, err);
        if (status != FF_OK)
            return status;
        header->entries[header->entry_count++] = entry;
    }
    int status = check_repeated(header, err);
    return status == FF_OK ? check_special(header, err) : status;
}

void ff_extxyz_header_clear(ff_extxyz_header *header)
{
    free(header->entries);
    free(header->items);
    free(header->sorted);
    *header = (ff_extxyz_header){0};
}
