/* Tables for a terminal. */

#include "formats/table.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_plain_write(FILE *file, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        (void)fputc(*c < 0x20 || *c == 0x7f ? '?' : *c, file);
}

/* Characters of UTF-8 text: bytes that do not continue one. */
static size_t text_width(const char *text)
{
    size_t width = 0;
    for (const char *c = text; *c; c++)
        width += ((unsigned char)*c & 0xc0) != 0x80;
    return width;
}

static const char *cell_text(const ff_table_cell *cell, char *buffer, size_t size)
{
    if (ff_table_cell_is_empty(cell))
        return "-";
    if (!cell->is_number)
        return cell->text;
    bool whole = fabs(cell->number) < 1e15 && cell->number == floor(cell->number);
    (void)snprintf(buffer, size, whole ? "%.0f" : "%.6g", cell->number);
    return buffer;
}

static size_t column_width(const ff_table *table, size_t column)
{
    char buffer[40];
    size_t width = text_width(table->column[column].heading);
    size_t unit = text_width(table->column[column].unit);
    width = unit > width ? unit : width;
    for (size_t i = 0; i < ff_table_rows(table); i++) {
        size_t cell = text_width(cell_text(ff_table_at(table, i, column), buffer, sizeof buffer));
        width = cell > width ? cell : width;
    }
    return width;
}

static void write_padded(FILE *file, const char *text, size_t width, bool right, bool last)
{
    size_t used = text_width(text), padding = width > used ? width - used : 0;
    (void)fprintf(file, "  %*s", right ? (int)padding : 0, "");
    ff_plain_write(file, text);
    if (!right && !last)
        (void)fprintf(file, "%*s", (int)padding, "");
    if (last)
        (void)fputc('\n', file);
}

/* A line of headings (row < 0: headings, row < -1: units) or of cells. Width 0: left out. */
static void write_line(const ff_table *table, FILE *file, const size_t *width, long row)
{
    char buffer[40];
    size_t last = table->columns;
    while (last > 0 && width[last - 1] == 0)
        last--;
    for (size_t j = 0; j < last; j++) {
        const ff_table_column *column = &table->column[j];
        const char *text =
            row == -1  ? column->heading
            : row < -1 ? column->unit
                       : cell_text(ff_table_at(table, (size_t)row, j), buffer, sizeof buffer);
        if (width[j])
            write_padded(file, text, width[j], column->numeric, j + 1 == last);
    }
}

int ff_table_write_text(const ff_table *table, FILE *file, ff_error *err)
{
    bool units = false;
    if (table->status != FF_OK)
        return ff_fail(err, table->status, "out of memory for a table");
    size_t *width = ff_new_array(table->columns, sizeof *width, err);
    if (!width)
        return FF_E_NOMEM;
    for (size_t j = 0; j < table->columns; j++)
        if (!ff_table_column_is_empty(table, j)) {
            width[j] = column_width(table, j);
            units = units || table->column[j].unit[0];
        }
    write_line(table, file, width, -1);
    if (units)
        write_line(table, file, width, -2);
    for (size_t i = 0; i < ff_table_rows(table); i++)
        write_line(table, file, width, (long)i);
    free(width);
    return ferror(file) ? ff_fail_errno(err, "writing a table") : FF_OK;
}
