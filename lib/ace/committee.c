/* Members of a committee of fitted models: other coefficients on the same basis. */

#include "lib/ace/model_parts.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

int ff_ace_potential_set_members(ff_potential *potential, size_t count, const double *members,
                                 ff_error *err)
{
    ff_ace_parameters *p = potential->parameters;
    size_t columns = p->model.count;
    double *differences = ff_copy_array(members, count * columns, sizeof *members, err);
    if (!differences)
        return FF_E_NOMEM;
    for (size_t i = 0; i < count * columns; i++)
        differences[i] -= p->model.coefficients[i % columns];
    free(p->member);
    p->member = differences;
    potential->members = count;
    return FF_OK;
}

/* One member on a loaded site: neither one-body energies nor the wall depend on coefficients. */
static double member_energy(const ff_ace_parameters *p, ff_ace_workspace *w, const double *member,
                            double *gradient)
{
    const double *pair = member + p->basis->first[w->site.centre];
    const double *many = pair + ff_ace_pair_columns(p->basis, w->site.centre);
    double energy = 0;
    if (w->many)
        energy =
            ff_ace_graph_energy(&p->basis->graph, w->values, many, gradient != NULL, w->adjoint);
    for (size_t b = 0; b < w->site.blocks; b++) {
        ff_distance_terms terms = {{0}, {0}};
        energy += ff_ace_pair_energy(w, b, pair, false, &terms);
        if (gradient)
            ff_one_particle_pull_back(&w->site, b, w->adjoint, terms.slope, gradient);
    }
    return energy;
}

int ff_ace_members(const ff_potential *potential, const ff_environment *environment,
                   void *workspace, size_t first, size_t count, double *energy, double *gradient,
                   ff_error *err)
{
    const ff_ace_parameters *p = potential->parameters;
    size_t size = 3 * environment->count;
    int status = ff_ace_workspace_load(workspace, environment, false, err);
    if (status != FF_OK)
        return status;
    if (gradient)
        memset(gradient, 0, count * size * sizeof *gradient);
    for (size_t m = 0; m < count; m++)
        energy[m] = member_energy(p, workspace, p->member + (first + m) * p->model.count,
                                  gradient ? gradient + m * size : NULL);
    return FF_OK;
}
