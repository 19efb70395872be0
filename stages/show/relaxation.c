#include "stages/show/show.h"

#include "formats/defect_quantities_group.h"
#include "formats/defect_uncertainty_group.h"
#include "formats/relaxation_file.h"
#include "lib/structure/elements.h"

#include <math.h>
#include <stdio.h>

static double largest_displacement(const ff_relaxation *relaxation)
{
    double largest = 0;
    for (size_t i = 0; i < relaxation->reference.atoms; i++) {
        const double *u = relaxation->displacement + 3 * i;
        largest = fmax(largest, sqrt(u[0] * u[0] + u[1] * u[1] + u[2] * u[2]));
    }
    return largest;
}

static void show_bulk(const ff_relaxation *relaxation)
{
    int species[FF_MAX_SPECIES];
    size_t count = 0;
    bool present[FF_MAX_SPECIES + 1] = {false};
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        present[relaxation->reference.species[i]] = true;
    for (int z = 1; z <= FF_MAX_SPECIES; z++)
        if (present[z])
            species[count++] = z;
    show_energies("bulk energy per atom", species, count, relaxation->bulk_energy);
}

static int show_history(const ff_relaxation *relaxation, ff_error *err)
{
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "evaluation", "force evaluation", "", true);
    ff_table_add_column(&table, "max_force", "largest force", "eV/A", true);
    ff_table_add_column(&table, "energy_change", "energy change", "eV", true);
    for (size_t i = 0; i < relaxation->steps; i++) {
        ff_table_add_number(&table, (double)i + 1);
        ff_table_add_number(&table, relaxation->history[i].max_force);
        ff_table_add_number(&table, relaxation->history[i].energy_change);
    }
    return show_table("Convergence", &table, err);
}

static int show_uncertain(ff_container *container, const ff_relaxation *relaxation, ff_error *err)
{
    ff_defect_uncertainty u;
    char ensemble[16];
    int status =
        ff_defect_uncertainty_read(&u, ensemble, container, relaxation->reference.atoms, err);
    if (status != FF_OK || u.members == 0)
        return status;
    double largest = 0;
    for (size_t i = 0; i < u.atoms; i++)
        largest = fmax(largest, u.displacement[i]);
    show_fact("uncertainty", "%.4g eV of the formation energy (%zu members, %s)",
              u.energy_deviation, u.members, ensemble);
    show_fact("", "%.4g A of the geometry (l2 over bonds)", u.geometry_deviation);
    show_fact("", "%.4g A of one atom at most", largest);
    ff_defect_uncertainty_clear(&u);
    return FF_OK;
}

static int show_profile(const ff_strain_profile *profile, ff_error *err)
{
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "radius", "radius", "A", true);
    ff_table_add_column(&table, "sites", "sites", "", true);
    ff_table_add_column(&table, "rms", "|Du| rms", "A", true);
    ff_table_add_column(&table, "largest", "|Du| largest", "A", true);
    for (size_t i = 0; i < profile->shells; i++) {
        ff_table_add_number(&table, profile->shell[i].radius);
        ff_table_add_number(&table, (double)profile->shell[i].sites);
        ff_table_add_number(&table, profile->shell[i].rms);
        ff_table_add_number(&table, profile->shell[i].largest);
    }
    return show_table("Strain by distance from the defect", &table, err);
}

static void show_core(const ff_core_map *core)
{
    if (isnan(core->spread))
        return;
    show_fact("core", "at x = %.4f, y = %.4f A, spread over %.4f A", core->position[0],
              core->position[1], core->spread);
    show_fact("Burgers vector found", "%.4f %.4f %.4f A within %.4g A (Nye tensor)",
              core->content[0], core->content[1], core->content[2], core->radius);
}

static void show_quantities(const ff_defect_quantities *q)
{
    if (!isnan(q->dipole[0]))
        show_fact("elastic dipole", "%.6g %.6g %.6g %.6g %.6g %.6g eV (xx yy zz yz xz xy)",
                  q->dipole[0], q->dipole[1], q->dipole[2], q->dipole[3], q->dipole[4],
                  q->dipole[5]);
    show_number("relaxation volume", q->volume, "A^3");
    if (q->symmetry.order)
        show_fact("point group", "%s (%zu of the crystal's %zu operations)", q->symmetry.group,
                  q->symmetry.order, q->symmetry.crystal);
    if (!isnan(q->profile.decay.exponent))
        show_fact("decay exponent",
                  "%.3f, 95 %%: %.3f to %.3f (|Du|, %zu shells from %.4g to %.4g A)",
                  q->profile.decay.exponent, q->profile.decay.low, q->profile.decay.high,
                  q->profile.decay.points, q->profile.from, q->profile.to);
    show_core(&q->core);
}

int show_relaxation(ff_container *container, ff_error *err)
{
    ff_relaxation relaxation;
    int status = ff_relaxation_read(&relaxation, container, err);
    if (status != FF_OK)
        return status;
    ff_defect_quantities quantities;
    status = ff_defect_quantities_read(&quantities, container, &relaxation, err);
    if (status != FF_OK) {
        ff_relaxation_clear(&relaxation);
        return status;
    }
    size_t extra = 0;
    for (size_t i = 0; i < relaxation.reference.atoms; i++)
        extra += relaxation.site[i] < 0;
    show_fact("crystal", "%s", relaxation.crystal);
    show_fact("defect", "%s", relaxation.defect);
    show_number("lattice constant", relaxation.lattice_constant, "A");
    show_fact("supercell", "%d x %d x %d cells", relaxation.cells[0], relaxation.cells[1],
              relaxation.cells[2]);
    show_fact("atoms", "%zu, of which %zu are not on lattice sites", relaxation.reference.atoms,
              extra);
    show_bulk(&relaxation);
    show_fact("formation energy", "%.8f eV", relaxation.formation_energy);
    if (!relaxation.site_energies)
        show_fact("energies of atoms", "the potential gives none");
    show_number("of which images", relaxation.image_energy, "eV (estimated)");
    show_number("largest displacement", largest_displacement(&relaxation), "A");
    show_quantities(&quantities);
    show_number("lowest curvature", relaxation.lowest_curvature, "eV/A^2 along the search");
    show_fact("force evaluations", "%zu", relaxation.steps);
    show_fact("converged", "%s (asked for %.3g eV/A)", relaxation.converged ? "yes" : "no",
              relaxation.tolerance);
    status = show_uncertain(container, &relaxation, err);
    if (status == FF_OK)
        status = show_profile(&quantities.profile, err);
    if (status == FF_OK)
        status = show_history(&relaxation, err);
    ff_defect_quantities_clear(&quantities);
    ff_relaxation_clear(&relaxation);
    return status;
}
