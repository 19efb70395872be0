#ifndef FF_FORMATS_TABLE_H
#define FF_FORMATS_TABLE_H

/* A table of results, filled once and written as CSV, JSON, HTML and plain text.
 *
 * Numbers keep full precision in CSV and JSON (%.17g) and are rounded for people in HTML and text.
 * NaN means "unknown": an empty CSV cell, null in JSON, a dash in HTML and text. Failures of memory
 * while filling are remembered and reported by the writers, so that filling code reads like the
 * table.
 */

#include "lib/base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ff_table_column {
    char key[64];     /* machine name: CSV heading with the unit, JSON key */
    char heading[96]; /* for people */
    char unit[24];    /* "" when dimensionless */
    bool numeric;     /* aligned right */
} ff_table_column;

typedef struct ff_table_cell {
    bool is_number;
    double number;
    char *text; /* owned; NULL for numbers */
} ff_table_cell;

typedef struct ff_table {
    size_t columns, column_capacity;
    ff_table_column *column;
    size_t cells, cell_capacity; /* row-major; the last row may be incomplete while filling */
    ff_table_cell *cell;
    int status; /* FF_OK, or the first failure while filling */
} ff_table;

void ff_table_init(ff_table *table);
void ff_table_clear(ff_table *table);

/* Adds a column; only before the first cell. */
void ff_table_add_column(ff_table *table, const char *key, const char *heading, const char *unit,
                         bool numeric);

/* Fills the next cell, row by row. */
void ff_table_add_number(ff_table *table, double value);
void ff_table_add_text(ff_table *table, const char *text);

size_t ff_table_rows(const ff_table *table);

/* A cell of a complete row. Borrowed. */
const ff_table_cell *ff_table_at(const ff_table *table, size_t row, size_t column);
/* Whether a cell, or every cell of a column, says nothing: an unknown number or an empty text. */
bool ff_table_cell_is_empty(const ff_table_cell *cell);
bool ff_table_column_is_empty(const ff_table *table, size_t column);

/* CSV (RFC 4180) with a heading line of keys, units in square brackets. */
int ff_table_write_csv(const ff_table *table, FILE *file, ff_error *err);

/* An HTML <table> with <thead>; columns whose cells are all unknown are left out, and what is the
 * same in all of several rows is said once in a paragraph above. */
int ff_table_write_html(const ff_table *table, FILE *file, ff_error *err);

/* Aligned columns for a terminal, indented by two blanks, under a line of headings and one of units
 * (when there are any); columns whose cells are all unknown are left out. */
int ff_table_write_text(const ff_table *table, FILE *file, ff_error *err);

/* Writes text with control characters replaced, so that names from files cannot steer a terminal.
 */
void ff_plain_write(FILE *file, const char *text);

/* An array with one object a row, keys as in CSV but without units. *out is a new reference. */
int ff_table_to_json(const ff_table *table, json_t **out, ff_error *err);

/* Writes text with &, <, >, " escaped for HTML. */
void ff_html_write(FILE *file, const char *text);

#ifdef __cplusplus
}
#endif
#endif
