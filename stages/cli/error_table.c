#include "stages/cli/error_table.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const struct {
    const char *name, *unit;
    double scale; /* from the row's unit */
} kinds[FF_KINDS] = {[FF_KIND_ENERGY] = {"energy", "meV/atom", 1000},
                     [FF_KIND_FORCE] = {"force", "eV/A", 1},
                     [FF_KIND_VIRIAL] = {"virial", "meV/atom", 1000},
                     [FF_KIND_FORCE_CONSTANT] = {"FC", "eV/A^2", 1}};

/* Index of the first row to print: beyond the groups when there is only one. */
static size_t first_row(size_t count, const ff_error_row *rows)
{
    size_t half = count / 2;
    if (count % 2 != 0)
        return 0;
    for (size_t i = 0; i < half; i++)
        if (strcmp(rows[i].group, rows[0].group) != 0 || rows[i].kind != rows[half + i].kind ||
            rows[i].count != rows[half + i].count)
            return 0;
    return half;
}

static void write_number(FILE *stream, double number)
{
    if (isnan(number))
        (void)fprintf(stream, "  %10s", "-");
    else
        (void)fprintf(stream, "  %10.4g", number);
}

static void write_extra(FILE *stream, const ff_error_row *row, ff_error_table_extra extra)
{
    if (extra == FF_ERROR_TABLE_SPREAD)
        (void)fprintf(stream, "  %11.4g", row->spread * kinds[row->kind].scale);
    else if (isnan(row->spread))
        (void)fprintf(stream, "  %11s", "mixed");
    else if (isinf(row->spread))
        (void)fprintf(stream, "  %11s", "exact");
    else if (row->spread == 0)
        (void)fprintf(stream, "  %11s", "-");
    else
        (void)fprintf(stream, "  %11.4g", row->spread);
}

void ff_error_table_write(FILE *stream, size_t count, const ff_error_row *rows,
                          ff_error_table_extra extra)
{
    size_t first = first_row(count, rows), width = strlen("group");
    for (size_t i = first; i < count; i++)
        width = strlen(rows[i].group) > width ? strlen(rows[i].group) : width;
    (void)fprintf(stream, "  %-*s  %-6s  %9s  %10s  %10s  %10s  %11s  %s\n", (int)width, "group",
                  "kind", "values", "RMSE", "MAE", "max",
                  extra == FF_ERROR_TABLE_SPREAD ? "label sdev" : "weight", "unit");
    for (size_t i = first; i < count; i++) {
        const ff_error_row *row = &rows[i];
        double scale = kinds[row->kind].scale;
        bool same_group = i > first && strcmp(row->group, rows[i - 1].group) == 0;
        (void)fprintf(stream, "  %-*s  %-6s  %9zu", (int)width, same_group ? "" : row->group,
                      kinds[row->kind].name, row->count);
        write_number(stream, scale * row->rmse);
        write_number(stream, scale * row->mae);
        write_number(stream, scale * row->max);
        write_extra(stream, row, extra);
        (void)fprintf(stream, "  %s\n", kinds[row->kind].unit);
    }
}
