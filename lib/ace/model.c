/* Fitted models and their evaluation as potentials. */

#include "lib/ace/workspace.h"

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

typedef struct parameters {
    ff_ace_basis *basis;
    ff_ace_model model;
} parameters;

static void *workspace_new(const ff_potential *potential, ff_error *err)
{
    const parameters *p = potential->parameters;
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
    parameters *p = potential->parameters;
    if (p) {
        ff_ace_basis_free(p->basis);
        ff_ace_model_clear(&p->model);
    }
    free(p);
    free(potential);
}

/* Pair part. */

/* Pair energy of a block of neighbours; radial[FF_LANES] receives its derivative by the distance.
 */
static double pair_energy(const ff_ace_workspace *w, size_t b, const double *coefficients,
                          double *restrict radial)
{
    size_t count = (size_t)w->basis->pairs, at = b * (size_t)w->basis->radial.count;
    const ff_ace_block *block = &w->block[b];
    ff_lanes energy = {0};
    memset(radial, 0, sizeof energy);
    if (block->species < w->centre)
        return 0;
    coefficients += (size_t)(block->species - w->centre) * count;
    for (size_t n = 0; n < count; n++) {
        double coefficient = FF_ACE_PAIR_SCALE * coefficients[n];
        const double *value = w->radial[at + n], *slope = w->radial_slope[at + n];
        FF_EACH_LANE(q)
        {
            energy[q] += coefficient * value[q];
            radial[q] += coefficient * slope[q];
        }
    }
    double sum = 0;
    for (int q = 0; q < block->count; q++)
        sum += energy[q];
    return sum;
}

/* Many-body part. */

/* Derivatives of the energy by the vectors to a block of neighbours: adds the radial part to
 * radial[FF_LANES] and the gradients of the harmonic polynomials to angular[3][FF_LANES], from
 * adjoint = dE/dA. */
FF_VECTORISE
static void pull_back(const ff_ace_graph *graph, const double *restrict adjoint, int species,
                      const ff_lanes *restrict value, const ff_lanes *restrict slope,
                      const ff_lanes *restrict harmonic, const ff_lanes (*restrict gradient)[3],
                      double *restrict radial, ff_lanes *restrict angular)
{
    for (int l = 0; l <= graph->largest; l++) {
        const ff_ace_family *f = &graph->family[l];
        const double *by = adjoint + f->offset + species * graph->radial[l];
        for (int m = l * l; m < (l + 1) * (l + 1); m++, by += f->padded) {
            ff_lanes factor = {0}, change = {0};
            for (int n = 0; n < graph->radial[l]; n++)
                FF_EACH_LANE(q)
                {
                    factor[q] += by[n] * value[n][q];
                    change[q] += by[n] * slope[n][q];
                }
            FF_EACH_LANE(q)
            {
                radial[q] += change[q] * harmonic[m][q];
                angular[0][q] += factor[q] * gradient[m][0][q];
                angular[1][q] += factor[q] * gradient[m][1][q];
                angular[2][q] += factor[q] * gradient[m][2][q];
            }
        }
    }
}

/* gradient = radial rhat + (angular - rhat (rhat . angular)) / r, for the lanes in use. */
static void store_gradient(const ff_ace_block *block, const double *radial, const ff_lanes *angular,
                           double *gradient)
{
    for (int q = 0; q < block->count; q++) {
        double along = 0;
        for (int a = 0; a < 3; a++)
            along += block->direction[a][q] * angular[a][q];
        double *to = gradient + 3 * (size_t)block->index[q];
        for (int a = 0; a < 3; a++)
            to[a] = block->direction[a][q] * (radial[q] - along * block->inverse[q]) +
                    angular[a][q] * block->inverse[q];
    }
}

/* The short-range wall between the centre and a block of neighbours: half of each pair's. */
static double wall_energy(const ff_ace_workspace *w, const ff_ace_block *block, double *radial)
{
    const ff_ace_options *o = &w->basis->options;
    double energy = 0;
    for (int q = 0; q < block->count; q++) {
        double slope;
        energy += 0.5 * ff_wall(o->species[w->centre], o->species[block->species], o->inner,
                                block->distance[q], &slope);
        radial[q] += 0.5 * slope;
    }
    return energy;
}

static int site(const ff_potential *potential, const ff_environment *environment, void *workspace,
                double *energy, double *gradient, ff_error *err)
{
    const parameters *p = potential->parameters;
    const ff_ace_basis *basis = p->basis;
    ff_ace_workspace *w = workspace;
    int status = ff_ace_workspace_load(w, environment, err);
    if (status != FF_OK)
        return status;
    const double *coefficients = p->model.coefficients + basis->first[w->centre];
    double sum = 0;
    if (w->many)
        sum = ff_ace_graph_energy(&basis->graph, w->values,
                                  coefficients + ff_ace_pair_columns(basis, w->centre),
                                  gradient ? w->adjoint : NULL);
    if (gradient)
        memset(gradient, 0, 3 * environment->count * sizeof *gradient);
    for (size_t b = 0; b < w->blocks; b++) {
        ff_lanes radial, angular[3] = {{0}};
        const ff_ace_block *block = &w->block[b];
        size_t first = b * (size_t)basis->radial.count, angle = b * ff_ace_harmonics_count(basis);
        sum += pair_energy(w, b, coefficients, radial);
        sum += wall_energy(w, block, radial);
        if (!gradient)
            continue;
        if (w->many)
            pull_back(&basis->graph, w->adjoint, block->species, w->radial + first,
                      w->radial_slope + first, w->harmonic + angle,
                      (const ff_lanes(*)[3])(w->harmonic_gradient + angle), radial, angular);
        store_gradient(block, radial, (const ff_lanes *)angular, gradient);
    }
    *energy = p->model.one_body[environment->species] + sum;
    return FF_OK;
}

static const ff_potential_class ace_class = {.kind = "ace",
                                             .workspace_new = workspace_new,
                                             .workspace_free = workspace_free,
                                             .site = site,
                                             .free = potential_free};

int ff_ace_potential_new(ff_potential **out, const ff_ace_model *model, ff_error *err)
{
    *out = NULL;
    ff_potential *potential = ff_new_array(1, sizeof *potential, err);
    if (!potential)
        return FF_E_NOMEM;
    potential->class_ = &ace_class;
    potential->cutoff = model->basis.cutoff;
    parameters *p = ff_new_array(1, sizeof *p, err);
    potential->parameters = p;
    int status = p ? ff_ace_basis_new(&p->basis, &model->basis, err) : FF_E_NOMEM;
    if (status == FF_OK && model->count != ff_ace_basis_size(p->basis))
        status = ff_fail(err, FF_E_FORMAT, "%zu coefficients for a basis of %zu functions",
                         model->count, ff_ace_basis_size(p->basis));
    if (status == FF_OK) {
        p->model = *model;
        p->model.coefficients =
            ff_copy_array(model->coefficients, model->count, sizeof *model->coefficients, err);
        status = p->model.coefficients ? FF_OK : FF_E_NOMEM;
    }
    if (status != FF_OK) {
        ff_potential_free(potential);
        return status;
    }
    for (size_t i = 0; i < model->basis.species_count; i++)
        potential->species[model->basis.species[i]] = true;
    *out = potential;
    return FF_OK;
}
