#include "lib/ace/cost.h"

#include "lib/ace/workspace.h"

/* Components of a tensor. */
static size_t components(int rank)
{
    return 2 * (size_t)rank + 1;
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
    for (size_t i = graph->factor_nodes; i < graph->function_nodes; i++) {
        const ff_ace_node *node = &graph->node[i];
        cost.nodes += components(node->rank);
        /* Each entry is a coefficient times a component of both sides. */
        cost.node_products += 2 * node->coupling->count;
    }
    for (size_t k = 0; k < graph->functions; k++) { /* a scalar product, scaled */
        const ff_ace_product *product = &basis->product[k];
        cost.function_products +=
            components(product->path.rank[ff_coupling_half(product->order) - 1]) + 1;
    }
    /* What ff_ace_workspace_new allocates: twice, values and their changes. */
    size_t rows = shape->rows + (size_t)basis->pairs;
    cost.memory = 2 * (sizeof(double) * (2 * graph->values + FF_PACK * graph->slices.steps) +
                       sizeof(ff_bundle) * rows * (size_t)shape->species_count) +
                  sizeof(ff_lanes) * shape->rows;
    return cost;
}
