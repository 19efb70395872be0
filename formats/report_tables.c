#include "formats/report_results.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_names[FF_KINDS] = {"energy", "force", "virial"};
static const char *const kind_units[FF_KINDS] = {"eV/atom", "eV/Å", "eV/atom"};

/* The tags that any of the results has, one text column each. */
static int add_tag_columns(ff_table *table, ff_tags *names, const ff_tags *tags, ff_error *err)
{
    int status = FF_OK;
    for (size_t i = 0; i < tags->count && status == FF_OK; i++) {
        char assignment[80];
        if (ff_tags_get(names, tags->list[i].name))
            continue;
        (void)snprintf(assignment, sizeof assignment, "%s=column", tags->list[i].name);
        status = ff_tags_add(names, assignment, err);
        ff_table_add_column(table, tags->list[i].name, tags->list[i].name, "", false);
    }
    return status;
}

static void add_tag_cells(ff_table *table, const ff_tags *names, const ff_tags *tags)
{
    for (size_t i = 0; i < names->count; i++) {
        const char *value = ff_tags_get(tags, names->list[i].name);
        ff_table_add_text(table, value ? value : "");
    }
}

static void add_comparison_columns(ff_table *table)
{
    ff_table_add_column(table, "atoms", "atoms", "", true);
    ff_table_add_column(table, "geometry_error", "geometry error |D(ũ−ū)|", "Å", true);
    ff_table_add_column(table, "geometry_error_max", "largest bond error", "Å", true);
    ff_table_add_column(table, "geometry_norm", "|Dū|", "Å", true);
    ff_table_add_column(table, "predicted_error", "predicted error |D H⁻¹r|", "Å", true);
    ff_table_add_column(table, "effectivity", "predicted / true", "", true);
    ff_table_add_column(table, "predicted_core", "of it core", "Å", true);
    ff_table_add_column(table, "predicted_far", "of it far field", "Å", true);
    ff_table_add_column(table, "energy_reference", "formation energy, reference", "eV", true);
    ff_table_add_column(table, "energy_model", "formation energy, model", "eV", true);
    ff_table_add_column(table, "energy_error", "energy error", "eV", true);
    ff_table_add_column(table, "converged", "converged", "", false);
}

static void add_comparison_cells(ff_table *table, const ff_comparison *comparison)
{
    ff_table_add_number(table, (double)comparison->atoms);
    ff_table_add_number(table, comparison->geometry_error);
    ff_table_add_number(table, comparison->geometry_error_max);
    ff_table_add_number(table, comparison->geometry_norm);
    ff_table_add_number(table, comparison->predicted_error);
    ff_table_add_number(table, comparison->effectivity);
    ff_table_add_number(table, comparison->predicted_core);
    ff_table_add_number(table, comparison->predicted_far);
    ff_table_add_number(table, comparison->energy_reference);
    ff_table_add_number(table, comparison->energy_model);
    ff_table_add_number(table, comparison->energy_error);
    ff_table_add_text(table, comparison->converged ? "yes" : "no");
}

int ff_report_comparison_table(ff_table *table, const ff_report *report, ff_error *err)
{
    ff_tags names;
    ff_tags_init(&names);
    ff_table_init(table);
    int status = FF_OK;
    for (size_t i = 0; i < report->comparisons && status == FF_OK; i++)
        status = add_tag_columns(table, &names, &report->comparison[i].tags, err);
    ff_table_add_column(table, "crystal", "crystal", "", false);
    ff_table_add_column(table, "defect", "defect", "", false);
    add_comparison_columns(table);
    for (size_t i = 0; i < report->comparisons && status == FF_OK; i++) {
        const ff_comparison *comparison = &report->comparison[i];
        add_tag_cells(table, &names, &comparison->tags);
        ff_table_add_text(table, comparison->crystal);
        ff_table_add_text(table, comparison->defect);
        add_comparison_cells(table, comparison);
    }
    ff_tags_clear(&names);
    return status;
}

static void add_error_columns(ff_table *table)
{
    ff_table_add_column(table, "group", "group", "", false);
    ff_table_add_column(table, "kind", "kind", "", false);
    ff_table_add_column(table, "count", "numbers", "", true);
    ff_table_add_column(table, "rmse", "RMSE", "", true);
    ff_table_add_column(table, "mae", "MAE", "", true);
    ff_table_add_column(table, "max", "largest", "", true);
    ff_table_add_column(table, "spread", "spread of labels", "", true);
    ff_table_add_column(table, "unit", "unit", "", false);
}

/* With a single group its rows say the same as those of "all". */
static bool has_one_group(const ff_evaluation *evaluation)
{
    const char *group = NULL;
    for (size_t i = 0; i < evaluation->rows; i++) {
        const char *name = evaluation->row[i].group;
        if (strcmp(name, "all") == 0)
            continue;
        if (group && strcmp(group, name) != 0)
            return false;
        group = name;
    }
    return group != NULL;
}

int ff_report_evaluation_table(ff_table *table, const ff_report *report, ff_error *err)
{
    ff_tags names;
    ff_tags_init(&names);
    ff_table_init(table);
    int status = FF_OK;
    for (size_t i = 0; i < report->evaluations && status == FF_OK; i++)
        status = add_tag_columns(table, &names, &report->evaluation[i].tags, err);
    add_error_columns(table);
    for (size_t i = 0; i < report->evaluations && status == FF_OK; i++)
        for (size_t j = 0; j < report->evaluation[i].rows; j++) {
            const ff_error_row *row = &report->evaluation[i].row[j];
            if (strcmp(row->group, "all") == 0 && has_one_group(&report->evaluation[i]))
                continue;
            add_tag_cells(table, &names, &report->evaluation[i].tags);
            ff_table_add_text(table, row->group);
            ff_table_add_text(table, kind_names[row->kind]);
            ff_table_add_number(table, (double)row->count);
            ff_table_add_number(table, row->rmse);
            ff_table_add_number(table, row->mae);
            ff_table_add_number(table, row->max);
            ff_table_add_number(table, row->spread);
            ff_table_add_text(table, kind_units[row->kind]);
        }
    ff_tags_clear(&names);
    return status;
}

int ff_report_relaxation_table(ff_table *table, const ff_report *report, ff_error *err)
{
    (void)err;
    ff_table_init(table);
    ff_table_add_column(table, "relaxation", "relaxation", "", false);
    ff_table_add_column(table, "atoms", "atoms", "", true);
    ff_table_add_column(table, "lattice_constant", "lattice constant", "Å", true);
    ff_table_add_column(table, "formation_energy", "formation energy", "eV", true);
    ff_table_add_column(table, "evaluations", "force evaluations", "", true);
    ff_table_add_column(table, "max_force", "largest force at the end", "eV/Å", true);
    ff_table_add_column(table, "converged", "converged", "", false);
    for (size_t i = 0; i < report->relaxations; i++) {
        const ff_relaxation *relaxation = &report->relaxation[i].relaxation;
        ff_table_add_text(table, report->relaxation[i].label);
        ff_table_add_number(table, (double)relaxation->reference.atoms);
        ff_table_add_number(table, relaxation->lattice_constant);
        ff_table_add_number(table, relaxation->formation_energy);
        ff_table_add_number(table, (double)relaxation->steps);
        ff_table_add_number(
            table, relaxation->steps ? relaxation->history[relaxation->steps - 1].max_force : NAN);
        ff_table_add_text(table, relaxation->converged ? "yes" : "no");
    }
    return FF_OK;
}

int ff_report_elastic_table(ff_table *table, const ff_report *report, ff_error *err)
{
    ff_tags names;
    ff_tags_init(&names);
    ff_table_init(table);
    int status = FF_OK;
    for (size_t i = 0; i < report->evaluations && status == FF_OK; i++)
        if (report->evaluation[i].elastic.known)
            status = add_tag_columns(table, &names, &report->evaluation[i].tags, err);
    ff_table_add_column(table, "crystal", "crystal", "", false);
    ff_table_add_column(table, "lattice_constant", "lattice constant", "Å", true);
    ff_table_add_column(table, "energy", "energy", "eV/atom", true);
    ff_table_add_column(table, "pressure", "pressure", "GPa", true);
    ff_table_add_column(table, "c11", "C11", "GPa", true);
    ff_table_add_column(table, "c12", "C12", "GPa", true);
    ff_table_add_column(table, "c44", "C44", "GPa", true);
    ff_table_add_column(table, "c44_unrelaxed", "C44 unrelaxed", "GPa", true);
    for (size_t i = 0; i < report->evaluations && status == FF_OK; i++) {
        const ff_elastic *elastic = &report->evaluation[i].elastic;
        if (!elastic->known)
            continue;
        add_tag_cells(table, &names, &report->evaluation[i].tags);
        ff_table_add_text(table, elastic->crystal);
        ff_table_add_number(table, elastic->lattice_constant);
        ff_table_add_number(table, elastic->energy);
        ff_table_add_number(table, elastic->pressure_GPa);
        ff_table_add_number(table, elastic->c11_GPa);
        ff_table_add_number(table, elastic->c12_GPa);
        ff_table_add_number(table, elastic->c44_GPa);
        ff_table_add_number(table, elastic->c44_unrelaxed_GPa);
    }
    ff_tags_clear(&names);
    return status;
}
