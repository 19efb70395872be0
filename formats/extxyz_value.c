/* Values on line 2: bare, quoted, {old list}, [new list] and [[table]]; and their types. */

#include "formats/extxyz_parts.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

bool ff_extxyz_is_bare(char character)
{
    return (unsigned char)character > ' ' && character != 0x7f && !strchr("=\",[]{}\\", character);
}

/* Pieces. */

/* Text between quotes: \n is a newline, a backslash before any other character stands for that
 * character. */
int ff_extxyz_quoted_parse(ff_extxyz_header *header, ff_extxyz_piece *piece, ff_error *err)
{
    const char *start = header->next, quote = *start;
    const char *end = start + 1;
    while (end < header->end && *end != quote)
        end += *end == '\\' ? 2 : 1;
    if (end >= header->end)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start,
                                     "the quote %c is not closed on this line", quote);
    char *text = ff_extxyz_allocate(header->arena, (size_t)(end - start), 1, err);
    if (!text)
        return FF_E_NOMEM;
    *piece = (ff_extxyz_piece){.text = text, .quoted = true};
    for (const char *next = start + 1; next < end; next++) {
        if (*next == '\\') {
            next++;
            piece->escaped = true;
            text[piece->length++] = *next == 'n' ? '\n' : *next;
        } else {
            text[piece->length++] = *next;
        }
    }
    header->next = end + 1;
    return FF_OK;
}

static int bare_parse(ff_extxyz_header *header, ff_extxyz_piece *piece, const char *expected,
                      ff_error *err)
{
    const char *start = header->next;
    char shown[FF_EXTXYZ_SHOWN];
    while (header->next < header->end && ff_extxyz_is_bare(*header->next))
        header->next++;
    *piece = (ff_extxyz_piece){.text = start, .length = (size_t)(header->next - start)};
    if (piece->length > 0)
        return FF_OK;
    if (start == header->end)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start, "expected %s, the line ends",
                                     expected);
    return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start, "expected %s, found '%s'",
                                 expected, ff_extxyz_show_character(shown, start));
}

static int add_item(ff_extxyz_header *header, const ff_extxyz_piece *piece, ff_error *err)
{
    if (ff_reserve(&header->items, &header->item_capacity, header->item_count + 1,
                   sizeof *header->items, err) != FF_OK)
        return FF_E_NOMEM;
    header->items[header->item_count++] = *piece;
    return FF_OK;
}

/* Quoted values. */

/* Splits "1 2, 3" at blanks, with at most one comma between items. False when it is no list. */
static int split_quoted(ff_extxyz_header *header, const ff_extxyz_piece *piece, bool *is_list,
                        ff_error *err)
{
    const char *next = piece->text, *end = piece->text + piece->length;
    bool comma = false;
    *is_list = false;
    while (next < end) {
        const char *start = next;
        while (next < end && ff_extxyz_is_bare(*next))
            next++;
        if (next > start) {
            ff_extxyz_piece item = {.text = start, .length = (size_t)(next - start)};
            if (add_item(header, &item, err) != FF_OK)
                return FF_E_NOMEM;
            comma = false;
            continue;
        }
        bool separator = ff_extxyz_is_blank(*next) || (*next == ',' && header->item_count > 0);
        if (!separator || (comma && *next == ','))
            return FF_OK;
        comma = comma || *next == ',';
        next++;
    }
    *is_list = header->item_count > 0 && !comma;
    return FF_OK;
}

bool ff_extxyz_is_text(const char *text)
{
    ff_extxyz_header header = {0};
    ff_extxyz_piece piece = {.text = text, .length = strlen(text)};
    bool is_list = false;
    int status = split_quoted(&header, &piece, &is_list, NULL);
    bool is_text = status == FF_OK && (!is_list || ff_extxyz_items_are_text(&header));
    free(header.items);
    return is_text;
}

/* "1 2 3" is a list, "1" one value, "T F" logicals; anything else is text as a whole. */
static int quoted_value(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    ff_extxyz_piece piece = {0};
    bool is_list = false;
    int status = ff_extxyz_quoted_parse(header, &piece, err);
    if (status != FF_OK)
        return status;
    entry->text = piece.text;
    if (!piece.escaped)
        status = split_quoted(header, &piece, &is_list, err);
    if (status != FF_OK)
        return status;
    if (!is_list)
        header->item_count = 0;
    return ff_extxyz_store_quoted(header, entry, err);
}

/* Braces and brackets. */

static void skip_blanks(ff_extxyz_header *header)
{
    while (header->next < header->end && ff_extxyz_is_blank(*header->next))
        header->next++;
}

static bool at(const ff_extxyz_header *header, char character)
{
    return header->next < header->end && *header->next == character;
}

static int parse_item(ff_extxyz_header *header, ff_error *err)
{
    ff_extxyz_piece piece = {0};
    int status = at(header, '"') || at(header, '\'') ? ff_extxyz_quoted_parse(header, &piece, err)
                                                     : bare_parse(header, &piece, "a value", err);
    return status == FF_OK ? add_item(header, &piece, err) : status;
}

/* {1 2 3}: blanks between the items, or a comma. One item is a value, not a list. */
static int braced_value(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    const char *start = header->next++;
    char shown[FF_EXTXYZ_SHOWN];
    for (skip_blanks(header); !at(header, '}'); skip_blanks(header)) {
        int status = parse_item(header, err);
        if (status != FF_OK)
            return status;
        bool separate = !(header->next < header->end) || ff_extxyz_is_blank(*header->next);
        skip_blanks(header);
        if (at(header, ',')) {
            header->next++;
            skip_blanks(header);
            if (at(header, '}'))
                return ff_extxyz_header_fail(header, err, FF_E_FORMAT, header->next,
                                             "expected a value after the comma, found '}'");
        } else if (!separate && !at(header, '}')) {
            return ff_extxyz_header_fail(header, err, FF_E_FORMAT, header->next,
                                         "expected a blank, a comma or '}', found '%s'",
                                         ff_extxyz_show_character(shown, header->next));
        }
    }
    header->next++;
    if (header->item_count == 0)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start, "the list is empty");
    entry->rank = header->item_count > 1;
    entry->columns = header->item_count;
    return ff_extxyz_store_list(header, entry, err);
}

/* The items of [a, b] after its opening bracket. */
static int bracketed_items(ff_extxyz_header *header, const char *start, ff_error *err)
{
    size_t before = header->item_count;
    char shown[FF_EXTXYZ_SHOWN];
    skip_blanks(header);
    if (at(header, ']'))
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start, "the list is empty");
    for (;;) {
        int status = parse_item(header, err);
        if (status != FF_OK)
            return status;
        skip_blanks(header);
        if (!at(header, ','))
            break;
        header->next++;
        skip_blanks(header);
    }
    if (at(header, ']')) {
        header->next++;
        return FF_OK;
    }
    if (header->next == header->end)
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT, start,
                                     "the bracket [ is not closed on this line");
    return ff_extxyz_header_fail(
        header, err, FF_E_FORMAT, header->next, "expected ',' or ']' after %zu items, found '%s'",
        header->item_count - before, ff_extxyz_show_character(shown, header->next));
}

/* [[a, b], [c, d]] after its opening bracket. */
static int bracketed_rows(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    const char *start = header->next - 1;
    for (entry->rows = 0; at(header, '[');) {
        const char *row = header->next++;
        size_t before = header->item_count;
        int status = bracketed_items(header, row, err);
        if (status != FF_OK)
            return status;
        size_t columns = header->item_count - before;
        if (entry->rows > 0 && columns != entry->columns)
            return ff_extxyz_header_fail(header, err, FF_E_FORMAT, row,
                                         "row %zu of the table has %zu values, the first has %zu",
                                         entry->rows + 1, columns, entry->columns);
        entry->columns = columns;
        entry->rows++;
        skip_blanks(header);
        if (!at(header, ','))
            break;
        header->next++;
        skip_blanks(header);
        if (!at(header, '['))
            return ff_extxyz_header_fail(header, err, FF_E_FORMAT, header->next,
                                         "expected another row in brackets after the comma");
    }
    if (!at(header, ']'))
        return ff_extxyz_header_fail(header, err, FF_E_FORMAT,
                                     header->next == header->end ? start : header->next,
                                     "expected ',' or ']' after a row of the table");
    header->next++;
    return FF_OK;
}

static int bracketed_value(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    const char *start = header->next++;
    skip_blanks(header);
    int status;
    if (at(header, '[')) {
        entry->rank = 2;
        status = bracketed_rows(header, entry, err);
    } else {
        entry->rank = 1;
        status = bracketed_items(header, start, err);
        entry->columns = header->item_count;
    }
    return status == FF_OK ? ff_extxyz_store_list(header, entry, err) : status;
}

/* Any value. */

static int bare_value(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    ff_extxyz_piece piece = {0};
    int status = bare_parse(header, &piece, "a value after '='", err);
    if (status == FF_OK)
        status = add_item(header, &piece, err);
    if (status != FF_OK)
        return status;
    /* ASE's identifiers are hexadecimal digits, which may happen to look like a number. */
    header->items[0].quoted = strcmp(entry->key, "uid") == 0;
    return ff_extxyz_store_list(header, entry, err);
}

static int copy_as_written(ff_extxyz_header *header, ff_extxyz_entry *entry, const char *start,
                           ff_error *err)
{
    entry->text = ff_extxyz_copy(header->arena, start, (size_t)(header->next - start), err);
    return entry->text ? FF_OK : FF_E_NOMEM;
}

int ff_extxyz_value_parse(ff_extxyz_header *header, ff_extxyz_entry *entry, ff_error *err)
{
    const char *start = header->next;
    header->item_count = 0;
    entry->rank = 0;
    entry->rows = entry->columns = 1;
    if (at(header, '"') || at(header, '\''))
        return quoted_value(header, entry, err);
    int status;
    if (at(header, '{'))
        status = braced_value(header, entry, err);
    else if (at(header, '['))
        status = bracketed_value(header, entry, err);
    else
        status = bare_value(header, entry, err);
    return status == FF_OK ? copy_as_written(header, entry, start, err) : status;
}
