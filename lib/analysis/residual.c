#include "lib/analysis/residual.h"

#include "lib/analysis/bonds.h"
#include "lib/base/memory.h"
#include "lib/defects/crystal_response.h"
#include "lib/defects/minimise.h"
#include "lib/defects/site_match.h"
#include "lib/structure/lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct prediction {
    const ff_relaxation *reference;
    const ff_potential *model;
    size_t atoms;
    ff_frame frame; /* the reference's equilibrium */
    ff_bonds bonds;
    ff_crystal_response crystal;
    double *residual, *part, *site; /* [atoms][3] eV/A, scratch, [atoms] scratch */
    ff_close_pairs close;
} prediction;

static void prediction_clear(prediction *p)
{
    ff_frame_clear(&p->frame);
    ff_bonds_clear(&p->bonds);
    ff_crystal_response_clear(&p->crystal);
    free(p->residual);
    free(p->part);
    free(p->site);
}

static int model_forces(prediction *p, ff_error *err)
{
    ff_calculator *calculator = NULL;
    ff_evaluation_result result;
    int status = ff_calculator_new(&calculator, p->model, 0.0, err);
    if (status == FF_OK)
        status = ff_calculator_evaluate(calculator, &p->frame, FF_WANT_FORCES, &result, err);
    p->close = result.close;
    if (status == FF_OK &&
        !(p->residual = ff_copy_array(result.forces, 3 * p->atoms, sizeof(double), err)))
        status = FF_E_NOMEM;
    if (status == FF_OK)
        ff_relaxation_hold_fixed(p->reference, p->residual);
    if (status == FF_OK && !isfinite(ff_largest_norm(p->residual, p->atoms)))
        status = ff_fail(err, FF_E_NUMERIC,
                         "the model's forces at the reference's equilibrium are not finite");
    ff_calculator_free(calculator);
    return status;
}

static int prediction_init(prediction *p, ff_error *err)
{
    p->atoms = p->reference->reference.atoms;
    p->part = ff_new_array(3 * p->atoms, sizeof(double), err);
    p->site = ff_new_array(p->atoms, sizeof(double), err);
    int status = p->part && p->site ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK)
        status = ff_relaxation_frame(p->reference, &p->frame, err);
    if (status == FF_OK)
        status = model_forces(p, err);
    if (status == FF_OK)
        status = ff_bonds_build(&p->bonds, p->reference, false, err);
    if (status == FF_OK)
        status = ff_crystal_response_init(&p->crystal, p->reference, p->model, &p->frame, err);
    return status;
}

/* |D H^-1 f| where f is the residual at distances from the defect in [least, most). */
static double predict(prediction *p, double least, double most)
{
    for (size_t i = 0; i < p->atoms; i++) {
        double from[3];
        ff_relaxation_from_centre(from, p->reference, i);
        double distance = sqrt(ff_vector_dot(from, from));
        bool inside = distance >= least && distance < most;
        for (size_t k = 3 * i; k < 3 * i + 3; k++)
            p->part[k] = inside ? p->residual[k] : 0.0;
    }
    ff_crystal_response_apply(&p->crystal, p->part, p->part);
    return sqrt(ff_bonds_square(&p->bonds, p->part, p->site, NULL));
}

static void fill_bins(ff_comparison *comparison, const prediction *p)
{
    for (size_t b = 0; b < comparison->bins; b++)
        comparison->decay[b].residual = 0.0;
    for (size_t i = 0; i < p->atoms; i++) {
        double *largest = &comparison->decay[p->bonds.shell_of_atom[i]].residual;
        *largest = fmax(*largest, ff_largest_norm(p->residual + 3 * i, 1));
    }
}

int ff_compare_residual(ff_comparison *comparison, const ff_relaxation *reference,
                        const ff_potential *model, double training_radius,
                        ff_residual_report *report, ff_error *err)
{
    prediction p = {.reference = reference, .model = model};
    ff_bonds_init(&p.bonds);
    int status = prediction_init(&p, err);
    if (status == FF_OK && p.bonds.shells != comparison->bins)
        status = ff_fail(err, FF_E_USAGE, "the comparison is not of this reference");
    if (status != FF_OK)
        goto done;
    fill_bins(comparison, &p);
    comparison->residual_norm = sqrt(ff_dot(p.residual, p.residual, 3 * p.atoms));
    comparison->predicted_error = predict(&p, 0.0, INFINITY);
    comparison->effectivity = comparison->geometry_error > 0.0
                                  ? comparison->predicted_error / comparison->geometry_error
                                  : NAN;
    comparison->training_radius = training_radius;
    if (!isnan(training_radius)) {
        comparison->predicted_core = predict(&p, 0.0, training_radius);
        comparison->predicted_far = predict(&p, training_radius, INFINITY);
    }
    if (report)
        report->unstable_modes =
            !p.crystal.green ? 0 : ff_green_function_spectrum(p.crystal.green)->unstable;
done:
    if (report)
        report->close = p.close;
    prediction_clear(&p);
    return status;
}
