#include "lib/defects/relaxing.h"

#include "lib/base/memory.h"
#include "lib/defects/core_atoms.h"
#include "lib/defects/elastic_constants.h"
#include "lib/defects/site_match.h"
#include "lib/defects/supercell_constants.h"
#include "lib/structure/lattice.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CORE_ATOMS = 80 }; /* about one point of a defect */

static const double core_move = 0.01; /* A, of an atom; then the core's Hessian is taken again */
static const double far_move = 0.04;  /* A; then steps from before say little of those to come */

/* The same for the sparse force constants: usually, where they are in doubt, and when they have
 * been of no more use for so many steps. */
static const double sparse_move = 0.05, doubtful_move = 0.02, old_move = 0.002;
enum { OLD = 6 };

int ff_relaxing_near(size_t **near, size_t *count, const ff_relaxation *relaxation, ff_error *err)
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

void ff_relaxing_clear(ff_relaxing *r)
{
    ff_local_symmetry_clear(&r->symmetry);
    ff_defect_response_free(r->response);
    ff_sparse_response_free(r->sparse);
    ff_green_function_free(r->green);
    ff_force_constants_clear(&r->constants);
    ff_calculator_free(r->calculator);
    ff_frame_clear(&r->frame);
    free(r->first_energies);
    free(r->differences);
    free(r->core);
    free(r->core_places);
    free(r->sparse_places);
}

void ff_relaxing_place(ff_relaxing *r, const double *displacement)
{
    for (size_t i = 0; i < 3 * r->frame.atoms; i++)
        r->frame.positions[i] = r->relaxation->reference.positions[i] + displacement[i];
}

/* Whether the history that the relaxation came with goes on here: one of its evaluations has the
 * same largest force. Its energies are counted on from that one. */
static bool continues(ff_relaxing *r, double max_force)
{
    const ff_relaxation *relaxation = r->relaxation;
    for (size_t i = relaxation->steps; i-- > 0;)
        if (fabs(relaxation->history[i].max_force - max_force) <= 1e-6 * max_force + 1e-13) {
            r->earlier_energy = relaxation->history[i].energy_change;
            return true;
        }
    return false;
}

static int record(ff_relaxing *r, double max_force, double energy, bool first, ff_error *err)
{
    ff_relaxation *relaxation = r->relaxation;
    if (r->finished || !isfinite(max_force) || !isfinite(energy))
        return FF_OK;
    if (first && !continues(r, max_force))
        relaxation->steps = 0;
    int status = ff_reserve(&relaxation->history, &r->history_capacity, relaxation->steps + 1,
                            sizeof *relaxation->history, err);
    if (status == FF_OK)
        relaxation->history[relaxation->steps++] = (ff_relaxation_step){
            .max_force = max_force, .energy_change = energy + r->earlier_energy};
    return status;
}

int ff_relaxing_find_symmetry(ff_relaxing *r, ff_error *err)
{
    static const double nowhere[3] = {0.0};
    const ff_local_symmetry_options options = {
        .radius = 4.0 * r->relaxation->nearest, .tolerance = 1e-6, .of_supercell = true};
    ff_relaxing_forget_symmetry(r);
    return r->core_count
               ? ff_local_symmetry_find(&r->symmetry, r->relaxation, nowhere, &options, err)
               : FF_OK;
}

void ff_relaxing_forget_symmetry(ff_relaxing *r)
{
    ff_local_symmetry_clear(&r->symmetry);
}

static int evaluate(void *context, const double *x, double *gradient, double *energy, double *noise,
                    ff_error *err)
{
    ff_relaxing *r = context;
    size_t atoms = r->frame.atoms;
    ff_evaluation_result result;
    ff_relaxing_place(r, x);
    r->trials++;
    int status = ff_calculator_evaluate(r->calculator, &r->frame, FF_WANT_FORCES, &result, err);
    if (r->options->progress)
        r->options->progress->advance(r->options->progress->context, 1);
    if (status != FF_OK)
        return status;
    bool first = !r->started;
    if ((status = ff_relaxing_energy_change(r, &result, energy, noise, err)) != FF_OK)
        return status;
    for (size_t i = 0; i < 3 * atoms; i++)
        gradient[i] = -result.forces[i];
    ff_relaxation_hold_fixed(r->relaxation, gradient);
    r->max_force = ff_largest_norm(gradient, atoms);
    if (!r->finished)
        ff_local_symmetry_project(&r->symmetry, gradient);
    return record(r, r->max_force, *energy, first, err);
}

static void precondition(void *context, const double *gradient, double *direction)
{
    ff_relaxing *r = context;
    if (r->sparse)
        ff_sparse_response_apply(r->sparse, gradient, direction);
    else
        ff_defect_response_apply(r->response, gradient, direction);
    ff_relaxation_hold_fixed(r->relaxation, direction);
    ff_local_symmetry_project(&r->symmetry, direction);
}

static ff_model_step newton(void *context, const double *gradient, double radius, double *step)
{
    ff_relaxing *r = context;
    ff_model_step model = ff_defect_response_step(r->response, gradient, radius, step);
    ff_relaxation_hold_fixed(r->relaxation, step);
    ff_local_symmetry_project(&r->symmetry, step);
    return model;
}

/* Along the normal of a planar crystal, which nothing moves along, the Hessian is as stiff as the
 * stiffest mode: no soft mode will be found there. */
static void stiffen_normal(const ff_relaxing *r, const double *vector, double *product)
{
    double normal[3];
    if (!r->green || !ff_relaxation_is_planar(r->relaxation, normal))
        return;
    for (size_t i = 0; i < r->frame.atoms; i++) {
        const double along =
            ff_green_function_spectrum(r->green)->highest * ff_vector_dot(vector + 3 * i, normal);
        for (size_t k = 0; k < 3; k++)
            product[3 * i + k] += along * normal[k];
    }
}

static int multiply(void *context, const double *x, const double *vector, double *product,
                    ff_error *err)
{
    ff_relaxing *r = context;
    ff_relaxing_place(r, x);
    int status = ff_calculator_hessian_product(r->calculator, &r->frame, vector, product, err);
    ff_relaxation_hold_fixed(r->relaxation, product);
    stiffen_normal(r, vector, product);
    if (r->options->progress)
        r->options->progress->advance(r->options->progress->context, 1);
    return status;
}

/* The core of a point defect: its Hessian is the better guide the rougher the start. */

/* None with a potential for whole structures: it would take hundreds of evaluations. */
static int add_core(ff_relaxing *r, ff_error *err)
{
    if (r->potential->class_->evaluate)
        return FF_OK;
    int status = ff_core_atoms(&r->core, &r->core_count, r->relaxation, CORE_ATOMS, err);
    if (status != FF_OK || r->core_count == 0)
        return status;
    if (!(r->core_places = ff_new_array(r->core_count, 3 * sizeof(double), err)))
        return FF_E_NOMEM;
    return ff_defect_response_add_core(r->response, &r->constants, r->relaxation->cells,
                                       r->potential, &r->frame, r->core, r->core_count, err);
}

int ff_relaxing_update_core(ff_relaxing *r, ff_error *err)
{
    const double *x = r->relaxation->displacement;
    ff_relaxing_place(r, x);
    int status = ff_defect_response_update_core(r->response, &r->frame, &r->core_modes, err);
    for (size_t i = 0; status == FF_OK && i < 3 * r->core_count; i++)
        r->core_places[i] = x[3 * r->core[i / 3] + i % 3];
    r->core_updated = r->core_updated || status == FF_OK;
    return status;
}

/* The core's Hessian again, when its atoms have moved so far that it may be another. Where there is
 * none (atoms too close for a model) the search goes on as it was. */
static int refresh(void *context, const double *x, bool *forget, ff_error *err)
{
    ff_relaxing *r = context;
    double moved = 0.0;
    assert(x == r->relaxation->displacement);
    for (size_t i = 0; i < 3 * r->core_count; i++)
        moved = fmax(moved, fabs(x[3 * r->core[i / 3] + i % 3] - r->core_places[i]));
    const bool first = !r->core_updated;
    if (!first && moved < core_move)
        return FF_OK;
    ff_error local = {0};
    int status = ff_relaxing_update_core(r, &local);
    *forget = status == FF_OK && (first || moved >= far_move);
    if (status == FF_OK || status == FF_E_RANGE || status == FF_E_NUMERIC)
        return FF_OK;
    if (err)
        *err = local;
    return status;
}

/* Making. */

static int make_sparse(ff_relaxing *r, ff_error *err)
{
    const ff_relaxation *relaxation = r->relaxation;
    size_t atoms = r->frame.atoms;
    if (!r->sparse_places && !(r->sparse_places = ff_new_array(atoms, 3 * sizeof(double), err)))
        return FF_E_NOMEM;
    memcpy(r->sparse_places, relaxation->displacement, 3 * atoms * sizeof(double));
    ff_sparse_response_free(r->sparse);
    r->sparse = NULL;
    r->factors++;
    ff_relaxing_place(r, relaxation->displacement);
    return ff_sparse_response_new(&r->sparse, r->potential, &relaxation->unit, &r->frame,
                                  relaxation->site, relaxation->fixed, &r->sparse_report, err);
}

/* The force constants of a dislocation again, when atoms have moved so far that they may be others:
 * sooner where they were not those of a minimum, did not foresee the last step, or have not led to
 * the end for long. */
static int refresh_sparse(void *context, const double *x, bool *forget, ff_error *err)
{
    ff_relaxing *r = context;
    bool doubtful = r->sparse_report.shift > 0.0 || r->trials > 1;
    double most = doubtful ? doubtful_move : sparse_move, moved = 0.0;
    if (++r->sparse_steps > OLD)
        most = old_move;
    r->trials = 0;
    assert(x == r->relaxation->displacement);
    for (size_t i = 0; i < 3 * r->frame.atoms; i++)
        moved = fmax(moved, fabs(x[i] - r->sparse_places[i]));
    if (moved < most)
        return FF_OK;
    *forget = true;
    r->sparse_steps = 0;
    return make_sparse(r, err);
}

static int make_preconditioner(ff_relaxing *r, ff_error *err)
{
    const ff_relaxation *relaxation = r->relaxation;
    bool clamped = relaxation->fixed || ff_relaxation_is_dislocation(relaxation);
    ff_preconditioner kind = r->options->preconditioner;
    if (kind == FF_PRECONDITIONER_DEFAULT)
        kind = clamped ? FF_PRECONDITIONER_FORCE_CONSTANTS : FF_PRECONDITIONER_GREEN;
    if (kind == FF_PRECONDITIONER_NONE)
        return FF_OK;
    if (kind == FF_PRECONDITIONER_FORCE_CONSTANTS)
        return make_sparse(r, err);
    if (clamped)
        return ff_fail(err, FF_E_USAGE,
                       "the lattice Green's function is that of a periodic crystal without fixed "
                       "atoms or dislocations");
    int status = ff_green_function_new(&r->green, &r->constants, relaxation->cells, -1.0, err);
    if (status == FF_OK)
        status = ff_defect_response_new(&r->response, r->green, r->potential, &r->frame,
                                        relaxation->site, err);
    return status == FF_OK ? add_core(r, err) : status;
}

int ff_relaxing_init(ff_relaxing *r, ff_error *err)
{
    static const double skin = 0.3; /* A; most relaxations then need one or two neighbour lists */
    int status = ff_crystal_constants(&r->constants, r->potential, &r->relaxation->unit,
                                      r->relaxation->cells, r->options->progress, err);
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

ff_minimise_problem ff_relaxing_problem(ff_relaxing *r)
{
    bool core = r->core_count > 0;
    return (ff_minimise_problem){.atoms = r->frame.atoms,
                                 .evaluate = evaluate,
                                 .precondition = r->response || r->sparse ? precondition : NULL,
                                 .newton = core ? newton : NULL,
                                 .multiply =
                                     r->potential->class_->hessian_products ? multiply : NULL,
                                 .refresh = r->sparse ? refresh_sparse
                                            : core    ? refresh
                                                      : NULL,
                                 .context = r};
}

static void precondition_bare(void *context, const double *gradient, double *direction)
{
    const ff_relaxing *r = context;
    ff_defect_response_apply_perfect(r->response, gradient, direction);
}

ff_minimise_problem ff_relaxing_bare_problem(ff_relaxing *r)
{
    ff_minimise_problem problem = ff_relaxing_problem(r);
    if (r->response)
        problem.precondition = precondition_bare;
    return problem;
}
