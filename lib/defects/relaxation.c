#include "lib/defects/relaxation.h"

#include "lib/structure/crystal.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ff_relaxation_init(ff_relaxation *relaxation)
{
    *relaxation =
        (ff_relaxation){.image_energy = NAN, .lowest_curvature = NAN, .softest_ratio = NAN};
    for (int k = 0; k < 36; k++)
        relaxation->stiffness[k] = NAN;
    for (int k = 0; k < 6; k++)
        relaxation->virial[k] = relaxation->bulk_virial[k] = NAN;
}

void ff_relaxation_clear(ff_relaxation *relaxation)
{
    ff_frame_clear(&relaxation->unit);
    ff_frame_clear(&relaxation->reference);
    free(relaxation->site);
    free(relaxation->fixed);
    free(relaxation->displacement);
    free(relaxation->site_energies);
    free(relaxation->history);
    ff_relaxation_init(relaxation);
}

bool ff_relaxation_is_dislocation(const ff_relaxation *relaxation)
{
    return ff_vector_dot(relaxation->burgers, relaxation->burgers) > 0.0;
}

bool ff_relaxation_is_planar(const ff_relaxation *relaxation, double normal[3])
{
    const ff_frame *reference = &relaxation->reference;
    memset(normal, 0, 3 * sizeof *normal);
    if (!reference->periodic[0] || !reference->periodic[1] || reference->periodic[2])
        return false;
    ff_vector_cross(normal, reference->cell, reference->cell + 3);
    const double length = sqrt(ff_vector_dot(normal, normal));
    for (int k = 0; k < 3; k++)
        normal[k] /= length;
    return true;
}

size_t ff_relaxation_sites(const ff_relaxation *relaxation)
{
    size_t sites = relaxation->unit.atoms;
    for (int k = 0; k < 3; k++)
        sites *= (size_t)relaxation->cells[k];
    return sites;
}

void ff_relaxation_site_position(double position[3], const ff_relaxation *relaxation, int64_t site)
{
    const ff_frame *unit = &relaxation->unit;
    int64_t basis = site % (int64_t)unit->atoms, cell = site / (int64_t)unit->atoms;
    double index[3], origin[3];
    for (int k = 2; k >= 0; k--) {
        index[k] = (double)(cell % relaxation->cells[k]);
        cell /= relaxation->cells[k];
    }
    ff_row_times_matrix(origin, index, unit->cell);
    for (int k = 0; k < 3; k++)
        position[k] = origin[k] + unit->positions[3 * basis + k];
}

/* The species of each basis site, from the first atom that sits on one of its kind. A site whose
 * only atom is missing takes the species of the others, if they agree. */
static int basis_species(const ff_relaxation *relaxation, size_t basis, int *species, ff_error *err)
{
    const ff_frame *reference = &relaxation->reference;
    int64_t sites = (int64_t)basis;
    bool alike = true;
    for (int k = 0; k < 3; k++)
        sites *= relaxation->cells[k];
    for (size_t i = reference->atoms; i-- > 0;) {
        if (relaxation->site[i] >= sites)
            return ff_fail(err, FF_E_FORMAT, "atom %zu is said to be on site %lld of %lld", i + 1,
                           (long long)relaxation->site[i], (long long)sites);
        if (relaxation->site[i] >= 0)
            species[(size_t)relaxation->site[i] % basis] = reference->species[i];
        alike = alike && reference->species[i] == reference->species[0];
    }
    for (size_t b = 0; b < basis; b++) {
        if (!species[b] && !(alike && reference->atoms))
            return ff_fail(err, FF_E_FORMAT, "no atom sits on site %zu of the unit cell", b + 1);
        species[b] = species[b] ? species[b] : reference->species[0];
    }
    return FF_OK;
}

int ff_relaxation_restore_unit(ff_relaxation *relaxation, ff_error *err)
{
    static const int one[3] = {1, 1, 1};
    ff_frame *unit = &relaxation->unit;
    const ff_crystal *crystal = ff_crystal_find(relaxation->crystal);
    if (!crystal)
        return ff_fail(err, FF_E_FORMAT, "unknown crystal '%s', expected one of: %s",
                       relaxation->crystal, ff_crystal_names());
    int status = ff_crystal_supercell(unit, crystal, 1, relaxation->lattice_constant, one, err);
    if (status != FF_OK)
        return status;
    memset(unit->species, 0, unit->atoms * sizeof *unit->species);
    return basis_species(relaxation, unit->atoms, unit->species, err);
}

void ff_relaxation_hold_fixed(const ff_relaxation *relaxation, double *vectors)
{
    const size_t atoms = relaxation->reference.atoms;
    double normal[3];
    for (size_t i = 0; relaxation->fixed && i < atoms; i++)
        if (relaxation->fixed[i])
            memset(vectors + 3 * i, 0, 3 * sizeof *vectors);
    if (!ff_relaxation_is_planar(relaxation, normal))
        return;
    for (size_t i = 0; i < atoms; i++) {
        const double along = ff_vector_dot(vectors + 3 * i, normal);
        for (size_t k = 0; k < 3; k++)
            vectors[3 * i + k] -= along * normal[k];
    }
}

int ff_relaxation_frame(const ff_relaxation *relaxation, ff_frame *frame, ff_error *err)
{
    int status = ff_frame_copy(frame, &relaxation->reference, err);
    for (size_t i = 0; status == FF_OK && i < 3 * frame->atoms; i++)
        frame->positions[i] += relaxation->displacement[i];
    if (status == FF_OK && strcmp(relaxation->defect, "none") != 0)
        memcpy(frame->centre, relaxation->centre, sizeof frame->centre);
    return status == FF_OK ? ff_frame_set_group(frame, relaxation->defect, err) : status;
}
