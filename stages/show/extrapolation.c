#include "stages/show/show.h"

#include "formats/extrapolation_file.h"

#include <stdio.h>

static int show_sizes(const ff_extrapolation *e, ff_error *err)
{
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "cells", "cells", "", false);
    ff_table_add_column(&table, "atoms", "atoms", "", true);
    ff_table_add_column(&table, "energy", "formation energy", "eV", true);
    ff_table_add_column(&table, "without_images", "without images", "eV", true);
    ff_table_add_column(&table, "volume", "relaxation volume", "A^3", true);
    ff_table_add_column(&table, "geometry", "|D(difference to the largest)|", "A", true);
    ff_table_add_column(&table, "converged", "converged", "", false);
    for (size_t i = 0; i < e->sizes; i++) {
        const ff_extrapolated_size *size = &e->size[i];
        char cells[64];
        (void)snprintf(cells, sizeof cells, "%dx%dx%d", size->cells[0], size->cells[1],
                       size->cells[2]);
        ff_table_add_text(&table, cells);
        ff_table_add_number(&table, (double)size->atoms);
        ff_table_add_number(&table, size->energy);
        ff_table_add_number(&table, size->without_images);
        ff_table_add_number(&table, size->volume);
        ff_table_add_number(&table, size->geometry);
        ff_table_add_text(&table, size->converged ? "yes" : "no");
    }
    return show_table("Sizes", &table, err);
}

static void add_limit(ff_table *table, const char *quantity, const char *unit,
                      const ff_limit *limit, bool fitted)
{
    if (limit->sizes < 2)
        return;
    ff_table_add_text(table, quantity);
    ff_table_add_number(table, limit->value);
    ff_table_add_number(table, limit->uncertainty);
    ff_table_add_text(table, unit);
    ff_table_add_number(table, limit->smallest_left_out);
    ff_table_add_number(table, limit->exponent);
    ff_table_add_text(table, fitted ? "fitted" : "assumed");
    ff_table_add_number(table, limit->low);
    ff_table_add_number(table, limit->high);
    ff_table_add_number(table, (double)limit->terms);
}

static int show_limits(const ff_extrapolation *e, ff_error *err)
{
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "quantity", "quantity", "", false);
    ff_table_add_column(&table, "value", "limit", "", true);
    ff_table_add_column(&table, "uncertainty", "+-", "", true);
    ff_table_add_column(&table, "unit", "unit", "", false);
    ff_table_add_column(&table, "smallest_left_out", "without the smallest", "", true);
    ff_table_add_column(&table, "exponent", "error ~ N^-", "", true);
    ff_table_add_column(&table, "fitted", "exponent", "", false);
    ff_table_add_column(&table, "low", "from", "", true);
    ff_table_add_column(&table, "high", "to (95 %)", "", true);
    ff_table_add_column(&table, "terms", "terms", "", true);
    add_limit(&table, "formation energy", "eV", &e->energy, false);
    add_limit(&table, "formation energy", "eV", &e->energy_fitted, true);
    add_limit(&table, "without images", "eV", &e->without_images, false);
    add_limit(&table, "relaxation volume", "A^3", &e->volume, false);
    return show_table("Limits for an infinite crystal", &table, err);
}

int show_extrapolation(ff_container *container, ff_error *err)
{
    ff_extrapolation extrapolation;
    ff_tags tags;
    int status = ff_extrapolation_read(&extrapolation, &tags, container, err);
    if (status != FF_OK)
        return status;
    show_tags(&tags);
    show_fact("crystal", "%s", extrapolation.crystal);
    show_fact("defect", "%s", extrapolation.defect);
    show_number("lattice constant", extrapolation.lattice_constant, "A");
    show_number("geometry's exponent", extrapolation.geometry.exponent,
                "(theory: -1.5; smaller cells against the largest)");
    status = show_sizes(&extrapolation, err);
    if (status == FF_OK)
        status = show_limits(&extrapolation, err);
    ff_tags_clear(&tags);
    ff_extrapolation_clear(&extrapolation);
    return status;
}
