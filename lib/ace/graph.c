#include "lib/ace/graph_builder.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t padded(size_t count)
{
    return (count + FF_LANES - 1) / FF_LANES * FF_LANES;
}

/* One-particle families. */

static void one_particle_ranges(ff_one_particle_shape *shape, const ff_ace_product *products,
                                size_t count)
{
    for (size_t k = 0; k < count; k++)
        for (int i = 0; i < products[k].order; i++) {
            const ff_ace_factor *factor = &products[k].factor[i];
            assert(factor->l <= FF_HARMONICS_MAX);
            if (factor->n > shape->radial[factor->l])
                shape->radial[factor->l] = factor->n;
            if (factor->l > shape->largest)
                shape->largest = factor->l;
        }
    ff_one_particle_shape_finish(shape);
}

static int add_family(ff_ace_graph *graph, const ff_ace_family *family, ff_error *err)
{
    int status = ff_reserve(&graph->family, &graph->family_capacity, graph->families + 1,
                            sizeof *graph->family, err);
    if (status == FF_OK)
        graph->family[graph->families++] = *family;
    return status;
}

static int add_one_particle_families(ff_ace_graph *graph, ff_error *err)
{
    for (int l = 0; l <= graph->shape.largest; l++) {
        ff_ace_family family = {.rank = l, .left = -1, .right = -1};
        family.members = (size_t)(graph->shape.species_count * graph->shape.radial[l]);
        int status = add_family(graph, &family, err);
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

ff_ace_node ff_ace_graph_factor_node(const ff_ace_graph *graph, const ff_ace_factor *factor)
{
    return (ff_ace_node){
        factor->l, (uint32_t)(factor->species * graph->shape.radial[factor->l] + factor->n - 1)};
}

/* Coupled families. */

static int find_coupling(ff_ace_graph *graph, const ff_coupling **out, int left, int right,
                         int rank, ff_error *err)
{
    for (size_t i = 0; i < graph->couplings; i++) {
        const ff_coupling *c = graph->coupling[i];
        if (c->left == left && c->right == right && c->out == rank) {
            *out = c;
            return FF_OK;
        }
    }
    int status = ff_reserve(&graph->coupling, &graph->coupling_capacity, graph->couplings + 1,
                            sizeof *graph->coupling, err);
    if (status != FF_OK)
        return status;
    ff_coupling *made = ff_new_array(1, sizeof *made, err);
    if (!made)
        return FF_E_NOMEM;
    graph->coupling[graph->couplings++] = made;
    *out = made;
    return ff_coupling_init(made, left, right, rank, err);
}

/* Whether the family has that member. Products come sorted, so a match is likely among the last. */
static bool find_member(const ff_ace_family *f, ff_ace_node left, ff_ace_node right,
                        uint32_t *member)
{
    for (size_t i = f->members; i-- > 0;)
        if (f->left_member[i] == left.member && f->right_member[i] == right.member) {
            *member = (uint32_t)i;
            return true;
        }
    return false;
}

static int add_member(ff_ace_family *f, ff_ace_node left, ff_ace_node right, ff_error *err)
{
    size_t room = padded(f->members + 1);
    int status = ff_reserve(&f->left_member, &f->left_capacity, room, sizeof *f->left_member, err);
    if (status == FF_OK)
        status =
            ff_reserve(&f->right_member, &f->right_capacity, room, sizeof *f->right_member, err);
    if (status != FF_OK)
        return status;
    f->left_member[f->members] = left.member;
    f->right_member[f->members++] = right.member;
    for (size_t i = f->members; i < room; i++)
        f->left_member[i] = f->right_member[i] = 0;
    return FF_OK;
}

/* Adds a family for what couples two others. */
static int add_coupled_family(ff_ace_graph *graph, int left, int right, int rank, ff_error *err)
{
    ff_ace_family family = {.rank = rank, .left = left, .right = right};
    int status = find_coupling(graph, &family.coupling, graph->family[left].rank,
                               graph->family[right].rank, rank, err);
    return status == FF_OK ? add_family(graph, &family, err) : status;
}

int ff_ace_graph_find_node(ff_ace_graph *graph, ff_ace_node *out, ff_ace_node left,
                           ff_ace_node right, int rank, ff_error *err)
{
    out->family = -1;
    for (size_t i = 0; i < graph->families; i++) {
        const ff_ace_family *f = &graph->family[i];
        if (f->left != left.family || f->right != right.family || f->rank != rank)
            continue;
        if (find_member(f, left, right, &out->member)) {
            out->family = (int)i;
            return FF_OK;
        }
        if (i >= graph->function_families) /* the others are complete */
            out->family = (int)i;
    }
    int status = FF_OK;
    if (out->family < 0) {
        out->family = (int)graph->families;
        status = add_coupled_family(graph, left.family, right.family, rank, err);
    }
    if (status != FF_OK)
        return status;
    ff_ace_family *f = &graph->family[out->family];
    out->member = (uint32_t)f->members;
    return add_member(f, left, right, err);
}

/* Functions. */

static int find_group(ff_ace_graph *graph, ff_ace_group **out, int left, int right, int order,
                      ff_error *err)
{
    for (size_t i = 0; i < graph->groups; i++)
        if (graph->group[i].left == left && graph->group[i].right == right) {
            *out = &graph->group[i];
            return FF_OK;
        }
    int status = ff_reserve(&graph->group, &graph->group_capacity, graph->groups + 1,
                            sizeof *graph->group, err);
    if (status != FF_OK)
        return status;
    *out = &graph->group[graph->groups++];
    **out = (ff_ace_group){.left = left, .right = right, .order = order};
    return FF_OK;
}

static int add_to_group(ff_ace_group *g, ff_ace_node left, ff_ace_node right, size_t function,
                        double scale, ff_error *err)
{
    size_t room = padded(g->count + 1);
    int status = ff_reserve(&g->left_member, &g->left_capacity, room, sizeof(uint32_t), err);
    if (status == FF_OK)
        status = ff_reserve(&g->right_member, &g->right_capacity, room, sizeof(uint32_t), err);
    if (status == FF_OK)
        status = ff_reserve(&g->function, &g->function_capacity, room, sizeof(uint32_t), err);
    if (status == FF_OK)
        status = ff_reserve(&g->scale, &g->scale_capacity, room, sizeof(double), err);
    if (status != FF_OK)
        return status;
    g->left_member[g->count] = left.member;
    g->right_member[g->count] = right.member;
    g->function[g->count] = (uint32_t)function;
    g->scale[g->count++] = scale;
    g->padded = room;
    for (size_t i = g->count; i < room; i++) {
        g->left_member[i] = g->right_member[i] = g->function[i] = 0;
        g->scale[i] = 0;
    }
    return FF_OK;
}

/* The node of one half of a product: its factors coupled one after another. */
static int half_node(ff_ace_graph *graph, ff_ace_node *out, const ff_ace_product *product,
                     int first, int end, ff_error *err)
{
    *out = ff_ace_graph_factor_node(graph, &product->factor[first]);
    int status = FF_OK;
    for (int i = first + 1; i < end && status == FF_OK; i++)
        status = ff_ace_graph_find_node(graph, out, *out,
                                        ff_ace_graph_factor_node(graph, &product->factor[i]),
                                        product->path.rank[i], err);
    return status;
}

static int add_function(ff_ace_graph *graph, const ff_ace_product *product, size_t function,
                        ff_error *err)
{
    int half = ff_coupling_half(product->order);
    ff_ace_node left, right;
    ff_ace_group *group;
    int status = half_node(graph, &left, product, 0, half, err);
    if (status == FF_OK)
        status = half_node(graph, &right, product, half, product->order, err);
    if (status == FF_OK)
        status = find_group(graph, &group, left.family, right.family, product->order, err);
    if (status == FF_OK)
        status = add_to_group(group, left, right, function, product->path.scale, err);
    return status;
}

void ff_ace_graph_lay_out_values(ff_ace_graph *graph)
{
    graph->values = 0;
    for (size_t i = 0; i < graph->families; i++) {
        ff_ace_family *f = &graph->family[i];
        if (i == graph->function_families)
            graph->function_values = graph->values;
        f->padded = padded(f->members);
        f->offset = graph->values;
        graph->values += (size_t)(2 * f->rank + 1) * f->padded;
    }
    if (graph->families == graph->function_families)
        graph->function_values = graph->values;
}

int ff_ace_graph_init(ff_ace_graph *graph, const ff_ace_product *products, size_t count,
                      size_t species_count, ff_error *err)
{
    *graph = (ff_ace_graph){.shape.species_count = (int)species_count, .functions = count};
    one_particle_ranges(&graph->shape, products, count);
    int status = add_one_particle_families(graph, err);
    for (size_t k = 0; k < count && status == FF_OK; k++)
        status = add_function(graph, &products[k], k, err);
    if (status == FF_OK) {
        graph->function_families = graph->families;
        status = ff_ace_graph_add_jacobian(graph, products, err);
    }
    if (status != FF_OK)
        ff_ace_graph_clear(graph);
    return status;
}

void ff_ace_graph_clear(ff_ace_graph *graph)
{
    for (size_t i = 0; i < graph->couplings; i++) {
        ff_coupling_clear(graph->coupling[i]);
        free(graph->coupling[i]);
    }
    for (size_t i = 0; i < graph->families; i++) {
        free(graph->family[i].left_member);
        free(graph->family[i].right_member);
    }
    for (size_t i = 0; i < graph->groups; i++) {
        ff_ace_group *g = &graph->group[i];
        free(g->left_member);
        free(g->right_member);
        free(g->function);
        free(g->scale);
    }
    free(graph->coupling);
    free(graph->family);
    free(graph->group);
    free(graph->slot);
    ff_slices_clear(&graph->slices);
    *graph = (ff_ace_graph){0};
}
