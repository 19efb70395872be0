#include "lib/analysis/strain_profile.h"

#include "lib/base/memory.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_SHELLS = 4 };

void ff_strain_profile_init(ff_strain_profile *profile)
{
    *profile = (ff_strain_profile){.from = NAN, .to = NAN};
    ff_power_law_fit(&profile->decay, NULL, NULL, 0);
}

void ff_strain_profile_clear(ff_strain_profile *profile)
{
    free(profile->shell);
    ff_strain_profile_init(profile);
}

/* The shortest vector between images, among the vectors that the field varies along. */
static double image_distance(const ff_relaxation *relaxation)
{
    const ff_frame *frame = &relaxation->reference;
    bool across[3];
    double cell[9], shortest = INFINITY;
    int64_t transform[9];
    for (int k = 0; k < 3; k++)
        across[k] = frame->periodic[k] && !(k == 2 && ff_relaxation_is_dislocation(relaxation));
    memcpy(cell, frame->cell, sizeof cell);
    if (!ff_lattice_reduce(cell, transform, across))
        return NAN;
    for (int k = 0; k < 3; k++)
        if (across[k])
            shortest = fmin(shortest, sqrt(ff_vector_dot(cell + 3 * k, cell + 3 * k)));
    return shortest;
}

static double free_radius(const ff_relaxation *relaxation)
{
    double largest = 0.0;
    for (size_t i = 0; i < relaxation->reference.atoms; i++)
        if (!relaxation->fixed || !relaxation->fixed[i])
            largest = fmax(largest, ff_distance_from_defect(relaxation, i));
    return largest;
}

void ff_strain_window(double *from, double *to, const ff_relaxation *relaxation)
{
    double images = image_distance(relaxation);
    *from = 3.0 * relaxation->nearest;
    *to = isinf(images) ? 0.7 * free_radius(relaxation) : 0.35 * images;
}

static int fit(ff_strain_profile *profile, ff_error *err)
{
    size_t points = 0;
    double *radius = ff_new_array(profile->shells, sizeof *radius, err);
    double *rms = ff_new_array(profile->shells, sizeof *rms, err);
    int status = radius && rms ? FF_OK : FF_E_NOMEM;
    for (size_t s = 0; status == FF_OK && s < profile->shells; s++) {
        const ff_strain_shell *shell = &profile->shell[s];
        if (shell->radius < profile->from || shell->radius > profile->to || !(shell->rms > 0.0))
            continue;
        radius[points] = shell->radius;
        rms[points++] = shell->rms;
    }
    ff_power_law_fit(&profile->decay, radius, rms, points < LEAST_SHELLS ? 0 : points);
    free(radius);
    free(rms);
    return status;
}

int ff_strain_profile_of(ff_strain_profile *profile, const ff_relaxation *relaxation,
                         const ff_bonds *bonds, const double *squares, ff_error *err)
{
    ff_strain_profile_init(profile);
    if (!(profile->shell = ff_new_array(bonds->shells, sizeof *profile->shell, err)))
        return FF_E_NOMEM;
    profile->shells = bonds->shells;
    for (size_t s = 0; s < bonds->shells; s++)
        profile->shell[s] =
            (ff_strain_shell){.radius = bonds->radius[s], .sites = bonds->members[s]};
    for (size_t i = 0; i < bonds->list.atoms; i++) {
        ff_strain_shell *shell = &profile->shell[bonds->shell_of_atom[i]];
        shell->largest = fmax(shell->largest, sqrt(squares[i]));
        shell->rms += squares[i];
    }
    for (size_t s = 0; s < bonds->shells; s++)
        profile->shell[s].rms = sqrt(profile->shell[s].rms / (double)profile->shell[s].sites);
    ff_strain_window(&profile->from, &profile->to, relaxation);
    int status = fit(profile, err);
    if (status != FF_OK)
        ff_strain_profile_clear(profile);
    return status;
}

int ff_strain_profile_find(ff_strain_profile *profile, const ff_relaxation *relaxation,
                           ff_error *err)
{
    ff_bonds bonds;
    ff_bonds_init(&bonds);
    ff_strain_profile_init(profile);
    double *squares = ff_new_array(relaxation->reference.atoms, sizeof *squares, err);
    int status = squares ? ff_bonds_build(&bonds, relaxation, false, err) : FF_E_NOMEM;
    if (status == FF_OK) {
        (void)ff_bonds_square(&bonds, relaxation->displacement, squares, NULL);
        status = ff_strain_profile_of(profile, relaxation, &bonds, squares, err);
    }
    ff_bonds_clear(&bonds);
    free(squares);
    return status;
}
