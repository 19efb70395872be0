#include "stages/basis/report.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void basis_report_init(basis_report *report)
{
    *report = (basis_report){0};
}

void basis_report_clear(basis_report *report)
{
    for (size_t i = 0; i < report->sections; i++)
        ff_table_clear(&report->section[i].table);
    *report = (basis_report){0};
}

static report_fact *next_fact(basis_report *report, const char *key, const char *heading)
{
    assert(report->facts < REPORT_FACTS);
    report_fact *fact = &report->fact[report->facts++];
    *fact = (report_fact){.key = key, .heading = heading, .number = NAN};
    return fact;
}

void basis_report_text(basis_report *report, const char *key, const char *heading, const char *text)
{
    report_fact *fact = next_fact(report, key, heading);
    (void)snprintf(fact->text, sizeof fact->text, "%s", text);
}

void basis_report_number(basis_report *report, const char *key, const char *heading, double number,
                         const char *unit)
{
    report_fact *fact = next_fact(report, key, heading);
    fact->number = number;
    (void)snprintf(fact->text, sizeof fact->text, "%.8g%s%s", number, unit[0] ? " " : "", unit);
}

ff_table *basis_report_section(basis_report *report, const char *key, const char *title)
{
    assert(report->sections < REPORT_SECTIONS);
    report_section *section = &report->section[report->sections++];
    section->key = key;
    section->title = title;
    ff_table_init(&section->table);
    return &section->table;
}

int basis_report_write_text(const basis_report *report, FILE *file, ff_error *err)
{
    int width = 0, status = FF_OK;
    for (size_t i = 0; i < report->facts; i++)
        width = (int)fmax(width, (double)strlen(report->fact[i].heading));
    for (size_t i = 0; i < report->facts; i++)
        (void)fprintf(file, "  %-*s  %s\n", width, report->fact[i].heading, report->fact[i].text);
    for (size_t i = 0; i < report->sections && status == FF_OK; i++) {
        (void)fprintf(file, "\n%s\n", report->section[i].title);
        status = ff_table_write_text(&report->section[i].table, file, err);
    }
    return status;
}

int basis_report_write_json(const basis_report *report, FILE *file, ff_error *err)
{
    int status = FF_OK;
    json_t *root = json_object();
    bool failed = !root;
    for (size_t i = 0; i < report->facts && !failed; i++) {
        const report_fact *fact = &report->fact[i];
        json_t *value = isfinite(fact->number) ? json_real(fact->number) : json_string(fact->text);
        failed = json_object_set_new(root, fact->key, value) != 0;
    }
    for (size_t i = 0; i < report->sections && !failed && status == FF_OK; i++) {
        json_t *rows = NULL;
        status = ff_table_to_json(&report->section[i].table, &rows, err);
        failed = status == FF_OK && json_object_set_new(root, report->section[i].key, rows) != 0;
    }
    failed = failed || (status == FF_OK &&
                        json_dumpf(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) != 0);
    (void)fputc('\n', file);
    json_decref(root);
    return failed ? ff_fail(err, FF_E_NOMEM, "out of memory for JSON") : status;
}
