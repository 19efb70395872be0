#include "formats/table.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_table_init(ff_table *table)
{
    *table = (ff_table){0};
}

void ff_table_clear(ff_table *table)
{
    for (size_t i = 0; i < table->cells; i++)
        free(table->cell[i].text);
    free(table->cell);
    free(table->column);
    ff_table_init(table);
}

void ff_table_add_column(ff_table *table, const char *key, const char *heading, const char *unit,
                         bool numeric)
{
    assert(table->cells == 0);
    int status = ff_reserve(&table->column, &table->column_capacity, table->columns + 1,
                            sizeof *table->column, NULL);
    if (status != FF_OK) {
        table->status = status;
        return;
    }
    ff_table_column *column = &table->column[table->columns++];
    *column = (ff_table_column){.numeric = numeric};
    (void)snprintf(column->key, sizeof column->key, "%s", key);
    (void)snprintf(column->heading, sizeof column->heading, "%s", heading);
    (void)snprintf(column->unit, sizeof column->unit, "%s", unit);
}

static void add_cell(ff_table *table, ff_table_cell cell)
{
    int status = ff_reserve(&table->cell, &table->cell_capacity, table->cells + 1,
                            sizeof *table->cell, NULL);
    if (status != FF_OK) {
        table->status = status;
        free(cell.text);
        return;
    }
    table->cell[table->cells++] = cell;
}

void ff_table_add_number(ff_table *table, double value)
{
    add_cell(table, (ff_table_cell){.is_number = true, .number = value});
}

void ff_table_add_text(ff_table *table, const char *text)
{
    ff_table_cell cell = {.text = ff_copy_text(text, NULL)};
    if (!cell.text)
        table->status = FF_E_NOMEM;
    add_cell(table, cell);
}

size_t ff_table_rows(const ff_table *table)
{
    return table->columns ? table->cells / table->columns : 0;
}

const ff_table_cell *ff_table_at(const ff_table *table, size_t row, size_t column)
{
    return &table->cell[row * table->columns + column];
}

bool ff_table_cell_is_empty(const ff_table_cell *cell)
{
    return cell->is_number ? !isfinite(cell->number) : !cell->text || !cell->text[0];
}

bool ff_table_column_is_empty(const ff_table *table, size_t column)
{
    for (size_t i = 0; i < ff_table_rows(table); i++)
        if (!ff_table_cell_is_empty(ff_table_at(table, i, column)))
            return false;
    return true;
}

static int check(const ff_table *table, ff_error *err)
{
    if (table->status != FF_OK)
        return ff_fail(err, table->status, "out of memory for a table of results");
    return FF_OK;
}

static void write_csv_text(FILE *file, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        (void)fputs(text, file);
        return;
    }
    (void)fputc('"', file);
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            (void)fputc('"', file);
        (void)fputc(*c, file);
    }
    (void)fputc('"', file);
}

static void write_csv_cell(FILE *file, const ff_table_cell *cell)
{
    if (!cell->is_number)
        write_csv_text(file, cell->text ? cell->text : "");
    else if (isfinite(cell->number))
        (void)fprintf(file, "%.17g", cell->number);
}

int ff_table_write_csv(const ff_table *table, FILE *file, ff_error *err)
{
    if (check(table, err) != FF_OK)
        return table->status;
    for (size_t j = 0; j < table->columns; j++) {
        const ff_table_column *column = &table->column[j];
        char heading[128];
        (void)snprintf(heading, sizeof heading, column->unit[0] ? "%s [%s]" : "%s", column->key,
                       column->unit);
        write_csv_text(file, heading);
        (void)fputs(j + 1 < table->columns ? "," : "\n", file);
    }
    for (size_t i = 0; i < ff_table_rows(table); i++)
        for (size_t j = 0; j < table->columns; j++) {
            write_csv_cell(file, ff_table_at(table, i, j));
            (void)fputs(j + 1 < table->columns ? "," : "\n", file);
        }
    return ferror(file) ? ff_fail_errno(err, "writing a CSV table") : FF_OK;
}

void ff_html_write(FILE *file, const char *text)
{
    for (const char *c = text; *c; c++)
        switch (*c) {
        case '&':
            (void)fputs("&amp;", file);
            break;
        case '<':
            (void)fputs("&lt;", file);
            break;
        case '>':
            (void)fputs("&gt;", file);
            break;
        case '"':
            (void)fputs("&quot;", file);
            break;
        default: /* control characters have no place in HTML */
            (void)fputc((unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c, file);
        }
}

static void write_html_heading(FILE *file, const ff_table_column *column)
{
    (void)fprintf(file, "<th%s>", column->numeric ? " class=\"number\"" : "");
    ff_html_write(file, column->heading);
    if (column->unit[0]) {
        (void)fputs(" <span class=\"unit\">", file);
        ff_html_write(file, column->unit);
        (void)fputs("</span>", file);
    }
    (void)fputs("</th>", file);
}

static void write_html_value(FILE *file, const ff_table_cell *cell)
{
    if (ff_table_cell_is_empty(cell)) {
        (void)fputs("–", file);
    } else if (cell->is_number) {
        bool whole = fabs(cell->number) < 1e6 && cell->number == floor(cell->number);
        (void)fprintf(file, whole ? "%.0f" : "%.4g", cell->number);
    } else {
        ff_html_write(file, cell->text);
    }
}

static void write_html_cell(FILE *file, const ff_table_column *column, const ff_table_cell *cell)
{
    (void)fprintf(file, "<td%s>", column->numeric ? " class=\"number\"" : "");
    write_html_value(file, cell);
    (void)fputs("</td>", file);
}

/* Whether all of at least two rows say the same. */
static bool column_is_constant(const ff_table *table, size_t column)
{
    const ff_table_cell *first = ff_table_rows(table) ? ff_table_at(table, 0, column) : NULL;
    for (size_t i = 1; i < ff_table_rows(table); i++) {
        const ff_table_cell *cell = ff_table_at(table, i, column);
        if (cell->is_number != first->is_number ||
            (cell->is_number ? memcmp(&cell->number, &first->number, sizeof cell->number) != 0
                             : strcmp(cell->text, first->text) != 0))
            return false;
    }
    return ff_table_rows(table) > 1 && !ff_table_cell_is_empty(first);
}

/* What is the same in all rows is said once, above the table. Marks what the table can leave out.
 */
static void write_html_constants(const ff_table *table, FILE *file, bool *skip)
{
    bool any = false;
    for (size_t j = 0; j < table->columns; j++) {
        const ff_table_column *column = &table->column[j];
        skip[j] = ff_table_column_is_empty(table, j);
        if (skip[j] || !column_is_constant(table, j))
            continue;
        skip[j] = true;
        (void)fputs(any ? "; " : "<p class=\"same\">The same in all rows: ", file);
        any = true;
        ff_html_write(file, column->heading);
        (void)fputs(" <b>", file);
        write_html_value(file, ff_table_at(table, 0, j));
        (void)fputs("</b>", file);
        if (column->unit[0]) {
            (void)fputc(' ', file);
            ff_html_write(file, column->unit);
        }
    }
    if (any)
        (void)fputs(".</p>\n", file);
}

static void write_html_rows(const ff_table *table, FILE *file, const bool *skip)
{
    (void)fputs("<div class=\"scroll\"><table><thead><tr>", file);
    for (size_t j = 0; j < table->columns; j++)
        if (!skip[j])
            write_html_heading(file, &table->column[j]);
    (void)fputs("</tr></thead><tbody>\n", file);
    for (size_t i = 0; i < ff_table_rows(table); i++) {
        (void)fputs("<tr>", file);
        for (size_t j = 0; j < table->columns; j++)
            if (!skip[j])
                write_html_cell(file, &table->column[j], ff_table_at(table, i, j));
        (void)fputs("</tr>\n", file);
    }
    (void)fputs("</tbody></table></div>\n", file);
}

int ff_table_write_html(const ff_table *table, FILE *file, ff_error *err)
{
    if (check(table, err) != FF_OK)
        return table->status;
    bool *skip = ff_new_array(table->columns, sizeof *skip, err);
    if (!skip)
        return FF_E_NOMEM;
    write_html_constants(table, file, skip);
    write_html_rows(table, file, skip);
    free(skip);
    return ferror(file) ? ff_fail_errno(err, "writing an HTML table") : FF_OK;
}

static json_t *cell_to_json(const ff_table_cell *cell)
{
    if (!cell->is_number)
        return json_string(cell->text ? cell->text : "");
    return isfinite(cell->number) ? json_real(cell->number) : json_null();
}

int ff_table_to_json(const ff_table *table, json_t **out, ff_error *err)
{
    if (check(table, err) != FF_OK)
        return table->status;
    json_t *rows = json_array();
    bool failed = !rows;
    for (size_t i = 0; i < ff_table_rows(table) && !failed; i++) {
        json_t *row = json_object();
        failed = !row || json_array_append_new(rows, row) != 0;
        for (size_t j = 0; j < table->columns && !failed; j++)
            failed = json_object_set_new(row, table->column[j].key,
                                         cell_to_json(ff_table_at(table, i, j))) != 0;
    }
    if (failed) {
        json_decref(rows);
        return ff_fail(err, FF_E_FORMAT, "a table holds text that is not UTF-8");
    }
    *out = rows;
    return FF_OK;
}
