#include "stages/cli/fit_tables.h"

#include "stages/cli/observations.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Units that people read, as in the table of errors. Levels are of scaled rows: that of an energy
 * or virial per atom of a frame of n atoms is the level over the root of n, that of force constants
 * of a frame of d displacements the level times the root of d. */
static const struct {
    const char *unit, *level;
    double scale;
} kinds[FF_KINDS] = {[FF_KIND_ENERGY] = {"meV/atom", "/sqrt(n) meV/atom", 1000},
                     [FF_KIND_FORCE] = {"eV/A", " eV/A", 1},
                     [FF_KIND_VIRIAL] = {"meV/atom", "/sqrt(n) meV/atom", 1000},
                     [FF_KIND_FORCE_CONSTANT] = {"eV/A^2", "*sqrt(d) eV/A^2", 1}};

/* "E 10.1, F 1": numbers of the kinds that were fitted. levels: they are noise levels; weighted:
 * show them as they are at the kinds' weights. */
static void write_by_kind(FILE *stream, const char *name, const ff_fit_record *record,
                          const double number[FF_KINDS], bool levels, bool weighted)
{
    const char *between = "";
    (void)fprintf(stream, "  %-22s ", name);
    for (int kind = 0; kind < FF_KINDS; kind++) {
        double value = weighted ? number[kind] / record->weight[kind] : number[kind];
        if (!(record->weight[kind] > 0) || isnan(value))
            continue;
        (void)fprintf(stream, "%s%s %.4g%s", between, ff_kind_letters[kind],
                      levels ? kinds[kind].scale * value : value, levels ? kinds[kind].level : "");
        between = ", ";
    }
    (void)fprintf(stream, "%s\n", between[0] ? "" : "unknown");
}

static void write_levels(FILE *stream, const ff_fit_record *record)
{
    if (strcmp(record->weights, "automatic") == 0) {
        write_by_kind(stream, "noise by evidence", record, record->evidence_noise, true, false);
        write_by_kind(stream, "weights", record, record->weight, false, false);
        (void)fprintf(stream,
                      "  %-22s from 1 / (noise x root of the kind's rows) to the least "
                      "product of\n  %-22s the kinds' errors on frames left out (%zu folds, "
                      "%zu tries)\n",
                      "", "", record->weight_folds, record->weight_fits);
    }
    if (strcmp(record->noise, "given") == 0)
        (void)fprintf(stream, "  %-22s 1 / weight, as given\n", "noise assumed");
    else if (strcmp(record->noise, "per kind") == 0)
        write_by_kind(stream, "noise by evidence", record, record->noise_level, true, true);
    write_by_kind(stream, "error level", record, record->error_level, true, true);
}

static void write_effective(FILE *stream, const ff_fit_record *record)
{
    if (isnan(record->effective))
        return;
    (void)fprintf(stream, "  %-22s %.1f of %zu", "effective parameters", record->effective,
                  record->rank);
    const char *between = " (";
    for (int kind = 0; kind < FF_KINDS; kind++)
        if (record->kind_effective[kind] > 0) {
            (void)fprintf(stream, "%s%s %.1f", between, ff_kind_letters[kind],
                          record->kind_effective[kind]);
            between = ", ";
        }
    (void)fprintf(stream, "%s\n", between[0] == ',' ? ")" : "");
}

void ff_fit_summary_write(FILE *stream, const ff_fit_record *record)
{
    write_levels(stream, record);
    write_effective(stream, record);
    if (!isnan(record->log_evidence))
        (void)fprintf(stream, "  %-22s %.6g\n", "log evidence", record->log_evidence);
}

void ff_held_out_write(FILE *stream, const char *heading, size_t count, const ff_held_out_row *rows)
{
    size_t width = strlen(heading);
    for (size_t i = 0; i < count; i++)
        width = strlen(rows[i].part) > width ? strlen(rows[i].part) : width;
    if (count)
        (void)fprintf(stream, "  %-*s  %-15s  %9s  %9s  %10s  %-8s  %11s\n", (int)width, heading,
                      "predicted", "fitted", "values", "RMSE", "unit", "ln density");
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && strcmp(rows[i].part, rows[i - 1].part) == 0;
        (void)fprintf(stream, "  %-*s  %-15s  %9zu  %9zu  %10.4g  %-8s", (int)width,
                      same ? "" : rows[i].part, ff_kind_names[rows[i].kind], rows[i].fitted,
                      rows[i].count, kinds[rows[i].kind].scale * rows[i].rmse,
                      kinds[rows[i].kind].unit);
        if (isnan(rows[i].log_density))
            (void)fprintf(stream, "  %11s\n", "-");
        else
            (void)fprintf(stream, "  %11.4g\n", rows[i].log_density);
    }
}

static double total(const ff_leverage_row *row)
{
    double sum = 0;
    for (int kind = 0; kind < FF_KINDS; kind++)
        sum += row->leverage[kind];
    return sum;
}

/* The frame of the largest leverage below (limit, or equal and after frame `last`). */
static size_t next_largest(size_t count, const ff_leverage_row *rows, double limit, size_t last)
{
    size_t best = count;
    for (size_t i = 0; i < count; i++) {
        double sum = total(&rows[i]);
        bool left = sum < limit || (sum == limit && (last == count || i > last));
        if (left && (best == count || sum > total(&rows[best])))
            best = i;
    }
    return best;
}

void ff_leverages_write(FILE *stream, size_t count, const ff_leverage_row *rows)
{
    enum { SHOWN = 8 };
    double limit = INFINITY;
    size_t last = count, width = strlen("group");
    for (size_t i = 0; i < count; i++)
        width = strlen(rows[i].group) > width ? strlen(rows[i].group) : width;
    if (count)
        (void)fprintf(stream, "  leverage by frame, the largest of %zu\n  %9s  %-*s  %10s", count,
                      "frame", (int)width, "group", "all");
    for (int kind = 0; kind < FF_KINDS && count; kind++)
        (void)fprintf(stream, "  %10s", ff_kind_letters[kind]);
    if (count)
        (void)fprintf(stream, "\n");
    for (size_t shown = 0; shown < SHOWN && shown < count; shown++) {
        last = next_largest(count, rows, limit, last);
        limit = total(&rows[last]);
        (void)fprintf(stream, "  %9zu  %-*s  %10.4g", last + 1, (int)width, rows[last].group,
                      limit);
        for (int kind = 0; kind < FF_KINDS; kind++)
            (void)fprintf(stream, "  %10.4g", rows[last].leverage[kind]);
        (void)fprintf(stream, "\n");
    }
}
