#include "lib/base/memory.h"
#include "lib/defects/cylinder.h"
#include "lib/defects/image_energy.h"
#include "lib/defects/relaxing.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STABILITY_PRODUCTS = 40, MOST_SADDLES = 8 };

/* Uniform in [-size, size] along each axis, for the atoms next to the defect; their mean is taken
 * out, so that the crystal does not drift, and what leaves the plane of a planar one. */
static int displace_randomly(ff_relaxation *relaxation, double size, uint64_t seed, ff_error *err)
{
    size_t *near = NULL, count = 0;
    double mean[3] = {0};
    int status = ff_relaxing_near(&near, &count, relaxation, err);
    if (status != FF_OK)
        return status;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (!random) {
        free(near);
        return ff_fail(err, FF_E_NOMEM, "out of memory for random numbers");
    }
    gsl_rng_set(random, (unsigned long)seed);
    for (size_t n = 0; n < count; n++)
        for (size_t k = 0; k < 3; k++) {
            double shift = size * (2.0 * gsl_rng_uniform(random) - 1.0);
            relaxation->displacement[3 * near[n] + k] += shift;
            mean[k] += shift / (double)count;
        }
    for (size_t n = 0; n < count; n++)
        for (size_t k = 0; k < 3; k++)
            relaxation->displacement[3 * near[n] + k] -= mean[k];
    ff_relaxation_hold_fixed(relaxation, relaxation->displacement);
    free(near);
    gsl_rng_free(random);
    return FF_OK;
}

/* Relaxing. */

/* Whether what is fixed is enough for this potential, and the potential is enough for it. */
static int check_rim(const ff_relaxing *r, ff_error *err)
{
    ff_cylinder cylinder;
    int status = FF_OK;
    if (r->relaxation->fixed || ff_relaxation_is_dislocation(r->relaxation))
        status = ff_potential_need_sites(r->potential, "a dislocation", err);
    if (!r->relaxation->fixed || status != FF_OK)
        return status;
    ff_cylinder_measure(&cylinder, r->relaxation);
    return ff_cylinder_check(&cylinder, r->potential->cutoff, err);
}

/* The final state. */
static int finish(ff_relaxing *r, ff_error *err)
{
    ff_relaxation *relaxation = r->relaxation;
    ff_evaluation_result result;
    size_t atoms = r->frame.atoms;
    ff_relaxing_place(r, relaxation->displacement);
    int status = ff_calculator_evaluate(r->calculator, &r->frame, FF_WANT_VIRIAL, &result, err);
    if (status != FF_OK)
        return status;
    r->end = result.close;
    free(relaxation->site_energies);
    relaxation->site_energies = NULL;
    if (result.site_energies && !(relaxation->site_energies = ff_copy_array(
                                      result.site_energies, atoms, sizeof(double), err)))
        return FF_E_NOMEM;
    memcpy(relaxation->bulk_energy, r->constants.bulk_energy, sizeof relaxation->bulk_energy);
    relaxation->formation_energy = ff_relaxing_formation_energy(r, result.energy);
    memcpy(relaxation->bulk_virial, r->constants.bulk_virial, sizeof relaxation->bulk_virial);
    for (int k = 0; k < 6; k++) /* the free surface of a cylinder would be in it */
        relaxation->virial[k] =
            relaxation->fixed ? NAN
                              : result.virial[k] - (double)atoms * r->constants.bulk_virial[k];
    return ff_image_energy(&relaxation->image_energy, relaxation, &r->constants, err);
}

static void fill_report(ff_relax_report *report, const ff_relaxing *r,
                        const ff_minimise_result *result)
{
    report->evaluations = result->evaluations;
    report->max_force = result->max_gradient;
    report->largest_displacement = ff_largest_norm(r->relaxation->displacement, r->frame.atoms);
    report->force_constant_error = r->constants.error;
    report->crystal_evaluations = r->constants.evaluations;
    report->force_noise = r->constants.force_noise;
    report->sparse = r->sparse_report;
    report->factors = r->factors;
    report->start = r->start;
    report->end = r->end;
    if (r->response)
        report->core_work =
            (double)ff_defect_response_core_cost(r->response) / (double)r->frame.atoms;
    if (r->green) {
        const ff_spectrum *spectrum = ff_green_function_spectrum(r->green);
        report->modes = spectrum->modes;
        report->unstable_modes = spectrum->unstable;
        report->lowest_stiffness = spectrum->lowest;
    }
}

ff_relax_options ff_relax_defaults(void)
{
    return (ff_relax_options){
        .tolerance = 1e-8, .max_evaluations = 500, .seed = 1, .check_stability = true};
}

/* A search, its evaluations added to those of the result. */
static int minimise(ff_relaxing *r, ff_minimise_result *result, ff_error *err)
{
    /* A, of dislocations: longer steps save nothing, and take them over barriers of their glide. */
    static const double longest_step = 0.4;
    ff_minimise_problem problem = ff_relaxing_problem(r);
    ff_minimise_options options = ff_minimise_defaults();
    ff_minimise_result part;
    options.tolerance = r->options->tolerance;
    options.max_evaluations = r->options->max_evaluations - result->evaluations;
    if (r->sparse)
        options.longest_step = longest_step;
    options.distance_limit = 3.0 * r->relaxation->nearest;
    int status = ff_minimise(&problem, &options, r->relaxation->displacement, &part, err);
    part.lowest_curvature = fmin(part.lowest_curvature, result->lowest_curvature);
    part.evaluations += result->evaluations;
    *result = part;
    return status;
}

/* From where the atoms are, by their symmetry. Should the crystal farther out not have it, forces
 * are left that the search did not see, and it goes on without. */
static int minimise_symmetrically(ff_relaxing *r, ff_minimise_result *result, ff_error *err)
{
    int status = ff_relaxing_find_symmetry(r, err);
    if (status == FF_OK)
        status = minimise(r, result, err);
    bool unseen = status == FF_OK && r->max_force > r->options->tolerance;
    ff_relaxing_forget_symmetry(r);
    return unseen ? minimise(r, result, err) : status;
}

/* The lowest mode of the relaxed structure, from the softest of the core if there is one. */
static int check_stability(ff_relaxing *r, ff_stability *stability, double *mode, ff_error *err)
{
    ff_minimise_problem problem = ff_relaxing_bare_problem(r);
    ff_stability_options options = {.seed = r->options->seed,
                                    .most = MOST_STABILITY_PRODUCTS,
                                    .noise = r->constants.force_noise};
    size_t *near = NULL;
    double *force = NULL;
    r->finished = true;
    int status = ff_relaxing_near(&near, &options.count, r->relaxation, err);
    options.where = near;
    if (status == FF_OK && r->core_count) {
        status = ff_relaxing_update_core(r, err);
        if (status == FF_OK && !(force = ff_new_array(r->frame.atoms, 3 * sizeof(double), err)))
            status = FF_E_NOMEM;
        if (status == FF_OK)
            ff_defect_response_softest_force(r->response, force);
        options.force = force;
    }
    if (status == FF_OK)
        status = ff_stability_check(&problem, r->relaxation->displacement, &options, stability,
                                    mode, err);
    r->finished = false;
    free(near);
    free(force);
    if (status == FF_OK) {
        r->relaxation->softest_ratio = stability->ratio;
        r->relaxation->lowest_curvature = stability->curvature;
    }
    return status;
}

/* Searches, and looks at what was found; goes on from saddles if that is wanted. */
static int search_and_check(ff_relaxing *r, ff_minimise_result *result, ff_relax_report *report,
                            ff_error *err)
{
    static const double push = 0.1; /* A, of the atom that moves most along the mode */
    ff_relaxation *relaxation = r->relaxation;
    bool check = r->options->check_stability && (r->response || r->sparse), left = false;
    double *mode = NULL;
    if (check && r->options->leave_saddle &&
        !(mode = ff_new_array(relaxation->reference.atoms, 3 * sizeof(double), err)))
        return FF_E_NOMEM;
    int status;
    do {
        left = false;
        status = minimise_symmetrically(r, result, err);
        relaxation->converged = result->converged;
        relaxation->lowest_curvature = result->lowest_curvature;
        if (status == FF_OK && check)
            status = check_stability(r, &report->stability, mode, err);
        if (status == FF_OK && mode && report->stability.ratio < 0.0 &&
            report->saddles_left < MOST_SADDLES) {
            for (size_t i = 0; i < 3 * r->frame.atoms; i++)
                relaxation->displacement[i] += push * mode[i];
            report->saddles_left++;
            left = true;
        }
    } while (left);
    free(mode);
    return status;
}

static void forget_result(ff_relaxation *relaxation)
{
    free(relaxation->site_energies);
    relaxation->site_energies = NULL;
    relaxation->converged = false;
    relaxation->formation_energy = NAN;
    relaxation->image_energy = NAN;
    relaxation->softest_ratio = NAN;
}

int ff_relax(ff_relaxation *relaxation, const ff_potential *potential,
             const ff_relax_options *options, ff_relax_report *report, ff_error *err)
{
    ff_relaxing r = {.relaxation = relaxation,
                     .options = options,
                     .potential = potential,
                     .history_capacity = relaxation->steps};
    ff_minimise_result result = {.max_gradient = NAN, .lowest_curvature = NAN};
    ff_relax_report own = {.lowest_stiffness = NAN,
                           .stability = {.ratio = NAN, .curvature = NAN, .uncertainty = NAN}};
    ff_force_constants_init(&r.constants);
    forget_result(relaxation);
    relaxation->tolerance = options->tolerance;
    int status = FF_OK;
    if (options->break_symmetry > 0.0)
        status = displace_randomly(relaxation, options->break_symmetry, options->seed, err);
    if (status == FF_OK)
        status = check_rim(&r, err);
    if (status == FF_OK)
        status = ff_relaxing_init(&r, err);
    if (status == FF_OK)
        status = search_and_check(&r, &result, &own, err);
    if (r.started && (status == FF_OK || status == FF_E_NUMERIC)) {
        int last = finish(&r, status == FF_OK ? err : NULL);
        status = status == FF_OK ? last : status;
    }
    fill_report(&own, &r, &result);
    if (report)
        *report = own;
    ff_relaxing_clear(&r);
    return status;
}
