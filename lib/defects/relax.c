#include "lib/defects/relax.h"

#include "lib/base/memory.h"
#include "lib/defects/cylinder.h"
#include "lib/defects/defect_response.h"
#include "lib/defects/elastic_constants.h"
#include "lib/defects/minimise.h"
#include "lib/defects/site_match.h"
#include "lib/structure/lattice.h"

#include <float.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STABILITY_PRODUCTS = 40 };

/* near[count] = the atoms next to the defect; the caller frees it. */
static int atoms_near_defect(size_t **near, size_t *count, const ff_relaxation *relaxation,
                             ff_error *err)
{
    double reach = 1.3 * relaxation->nearest;
    *count = 0;
    if (!(*near = ff_new_array(relaxation->reference.atoms, sizeof **near, err)))
        return FF_E_NOMEM;
    for (size_t i = 0; i < relaxation->reference.atoms; i++) {
        double from[3];
        ff_relaxation_from_centre(from, relaxation, i);
        if (ff_vector_dot(from, from) < reach * reach)
            (*near)[(*count)++] = i;
    }
    return FF_OK;
}

/* Uniform in [-size, size] along each axis, for the atoms next to the defect; their mean is taken
 * out, so that the crystal does not drift. */
static int displace_randomly(ff_relaxation *relaxation, double size, uint64_t seed, ff_error *err)
{
    size_t *near = NULL, count = 0;
    double mean[3] = {0};
    int status = atoms_near_defect(&near, &count, relaxation, err);
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
    free(near);
    gsl_rng_free(random);
    return FF_OK;
}

/* The energy as a function of displacements. */

typedef struct relaxing {
    ff_relaxation *relaxation;
    const ff_relax_options *options;
    const ff_potential *potential;
    ff_force_constants constants;
    ff_green_function *green;
    ff_defect_response *response;
    ff_sparse_response *sparse;
    ff_sparse_report sparse_report;
    ff_calculator *calculator;
    ff_frame frame;
    double *first_energies; /* [atoms] eV, sites at the first evaluation; NULL before it */
    double *differences;    /* [atoms] scratch */
    ff_close_pairs start, end;
    size_t history_capacity;
    bool finished; /* evaluations are no longer part of the history */
} relaxing;

static void relaxing_clear(relaxing *r)
{
    ff_defect_response_free(r->response);
    ff_sparse_response_free(r->sparse);
    ff_green_function_free(r->green);
    ff_force_constants_clear(&r->constants);
    ff_calculator_free(r->calculator);
    ff_frame_clear(&r->frame);
    free(r->first_energies);
    free(r->differences);
}

static void place_atoms(relaxing *r, const double *displacement)
{
    for (size_t i = 0; i < 3 * r->frame.atoms; i++)
        r->frame.positions[i] = r->relaxation->reference.positions[i] + displacement[i];
}

static int record(relaxing *r, double max_force, double energy, ff_error *err)
{
    ff_relaxation *relaxation = r->relaxation;
    if (r->finished || !isfinite(max_force) || !isfinite(energy))
        return FF_OK;
    int status = ff_reserve(&relaxation->history, &r->history_capacity, relaxation->steps + 1,
                            sizeof *relaxation->history, err);
    if (status == FF_OK)
        relaxation->history[relaxation->steps++] =
            (ff_relaxation_step){.max_force = max_force, .energy_change = energy};
    return status;
}

/* Energies are differences per site from the first evaluation, so that their rounding is that of
 * one site's energy and not of the total. */
static int evaluate(void *context, const double *x, double *gradient, double *energy, double *noise,
                    ff_error *err)
{
    relaxing *r = context;
    size_t atoms = r->frame.atoms;
    ff_evaluation_result result;
    place_atoms(r, x);
    int status = ff_calculator_evaluate(r->calculator, &r->frame, FF_WANT_FORCES, &result, err);
    if (r->options->progress)
        r->options->progress->advance(r->options->progress->context, 1);
    if (status != FF_OK)
        return status;
    if (!r->first_energies) {
        r->start = result.close;
        r->first_energies = ff_copy_array(result.site_energies, atoms, sizeof(double), err);
        if (!r->first_energies)
            return FF_E_NOMEM;
    }
    double size = 0.0;
    for (size_t i = 0; i < atoms; i++) {
        r->differences[i] = result.site_energies[i] - r->first_energies[i];
        size += fabs(result.site_energies[i]);
    }
    *energy = ff_compensated_sum(r->differences, atoms, 0.0);
    *noise = 4.0 * DBL_EPSILON * size;
    for (size_t i = 0; i < 3 * atoms; i++)
        gradient[i] = -result.forces[i];
    ff_relaxation_hold_fixed(r->relaxation, gradient);
    return record(r, ff_largest_norm(gradient, atoms), *energy, err);
}

static void precondition(void *context, const double *gradient, double *direction)
{
    const relaxing *r = context;
    if (r->sparse)
        ff_sparse_response_apply(r->sparse, gradient, direction);
    else
        ff_defect_response_apply(r->response, gradient, direction);
}

static int multiply(void *context, const double *x, const double *vector, double *product,
                    ff_error *err)
{
    relaxing *r = context;
    place_atoms(r, x);
    int status = ff_calculator_hessian_product(r->calculator, &r->frame, vector, product, err);
    ff_relaxation_hold_fixed(r->relaxation, product);
    if (r->options->progress)
        r->options->progress->advance(r->options->progress->context, 1);
    return status;
}

/* Relaxing. */

static int make_preconditioner(relaxing *r, ff_error *err)
{
    const ff_relaxation *relaxation = r->relaxation;
    bool clamped = relaxation->fixed || ff_relaxation_is_dislocation(relaxation);
    ff_preconditioner kind = r->options->preconditioner;
    if (kind == FF_PRECONDITIONER_DEFAULT)
        kind = clamped ? FF_PRECONDITIONER_FORCE_CONSTANTS : FF_PRECONDITIONER_GREEN;
    if (kind == FF_PRECONDITIONER_NONE)
        return FF_OK;
    if (kind == FF_PRECONDITIONER_FORCE_CONSTANTS)
        return ff_sparse_response_new(&r->sparse, r->potential, &relaxation->unit, &r->frame,
                                      relaxation->site, relaxation->fixed, &r->sparse_report, err);
    if (clamped)
        return ff_fail(err, FF_E_USAGE,
                       "the lattice Green's function is that of a periodic crystal without fixed "
                       "atoms or dislocations");
    int status = ff_green_function_new(&r->green, &r->constants, relaxation->cells, -1.0, err);
    if (status == FF_OK)
        status = ff_defect_response_new(&r->response, r->green, r->potential, &r->frame,
                                        relaxation->site, err);
    return status;
}

/* Whether what is fixed is enough for this potential. */
static int check_rim(const relaxing *r, ff_error *err)
{
    ff_cylinder cylinder;
    if (!r->relaxation->fixed)
        return FF_OK;
    ff_cylinder_measure(&cylinder, r->relaxation);
    return ff_cylinder_check(&cylinder, r->potential->cutoff, err);
}

static int relaxing_init(relaxing *r, ff_error *err)
{
    static const double skin = 0.3; /* A; most relaxations then need one or two neighbour lists */
    int status = ff_force_constants_compute(&r->constants, r->potential, &r->relaxation->unit, err);
    /* A crystal that has none, such as a single layer, can be relaxed all the same. */
    if (status == FF_OK)
        (void)ff_elastic_constants(r->relaxation->stiffness, &r->constants, NULL);
    if (status == FF_OK)
        status = ff_relaxation_frame(r->relaxation, &r->frame, err);
    if (status == FF_OK)
        status = ff_calculator_new(&r->calculator, r->potential, skin, err);
    if (status == FF_OK && !(r->differences = ff_new_array(r->frame.atoms, sizeof(double), err)))
        status = FF_E_NOMEM;
    return status == FF_OK ? make_preconditioner(r, err) : status;
}

/* Against the bulk, site by site; of a cylinder without what the surface does. */
static double formation_energy(relaxing *r)
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

/* The final state. */
static int finish(relaxing *r, ff_error *err)
{
    ff_relaxation *relaxation = r->relaxation;
    ff_evaluation_result result;
    size_t atoms = r->frame.atoms;
    place_atoms(r, relaxation->displacement);
    int status = ff_calculator_evaluate(r->calculator, &r->frame, FF_WANT_VIRIAL, &result, err);
    if (status != FF_OK)
        return status;
    r->end = result.close;
    free(relaxation->site_energies);
    relaxation->site_energies = ff_copy_array(result.site_energies, atoms, sizeof(double), err);
    if (!relaxation->site_energies)
        return FF_E_NOMEM;
    memcpy(relaxation->bulk_energy, r->constants.bulk_energy, sizeof relaxation->bulk_energy);
    relaxation->formation_energy = formation_energy(r);
    memcpy(relaxation->bulk_virial, r->constants.bulk_virial, sizeof relaxation->bulk_virial);
    for (int k = 0; k < 6; k++)
        relaxation->virial[k] = result.virial[k] - (double)atoms * r->constants.bulk_virial[k];
    return FF_OK;
}

static void fill_report(ff_relax_report *report, const relaxing *r,
                        const ff_minimise_result *result, const ff_stability *stability)
{
    *report = (ff_relax_report){.evaluations = result->evaluations,
                                .max_force = result->max_gradient,
                                .largest_displacement =
                                    ff_largest_norm(r->relaxation->displacement, r->frame.atoms),
                                .force_constant_error = r->constants.error,
                                .lowest_stiffness = NAN,
                                .stability = *stability,
                                .sparse = r->sparse_report,
                                .start = r->start,
                                .end = r->end};
    if (r->green) {
        const ff_spectrum *spectrum = ff_green_function_spectrum(r->green);
        report->modes = spectrum->modes;
        report->unstable_modes = spectrum->unstable;
        report->lowest_stiffness = spectrum->lowest;
    }
}

ff_relax_options ff_relax_defaults(void)
{
    return (ff_relax_options){.tolerance = 1e-8, .max_evaluations = 500, .seed = 1};
}

static ff_minimise_problem problem_of(relaxing *r)
{
    return (ff_minimise_problem){.atoms = r->frame.atoms,
                                 .evaluate = evaluate,
                                 .precondition = r->response || r->sparse ? precondition : NULL,
                                 .multiply =
                                     r->potential->class_->hessian_products ? multiply : NULL,
                                 .context = r};
}

/* The force constants again, at the atoms' present places. */
static int renew_sparse(relaxing *r, ff_error *err)
{
    const ff_relaxation *relaxation = r->relaxation;
    ff_sparse_response_free(r->sparse);
    r->sparse = NULL;
    place_atoms(r, relaxation->displacement);
    return ff_sparse_response_new(&r->sparse, r->potential, &relaxation->unit, &r->frame,
                                  relaxation->site, relaxation->fixed, &r->sparse_report, err);
}

/* A search, its evaluations added to those of the result; *paused: it was ended by options that are
 * tighter or looser than the user's. */
static int search(relaxing *r, ff_minimise_options options, ff_minimise_result *result,
                  bool *paused, ff_error *err)
{
    ff_minimise_problem problem = problem_of(r);
    ff_minimise_result part;
    size_t left = r->options->max_evaluations - result->evaluations;
    bool cut = options.max_evaluations < left;
    if (!cut)
        options.max_evaluations = left;
    int status = ff_minimise(&problem, &options, r->relaxation->displacement, &part, err);
    part.lowest_curvature = fmin(part.lowest_curvature, result->lowest_curvature);
    bool limited = status == FF_E_NUMERIC && cut && part.evaluations >= options.max_evaluations;
    *paused = (status == FF_OK || limited) && part.max_gradient > r->options->tolerance;
    part.evaluations += result->evaluations;
    part.converged = status == FF_OK && !*paused;
    *result = part;
    return *paused ? FF_OK : status;
}

/* The core of a dislocation may change so much on the way that its force constants at the start are
 * no guide: they are taken anew when the forces have become small, and whenever that does not
 * suffice. */
static int minimise(relaxing *r, ff_minimise_result *result, ff_error *err)
{
    static const double coarse = 0.1; /* eV/A */
    static const size_t enough = 25;  /* evaluations between two factors */
    ff_minimise_options options = ff_minimise_defaults();
    options.tolerance = r->sparse ? fmax(coarse, r->options->tolerance) : r->options->tolerance;
    options.max_evaluations = r->sparse ? enough : r->options->max_evaluations;
    options.distance_limit = 3.0 * r->relaxation->nearest;
    bool paused;
    int status = search(r, options, result, &paused, err);
    while (status == FF_OK && paused) {
        if ((status = renew_sparse(r, err)) != FF_OK)
            break;
        if (result->max_gradient <= coarse)
            options.tolerance = r->options->tolerance;
        status = search(r, options, result, &paused, err);
    }
    return status;
}

/* The lowest mode of the relaxed structure. */
static int check_stability(relaxing *r, ff_stability *stability, ff_error *err)
{
    ff_minimise_problem problem = problem_of(r);
    size_t *near = NULL, count = 0;
    r->finished = true;
    int status = atoms_near_defect(&near, &count, r->relaxation, err);
    if (status == FF_OK)
        status =
            ff_stability_check(&problem, r->relaxation->displacement, near, count, r->options->seed,
                               MOST_STABILITY_PRODUCTS, stability, NULL, err);
    free(near);
    if (status == FF_OK)
        r->relaxation->lowest_curvature = stability->curvature;
    return status;
}

static void forget_result(ff_relaxation *relaxation)
{
    free(relaxation->site_energies);
    free(relaxation->history);
    relaxation->site_energies = NULL;
    relaxation->history = NULL;
    relaxation->steps = 0;
    relaxation->converged = false;
    relaxation->formation_energy = NAN;
}

int ff_relax(ff_relaxation *relaxation, const ff_potential *potential,
             const ff_relax_options *options, ff_relax_report *report, ff_error *err)
{
    relaxing r = {.relaxation = relaxation, .options = options, .potential = potential};
    ff_minimise_result result = {.max_gradient = NAN, .lowest_curvature = NAN};
    ff_stability stability = {.ratio = NAN, .curvature = NAN, .uncertainty = NAN};
    ff_force_constants_init(&r.constants);
    forget_result(relaxation);
    relaxation->tolerance = options->tolerance;
    if (options->check_stability && options->preconditioner == FF_PRECONDITIONER_NONE)
        return ff_fail(err, FF_E_USAGE, "checking stability needs a preconditioner");
    int status = FF_OK;
    if (options->break_symmetry > 0.0)
        status = displace_randomly(relaxation, options->break_symmetry, options->seed, err);
    if (status == FF_OK)
        status = check_rim(&r, err);
    if (status == FF_OK)
        status = relaxing_init(&r, err);
    if (status == FF_OK)
        status = minimise(&r, &result, err);
    relaxation->converged = result.converged;
    relaxation->lowest_curvature = result.lowest_curvature;
    if (status == FF_OK && options->check_stability)
        status = check_stability(&r, &stability, err);
    if (relaxation->steps > 0 && (status == FF_OK || status == FF_E_NUMERIC)) {
        int last = finish(&r, status == FF_OK ? err : NULL);
        status = status == FF_OK ? last : status;
    }
    if (report)
        fill_report(report, &r, &result, &stability);
    relaxing_clear(&r);
    return status;
}
