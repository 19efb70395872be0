/* The page of a report. */

#include "formats/report_output.h"
#include "formats/report_results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Drawings are black on white; a dark page turns their lightness around and keeps their hues. */
static const char style[] =
    ":root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6570;--line:#dfe3e8;--page:#fff;"
    "--band:#f6f7f9}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e3e6ea;--soft:#9aa4af;--line:#363c44;"
    "--page:#16191d;--band:#1e2227}figure svg{filter:invert(.91) hue-rotate(180deg)}}\n"
    "body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--page);"
    "max-width:70rem;margin:2.5rem auto;padding:0 1.25rem}\n"
    "h1{font-size:1.7rem;line-height:1.25;margin:0 0 .3rem}"
    "h2{font-size:1.2rem;margin:2.4rem 0 .6rem;border-bottom:1px solid var(--line);"
    "padding-bottom:.25rem}\n"
    ".sub,figcaption,.unit,.same{color:var(--soft)}.unit{font-weight:400;white-space:nowrap}"
    ".same{font-size:.9rem;margin:.3rem 0}.same b{font-weight:500;color:var(--ink)}\n"
    "li{margin:.35rem 0}figure{margin:1.6rem 0}figure svg{width:100%;max-width:52rem;height:auto}"
    "figcaption{font-size:.9rem;max-width:52rem}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.86rem;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.28rem .7rem;text-align:left;border-bottom:1px solid var(--line)}"
    "th{vertical-align:bottom;font-weight:600}tbody tr:nth-child(even){background:var(--band)}\n"
    "th.number,td.number{text-align:right}th .unit{display:block}td{overflow-wrap:anywhere}"
    "td.number{white-space:nowrap}\n"
    "details{margin:.8rem 0}summary{cursor:pointer}code{font-size:.88em}\n";

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
    char folder[FF_REPORT_PATH_SIZE + 16], path[FF_REPORT_PATH_SIZE + 128];
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

/* A table under its heading, or folded away. */
static int write_table(FILE *page, const char *heading, const ff_table *table, bool folded,
                       ff_error *err)
{
    if (ff_table_rows(table) == 0)
        return FF_OK;
    (void)fprintf(page, folded ? "<details><summary>%s</summary>\n" : "<h2>%s</h2>\n", heading);
    int status = ff_table_write_html(table, page, err);
    if (folded)
        (void)fputs("</details>\n", page);
    return status;
}

static int write_result_tables(FILE *page, const ff_report *report, ff_error *err)
{
    size_t count = 0;
    const ff_report_table *tables = ff_report_tables(&count);
    int status = FF_OK;
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        ff_table table;
        status = tables[i].make(&table, report, err);
        if (status == FF_OK)
            status = write_table(page, tables[i].heading, &table, tables[i].detail, err);
        ff_table_clear(&table);
    }
    return status;
}

int ff_report_write_page(FILE *page, const ff_report *report, const char *directory, ff_error *err)
{
    (void)fputs(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>",
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
    int status = FF_OK;
    if (report->comparisons || report->extrapolations) {
        (void)fputs("<h2>What came out</h2>\n<ul>\n", page);
        status = ff_report_write_findings(report, page, err);
        (void)fputs("</ul>\n", page);
    }
    if (status == FF_OK)
        status = write_figures(page, report, directory, err);
    if (status == FF_OK)
        status = write_result_tables(page, report, err);
    if (status == FF_OK)
        status = write_table(page, "Datasets", &report->datasets, false, err);
    (void)fputs("<h2>Provenance</h2>\n", page);
    if (status == FF_OK)
        status =
            write_table(page, "Every step these numbers descend from", &report->history, true, err);
    if (status == FF_OK)
        status = write_table(page, "Input files", &report->inputs, true, err);
    (void)fputs("</body></html>\n", page);
    return status;
}
