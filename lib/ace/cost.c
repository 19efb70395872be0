#include "lib/ace/cost.h"

#include "lib/ace/workspace.h"

/* Components of a tensor. */
static size_t width(const ff_ace_family *family)
{
    return 2 * (size_t)family->rank + 1;
}

ff_ace_cost ff_ace_basis_cost(const ff_ace_basis *basis)
{
    const ff_ace_graph *graph = &basis->graph;
    const ff_one_particle_shape *shape = &graph->shape;
    const size_t edge = (size_t)shape->largest + 1;
    ff_ace_cost cost = {.radial = (size_t)basis->one_particle.functions,
                        .harmonics = shape->rows > 0 ? edge * edge : 0,
                        .one_particle = shape->rows,
                        .sums = shape->rows * (size_t)shape->species_count,
                        .jacobian = graph->slices.entries};
    for (size_t i = 0; i < graph->function_families; i++) {
        const ff_ace_family *family = &graph->family[i];
        if (!family->coupling)
            continue;
        cost.nodes += width(family) * family->members;
        /* Each entry is a coefficient times a component of both sides. */
        cost.node_products += 2 * family->coupling->count * family->members;
    }
    for (size_t i = 0; i < graph->groups; i++) /* a scalar product, scaled */
        cost.function_products +=
            (width(&graph->family[graph->group[i].left]) + 1) * graph->group[i].count;
    /* What ff_ace_workspace_new allocates: twice, values and their changes. */
    size_t rows = shape->rows + (size_t)basis->pairs;
    cost.memory = 2 * (sizeof(double) * (2 * graph->values + FF_PACK * graph->slices.steps) +
                       sizeof(ff_bundle) * rows * (size_t)shape->species_count) +
                  sizeof(ff_lanes) * shape->rows;
    return cost;
}
