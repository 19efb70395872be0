/* Tables and figures of defects: quantities derived from relaxations, limits over sizes. */

#include "formats/report_results.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CURVES = 6 };

static void add_defect_columns(ff_table *table)
{
    static const char *const components[6] = {"xx", "yy", "zz", "yz", "xz", "xy"};
    ff_table_add_column(table, "relaxation", "relaxation", "", false);
    ff_table_add_column(table, "crystal", "crystal", "", false);
    ff_table_add_column(table, "defect", "defect", "", false);
    ff_table_add_column(table, "atoms", "atoms", "", true);
    ff_table_add_column(table, "formation_energy", "formation energy", "eV", true);
    ff_table_add_column(table, "image_energy", "of which images", "eV", true);
    ff_table_add_column(table, "relaxation_volume", "relaxation volume", "Å³", true);
    ff_table_add_column(table, "point_group", "point group", "", false);
    for (int k = 0; k < 6; k++) {
        char key[16], heading[16];
        (void)snprintf(key, sizeof key, "dipole_%s", components[k]);
        (void)snprintf(heading, sizeof heading, "P %s", components[k]);
        ff_table_add_column(table, key, heading, "eV", true);
    }
    ff_table_add_column(table, "decay_exponent", "decay exponent", "", true);
    ff_table_add_column(table, "decay_exponent_low", "from", "", true);
    ff_table_add_column(table, "decay_exponent_high", "to (95 %)", "", true);
    ff_table_add_column(table, "core_x", "core at x", "Å", true);
    ff_table_add_column(table, "core_y", "y", "Å", true);
    ff_table_add_column(table, "core_spread", "spread of the core", "Å", true);
}

static void add_defect_cells(ff_table *table, const ff_report *report,
                             const ff_report_relaxation *one)
{
    const ff_defect_quantities *q = &one->quantities;
    char label[sizeof report->names.list->label];
    ff_report_label(report, one->digest, label, sizeof label);
    ff_table_add_text(table, label);
    ff_table_add_text(table, one->relaxation.crystal);
    ff_table_add_text(table, one->relaxation.defect);
    ff_table_add_number(table, (double)one->relaxation.reference.atoms);
    ff_table_add_number(table, one->relaxation.formation_energy);
    ff_table_add_number(table, one->relaxation.image_energy);
    ff_table_add_number(table, q->volume);
    ff_table_add_text(table, q->symmetry.group);
    for (int k = 0; k < 6; k++)
        ff_table_add_number(table, q->dipole[k]);
    ff_table_add_number(table, q->profile.decay.exponent);
    ff_table_add_number(table, q->profile.decay.low);
    ff_table_add_number(table, q->profile.decay.high);
    ff_table_add_number(table, q->core.position[0]);
    ff_table_add_number(table, q->core.position[1]);
    ff_table_add_number(table, q->core.spread);
}

int ff_report_defect_table(ff_table *table, const ff_report *report, ff_error *err)
{
    size_t *order = NULL;
    ff_table_init(table);
    int status = ff_series_order_relaxations(&order, report, err);
    add_defect_columns(table);
    for (size_t i = 0; i < report->relaxations && status == FF_OK; i++)
        if (report->relaxation[order[i]].quantities.profile.shells)
            add_defect_cells(table, report, &report->relaxation[order[i]]);
    free(order);
    return status;
}

/* Limits over sizes. */

/* "vacancy in diamond" or "vacancy", and its tags. */
static void name_extrapolation(char *name, size_t size, const ff_report_extrapolation *one,
                               bool in_crystal)
{
    int used = snprintf(name, size, "%s%s%s", one->extrapolation.defect, in_crystal ? " in " : "",
                        in_crystal ? one->extrapolation.crystal : "");
    for (size_t i = 0; i < one->tags.count && used > 0 && (size_t)used < size; i++)
        used += snprintf(name + used, size - (size_t)used, ", %s=%s", one->tags.list[i].name,
                         one->tags.list[i].value);
}

static void add_limit(ff_table *table, const char *name, const char *quantity,
                      const ff_limit *limit, bool fitted)
{
    if (!isfinite(limit->value))
        return;
    ff_table_add_text(table, name);
    ff_table_add_text(table, quantity);
    ff_table_add_number(table, limit->value);
    ff_table_add_number(table, limit->uncertainty);
    ff_table_add_number(table, limit->smallest_left_out);
    ff_table_add_number(table, (double)limit->sizes);
    ff_table_add_number(table, limit->exponent);
    ff_table_add_text(table, fitted ? "fitted" : "assumed");
    ff_table_add_number(table, limit->low);
    ff_table_add_number(table, limit->high);
}

int ff_report_limit_table(ff_table *table, const ff_report *report, ff_error *err)
{
    (void)err;
    ff_table_init(table);
    ff_table_add_column(table, "defect", "defect", "", false);
    ff_table_add_column(table, "quantity", "quantity", "", false);
    ff_table_add_column(table, "limit", "limit", "", true);
    ff_table_add_column(table, "uncertainty", "±", "", true);
    ff_table_add_column(table, "smallest_left_out", "without the smallest cell", "", true);
    ff_table_add_column(table, "sizes", "sizes", "", true);
    ff_table_add_column(table, "exponent", "error ~ N^−", "", true);
    ff_table_add_column(table, "how", "exponent", "", false);
    ff_table_add_column(table, "exponent_low", "from", "", true);
    ff_table_add_column(table, "exponent_high", "to (95 %)", "", true);
    for (size_t i = 0; i < report->extrapolations; i++) {
        const ff_extrapolation *e = &report->extrapolation[i].extrapolation;
        char name[400];
        name_extrapolation(name, sizeof name, &report->extrapolation[i], true);
        add_limit(table, name, "formation energy (eV)", &e->energy, false);
        add_limit(table, name, "formation energy (eV)", &e->energy_fitted, true);
        add_limit(table, name, "without images (eV)", &e->without_images, false);
        add_limit(table, name, "relaxation volume (Å³)", &e->volume, false);
    }
    return FF_OK;
}

int ff_report_size_table(ff_table *table, const ff_report *report, ff_error *err)
{
    (void)err;
    ff_table_init(table);
    ff_table_add_column(table, "defect", "defect", "", false);
    ff_table_add_column(table, "cells", "cells", "", false);
    ff_table_add_column(table, "atoms", "atoms", "", true);
    ff_table_add_column(table, "formation_energy", "formation energy", "eV", true);
    ff_table_add_column(table, "without_images", "without images", "eV", true);
    ff_table_add_column(table, "relaxation_volume", "relaxation volume", "Å³", true);
    ff_table_add_column(table, "geometry", "|D(difference to the largest)|", "Å", true);
    ff_table_add_column(table, "converged", "converged", "", false);
    for (size_t i = 0; i < report->extrapolations; i++) {
        const ff_extrapolation *e = &report->extrapolation[i].extrapolation;
        char name[400], cells[64];
        name_extrapolation(name, sizeof name, &report->extrapolation[i], true);
        for (size_t n = 0; n < e->sizes; n++) {
            const ff_extrapolated_size *size = &e->size[n];
            (void)snprintf(cells, sizeof cells, "%d×%d×%d", size->cells[0], size->cells[1],
                           size->cells[2]);
            ff_table_add_text(table, name);
            ff_table_add_text(table, cells);
            ff_table_add_number(table, (double)size->atoms);
            ff_table_add_number(table, size->energy);
            ff_table_add_number(table, size->without_images);
            ff_table_add_number(table, size->volume);
            ff_table_add_number(table, size->geometry);
            ff_table_add_text(table, size->converged ? "yes" : "no");
        }
    }
    return FF_OK;
}

/* A guide through the first point of a curve, over its range. */
static int add_guide(ff_figure *figure, const char *label, const ff_curve *curve, double slope,
                     ff_error *err)
{
    if (curve->count < 2)
        return FF_OK;
    const double anchor[2] = {curve->point[0][0], curve->point[0][1]};
    const double range[2] = {anchor[0], curve->point[curve->count - 1][0]};
    return ff_figure_add_guide(figure, label, anchor, slope, range, err);
}

static int add_sizes(ff_figure *figure, const char *label, ff_curve_style style, int colour,
                     const ff_extrapolation *e, bool without_images, ff_error *err)
{
    const ff_limit *limit = without_images ? &e->without_images : &e->energy;
    int status = ff_figure_add_curve(figure, label, style, colour, err);
    for (size_t n = 0; n < e->sizes && status == FF_OK; n++) {
        const ff_extrapolated_size *size = &e->size[n];
        double value = without_images ? size->without_images : size->energy;
        if (size->converged)
            status = ff_figure_add_point(figure, size->cells[0], fabs(value - limit->value), err);
    }
    return status;
}

int ff_report_size_figure(ff_figure *figure, const ff_report *report, ff_error *err)
{
    ff_figure_init(figure, "sizes", "Formation energies of growing cells",
                   "unit cells along the first vector, N", "|E(N) − limit| (eV)");
    figure->log_x = figure->log_y = figure->x_ticks_at_data = true;
    int status = FF_OK;
    for (size_t i = 0; i < report->extrapolations && i < MOST_CURVES && status == FF_OK; i++) {
        const ff_extrapolation *e = &report->extrapolation[i].extrapolation;
        char label[400];
        name_extrapolation(label, sizeof label, &report->extrapolation[i], false);
        status = add_sizes(figure, label, FF_CURVE_POINTS_LINES, (int)i, e, false, err);
        if (status == FF_OK && isfinite(e->without_images.value))
            status = add_sizes(figure, "without images", FF_CURVE_DASHED, (int)i, e, true, err);
    }
    if (status == FF_OK && figure->curves)
        status = add_guide(figure, "N^(−3)", &figure->curve[0], -3.0, err);
    return status;
}

/* Strain and cores. */

static size_t most_atoms(const ff_report *report)
{
    size_t most = 0;
    for (size_t i = 0; i < report->relaxations; i++)
        if (report->relaxation[i].relaxation.reference.atoms > most)
            most = report->relaxation[i].relaxation.reference.atoms;
    return most;
}

/* What it is called; else what it is. */
static void name_relaxation(char *label, size_t size, const ff_report *report,
                            const ff_report_relaxation *one)
{
    if (ff_report_names_find(&report->names, one->digest))
        ff_report_label(report, one->digest, label, size);
    else
        (void)snprintf(label, size, "%s, %zu atoms", one->relaxation.defect,
                       one->relaxation.reference.atoms);
}

/* The rate of theory through the middle of the window of the first curve's fit. */
static int add_strain_guide(ff_figure *figure, const ff_report_relaxation *one, ff_error *err)
{
    const bool line = ff_relaxation_is_dislocation(&one->relaxation);
    const ff_strain_profile *profile = &one->quantities.profile;
    const double slope = line ? -2.0 : -3.0, middle = sqrt(profile->from * profile->to);
    const double anchor[2] = {middle, profile->decay.factor * pow(middle, profile->decay.exponent)};
    const double range[2] = {profile->from / 1.5, 2.0 * profile->to};
    return isfinite(anchor[1]) && range[1] > range[0]
               ? ff_figure_add_guide(figure,
                                     line ? "r^(−2), linear elasticity beyond the first order"
                                          : "r^(−3), linear elasticity",
                                     anchor, slope, range, err)
               : FF_OK;
}

int ff_report_strain_figure(ff_figure *figure, const ff_report *report, ff_error *err)
{
    const size_t least = most_atoms(report) / 2;
    const ff_report_relaxation *first = NULL;
    ff_figure_init(figure, "strain", "Strain about the defect", "distance from the defect (Å)",
                   "|Du|, root mean square in the shell (Å)");
    figure->log_x = figure->log_y = true;
    int status = FF_OK;
    for (size_t i = 0; i < report->relaxations && status == FF_OK; i++) {
        const ff_report_relaxation *one = &report->relaxation[i];
        const ff_strain_profile *profile = &one->quantities.profile;
        char label[sizeof report->names.list->label];
        if (one->relaxation.reference.atoms < least || !profile->shells ||
            figure->curves == MOST_CURVES)
            continue;
        first = first ? first : one;
        name_relaxation(label, sizeof label, report, one);
        status =
            ff_figure_add_curve(figure, label, FF_CURVE_POINTS_LINES, (int)figure->curves, err);
        for (size_t s = 0; s < profile->shells && status == FF_OK; s++)
            status =
                ff_figure_add_point(figure, profile->shell[s].radius, profile->shell[s].rms, err);
    }
    return status == FF_OK && first ? add_strain_guide(figure, first, err) : status;
}

/* An arrow from column to column about the middle between them, along the way the second is
 * displaced forwards. */
static int add_arrow(ff_figure *figure, const ff_column_pair *pair, ff_error *err)
{
    static const double least = 0.02;
    const double half = 1.5 * pair->difference; /* of the distance: 1/2 for a third of b */
    int status = FF_OK;
    if (fabs(pair->difference) < least)
        return FF_OK;
    for (int end = 0; end < 2 && status == FF_OK; end++) {
        double at[2];
        for (int k = 0; k < 2; k++)
            at[k] = 0.5 * (pair->from[k] + pair->to[k]) +
                    (end ? half : -half) * (pair->to[k] - pair->from[k]);
        status = ff_figure_add_point(figure, at[0], at[1], err);
    }
    return status;
}

static int draw_core(ff_figure *figure, const ff_core_map *core, ff_error *err)
{
    int status =
        ff_figure_add_curve(figure, "columns of atoms", FF_CURVE_POINTS, FF_COLOUR_YARDSTICK, err);
    for (size_t p = 0; p < core->pairs && status == FF_OK; p++) {
        status = ff_figure_add_point(figure, core->pair[p].from[0], core->pair[p].from[1], err);
        if (status == FF_OK)
            status = ff_figure_add_point(figure, core->pair[p].to[0], core->pair[p].to[1], err);
    }
    if (status == FF_OK)
        status = ff_figure_add_curve(figure, "differential displacements", FF_CURVE_ARROWS,
                                     FF_COLOUR_REFERENCE, err);
    for (size_t p = 0; p < core->pairs && status == FF_OK; p++)
        status = add_arrow(figure, &core->pair[p], err);
    if (status == FF_OK)
        status = ff_figure_add_curve(figure, "centre by the Nye tensor", FF_CURVE_POINTS, 1, err);
    return status == FF_OK ? ff_figure_add_point(figure, core->position[0], core->position[1], err)
                           : status;
}

/* The first dislocation of those with the most atoms. */
int ff_report_core_figure(ff_figure *figure, const ff_report *report, ff_error *err)
{
    const ff_report_relaxation *shown = NULL;
    ff_figure_init(figure, "core", "Core of the dislocation", "x (Å)", "y (Å)");
    figure->map = true;
    for (size_t i = 0; i < report->relaxations; i++) {
        const ff_report_relaxation *one = &report->relaxation[i];
        if (one->quantities.core.pairs &&
            (!shown || one->relaxation.reference.atoms > shown->relaxation.reference.atoms))
            shown = one;
    }
    return shown ? draw_core(figure, &shown->quantities.core, err) : FF_OK;
}
