#include "lib/analysis/comparison.h"

#include "lib/analysis/strain_profile.h"
#include "lib/base/memory.h"
#include "lib/defects/cylinder.h"
#include "lib/defects/site_match.h"
#include "lib/potentials/potential.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_comparison_init(ff_comparison *comparison)
{
    *comparison = (ff_comparison){.geometry_error = NAN,
                                  .geometry_error_max = NAN,
                                  .geometry_norm = NAN,
                                  .energy_reference = NAN,
                                  .energy_model = NAN,
                                  .energy_error = NAN,
                                  .decay_exponent = NAN,
                                  .residual_norm = NAN,
                                  .predicted_error = NAN,
                                  .effectivity = NAN,
                                  .training_radius = NAN,
                                  .predicted_core = NAN,
                                  .predicted_far = NAN};
    ff_tags_init(&comparison->tags);
}

void ff_comparison_clear(ff_comparison *comparison)
{
    ff_tags_clear(&comparison->tags);
    free(comparison->decay);
    ff_comparison_init(comparison);
}

bool ff_comparison_has_errors(const ff_comparison *comparison)
{
    return comparison->converged && ff_topology_same(&comparison->topology);
}

/* The three fields whose bond differences are taken, on the atoms of one relaxation. */
typedef struct fields {
    const double *reference, *model;
    double *difference, *site; /* [atoms][3], [atoms] scratch */
} fields;

static double *bin_value(ff_decay_bin *bin, int which)
{
    return which == 0 ? &bin->reference : which == 1 ? &bin->model : &bin->error;
}

static int fit_decay(ff_comparison *comparison, const ff_relaxation *relaxation,
                     const ff_bonds *bonds, const double *squares, ff_error *err)
{
    ff_strain_profile profile;
    int status = ff_strain_profile_of(&profile, relaxation, bonds, squares, err);
    comparison->decay_exponent = profile.decay.exponent;
    ff_strain_profile_clear(&profile);
    return status;
}

static int measure(ff_comparison *comparison, const ff_relaxation *relaxation,
                   const ff_bonds *bonds, fields *f, ff_error *err)
{
    const double *field[3] = {f->reference, f->model, f->difference};
    double total[3] = {0.0}, longest[3] = {0.0};
    int status = FF_OK;
    comparison->bins = 0;
    free(comparison->decay);
    comparison->decay = ff_new_array(bonds->shells, sizeof *comparison->decay, err);
    if (!comparison->decay)
        return FF_E_NOMEM;
    comparison->bins = bonds->shells;
    for (size_t b = 0; b < bonds->shells; b++)
        comparison->decay[b] = (ff_decay_bin){
            .radius = bonds->radius[b], .members = bonds->members[b], .residual = NAN};
    for (int which = 0; which < 3 && status == FF_OK; which++) {
        total[which] = ff_bonds_square(bonds, field[which], f->site, &longest[which]);
        for (size_t i = 0; i < bonds->list.atoms; i++) {
            size_t shell = bonds->shell_of_atom[i];
            double *value = bin_value(&comparison->decay[shell], which);
            *value = fmax(*value, sqrt(f->site[i]));
        }
        if (which == 0)
            status = fit_decay(comparison, relaxation, bonds, f->site, err);
    }
    comparison->geometry_norm = sqrt(total[0]);
    comparison->geometry_error = sqrt(total[2]);
    comparison->geometry_error_max = longest[2];
    return status;
}

/* u_reference on the atoms of `model`, and everything measured there. */
static int compare_fields(ff_comparison *comparison, const ff_relaxation *model,
                          const double *reference, bool within_cell, ff_error *err)
{
    size_t size = 3 * model->reference.atoms;
    ff_bonds bonds;
    ff_bonds_init(&bonds);
    fields f = {.reference = reference, .model = model->displacement};
    f.difference = ff_new_array(size, sizeof(double), err);
    f.site = ff_new_array(model->reference.atoms, sizeof(double), err);
    int status = f.difference && f.site ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; status == FF_OK && i < size; i++)
        f.difference[i] = f.model[i] - f.reference[i];
    if (status == FF_OK)
        status = ff_topology_compare(&comparison->topology, model, f.reference, f.model, err);
    if (status == FF_OK)
        status = ff_bonds_build(&bonds, model, within_cell, err);
    if (status == FF_OK)
        status = measure(comparison, model, &bonds, &f, err);
    ff_bonds_clear(&bonds);
    free(f.difference);
    free(f.site);
    return status;
}

static void compare_scalars(ff_comparison *comparison, const ff_relaxation *reference,
                            const ff_relaxation *model)
{
    memcpy(comparison->crystal, model->crystal, sizeof comparison->crystal);
    memcpy(comparison->defect, model->defect, sizeof comparison->defect);
    memcpy(comparison->cells, model->cells, sizeof comparison->cells);
    comparison->atoms = model->reference.atoms;
    comparison->converged = reference->converged && model->converged;
    comparison->energy_reference = reference->formation_energy;
    comparison->energy_model = model->formation_energy;
    comparison->energy_error = model->formation_energy - reference->formation_energy;
}

/* Two configurations have a distance, but that is no error of a model. */
static void drop_errors(ff_comparison *comparison)
{
    if (ff_topology_same(&comparison->topology))
        return;
    comparison->geometry_error = comparison->geometry_error_max = comparison->energy_error = NAN;
    for (size_t b = 0; b < comparison->bins; b++)
        comparison->decay[b].error = NAN;
}

int ff_compare(ff_comparison *comparison, const ff_relaxation *reference,
               const ff_relaxation *model, ff_error *err)
{
    int status = ff_relaxation_check_same_reference(reference, model, err);
    if (status == FF_OK)
        status = compare_fields(comparison, model, reference->displacement, false, err);
    if (status == FF_OK)
        compare_scalars(comparison, reference, model);
    if (status == FF_OK)
        drop_errors(comparison);
    return status;
}

/* The energy of a dislocation grows with the cylinder: the larger one's counts where the smaller
 * one's does. Without energies of atoms nobody knows it. */
static int compare_cylinders(ff_comparison *comparison, const ff_relaxation *large,
                             const ff_relaxation *small, const size_t *match, ff_error *err)
{
    size_t atoms = small->reference.atoms;
    ff_cylinder cylinder;
    if (!large->site_energies) {
        comparison->energy_reference = comparison->energy_error = NAN;
        return FF_OK;
    }
    double *excess = ff_new_array(atoms, sizeof *excess, err);
    if (!excess)
        return FF_E_NOMEM;
    ff_cylinder_measure(&cylinder, small);
    for (size_t i = 0; i < atoms; i++)
        if (ff_cylinder_counts(&cylinder, small, i))
            excess[i] = large->site_energies[match[i]] -
                        large->bulk_energy[large->reference.species[match[i]]];
    comparison->energy_reference = ff_compensated_sum(excess, atoms, 0.0);
    comparison->energy_error = comparison->energy_model - comparison->energy_reference;
    free(excess);
    return FF_OK;
}

int ff_compare_sizes(ff_comparison *comparison, const ff_relaxation *large,
                     const ff_relaxation *small, ff_error *err)
{
    size_t atoms = small->reference.atoms;
    size_t *match = ff_new_array(atoms, sizeof *match, err);
    double *displacement = ff_new_array(atoms, 3 * sizeof *displacement, err);
    int status = match && displacement ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_relaxation_match(match, small, large, err);
    for (size_t i = 0; status == FF_OK && i < atoms; i++)
        memcpy(displacement + 3 * i, large->displacement + 3 * match[i], 3 * sizeof(double));
    if (status == FF_OK)
        status = compare_fields(comparison, small, displacement, true, err);
    if (status == FF_OK)
        compare_scalars(comparison, large, small);
    if (status == FF_OK && small->fixed)
        status = compare_cylinders(comparison, large, small, match, err);
    if (status == FF_OK)
        drop_errors(comparison);
    free(match);
    free(displacement);
    return status;
}
