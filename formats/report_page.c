#include "formats/report.h"
#include "formats/report_results.h"
#include "lib/base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static const char style[] =
    ":root{--ink:#1b1f24;--soft:#5b6570;--line:#dfe3e8;--page:#fff;--band:#f6f7f9}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e3e6ea;--soft:#9aa4af;--line:#363c44;"
    "--page:#16191d;--band:#1e2227}}\n"
    "body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--page);"
    "max-width:62rem;margin:2.5rem auto;padding:0 1.25rem}\n"
    "h1{font-size:1.7rem;line-height:1.25;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.4rem 0 "
    ".6rem;"
    "border-bottom:1px solid var(--line);padding-bottom:.25rem}\n"
    ".sub,figcaption,.unit{color:var(--soft)}.unit{font-weight:400;white-space:nowrap}\n"
    "figure{margin:1.4rem 0}figure svg{width:100%;max-width:46rem;height:auto;background:#fff;"
    "border-radius:6px}figcaption{font-size:.9rem;max-width:46rem}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.86rem;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.28rem .7rem;text-align:left;border-bottom:1px solid var(--line)}"
    "th{vertical-align:bottom;font-weight:600}tbody tr:nth-child(even){background:var(--band)}\n"
    ".number{text-align:right}details{margin:.8rem 0}summary{cursor:pointer}"
    "code{font-size:.88em}\n";

/* Copies an SVG drawing into the page without its XML and document-type lines. */
static int write_svg(FILE *page, const char *path, ff_error *err)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return ff_fail_errno(err, "opening %s", path);
    char *line = NULL;
    size_t size = 0;
    bool inside = false;
    while (getline(&line, &size, file) > 0) {
        inside = inside || strncmp(line, "<svg", 4) == 0;
        if (inside)
            (void)fputs(line, page);
    }
    free(line);
    (void)fclose(file);
    return inside ? FF_OK : ff_fail(err, FF_E_IO, "gnuplot left no drawing in %s", path);
}

static int write_figures(FILE *page, const ff_report *report, const char *directory, ff_error *err)
{
    ff_figure figure[FF_REPORT_FIGURES];
    const char *caption[FF_REPORT_FIGURES];
    char folder[PATH_SIZE + 16], path[PATH_SIZE + 128];
    (void)snprintf(folder, sizeof folder, "%s/figures", directory);
    int status = ff_report_figures(figure, caption, report, err);
    for (int i = 0; i < FF_REPORT_FIGURES && status == FF_OK; i++) {
        if (!ff_figure_has_points(&figure[i]))
            continue;
        status = ff_figure_draw(&figure[i], folder, err);
        if (status != FF_OK)
            break;
        (void)snprintf(path, sizeof path, "%s/figures/%.63s.svg", directory, figure[i].name);
        (void)fprintf(page, "<figure id=\"%s\">\n", figure[i].name);
        status = write_svg(page, path, err);
        (void)fputs("<figcaption>", page);
        ff_html_write(page, caption[i]);
        (void)fprintf(page, " Data and script: <code>figures/%s.dat</code>, <code>%s.gp</code>.",
                      figure[i].name, figure[i].name);
        (void)fputs("</figcaption></figure>\n", page);
    }
    for (int i = 0; i < FF_REPORT_FIGURES; i++)
        ff_figure_clear(&figure[i]);
    return status;
}

typedef int (*table_maker)(ff_table *table, const ff_report *report, ff_error *err);

/* The tables made from results, with their names in results.json and as files. */
static const struct {
    const char *name, *heading;
    table_maker make;
} tables[] = {{"comparisons", "Errors of the relaxed defect", ff_report_comparison_table},
              {"evaluations", "Errors on datasets", ff_report_evaluation_table},
              {"elastic", "Elastic constants", ff_report_elastic_table},
              {"relaxations", "Relaxations", ff_report_relaxation_table}};
enum { TABLES = sizeof tables / sizeof *tables };

static int write_html_section(FILE *page, const char *heading, const ff_table *table, ff_error *err)
{
    if (ff_table_rows(table) == 0)
        return FF_OK;
    (void)fprintf(page, "<h2>%s</h2>\n", heading);
    return ff_table_write_html(table, page, err);
}

static int write_result_tables(FILE *page, const ff_report *report, ff_error *err)
{
    int status = FF_OK;
    for (int i = 0; i < TABLES && status == FF_OK; i++) {
        ff_table table;
        status = tables[i].make(&table, report, err);
        if (status == FF_OK)
            status = write_html_section(page, tables[i].heading, &table, err);
        ff_table_clear(&table);
    }
    return status;
}

static int write_page(FILE *page, const ff_report *report, const char *directory, ff_error *err)
{
    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
                page);
    ff_html_write(page, report->title);
    (void)fprintf(page, "</title>\n<style>\n%s</style></head>\n<body>\n<h1>", style);
    ff_html_write(page, report->title);
    (void)fputs("</h1>\n<p class=\"sub\">Generalisation study by Farfield " FF_VERSION ".</p>\n",
                page);
    if (report->notes) {
        (void)fputs("<p>", page);
        ff_html_write(page, report->notes);
        (void)fputs("</p>\n", page);
    }
    if (report->comparisons) {
        (void)fputs("<h2>What came out</h2>\n<ul>\n", page);
        ff_report_write_findings(report, page);
        (void)fputs("</ul>\n", page);
    }
    int status = write_figures(page, report, directory, err);
    if (status == FF_OK)
        status = write_result_tables(page, report, err);
    if (status == FF_OK)
        status = write_html_section(page, "Errors on the training rows", &report->fits, err);
    (void)fputs("<h2>Provenance</h2>\n<details><summary>Every step these numbers descend from"
                "</summary>\n",
                page);
    if (status == FF_OK)
        status = ff_table_write_html(&report->history, page, err);
    (void)fputs("</details>\n<details><summary>Input files</summary>\n", page);
    if (status == FF_OK)
        status = ff_table_write_html(&report->inputs, page, err);
    (void)fputs("</details>\n</body></html>\n", page);
    return status;
}

/* ---- numbers -----------------------------------------------------------------------------------
 */

static int open_in(FILE **file, const char *directory, const char *name, ff_error *err)
{
    char path[PATH_SIZE + 80];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    *file = fopen(path, "w");
    return *file ? FF_OK : ff_fail_errno(err, "creating %s", path);
}

static int close_written(FILE *file, const char *name, int status, ff_error *err)
{
    bool broken = ferror(file) != 0;
    if ((fclose(file) != 0 || broken) && status == FF_OK)
        status = ff_fail_errno(err, "writing %s", name);
    return status;
}

static int write_csv(const ff_table *table, const char *directory, const char *name, ff_error *err)
{
    char file_name[80];
    FILE *file = NULL;
    (void)snprintf(file_name, sizeof file_name, "%s.csv", name);
    int status = open_in(&file, directory, file_name, err);
    if (status == FF_OK)
        status = close_written(file, file_name, ff_table_write_csv(table, file, err), err);
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

static int write_numbers(const ff_report *report, const char *directory, ff_error *err)
{
    FILE *file = NULL;
    int status = FF_OK;
    json_t *root = json_pack("{s:s, s:s, s:s, s:s}", "title", report->title, "x", report->x,
                             "series", report->series, "version", FF_VERSION);
    if (!root)
        return ff_fail(err, FF_E_USAGE, "the title or a tag name is not UTF-8");
    for (int i = 0; i < TABLES && status == FF_OK; i++) {
        ff_table table;
        status = tables[i].make(&table, report, err);
        if (status == FF_OK)
            status = write_table_numbers(&table, directory, tables[i].name, root, err);
        ff_table_clear(&table);
    }
    if (status == FF_OK)
        status = write_table_numbers(&report->fits, directory, "fits", root, err);
    if (status == FF_OK)
        status = write_table_numbers(&report->inputs, directory, "inputs", root, err);
    if (status == FF_OK)
        status = write_table_numbers(&report->history, directory, "history", root, err);
    if (status == FF_OK)
        status = open_in(&file, directory, "results.json", err);
    if (status == FF_OK) {
        bool failed = json_dumpf(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) != 0;
        (void)fputc('\n', file);
        status = close_written(file, "results.json", FF_OK, err);
        if (failed && status == FF_OK)
            status = ff_fail(err, FF_E_IO, "results.json could not be written");
    }
    json_decref(root);
    return status;
}

/* ---- the folder --------------------------------------------------------------------------------
 */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void remove_tree(const char *directory)
{
    (void)nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Only a report or an empty folder may be replaced: a mistyped -o must not cost anyone their files.
 */
static int check_replaceable(const char *directory, ff_error *err)
{
    struct stat information;
    char path[PATH_SIZE + 16];
    (void)snprintf(path, sizeof path, "%s/results.json", directory);
    if (stat(directory, &information) != 0 || stat(path, &information) == 0 ||
        rmdir(directory) == 0)
        return FF_OK;
    return ff_fail(err, FF_E_IO, "%s exists and is not a report: it is left alone", directory);
}

/* Puts the finished folder in place of an earlier one. */
static int replace_folder(const char *made, const char *directory, ff_error *err)
{
    char old[PATH_SIZE + 16];
    (void)snprintf(old, sizeof old, "%s.old", made);
    bool had = rename(directory, old) == 0;
    if (rename(made, directory) != 0) {
        int status = ff_fail_errno(err, "renaming the report to %s", directory);
        if (had)
            (void)rename(old, directory);
        return status;
    }
    if (had)
        remove_tree(old);
    return FF_OK;
}

int ff_report_write(const ff_report *report, const char *directory, ff_error *err)
{
    char made[PATH_SIZE], figures[PATH_SIZE + 16];
    FILE *page = NULL;
    size_t length = strlen(directory);
    while (length > 1 && directory[length - 1] == '/')
        length--;
    if (length + 32 > sizeof made)
        return ff_fail(err, FF_E_USAGE, "the name of the report's folder is too long");
    (void)snprintf(made, sizeof made, "%.*s.tmp.XXXXXX", (int)length, directory);
    int status = check_replaceable(directory, err);
    if (status != FF_OK)
        return status;
    if (!mkdtemp(made) || chmod(made, 0755) != 0)
        return ff_fail_errno(err, "creating a folder beside %s", directory);
    (void)snprintf(figures, sizeof figures, "%s/figures", made);
    if (mkdir(figures, 0755) != 0)
        status = ff_fail_errno(err, "creating %s", figures);
    if (status == FF_OK)
        status = open_in(&page, made, "index.html", err);
    if (status == FF_OK)
        status = close_written(page, "index.html", write_page(page, report, made, err), err);
    if (status == FF_OK)
        status = write_numbers(report, made, err);
    if (status == FF_OK)
        status = replace_folder(made, directory, err);
    if (status != FF_OK)
        remove_tree(made);
    return status;
}
