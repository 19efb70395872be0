#include "stages/show/show.h"

#include "formats/dataset_file.h"
#include "lib/base/memory.h"
#include "lib/structure/elements.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the frames of a group have in common. */
typedef struct group_summary {
    const char *name; /* borrowed from a frame */
    size_t frames, atoms, energies, forces, virials, force_constants, displacements, site_energies;
    double energy_range[2]; /* eV/atom */
    double volume_range[2]; /* A^3/atom */
    double largest_force;   /* eV/A */
} group_summary;

static void widen(double range[2], double value)
{
    range[0] = fmin(range[0], value); /* fmin and fmax ignore the NaN at the start */
    range[1] = fmax(range[1], value);
}

static void add_frame(group_summary *group, const ff_frame *frame)
{
    double atoms = (double)frame->atoms, volume = ff_frame_volume(frame);
    group->frames++;
    group->atoms += frame->atoms;
    group->energies += (frame->labels & FF_LABEL_ENERGY) != 0;
    group->forces += (frame->labels & FF_LABEL_FORCES) != 0;
    group->virials += (frame->labels & FF_LABEL_VIRIAL) != 0;
    group->force_constants += (frame->labels & FF_LABEL_FORCE_CONSTANTS) != 0;
    group->displacements += frame->displacements;
    group->site_energies += (frame->labels & FF_LABEL_SITE_ENERGIES) != 0;
    if (frame->atoms && (frame->labels & FF_LABEL_ENERGY))
        widen(group->energy_range, frame->energy / atoms);
    if (frame->atoms && volume > 0)
        widen(group->volume_range, volume / atoms);
    for (size_t i = 0; (frame->labels & FF_LABEL_FORCES) && i < frame->atoms; i++) {
        const double *force = frame->forces + 3 * i;
        group->largest_force =
            fmax(group->largest_force,
                 sqrt(force[0] * force[0] + force[1] * force[1] + force[2] * force[2]));
    }
}

/* Groups in order of appearance; *groups is the caller's to free. */
static int summarise(group_summary **groups, size_t *count, const ff_dataset *dataset,
                     ff_error *err)
{
    size_t capacity = 0;
    *groups = NULL;
    *count = 0;
    for (size_t i = 0; i < dataset->count; i++) {
        const ff_frame *frame = &dataset->frames[i];
        size_t j = 0;
        while (j < *count && strcmp((*groups)[j].name, frame->group) != 0)
            j++;
        if (j == *count) {
            if (ff_reserve(groups, &capacity, j + 1, sizeof **groups, err) != FF_OK)
                return FF_E_NOMEM;
            (*groups)[(*count)++] = (group_summary){.name = frame->group,
                                                    .energy_range = {NAN, NAN},
                                                    .volume_range = {NAN, NAN},
                                                    .largest_force = NAN};
        }
        add_frame(&(*groups)[j], frame);
    }
    return FF_OK;
}

static void add_columns(ff_table *table)
{
    ff_table_init(table);
    ff_table_add_column(table, "group", "group", "", false);
    ff_table_add_column(table, "frames", "frames", "", true);
    ff_table_add_column(table, "atoms", "atoms", "", true);
    ff_table_add_column(table, "energies", "E", "frames", true);
    ff_table_add_column(table, "forces", "F", "frames", true);
    ff_table_add_column(table, "virials", "V", "frames", true);
    ff_table_add_column(table, "force_constants", "FC", "frames", true);
    ff_table_add_column(table, "displacements", "FC", "displacements", true);
    ff_table_add_column(table, "site_energies", "site E", "frames", true);
    ff_table_add_column(table, "energy_least", "E least", "eV/atom", true);
    ff_table_add_column(table, "energy_most", "E most", "eV/atom", true);
    ff_table_add_column(table, "force_most", "|F| most", "eV/A", true);
    ff_table_add_column(table, "volume_least", "volume least", "A^3/atom", true);
    ff_table_add_column(table, "volume_most", "most", "A^3/atom", true);
}

static int show_groups(const ff_dataset *dataset, ff_error *err)
{
    group_summary *groups = NULL;
    size_t count = 0;
    ff_table table;
    add_columns(&table);
    int status = summarise(&groups, &count, dataset, err);
    for (size_t i = 0; i < count; i++) {
        const group_summary *group = &groups[i];
        ff_table_add_text(&table, group->name);
        ff_table_add_number(&table, (double)group->frames);
        ff_table_add_number(&table, (double)group->atoms);
        ff_table_add_number(&table, (double)group->energies);
        ff_table_add_number(&table, (double)group->forces);
        ff_table_add_number(&table, (double)group->virials);
        ff_table_add_number(&table, (double)group->force_constants);
        ff_table_add_number(&table, (double)group->displacements);
        ff_table_add_number(&table, (double)group->site_energies);
        ff_table_add_number(&table, group->energy_range[0]);
        ff_table_add_number(&table, group->energy_range[1]);
        ff_table_add_number(&table, group->largest_force);
        ff_table_add_number(&table, group->volume_range[0]);
        ff_table_add_number(&table, group->volume_range[1]);
    }
    if (status == FF_OK)
        status =
            show_table("Groups (E, F, V, FC: frames with energy, forces, virial, force constants)",
                       &table, err);
    ff_table_clear(&table);
    free(groups);
    return status;
}

static void show_species(const ff_dataset *dataset)
{
    size_t atoms[FF_MAX_SPECIES + 1] = {0};
    bool first = true;
    for (size_t i = 0; i < dataset->count; i++)
        for (size_t j = 0; j < dataset->frames[i].atoms; j++)
            atoms[dataset->frames[i].species[j]]++;
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (atoms[z]) {
            show_fact(first ? "species" : "", "%s, %zu atoms", ff_element_symbol(z), atoms[z]);
            first = false;
        }
    first = true;
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (dataset->isolated_known[z]) {
            show_fact(first ? "isolated atoms" : "", "%s %.8g eV", ff_element_symbol(z),
                      dataset->isolated_energy[z]);
            first = false;
        }
}

static void show_sizes(const ff_dataset *dataset)
{
    size_t least = SIZE_MAX, most = 0, total = 0, weighted = 0;
    for (size_t i = 0; i < dataset->count; i++) {
        const ff_frame *frame = &dataset->frames[i];
        least = frame->atoms < least ? frame->atoms : least;
        most = frame->atoms > most ? frame->atoms : most;
        total += frame->atoms;
        weighted += frame->weight[0] != 1 || frame->weight[1] != 1 || frame->weight[2] != 1;
    }
    show_fact("frames", "%zu", dataset->count);
    if (dataset->count)
        show_fact("atoms", "%zu in all, %zu to %zu a frame", total, least, most);
    if (weighted)
        show_fact("weights", "%zu frames have weights other than 1", weighted);
}

int show_dataset(ff_container *container, ff_error *err)
{
    ff_dataset dataset;
    int status = ff_dataset_read(&dataset, container, err);
    if (status != FF_OK)
        return status;
    show_sizes(&dataset);
    show_species(&dataset);
    status = show_groups(&dataset, err);
    ff_dataset_clear(&dataset);
    return status;
}
