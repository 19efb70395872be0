/* The lines of atoms. */

#include "formats/extxyz_parts.h"

#include "lib/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the next cell goes. */
typedef struct cursor {
    const char *begin, *next, *end; /* of the line */
    const ff_extxyz_column *column;
    ff_extxyz_store *store;
    size_t index; /* of the cell within the column's data */
    size_t width; /* of ff_doubles_scan */
} cursor;

static const size_t cell_size[] = {[FF_EXTXYZ_INTEGER] = sizeof(int64_t),
                                   [FF_EXTXYZ_REAL] = sizeof(double),
                                   [FF_EXTXYZ_LOGICAL] = sizeof(bool),
                                   [FF_EXTXYZ_TEXT] = sizeof(size_t)};

/* Cells. */

static int cell_fail(const cursor *c, const char *token, size_t length, const char *expected,
                     ff_error *err)
{
    char shown[FF_EXTXYZ_SHOWN], name[FF_EXTXYZ_SHOWN];
    ff_fail(err, FF_E_FORMAT, "column '%s': expected %s, found '%s'",
            ff_extxyz_show(name, c->column->name, strlen(c->column->name)), expected,
            ff_extxyz_show(shown, token, length));
    return FF_E_FORMAT;
}

static int store_real(const cursor *c, const char *token, size_t length, ff_error *err)
{
    double *value = (double *)c->store->data + c->index;
    int status = ff_double_parse(token, length, value);
    if (status == FF_OK || ff_double_parse_not_finite(token, length, value))
        return FF_OK;
    return cell_fail(c, token, length,
                     status == FF_E_RANGE ? "a number in the range of a 64-bit float" : "a number",
                     err);
}

static int store_integer(const cursor *c, const char *token, size_t length, ff_error *err)
{
    int status = ff_int64_parse(token, length, (int64_t *)c->store->data + c->index);
    if (status == FF_OK)
        return FF_OK;
    return cell_fail(c, token, length,
                     status == FF_E_RANGE ? "an integer of at most 64 bits" : "an integer", err);
}

static int store_logical(const cursor *c, const char *token, size_t length, ff_error *err)
{
    if (ff_extxyz_parse_logical(token, length, (bool *)c->store->data + c->index))
        return FF_OK;
    return cell_fail(c, token, length, "T or F (or true, false, True, False, TRUE, FALSE)", err);
}

static int store_text(const cursor *c, const char *token, size_t length, ff_error *err)
{
    ff_extxyz_store *store = c->store;
    if (ff_extxyz_bad_byte(token, length) < length)
        return cell_fail(c, token, length, "UTF-8 text", err);
    if (ff_reserve(&store->characters, &store->character_capacity, store->used + length + 1, 1,
                   err) != FF_OK)
        return FF_E_NOMEM;
    ((size_t *)store->data)[c->index] = store->used;
    memcpy(store->characters + store->used, token, length);
    store->used += length;
    store->characters[store->used++] = '\0';
    return FF_OK;
}

typedef int (*cell_reader)(const cursor *c, const char *token, size_t length, ff_error *err);

static const cell_reader readers[] = {[FF_EXTXYZ_INTEGER] = store_integer,
                                      [FF_EXTXYZ_REAL] = store_real,
                                      [FF_EXTXYZ_LOGICAL] = store_logical,
                                      [FF_EXTXYZ_TEXT] = store_text};

/* Lines. */

static void skip_blanks(cursor *c)
{
    while (c->next < c->end && ff_extxyz_is_blank(*c->next))
        c->next++;
}

/* Counts what the line holds, for the message that it is too little or too much. */
static int count_fail(cursor *c, const ff_extxyz_column *columns, size_t column_count,
                      ff_error *err)
{
    size_t expected = 0, found = 0;
    for (size_t i = 0; i < column_count; i++)
        expected += columns[i].width;
    const char *place = c->next;
    c->next = c->begin;
    for (skip_blanks(c); c->next < c->end; skip_blanks(c)) {
        found++;
        while (c->next < c->end && !ff_extxyz_is_blank(*c->next))
            c->next++;
    }
    c->next = place;
    return ff_fail(err, FF_E_FORMAT, "expected %zu columns, found %zu", expected, found);
}

static int read_cell(cursor *c, cell_reader reader, ff_error *err)
{
    const char *next = c->next;
    while (next < c->end && !ff_extxyz_is_blank(*next))
        next++;
    int status = reader(c, c->next, (size_t)(next - c->next), err);
    if (status == FF_OK)
        c->next = next;
    return status;
}

/* Most cells are reals: all of a column are read together, and what is not finite one by one. */
static int read_reals(cursor *c, size_t width, bool *short_line, ff_error *err)
{
    const size_t last = c->index + width;
    while (c->index < last) {
        size_t found = 0;
        double *to = (double *)c->store->data + c->index;
        c->next = ff_doubles_scan(c->next, c->end, last - c->index, to, &found, &c->width);
        c->index += found;
        if (c->index == last)
            break;
        skip_blanks(c);
        if (c->next == c->end) {
            *short_line = true;
            break;
        }
        int status = read_cell(c, store_real, err);
        if (status != FF_OK)
            return status;
        c->index++;
    }
    return FF_OK;
}

static int read_others(cursor *c, size_t width, bool *short_line, ff_error *err)
{
    for (size_t k = 0; k < width; k++, c->index++) {
        skip_blanks(c);
        if (c->next == c->end) {
            *short_line = true;
            return FF_OK;
        }
        int status = read_cell(c, readers[c->column->type], err);
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

/* Reads the cells of one line; on failure c->next is where. */
static int read_line(cursor *c, const ff_extxyz_column *columns, ff_extxyz_store *stores,
                     size_t column_count, size_t row, ff_error *err)
{
    bool short_line = false;
    for (size_t i = 0; i < column_count && !short_line; i++) {
        const size_t width = columns[i].width;
        c->column = &columns[i];
        c->store = &stores[i];
        c->index = row * width;
        int status = columns[i].type == FF_EXTXYZ_REAL ? read_reals(c, width, &short_line, err)
                                                       : read_others(c, width, &short_line, err);
        if (status != FF_OK)
            return status;
    }
    skip_blanks(c);
    return c->next == c->end && !short_line ? FF_OK : count_fail(c, columns, column_count, err);
}

/* Rows. */

/* The number of atoms that a file states is not trusted with memory: room grows as lines arrive. */
static int reserve_rows(ff_extxyz_rows *rows, const ff_extxyz_column *columns, size_t column_count,
                        size_t atoms, ff_error *err)
{
    enum { FIRST_BYTES = 1 << 24, GROWTH = 4 };
    size_t wanted = GROWTH * rows->row_capacity;
    if (wanted == 0) {
        size_t bytes = 1; /* at least */
        for (size_t i = 0; i < column_count; i++)
            bytes += columns[i].width * cell_size[columns[i].type];
        wanted = 1 + FIRST_BYTES / bytes;
    }
    wanted = wanted < atoms ? wanted : atoms;
    for (size_t i = 0; i < column_count; i++) {
        ff_extxyz_store *store = &rows->stores[i];
        size_t row_bytes = columns[i].width * cell_size[columns[i].type];
        if (wanted > SIZE_MAX / row_bytes)
            return ff_fail(err, FF_E_NOMEM, "out of memory for %zu atoms", wanted);
        if (ff_reserve(&store->data, &store->capacity, wanted * row_bytes, 1, err) != FF_OK)
            return FF_E_NOMEM;
    }
    rows->row_capacity = wanted;
    return FF_OK;
}

static int begin(ff_extxyz_rows *rows, size_t column_count, ff_error *err)
{
    if (ff_reserve(&rows->stores, &rows->store_capacity, column_count, sizeof *rows->stores, err) !=
        FF_OK)
        return FF_E_NOMEM;
    for (; rows->store_count < column_count; rows->store_count++)
        rows->stores[rows->store_count] = (ff_extxyz_store){0};
    for (size_t i = 0; i < column_count; i++)
        rows->stores[i].used = 0;
    rows->row_capacity = 0;
    return FF_OK;
}

static void connect(const ff_extxyz_rows *rows, ff_extxyz_column *columns, size_t column_count)
{
    for (size_t i = 0; i < column_count; i++) {
        const void *data = rows->stores[i].data;
        columns[i].characters = rows->stores[i].characters;
        switch (columns[i].type) {
        case FF_EXTXYZ_INTEGER:
            columns[i].value.integers = data;
            break;
        case FF_EXTXYZ_REAL:
            columns[i].value.reals = data;
            break;
        case FF_EXTXYZ_LOGICAL:
            columns[i].value.logicals = data;
            break;
        case FF_EXTXYZ_TEXT:
            columns[i].value.texts = data;
            break;
        }
    }
}

static int read_row(ff_extxyz_rows *rows, ff_text_reader *text, const ff_extxyz_column *columns,
                    size_t column_count, size_t row, size_t atoms, ff_error *err)
{
    cursor c = {.width = rows->width};
    size_t length = 0;
    int status = ff_text_reader_next(text, &c.begin, &length, err);
    if (status != FF_OK)
        return status;
    if (!c.begin) {
        ff_fail(err, FF_E_FORMAT, "the file ends after %zu of %zu atoms", row, atoms);
        ff_text_reader_locate(text, err, 0);
        return FF_E_FORMAT;
    }
    c.next = c.begin;
    c.end = c.begin + length;
    status = read_line(&c, columns, rows->stores, column_count, row, err);
    rows->width = c.width;
    if (status != FF_OK)
        ff_text_reader_locate(text, err, c.next - c.begin + 1);
    return status;
}

int ff_extxyz_rows_read(ff_extxyz_rows *rows, ff_text_reader *text, ff_extxyz_column *columns,
                        size_t column_count, size_t atoms, ff_error *err)
{
    int status = begin(rows, column_count, err);
    for (size_t row = 0; row < atoms && status == FF_OK; row++) {
        if (row == rows->row_capacity)
            status = reserve_rows(rows, columns, column_count, atoms, err);
        if (status == FF_OK)
            status = read_row(rows, text, columns, column_count, row, atoms, err);
        if (status != FF_OK)
            ff_error_at_atom(err, (int64_t)row + 1);
    }
    connect(rows, columns, column_count);
    return status;
}

void ff_extxyz_rows_clear(ff_extxyz_rows *rows)
{
    for (size_t i = 0; i < rows->store_count; i++) {
        free(rows->stores[i].data);
        free(rows->stores[i].characters);
    }
    free(rows->stores);
    *rows = (ff_extxyz_rows){0};
}
