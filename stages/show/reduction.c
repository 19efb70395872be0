#include "stages/show/show.h"

#include "formats/reduction_file.h"
#include "stages/cli/observations.h"

#include <math.h>

/* Classes of one group and kind, over the folds. */
static int show_classes(const ff_reduction *reduction, ff_error *err)
{
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "group", "group", "", false);
    ff_table_add_column(&table, "kind", "observations", "", false);
    ff_table_add_column(&table, "frames", "frames", "", true);
    ff_table_add_column(&table, "rows", "rows", "", true);
    ff_table_add_column(&table, "folds", "folds", "", true);
    ff_table_add_column(&table, "targets", "rms target", "eV/atom, eV/A, eV/A^2", true);
    for (size_t i = 0; i < reduction->count;) {
        const ff_reduced_class *first = &reduction->classes[i];
        double frames = 0, rows = 0, folds = 0, squares = 0;
        for (; i < reduction->count && reduction->classes[i].group == first->group &&
               reduction->classes[i].kind == first->kind;
             i++) {
            folds += 1;
            frames += (double)reduction->classes[i].frames;
            rows += (double)reduction->classes[i].count;
            squares += reduction->classes[i].target_squares;
        }
        ff_table_add_text(&table, reduction->group_names[first->group]);
        ff_table_add_text(&table, ff_kind_names[first->kind]);
        ff_table_add_number(&table, frames);
        ff_table_add_number(&table, rows);
        ff_table_add_number(&table, folds);
        ff_table_add_number(&table, sqrt(squares / rows));
    }
    int status = show_table("Rows that went into it", &table, err);
    ff_table_clear(&table);
    return status;
}

int show_reduction(ff_container *container, ff_error *err)
{
    ff_reduced_features features;
    int status = ff_reduction_read(&features, container, err);
    if (status != FF_OK)
        return status;
    const ff_reduction *reduction = &features.reduction;
    show_fact("columns", "%zu", reduction->columns);
    show_fact("classes", "%zu", reduction->count);
    show_fact("folds", "%u (seed %llu)", reduction->folds, (unsigned long long)reduction->seed);
    show_basis(&features.basis);
    show_energies("one-body energies", features.basis.species, features.basis.species_count,
                  features.one_body);
    status = show_classes(reduction, err);
    ff_reduced_features_clear(&features);
    return status;
}
