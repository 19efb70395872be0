/* The numbers of a report, for machines. */

#include "formats/report_output.h"
#include "formats/report_results.h"

#include <jansson.h>
#include <stdio.h>

static int write_csv(const ff_table *table, const char *directory, const char *name, ff_error *err)
{
    char file_name[80];
    FILE *file = NULL;
    (void)snprintf(file_name, sizeof file_name, "%s.csv", name);
    int status = ff_report_open(&file, directory, file_name, err);
    if (status == FF_OK)
        status = ff_report_close(file, file_name, ff_table_write_csv(table, file, err), err);
    return status;
}

/* A table as NAME.csv (when it has rows) and as a member of the JSON object. */
static int write_table_numbers(const ff_table *table, const char *directory, const char *name,
                               json_t *root, ff_error *err)
{
    json_t *rows = NULL;
    if (ff_table_rows(table) == 0)
        return FF_OK;
    int status = write_csv(table, directory, name, err);
    if (status == FF_OK)
        status = ff_table_to_json(table, &rows, err);
    if (status == FF_OK && json_object_set_new(root, name, rows) != 0)
        status = ff_fail(err, FF_E_NOMEM, "out of memory for results.json");
    return status;
}

int ff_report_write_numbers(const ff_report *report, const char *directory, ff_error *err)
{
    FILE *file = NULL;
    int status = FF_OK;
    size_t count = 0;
    const ff_report_table *tables = ff_report_tables(&count);
    json_t *root = json_pack("{s:s, s:s, s:s, s:s}", "title", report->title, "x", report->x,
                             "series", report->series, "version", FF_VERSION);
    if (!root)
        return ff_fail(err, FF_E_USAGE, "the title or a tag name is not UTF-8");
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        ff_table table;
        status = tables[i].make(&table, report, err);
        if (status == FF_OK)
            status = write_table_numbers(&table, directory, tables[i].name, root, err);
        ff_table_clear(&table);
    }
    if (status == FF_OK)
        status = write_table_numbers(&report->datasets, directory, "datasets", root, err);
    if (status == FF_OK)
        status = write_table_numbers(&report->inputs, directory, "inputs", root, err);
    if (status == FF_OK)
        status = write_table_numbers(&report->history, directory, "history", root, err);
    if (status == FF_OK)
        status = ff_report_open(&file, directory, "results.json", err);
    if (status == FF_OK) {
        bool failed = json_dumpf(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) != 0;
        (void)fputc('\n', file);
        status = ff_report_close(file, "results.json", FF_OK, err);
        if (failed && status == FF_OK)
            status = ff_fail(err, FF_E_IO, "results.json could not be written");
    }
    json_decref(root);
    return status;
}
