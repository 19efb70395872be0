/* Relaxed defects as extended XYZ. */

#include "stages/export/export.h"

#include "formats/relaxation_file.h"
#include "lib/analysis/bonds.h"
#include "lib/analysis/correspondence.h"
#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>

static ff_extxyz_column real_column(const char *name, size_t width, const double *values)
{
    return (ff_extxyz_column){
        .name = name, .type = FF_EXTXYZ_REAL, .width = width, .value.reals = values};
}

/* What is worked out for each atom; [atoms] each, strain [atoms][6]. */
typedef struct atom_values {
    double *strain, *volumetric, *shear, *bond_norm;
    double *excess; /* NULL where the relaxation has no energies of atoms */
    bool *fixed;
} atom_values;

static void atom_values_clear(atom_values *v)
{
    free(v->strain);
    free(v->volumetric);
    free(v->shear);
    free(v->bond_norm);
    free(v->excess);
    free(v->fixed);
}

static int allocate(atom_values *v, const ff_relaxation *relaxation, ff_error *err)
{
    const size_t atoms = relaxation->reference.atoms;
    *v = (atom_values){.strain = ff_new_array(atoms, 6 * sizeof(double), err),
                       .volumetric = ff_new_array(atoms, sizeof(double), err),
                       .shear = ff_new_array(atoms, sizeof(double), err),
                       .bond_norm = ff_new_array(atoms, sizeof(double), err),
                       .fixed = ff_new_array(atoms, sizeof(bool), err)};
    if (relaxation->site_energies && !(v->excess = ff_new_array(atoms, sizeof(double), err)))
        return FF_E_NOMEM;
    return v->strain && v->volumetric && v->shear && v->bond_norm && v->fixed ? FF_OK : FF_E_NOMEM;
}

static int find_strain(atom_values *v, const ff_relaxation *relaxation, ff_error *err)
{
    ff_correspondence correspondence;
    int status = ff_correspondence_find(&correspondence, relaxation, err);
    for (size_t i = 0; status == FF_OK && i < relaxation->reference.atoms; i++) {
        double deformation[9];
        ff_correspondence_deformation(deformation, &correspondence, i);
        ff_green_lagrange(v->strain + 6 * i, deformation);
        v->volumetric[i] = ff_volumetric_strain(v->strain + 6 * i);
        v->shear[i] = ff_von_mises_strain(v->strain + 6 * i);
    }
    ff_correspondence_clear(&correspondence);
    return status;
}

static int find_values(atom_values *v, const ff_relaxation *relaxation, ff_error *err)
{
    const size_t atoms = relaxation->reference.atoms;
    ff_bonds bonds;
    ff_bonds_init(&bonds);
    int status = allocate(v, relaxation, err);
    if (status == FF_OK)
        status = find_strain(v, relaxation, err);
    if (status == FF_OK)
        status = ff_bonds_build(&bonds, relaxation, false, err);
    if (status == FF_OK)
        (void)ff_bonds_square(&bonds, relaxation->displacement, v->bond_norm, NULL);
    for (size_t i = 0; status == FF_OK && i < atoms; i++) {
        v->bond_norm[i] = sqrt(v->bond_norm[i]);
        if (v->excess)
            v->excess[i] = relaxation->site_energies[i] -
                           relaxation->bulk_energy[relaxation->reference.species[i]];
        v->fixed[i] = relaxation->fixed && relaxation->fixed[i];
    }
    ff_bonds_clear(&bonds);
    return status;
}

static int write_relaxed(const ff_stage_run *stage, ff_text_writer *writer,
                         const ff_relaxation *relaxation, const atom_values *values, ff_error *err)
{
    const ff_extxyz_names wanted = export_names(stage);
    const ff_extxyz_names names = {.group = wanted.group, .centre = wanted.centre};
    const char *crystal = relaxation->crystal, *defect = relaxation->defect;
    ff_extxyz_entry entries[] = {
        {.key = "crystal", .type = FF_EXTXYZ_TEXT, .value.texts = &crystal},
        {.key = "defect", .type = FF_EXTXYZ_TEXT, .value.texts = &defect},
        {.key = "lattice_constant",
         .type = FF_EXTXYZ_REAL,
         .value.reals = &relaxation->lattice_constant},
        {.key = "formation_energy",
         .type = FF_EXTXYZ_REAL,
         .value.reals = &relaxation->formation_energy},
        {.key = "converged", .type = FF_EXTXYZ_LOGICAL, .value.logicals = &relaxation->converged}};
    const size_t entry_count = sizeof entries / sizeof entries[0];
    for (size_t i = 0; i < entry_count; i++) {
        entries[i].rows = entries[i].columns = 1;
        entries[i].text = "";
    }
    const ff_extxyz_column all[] = {
        real_column("displacement", 3, relaxation->displacement),
        real_column("strain", 6, values->strain),
        real_column("volumetric_strain", 1, values->volumetric),
        real_column("shear_strain", 1, values->shear),
        real_column("bond_norm", 1, values->bond_norm),
        real_column("site_energy", 1, relaxation->site_energies),
        real_column("excess_energy", 1, values->excess),
        {.name = "fixed", .type = FF_EXTXYZ_LOGICAL, .width = 1, .value.logicals = values->fixed},
        {.name = "site",
         .type = FF_EXTXYZ_INTEGER,
         .width = 1,
         .value.integers = relaxation->site}};
    ff_extxyz_column columns[sizeof all / sizeof all[0]];
    ff_extxyz_record more = {.entry_count = entry_count, .entries = entries, .columns = columns};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].type != FF_EXTXYZ_REAL || all[i].value.reals) /* not those there are none of */
            columns[more.column_count++] = all[i];
    ff_frame frame = {0};
    int status = ff_relaxation_frame(relaxation, &frame, err);
    if (status == FF_OK)
        status = ff_extxyz_write_frame(writer, &frame, &names, &more, err);
    ff_frame_clear(&frame);
    return status;
}

int export_relaxation(ff_stage_run *stage, ff_text_writer *writer, ff_container *container,
                      ff_error *err)
{
    ff_relaxation relaxation;
    atom_values values = {0};
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status == FF_OK)
        status = find_values(&values, &relaxation, err);
    if (status == FF_OK)
        status = write_relaxed(stage, writer, &relaxation, &values, err);
    atom_values_clear(&values);
    ff_relaxation_clear(&relaxation);
    return status;
}
