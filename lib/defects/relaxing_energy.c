/* Energies of the structure being relaxed: site by site against the start or the bulk, so that
 * their rounding is that of one site's energy; in total where the potential is known for whole
 * structures only. */

#include "lib/base/memory.h"
#include "lib/defects/cylinder.h"
#include "lib/defects/relaxing.h"

#include <float.h>
#include <math.h>

/* Programs write ten digits of an energy at the least. What they write may agree better than that
 * by chance, and more than once; hence the factor. */
static const double program_rounding = 1e-9, noise_margin = 10.0;

static void change_in_total(const ff_relaxing *r, const ff_evaluation_result *result,
                            double *energy, double *noise)
{
    *energy = result->energy - r->first_energy;
    *noise =
        fmax(noise_margin * r->constants.energy_noise, program_rounding * fabs(result->energy));
}

static void change_by_sites(const ff_relaxing *r, const ff_evaluation_result *result,
                            double *energy, double *noise)
{
    double size = 0.0;
    for (size_t i = 0; i < r->frame.atoms; i++) {
        r->differences[i] = result->site_energies[i] - r->first_energies[i];
        size += fabs(result->site_energies[i]);
    }
    *energy = ff_compensated_sum(r->differences, r->frame.atoms, 0.0);
    *noise = 4.0 * DBL_EPSILON * size;
}

int ff_relaxing_energy_change(ff_relaxing *r, const ff_evaluation_result *result, double *energy,
                              double *noise, ff_error *err)
{
    const bool total = r->potential->class_->evaluate != NULL;
    if (!r->started) {
        r->start = result->close;
        r->first_energy = result->energy;
        if (!total && !(r->first_energies = ff_copy_array(result->site_energies, r->frame.atoms,
                                                          sizeof(double), err)))
            return FF_E_NOMEM;
    }
    r->started = true;
    if (total)
        change_in_total(r, result, energy, noise);
    else
        change_by_sites(r, result, energy, noise);
    return FF_OK;
}

/* Of a cylinder without what the surface does. */
static double formation_by_sites(const ff_relaxing *r)
{
    const ff_relaxation *relaxation = r->relaxation;
    ff_cylinder cylinder;
    if (relaxation->fixed)
        ff_cylinder_measure(&cylinder, relaxation);
    for (size_t i = 0; i < r->frame.atoms; i++)
        r->differences[i] =
            ff_cylinder_counts(relaxation->fixed ? &cylinder : NULL, relaxation, i)
                ? relaxation->site_energies[i] - relaxation->bulk_energy[r->frame.species[i]]
                : 0.0;
    return ff_compensated_sum(r->differences, r->frame.atoms, 0.0);
}

double ff_relaxing_formation_energy(const ff_relaxing *r, double total)
{
    const ff_relaxation *relaxation = r->relaxation;
    if (!r->potential->class_->evaluate)
        return formation_by_sites(r);
    for (size_t i = 0; i < r->frame.atoms; i++)
        r->differences[i] = -relaxation->bulk_energy[r->frame.species[i]];
    return total + ff_compensated_sum(r->differences, r->frame.atoms, 0.0);
}
