#include "lib/ace/graph.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A member of a family. */
typedef struct node {
    int family;
    uint32_t member;
} node;

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

static node one_particle_node(const ff_ace_graph *graph, const ff_ace_factor *factor)
{
    return (node){factor->l,
                  (uint32_t)(factor->species * graph->shape.radial[factor->l] + factor->n - 1)};
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

static int find_family(ff_ace_graph *graph, int *out, int left, int right, int rank, ff_error *err)
{
    for (size_t i = 0; i < graph->families; i++) {
        const ff_ace_family *f = &graph->family[i];
        if (f->left == left && f->right == right && f->rank == rank) {
            *out = (int)i;
            return FF_OK;
        }
    }
    ff_ace_family family = {.rank = rank, .left = left, .right = right};
    int status = find_coupling(graph, &family.coupling, graph->family[left].rank,
                               graph->family[right].rank, rank, err);
    *out = (int)graph->families;
    return status == FF_OK ? add_family(graph, &family, err) : status;
}

/* The node that couples two nodes to a rank, made if there is none yet. Products come sorted, so a
 * match is likely among the last members. */
static int find_node(ff_ace_graph *graph, node *out, node left, node right, int rank, ff_error *err)
{
    int index;
    int status = find_family(graph, &index, left.family, right.family, rank, err);
    if (status != FF_OK)
        return status;
    ff_ace_family *f = &graph->family[index];
    out->family = index;
    for (size_t i = f->members; i-- > 0;)
        if (f->left_member[i] == left.member && f->right_member[i] == right.member) {
            out->member = (uint32_t)i;
            return FF_OK;
        }
    size_t room = padded(f->members + 1);
    status = ff_reserve(&f->left_member, &f->left_capacity, room, sizeof *f->left_member, err);
    if (status == FF_OK)
        status =
            ff_reserve(&f->right_member, &f->right_capacity, room, sizeof *f->right_member, err);
    if (status != FF_OK)
        return status;
    out->member = (uint32_t)f->members;
    f->left_member[f->members] = left.member;
    f->right_member[f->members++] = right.member;
    for (size_t i = f->members; i < room; i++)
        f->left_member[i] = f->right_member[i] = 0;
    return FF_OK;
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

static int add_to_group(ff_ace_group *g, node left, node right, size_t function, double scale,
                        ff_error *err)
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
static int half_node(ff_ace_graph *graph, node *out, const ff_ace_product *product, int first,
                     int end, ff_error *err)
{
    *out = one_particle_node(graph, &product->factor[first]);
    int status = FF_OK;
    for (int i = first + 1; i < end && status == FF_OK; i++)
        status = find_node(graph, out, *out, one_particle_node(graph, &product->factor[i]),
                           product->path.rank[i], err);
    return status;
}

static int add_function(ff_ace_graph *graph, const ff_ace_product *product, size_t function,
                        ff_error *err)
{
    int half = ff_coupling_half(product->order);
    node left, right;
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

/* Jacobian layout. */

/* Entries of the Jacobian on their way to slices: by function, species, and factor. */
typedef struct entry_list {
    size_t count, capacity;
    size_t *first;   /* [functions * species_count + 1] first entry of function k and species z */
    uint32_t *row;   /* [count] one-particle row whose A the derivative is by */
    uint32_t *place; /* [count] in the slices */
    uint32_t (*where)[FF_ACE_MAX_ORDER]; /* [functions] first entry of each factor */
} entry_list;

/* Appends the entries of one function, equal factors once. */
static int add_entries(const ff_one_particle_shape *shape, entry_list *list,
                       const ff_ace_product *product, size_t function, ff_error *err)
{
    int status = FF_OK;
    for (int z = 0; z < shape->species_count; z++) {
        list->first[function * (size_t)shape->species_count + (size_t)z] = list->count;
        for (int i = 0; i < product->order && status == FF_OK; i++) {
            const ff_ace_factor *factor = &product->factor[i];
            if (factor->species != z)
                continue;
            if (i > 0 && memcmp(factor, factor - 1, sizeof *factor) == 0) {
                list->where[function][i] = list->where[function][i - 1];
                continue;
            }
            size_t width = (size_t)(2 * factor->l + 1);
            size_t row = shape->row[factor->l] + (size_t)(factor->n - 1) * width;
            list->where[function][i] = (uint32_t)list->count;
            status = ff_reserve(&list->row, &list->capacity, list->count + width, sizeof *list->row,
                                err);
            for (size_t m = 0; m < width && status == FF_OK; m++)
                list->row[list->count++] = (uint32_t)(row + m);
        }
    }
    return status;
}

static int set_targets(ff_ace_group *g, const entry_list *list, ff_error *err)
{
    g->target = ff_new_array((size_t)g->order * g->padded, sizeof *g->target, err);
    if (!g->target)
        return FF_E_NOMEM;
    for (size_t f = 0; f < g->count; f++)
        for (size_t factor = 0; factor < (size_t)g->order; factor++)
            g->target[factor * g->padded + f] = list->place[list->where[g->function[f]][factor]];
    return FF_OK;
}

static int lay_out_jacobian(ff_ace_graph *graph, const ff_ace_product *products, ff_error *err)
{
    size_t species = (size_t)graph->shape.species_count;
    entry_list list = {.count = 0};
    list.first = ff_new_array(graph->functions * species + 1, sizeof *list.first, err);
    list.where = ff_new_array(graph->functions, sizeof *list.where, err);
    int status = list.first && list.where ? FF_OK : FF_E_NOMEM;
    for (size_t k = 0; k < graph->functions && status == FF_OK; k++)
        status = add_entries(&graph->shape, &list, &products[k], k, err);
    if (status == FF_OK) {
        list.first[graph->functions * species] = list.count;
        list.place = ff_new_array(list.count, sizeof *list.place, err);
        status = list.place ? FF_OK : FF_E_NOMEM;
    }
    if (status == FF_OK)
        status = ff_slices_init(&graph->slices, graph->functions, species, list.first, list.row,
                                list.place, err);
    for (size_t i = 0; i < graph->groups && status == FF_OK; i++)
        status = set_targets(&graph->group[i], &list, err);
    free(list.first);
    free(list.row);
    free(list.place);
    free(list.where);
    return status;
}

static void lay_out_values(ff_ace_graph *graph)
{
    for (size_t i = 0; i < graph->families; i++) {
        ff_ace_family *f = &graph->family[i];
        f->padded = padded(f->members);
        f->offset = graph->values;
        graph->values += (size_t)(2 * f->rank + 1) * f->padded;
    }
}

int ff_ace_graph_init(ff_ace_graph *graph, const ff_ace_product *products, size_t count,
                      size_t species_count, ff_error *err)
{
    *graph = (ff_ace_graph){.shape.species_count = (int)species_count, .functions = count};
    one_particle_ranges(&graph->shape, products, count);
    int status = add_one_particle_families(graph, err);
    for (size_t k = 0; k < count && status == FF_OK; k++)
        status = add_function(graph, &products[k], k, err);
    if (status == FF_OK)
        status = lay_out_jacobian(graph, products, err);
    lay_out_values(graph);
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
        free(g->target);
    }
    free(graph->coupling);
    free(graph->family);
    free(graph->group);
    ff_slices_clear(&graph->slices);
    *graph = (ff_ace_graph){0};
}
