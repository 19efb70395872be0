#include "stages/cli/calibration_table.h"

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

/* Index of the first row to print: "all" when there is one group only. */
static size_t first_row(const ff_calibration *c)
{
    size_t all = 0;
    while (all < c->rows && strcmp(c->row[all].group, c->row[0].group) == 0)
        all++;
    return all < c->rows && 2 * all == c->rows ? all : 0;
}

static void write_row(FILE *stream, const ff_calibration_row *row, const char *group, int width)
{
    double scale = kinds[row->kind].scale;
    (void)fprintf(stream, "  %-*s  %-6s  %9zu  %10.4g  %10.4g  %10.4g  %10.4g  %6.1f  %6.1f", width,
                  group, kinds[row->kind].name, row->count, scale * row->rmse,
                  scale * row->expected, scale * row->deviation, scale * row->noise,
                  100 * row->within_1, 100 * row->within_2);
    if (!isnan(row->bounded))
        (void)fprintf(stream, "  %10.4g  %6.1f", scale * row->width, 100 * row->bounded);
    (void)fprintf(stream, "  %s\n", kinds[row->kind].unit);
}

void ff_calibration_table_write(FILE *stream, const ff_calibration *c)
{
    size_t first = first_row(c), width = strlen("predicted errors");
    bool bounds = false;
    if (c->rows == 0)
        return;
    for (size_t i = first; i < c->rows; i++) {
        width = strlen(c->row[i].group) > width ? strlen(c->row[i].group) : width;
        bounds |= !isnan(c->row[i].bounded);
    }
    (void)fprintf(stream, "  %-*s  %-6s  %9s  %10s  %10s  %10s  %10s  %6s  %6s%s\n", (int)width,
                  "predicted errors", "kind", "values", "RMSE", "expected", "model", "noise",
                  "1sd %", "2sd %", bounds ? "  POPS width     in %  unit" : "  unit");
    for (size_t i = first; i < c->rows; i++) {
        bool same = i > first && strcmp(c->row[i].group, c->row[i - 1].group) == 0;
        write_row(stream, &c->row[i], same ? "" : c->row[i].group, (int)width);
    }
    if (c->skipped)
        (void)fprintf(stream, "  %zu frames with atoms too close are left out of this table\n",
                      c->skipped);
}
