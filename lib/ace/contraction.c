/* Computing with the graph of graph.h: values forward, derivatives in reverse, and how they change.
 */

#include "lib/ace/graph.h"

#include <string.h>

void ff_ace_graph_forward(const ff_ace_graph *graph, double *values)
{
    ff_bilinear_set(&graph->forward, values, values, values);
}

FF_VECTORISE
void ff_ace_graph_functions(const ff_ace_graph *graph, const double *values, double *functions)
{
    for (size_t k = 0; k < graph->functions; k++) {
        const ff_ace_scalar_product *p = &graph->product[k];
        const ff_pack *left = (const ff_pack *)(values + p->left);
        const ff_pack *right = (const ff_pack *)(values + p->right);
        ff_pack sum = {0};
        for (uint32_t i = 0; i < p->packs; i++)
            sum += left[i] * right[i];
        functions[p->function] = p->scale * ((sum[0] + sum[1]) + (sum[2] + sum[3]));
    }
}

/* Derivatives of the sum of coefficients[k] B_k by the nodes of the scalar products, or, from
 * changes of the nodes, changes of these derivatives. */
FF_VECTORISE
static void differentiate(const ff_ace_graph *graph, const double *values,
                          const double *coefficients, double *adjoint)
{
    const ff_ace_scalar_product *products = graph->product;
    memset(adjoint, 0, graph->function_values * sizeof *adjoint);
    for (size_t k = 0, count = graph->functions; k < count; k++) {
        const ff_ace_scalar_product *p = &products[k];
        const ff_pack *left = (const ff_pack *)(values + p->left);
        const ff_pack *right = (const ff_pack *)(values + p->right);
        ff_pack *by_left = (ff_pack *)(adjoint + p->left);
        ff_pack *by_right = (ff_pack *)(adjoint + p->right);
        double coefficient = coefficients[p->function] * p->scale;
        for (uint32_t i = 0, packs = p->packs; i < packs; i++) {
            by_left[i] += coefficient * right[i];
            by_right[i] += coefficient * left[i];
        }
    }
}

/* Half the scalar product of values and adjoint: the energy, since every function is linear in
 * either of its two nodes. */
FF_VECTORISE
static double half_product(const double *values, const double *adjoint, size_t count)
{
    const ff_pack *x = (const ff_pack *)values, *y = (const ff_pack *)adjoint;
    ff_pack sum[2] = {{0}, {0}};
    size_t packs = count / FF_PACK;
    for (size_t i = 0; i + 1 < packs; i += 2) {
        sum[0] += x[i] * y[i];
        sum[1] += x[i + 1] * y[i + 1];
    }
    if (packs % 2)
        sum[0] += x[packs - 1] * y[packs - 1];
    sum[0] += sum[1];
    return 0.5 * ((sum[0][0] + sum[0][1]) + (sum[0][2] + sum[0][3]));
}

double ff_ace_graph_energy(const ff_ace_graph *graph, const double *values,
                           const double *coefficients, bool derivatives, double *adjoint)
{
    differentiate(graph, values, coefficients, adjoint);
    double energy = half_product(values, adjoint, graph->function_values);
    if (derivatives)
        ff_bilinear_add(&graph->backward, adjoint, values, adjoint);
    return energy;
}

/* The Jacobian, or its change, from the values of the nodes, or theirs. */
FF_VECTORISE
static void fill_jacobian(const ff_ace_graph *graph, const double *values, double *jacobian)
{
    const double(*coefficient)[FF_PACK] = (const double(*)[FF_PACK])graph->jacobian_coefficient;
    const uint32_t(*from)[FF_PACK] = (const uint32_t(*)[FF_PACK])graph->jacobian_from;
    for (size_t i = 0, steps = graph->slices.steps; i < steps; i++) {
        const ff_pack value = {values[from[i][0]], values[from[i][1]], values[from[i][2]],
                               values[from[i][3]]};
        ((ff_pack *)jacobian)[i] = *(const ff_loose_pack *)coefficient[i] * value;
    }
    for (size_t i = 0; i < graph->addends; i++) {
        const ff_ace_addend *a = &graph->addend[i];
        jacobian[a->to] += a->coefficient * values[a->from];
    }
}

void ff_ace_graph_jacobian(const ff_ace_graph *graph, double *values, double *jacobian)
{
    ff_bilinear_set(&graph->rest, values, values, values);
    fill_jacobian(graph, values, jacobian);
}

/* Changes. */

void ff_ace_graph_forward_change(const ff_ace_graph *graph, const double *values, double *changes)
{
    ff_bilinear_set_change(&graph->forward, values, values, changes, changes, changes);
}

void ff_ace_graph_adjoint_change(const ff_ace_graph *graph, const double *values,
                                 const double *changes, const double *coefficients,
                                 const double *adjoint, double *adjoint_change)
{
    differentiate(graph, changes, coefficients, adjoint_change);
    ff_bilinear_add_change(&graph->backward, adjoint, values, adjoint_change, changes,
                           adjoint_change);
}

void ff_ace_graph_jacobian_change(const ff_ace_graph *graph, const double *values, double *changes,
                                  double *jacobian_change)
{
    ff_bilinear_set_change(&graph->rest, values, values, changes, changes, changes);
    fill_jacobian(graph, changes, jacobian_change);
}
