/* Fitted models and their evaluation as potentials. */

#include "lib/ace/model_parts.h"

#include "lib/ace/wall.h"
#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

void ff_ace_model_init(ff_ace_model *model)
{
    *model = (ff_ace_model){0};
}

void ff_ace_model_clear(ff_ace_model *model)
{
    free(model->coefficients);
    *model = (ff_ace_model){0};
}

static void *workspace_new(const ff_potential *potential, ff_error *err)
{
    const ff_ace_parameters *p = potential->parameters;
    ff_ace_workspace *workspace = NULL;
    (void)ff_ace_workspace_new(&workspace, p->basis, err);
    return workspace;
}

static void workspace_free(void *workspace)
{
    ff_ace_workspace_free(workspace);
}

static void potential_free(ff_potential *potential)
{
    ff_ace_parameters *p = potential->parameters;
    if (p) {
        ff_ace_basis_free(p->basis);
        ff_ace_model_clear(&p->model);
        free(p->member);
    }
    free(p);
    free(potential);
}

/* Terms that depend on one distance each. */

double ff_ace_pair_energy(const ff_ace_workspace *w, size_t b, const double *coefficients,
                          bool second, ff_distance_terms *terms)
{
    size_t count = (size_t)w->basis->pairs, at = ff_ace_pair_radial(w, b);
    const ff_ace_block *block = &w->site.block[b];
    ff_lanes energy = {0};
    if (block->species < w->site.centre)
        return 0;
    coefficients += (size_t)(block->species - w->site.centre) * count;
    for (size_t n = at; n < at + count; n++) {
        double coefficient = FF_ACE_PAIR_SCALE * coefficients[n - at];
        FF_EACH_LANE(q)
        {
            energy[q] += coefficient * w->site.radial[n][q];
            terms->slope[q] += coefficient * w->site.slope[n][q];
        }
        if (second)
            FF_EACH_LANE(q)
        terms->curvature[q] += coefficient * w->site.curvature[n][q];
    }
    double sum = 0;
    for (int q = 0; q < block->count; q++)
        sum += energy[q];
    return sum;
}

/* Adds the short-range wall between the centre and the neighbours: half of each pair's. */
static double wall_energy(const ff_ace_workspace *w, size_t b, ff_distance_terms *terms)
{
    const ff_ace_options *o = &w->basis->options;
    const ff_ace_block *block = &w->site.block[b];
    int centre = w->site.centre;
    double inner = o->range[ff_ace_pair_index(o, centre, block->species)].inner, energy = 0;
    for (int q = 0; q < block->count; q++) {
        double slope, curvature;
        energy += 0.5 * ff_wall(o->species[centre], o->species[block->species], inner,
                                block->distance[q], &slope, &curvature);
        terms->slope[q] += 0.5 * slope;
        terms->curvature[q] += 0.5 * curvature;
    }
    return energy;
}

static double distance_energy(const ff_ace_workspace *w, size_t b, const double *coefficients,
                              bool second, ff_distance_terms *terms)
{
    *terms = (ff_distance_terms){{0}, {0}};
    return ff_ace_pair_energy(w, b, coefficients, second, terms) + wall_energy(w, b, terms);
}

/* The coefficients of a loaded site's columns: pair functions, then the others. */
static const double *site_coefficients(const ff_ace_parameters *p, const ff_ace_workspace *w,
                                       const double **many)
{
    const double *pair = p->model.coefficients + p->basis->first[w->site.centre];
    *many = pair + ff_ace_pair_columns(p->basis, w->site.centre);
    return pair;
}

/* Energy and gradient. */

static int site(const ff_potential *potential, const ff_environment *environment, void *workspace,
                double *energy, double *gradient, ff_error *err)
{
    const ff_ace_parameters *p = potential->parameters;
    ff_ace_workspace *w = workspace;
    const double *many, *pair;
    int status = ff_ace_workspace_load(w, environment, false, err);
    if (status != FF_OK)
        return status;
    pair = site_coefficients(p, w, &many);
    double sum = 0;
    if (w->many)
        sum = ff_ace_graph_energy(&p->basis->graph, w->values, many, gradient != NULL, w->adjoint);
    if (gradient)
        memset(gradient, 0, 3 * environment->count * sizeof *gradient);
    for (size_t b = 0; b < w->site.blocks; b++) {
        ff_distance_terms terms;
        sum += distance_energy(w, b, pair, false, &terms);
        if (gradient)
            ff_one_particle_pull_back(&w->site, b, w->adjoint, terms.slope, gradient);
    }
    *energy = p->model.one_body[environment->species] + sum;
    return FF_OK;
}

/* Products with the Hessian: forward over reverse. */

static void hessian_product(const ff_ace_parameters *p, ff_ace_workspace *w,
                            const double *direction, double *product)
{
    const double *many, *pair = site_coefficients(p, w, &many);
    ff_ace_workspace_move(w, direction);
    if (w->many)
        ff_ace_graph_adjoint_change(&p->basis->graph, w->values, w->change, many, w->adjoint,
                                    w->adjoint_change);
    for (size_t b = 0; b < w->site.blocks; b++) {
        ff_distance_terms terms;
        (void)distance_energy(w, b, pair, true, &terms);
        ff_one_particle_pull_back_change(&w->site, b, w->adjoint, w->adjoint_change, terms.slope,
                                         terms.curvature, product);
    }
}

static int hessian_products(const ff_potential *potential, const ff_environment *environment,
                            void *workspace, size_t directions, const double *direction,
                            double *products, ff_error *err)
{
    const ff_ace_parameters *p = potential->parameters;
    ff_ace_workspace *w = workspace;
    size_t size = 3 * environment->count;
    int status = ff_ace_workspace_load(w, environment, true, err);
    if (status != FF_OK)
        return status;
    const double *many;
    (void)site_coefficients(p, w, &many);
    if (w->many)
        (void)ff_ace_graph_energy(&p->basis->graph, w->values, many, true, w->adjoint);
    memset(products, 0, directions * size * sizeof *products);
    for (size_t d = 0; d < directions; d++)
        hessian_product(p, w, direction + d * size, products + d * size);
    return FF_OK;
}

/* The potential. */

static double shortest(const ff_potential *potential, int species, int other)
{
    const ff_ace_parameters *p = potential->parameters;
    const ff_one_particle *one_particle = &p->basis->one_particle;
    const ff_ace_options *o = &p->basis->options;
    return o->range[ff_ace_pair_index(o, one_particle->index[species], one_particle->index[other])]
        .inner;
}

static const ff_potential_class ace_class = {.kind = "ace",
                                             .workspace_new = workspace_new,
                                             .workspace_free = workspace_free,
                                             .site = site,
                                             .hessian_products = hessian_products,
                                             .members = ff_ace_members,
                                             .free = potential_free};

static int set_parameters(ff_ace_parameters *p, const ff_ace_model *model, ff_error *err)
{
    int status = ff_ace_basis_new(&p->basis, &model->basis, err);
    if (status == FF_OK && model->count != ff_ace_basis_size(p->basis))
        status = ff_fail(err, FF_E_FORMAT, "%zu coefficients for a basis of %zu functions",
                         model->count, ff_ace_basis_size(p->basis));
    if (status != FF_OK)
        return status;
    p->model = *model;
    p->model.coefficients =
        ff_copy_array(model->coefficients, model->count, sizeof *model->coefficients, err);
    return p->model.coefficients ? FF_OK : FF_E_NOMEM;
}

int ff_ace_potential_new(ff_potential **out, const ff_ace_model *model, ff_error *err)
{
    *out = NULL;
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    if (!potential)
        return FF_E_NOMEM;
    potential->class_ = &ace_class;
    potential->cutoff = model->basis.cutoff;
    potential->shortest = shortest;
    potential->parameters = ff_new_array(1, sizeof(ff_ace_parameters), err);
    int status =
        potential->parameters ? set_parameters(potential->parameters, model, err) : FF_E_NOMEM;
    if (status != FF_OK) {
        ff_potential_free(potential);
        return status;
    }
    for (size_t i = 0; i < model->basis.species_count; i++)
        potential->species[model->basis.species[i]] = true;
    *out = potential;
    return FF_OK;
}
