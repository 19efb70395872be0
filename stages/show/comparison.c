#include "stages/show/show.h"

#include "formats/comparison_file.h"

#include <stdio.h>

static int show_decay(const ff_comparison *comparison, ff_error *err)
{
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "radius", "radius", "A", true);
    ff_table_add_column(&table, "members", "sites", "", true);
    ff_table_add_column(&table, "reference", "|Du| reference", "A", true);
    ff_table_add_column(&table, "model", "|Du| model", "A", true);
    ff_table_add_column(&table, "error", "|D(difference)|", "A", true);
    ff_table_add_column(&table, "residual", "force residual", "eV/A", true);
    for (size_t i = 0; i < comparison->bins; i++) {
        ff_table_add_number(&table, comparison->decay[i].radius);
        ff_table_add_number(&table, (double)comparison->decay[i].members);
        ff_table_add_number(&table, comparison->decay[i].reference);
        ff_table_add_number(&table, comparison->decay[i].model);
        ff_table_add_number(&table, comparison->decay[i].error);
        ff_table_add_number(&table, comparison->decay[i].residual);
    }
    return show_table("Decay with distance (the largest of each shell)", &table, err);
}

int show_comparison(ff_container *container, ff_error *err)
{
    ff_comparison comparison;
    int status = ff_comparison_read(&comparison, container, err);
    if (status != FF_OK)
        return status;
    show_tags(&comparison.tags);
    show_fact("crystal", "%s", comparison.crystal);
    show_fact("defect", "%s", comparison.defect);
    show_fact("supercell", "%d x %d x %d cells, %zu atoms", comparison.cells[0],
              comparison.cells[1], comparison.cells[2], comparison.atoms);
    show_fact("converged", "%s", comparison.converged ? "both" : "no: errors of unfinished states");
    if (!ff_topology_same(&comparison.topology)) {
        char changes[256];
        show_fact("configurations", "differ: %s",
                  ff_topology_describe(changes, sizeof changes, &comparison.topology));
    }
    show_number("geometry error", comparison.geometry_error, "A (l2 over bonds)");
    show_number("largest of a bond", comparison.geometry_error_max, "A");
    show_number("for scale, |Du|", comparison.geometry_norm, "A (reference, l2 over bonds)");
    show_number("formation energy", comparison.energy_reference, "eV (reference)");
    show_number("", comparison.energy_model, "eV (model)");
    show_number("energy error", comparison.energy_error, "eV");
    show_number("decay exponent", comparison.decay_exponent, "(reference, far field)");
    show_number("force residual", comparison.residual_norm, "eV/A (l2)");
    show_number("predicted error", comparison.predicted_error, "A");
    show_number("predicted / true", comparison.effectivity, "");
    show_number("training radius", comparison.training_radius, "A");
    show_number("predicted, core", comparison.predicted_core, "A");
    show_number("predicted, far field", comparison.predicted_far, "A");
    status = show_decay(&comparison, err);
    ff_comparison_clear(&comparison);
    return status;
}
