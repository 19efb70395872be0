/* How a model was found: errors, blocks of rows, what was left out, leverages. */

#include "stages/show/show.h"

#include "formats/fit_record.h"
#include "formats/uncertainty_group.h"
#include "lib/base/memory.h"
#include "stages/cli/error_table.h"
#include "stages/cli/exact.h"
#include "stages/cli/fit_tables.h"
#include "stages/cli/observations.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int show_uncertainty(ff_container *container, size_t columns, ff_error *err)
{
    ff_model_uncertainty u;
    int status = ff_model_uncertainty_read(&u, container, columns, err);
    if (status != FF_OK)
        return status;
    if (u.members)
        show_fact("committee", "%zu members", u.members);
    if (u.covariance.r)
        show_fact("covariance", "of all coefficients");
    if (u.pops.rank)
        show_fact("POPS", "%zu directions, from %zu rows", u.pops.rank, u.pops.rows);
    ff_model_uncertainty_clear(&u);
    return FF_OK;
}

static int show_errors(const ff_fit_report *fit, const ff_fit_record *record, ff_error *err)
{
    ff_error_row *rows = ff_new_array(fit->rows, sizeof *rows, err);
    if (!rows)
        return FF_E_NOMEM;
    for (size_t i = 0; i < fit->rows; i++) {
        rows[i] = (ff_error_row){.kind = fit->row[i].kind,
                                 .count = fit->row[i].count,
                                 .rmse = fit->row[i].rmse,
                                 .mae = fit->row[i].mae,
                                 .max = fit->row[i].max,
                                 .spread = fit->row[i].weight};
        memcpy(rows[i].group, fit->row[i].group, sizeof rows[i].group);
        for (size_t k = 0; k < record->exact_count; k++)
            if (ff_names_observation(record->exact[k], rows[i].group, rows[i].kind))
                rows[i].spread = INFINITY;
    }
    (void)printf("\nErrors on the training rows\n");
    ff_error_table_write(stdout, fit->rows, rows, FF_ERROR_TABLE_WEIGHT);
    free(rows);
    return FF_OK;
}

static int show_classes(const ff_fit_record *record, ff_error *err)
{
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "group", "group", "", false);
    ff_table_add_column(&table, "kind", "observations", "", false);
    ff_table_add_column(&table, "fold", "fold", "", true);
    ff_table_add_column(&table, "count", "rows", "", true);
    ff_table_add_column(&table, "weight", "weight", "", true);
    ff_table_add_column(&table, "noise", "noise assumed", "of scaled rows", true);
    ff_table_add_column(&table, "chi2", "chi^2 / rows", "", true);
    for (size_t i = 0; i < record->class_count; i++) {
        const ff_fit_class *c = &record->classes[i];
        ff_table_add_text(&table, c->group);
        ff_table_add_text(&table, ff_kind_names[c->kind]);
        ff_table_add_number(&table, (double)c->fold + 1);
        ff_table_add_number(&table, (double)c->count);
        ff_table_add_number(&table, c->weight);
        ff_table_add_number(&table, c->noise);
        ff_table_add_number(&table, c->count ? c->chi2 / (double)c->count : NAN);
    }
    int status = show_table("Blocks of rows", &table, err);
    ff_table_clear(&table);
    return status;
}

static void show_method(const ff_fit_record *record)
{
    (void)printf("\nFit\n  %-22s %s, %s noise\n", "method", record->method, record->noise);
    (void)printf("  %-22s %s, %.4g\n", "prior", record->prior, record->smoothness);
    for (size_t i = 0; i < record->exact_count; i++) {
        (void)printf("  %-22s ", i ? "" : "exact");
        ff_plain_write(stdout, record->exact[i]);
        (void)putchar('\n');
    }
    ff_fit_summary_write(stdout, record);
}

int show_fit(ff_container *container, const ff_fit_report *fit, ff_error *err)
{
    ff_fit_record record;
    int status = ff_fit_record_read(&record, container, err);
    if (status == FF_OK)
        status = show_errors(fit, &record, err);
    if (status == FF_OK && record.method[0]) {
        show_method(&record);
        status = show_classes(&record, err);
        if (record.held_out_count)
            (void)printf("\nErrors on what was left out\n");
        ff_held_out_write(stdout, "left out", record.held_out_count, record.held_out);
        if (record.curve_count)
            (void)printf("\nLearning curve, errors on the last fold\n");
        ff_held_out_write(stdout, "fitted", record.curve_count, record.curve);
        if (record.leverage_count)
            (void)printf("\n");
        ff_leverages_write(stdout, record.leverage_count, record.leverage);
    }
    ff_fit_record_clear(&record);
    return status;
}
