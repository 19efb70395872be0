/* Potentials that evaluate whole frames. */

#include "lib/potentials/calculator.h"

#include <math.h>

/* Programs may answer with numbers that are none. */
static int check_finite(const ff_whole_result *whole, size_t atoms, unsigned want, ff_error *err)
{
    bool fine = isfinite(whole->energy);
    for (int k = 0; k < 6 && (want & FF_WANT_VIRIAL); k++)
        fine &= isfinite(whole->virial[k]) != 0;
    for (size_t k = 0; k < 3 * atoms && (want & FF_WANT_FORCES); k++)
        fine &= isfinite(whole->forces[k]) != 0;
    for (size_t i = 0; i < atoms && whole->has_sites; i++)
        fine &= isfinite(whole->site_energies[i]) != 0;
    return fine ? FF_OK
                : ff_fail(err, FF_E_NUMERIC, "the potential gives numbers that are not finite");
}

int ff_calculator_evaluate_whole(ff_calculator *calculator, const ff_frame *frame, unsigned want,
                                 ff_evaluation_result *result, ff_error *err)
{
    const ff_potential *potential = calculator->potential;
    ff_calculator_scratch *s = &calculator->scratches[0];
    int status = ff_calculator_check_species(potential, frame, err);
    if (status == FF_OK)
        status = ff_calculator_reserve_atoms(calculator, frame->atoms, err);
    if (status == FF_OK && !s->workspace && potential->class_->workspace_new &&
        !(s->workspace = potential->class_->workspace_new(potential, err)))
        status = err && err->code != FF_OK ? err->code : FF_E_NOMEM;
    if (status != FF_OK)
        return status;
    ff_whole_result whole = {.forces = want & FF_WANT_FORCES ? calculator->forces : NULL,
                             .site_energies = calculator->site_energies};
    status = potential->class_->evaluate(potential, frame, want, s->workspace, &whole, err);
    if (status == FF_OK)
        status = check_finite(&whole, frame->atoms, want, err);
    if (status != FF_OK)
        return status;
    calculator->force_evaluations += (want & FF_WANT_FORCES) != 0;
    result->energy = whole.energy;
    result->forces = whole.forces;
    result->site_energies = whole.has_sites ? whole.site_energies : NULL;
    for (int k = 0; k < 6 && (want & FF_WANT_VIRIAL); k++)
        result->virial[k] = whole.virial[k];
    return FF_OK;
}
