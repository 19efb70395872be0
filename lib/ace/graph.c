#include "lib/ace/graph_builder.h"

#include "lib/base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* One-particle nodes. */

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

static int add_node(ff_ace_graph_builder *b, ff_ace_node node, ff_error *err)
{
    ff_ace_graph *graph = b->graph;
    int status =
        ff_reserve(&graph->node, &b->node_capacity, graph->nodes + 1, sizeof *graph->node, err);
    if (status == FF_OK)
        graph->node[graph->nodes++] = node;
    return status;
}

static int add_factor_nodes(ff_ace_graph_builder *b, ff_error *err)
{
    const ff_one_particle_shape *shape = &b->graph->shape;
    int status = FF_OK;
    for (int l = 0; l <= shape->largest; l++) {
        b->first_node[l] = (uint32_t)b->graph->nodes;
        for (int z = 0; z < shape->species_count; z++)
            for (int n = 1; n <= shape->radial[l] && status == FF_OK; n++) {
                size_t offset = ff_one_particle_place(shape, z, n, l);
                status = add_node(b, (ff_ace_node){.rank = l, .offset = (uint32_t)offset}, err);
            }
    }
    b->graph->factor_nodes = b->graph->nodes;
    b->graph->values = shape->sums;
    return status;
}

uint32_t ff_ace_graph_factor_node(const ff_ace_graph_builder *b, const ff_ace_factor *factor)
{
    int radial = b->graph->shape.radial[factor->l];
    return b->first_node[factor->l] + (uint32_t)(factor->species * radial + factor->n - 1);
}

/* Coupled nodes. */

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

/* The place in the table of a node with these members, or the free one where it belongs. */
static uint32_t *find_place(const ff_ace_graph_builder *b, uint32_t left, uint32_t right, int rank)
{
    uint64_t hash = ((uint64_t)left << 32 | right) * 0x9E3779B97F4A7C15u + (uint64_t)rank;
    hash = (hash ^ hash >> 29) * 0xBF58476D1CE4E5B9u;
    for (size_t i = hash >> 32;; i++) {
        uint32_t *place = &b->table[i & (b->table_size - 1)];
        const ff_ace_node *node = *place ? &b->graph->node[*place - 1] : NULL;
        if (!node || (node->left == left && node->right == right && node->rank == rank))
            return place;
    }
}

/* Keeps the table at most half full. */
static int grow_table(ff_ace_graph_builder *b, ff_error *err)
{
    size_t coupled = b->graph->nodes - b->graph->factor_nodes;
    if (2 * (coupled + 1) <= b->table_size)
        return FF_OK;
    uint32_t *old = b->table;
    size_t size = b->table_size ? 2 * b->table_size : 256;
    b->table = ff_new_array(size, sizeof *b->table, err);
    if (!b->table) {
        b->table = old;
        return FF_E_NOMEM;
    }
    free(old);
    b->table_size = size;
    for (size_t i = b->graph->factor_nodes; i < b->graph->nodes; i++) {
        const ff_ace_node *node = &b->graph->node[i];
        *find_place(b, node->left, node->right, node->rank) = (uint32_t)i + 1;
    }
    return FF_OK;
}

/* Nodes made before function_nodes is set are those of the functions, padded. */
int ff_ace_graph_find_node(ff_ace_graph_builder *b, uint32_t *out, uint32_t left, uint32_t right,
                           int rank, ff_error *err)
{
    ff_ace_graph *graph = b->graph;
    int status = grow_table(b, err);
    if (status != FF_OK)
        return status;
    uint32_t *place = find_place(b, left, right, rank);
    if (*place) {
        *out = *place - 1;
        return FF_OK;
    }
    const ff_ace_node *l = &graph->node[left], *r = &graph->node[right];
    ff_ace_node node = {.rank = rank, .left = left, .right = right};
    node.level = 1 + (l->level > r->level ? l->level : r->level);
    node.offset = (uint32_t)graph->values;
    status = find_coupling(graph, &node.coupling, l->rank, r->rank, rank, err);
    if (status == FF_OK)
        status = add_node(b, node, err);
    if (status != FF_OK)
        return status;
    *out = (uint32_t)graph->nodes - 1;
    *place = *out + 1;
    size_t width = 2 * (size_t)rank + 1;
    graph->values += graph->function_nodes ? width : ff_padded_components(rank);
    return FF_OK;
}

int ff_ace_graph_chain_node(ff_ace_graph_builder *b, uint32_t *out, const ff_ace_product *product,
                            int first, int last, ff_error *err)
{
    *out = ff_ace_graph_factor_node(b, &product->factor[first]);
    int status = FF_OK;
    for (int i = first + 1; i <= last && status == FF_OK; i++)
        status =
            ff_ace_graph_find_node(b, out, *out, ff_ace_graph_factor_node(b, &product->factor[i]),
                                   product->path.rank[i], err);
    return status;
}

/* Functions. */

static int add_function(ff_ace_graph_builder *b, size_t function, ff_error *err)
{
    const ff_ace_product *product = &b->products[function];
    int half = ff_coupling_half(product->order);
    uint32_t left, right;
    int status = ff_ace_graph_chain_node(b, &left, product, 0, half - 1, err);
    if (status == FF_OK)
        status = ff_ace_graph_chain_node(b, &right, product, half, product->order - 1, err);
    if (status != FF_OK)
        return status;
    const ff_ace_node *l = &b->graph->node[left], *r = &b->graph->node[right];
    b->graph->product[function] =
        (ff_ace_scalar_product){.scale = product->path.scale,
                                .left = l->offset,
                                .right = r->offset,
                                .packs = (uint32_t)(ff_padded_components(l->rank) / FF_PACK),
                                .function = (uint32_t)function};
    return FF_OK;
}

/* Loops of one length follow one another; within, neither node is that of the function before, so
 * that a derivative by it need not wait for the last addition to it. */
static int compare_products(const void *left, const void *right)
{
    const ff_ace_scalar_product *a = left, *b = right;
    if (a->packs != b->packs)
        return a->packs < b->packs ? -1 : 1;
    int64_t along = (int64_t)a->right - a->left, other = (int64_t)b->right - b->left;
    if (along != other)
        return along < other ? -1 : 1;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    return a->function < b->function ? -1 : 1;
}

/* Sums over nodes. */

static size_t term_count(const ff_ace_graph *graph, size_t begin, size_t end)
{
    size_t terms = 0;
    for (size_t i = begin; i < end; i++)
        terms += graph->node[i].coupling ? graph->node[i].coupling->count : 0;
    return terms;
}

/* The last number of the values is for nobody. */
static uint32_t idle(const ff_ace_graph *graph)
{
    return (uint32_t)graph->values - 1;
}

/* Nodes begin..end-1 from those they couple. */
static int make_forward(const ff_ace_graph *graph, size_t begin, size_t end, ff_bilinear *out,
                        ff_error *err)
{
    size_t count = 0;
    ff_bilinear_term *terms = ff_new_array(term_count(graph, begin, end), sizeof *terms, err);
    if (!terms)
        return FF_E_NOMEM;
    for (size_t i = begin; i < end; i++) {
        const ff_ace_node *node = &graph->node[i];
        for (size_t e = 0; node->coupling && e < node->coupling->count; e++) {
            const ff_coupling_entry *entry = &node->coupling->entry[e];
            terms[count++] =
                (ff_bilinear_term){.level = node->level,
                                   .out = node->offset + entry->out,
                                   .left = graph->node[node->left].offset + entry->left,
                                   .right = graph->node[node->right].offset + entry->right,
                                   .coefficient = entry->value};
        }
    }
    int status = ff_bilinear_init(out, terms, count, idle(graph), err);
    free(terms);
    return status;
}

/* Derivatives by nodes, from the highest level down: what those coupled from them bring. */
static int make_backward(ff_ace_graph *graph, ff_error *err)
{
    size_t count = 0, end = graph->function_nodes;
    ff_bilinear_term *terms = ff_new_array(2 * term_count(graph, 0, end), sizeof *terms, err);
    if (!terms)
        return FF_E_NOMEM;
    for (size_t i = 0; i < end; i++) {
        const ff_ace_node *node = &graph->node[i];
        const ff_ace_node *l = &graph->node[node->left], *r = &graph->node[node->right];
        for (size_t e = 0; node->coupling && e < node->coupling->count; e++) {
            const ff_coupling_entry *entry = &node->coupling->entry[e];
            uint32_t out = node->offset + entry->out;
            uint32_t left = l->offset + entry->left, right = r->offset + entry->right;
            terms[count++] =
                (ff_bilinear_term){FF_ACE_MAX_ORDER - l->level, left, out, right, entry->value};
            terms[count++] =
                (ff_bilinear_term){FF_ACE_MAX_ORDER - r->level, right, out, left, entry->value};
        }
    }
    int status = ff_bilinear_init(&graph->backward, terms, count, idle(graph), err);
    free(terms);
    return status;
}

static int build(ff_ace_graph_builder *b, ff_error *err)
{
    ff_ace_graph *graph = b->graph;
    one_particle_ranges(&graph->shape, b->products, graph->functions);
    graph->product = ff_new_array(graph->functions, sizeof *graph->product, err);
    int status = graph->product ? add_factor_nodes(b, err) : FF_E_NOMEM;
    for (size_t k = 0; k < graph->functions && status == FF_OK; k++)
        status = add_function(b, k, err);
    if (status != FF_OK)
        return status;
    if (graph->functions > 0)
        qsort(graph->product, graph->functions, sizeof *graph->product, compare_products);
    graph->function_nodes = graph->nodes;
    graph->function_values = graph->values;
    status = ff_ace_graph_add_jacobian(b, err);
    graph->values++; /* idle */
    if (status == FF_OK)
        status = make_forward(graph, 0, graph->function_nodes, &graph->forward, err);
    if (status == FF_OK)
        status = make_forward(graph, graph->function_nodes, graph->nodes, &graph->rest, err);
    return status == FF_OK ? make_backward(graph, err) : status;
}

int ff_ace_graph_init(ff_ace_graph *graph, const ff_ace_product *products, size_t count,
                      size_t species_count, ff_error *err)
{
    *graph = (ff_ace_graph){.shape.species_count = (int)species_count, .functions = count};
    ff_ace_graph_builder b = {.graph = graph, .products = products};
    int status = build(&b, err);
    free(b.table);
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
    free(graph->coupling);
    free(graph->node);
    free(graph->product);
    free(graph->jacobian_coefficient);
    free(graph->jacobian_from);
    free(graph->addend);
    ff_bilinear_clear(&graph->forward);
    ff_bilinear_clear(&graph->backward);
    ff_bilinear_clear(&graph->rest);
    ff_slices_clear(&graph->slices);
    *graph = (ff_ace_graph){0};
}
