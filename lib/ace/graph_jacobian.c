/* The derivatives of the functions by their factors as nodes of the graph: see graph.h.
 *
 * A function is a scalar product of two halves; its derivative by one half is the other, times the
 * scale. Going down a half, from the derivative s by (a b)_L to those by a and b, is coupling s
 * with b and a: with the symbol T of coupling.h, which is sqrt(2L+1) times one that only changes
 * sign by
 * (-1)^(a+b+L) when two of its columns are exchanged,
 *     sum T_abL s_L a = sqrt((2L+1)/(2b+1)) (s a)_b
 *     sum T_abL s_L b = (-1)^(a+b+L) sqrt((2L+1)/(2a+1)) (s b)_a
 * (letters for ranks, too). So derivatives are nodes like others, and functions share them. */

#include "lib/ace/graph_builder.h"

#include "lib/base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A multiple of a node in the derivative of a function by a factor. */
typedef struct part {
    uint32_t function;
    int factor;
    uint32_t node;
    double coefficient;
} part;

typedef struct layout {
    ff_ace_graph_builder *builder;
    ff_ace_graph *graph;
    const ff_ace_product *products;
    part *part;
    size_t parts, part_capacity;
    /* Entries of the Jacobian by function, species and factor, equal factors once. */
    size_t entries, row_capacity;
    size_t *first;   /* [functions * species_count + 1] first entry of function k and species z */
    uint32_t *row;   /* [entries] one-particle row whose A the derivative is by */
    uint32_t *place; /* [entries] in the slices */
    uint32_t (*where)[FF_ACE_MAX_ORDER]; /* [functions] first entry of each factor */
} layout;

/* Entries. */

static int add_entries(layout *b, size_t function, ff_error *err)
{
    const ff_one_particle_shape *shape = &b->graph->shape;
    const ff_ace_product *product = &b->products[function];
    int status = FF_OK;
    for (int z = 0; z < shape->species_count; z++) {
        b->first[function * (size_t)shape->species_count + (size_t)z] = b->entries;
        for (int i = 0; i < product->order && status == FF_OK; i++) {
            const ff_ace_factor *factor = &product->factor[i];
            if (factor->species != z)
                continue;
            if (i > 0 && memcmp(factor, factor - 1, sizeof *factor) == 0) {
                b->where[function][i] = b->where[function][i - 1];
                continue;
            }
            size_t width = (size_t)(2 * factor->l + 1);
            size_t row = shape->row[factor->l] + (size_t)(factor->n - 1) * width;
            b->where[function][i] = (uint32_t)b->entries;
            status = ff_reserve(&b->row, &b->row_capacity, b->entries + width, sizeof *b->row, err);
            for (size_t m = 0; m < width && status == FF_OK; m++)
                b->row[b->entries++] = (uint32_t)(row + m);
        }
    }
    return status;
}

static int lay_out_entries(layout *b, ff_error *err)
{
    size_t functions = b->graph->functions, species = (size_t)b->graph->shape.species_count;
    b->first = ff_new_array(functions * species + 1, sizeof *b->first, err);
    b->where = ff_new_array(functions, sizeof *b->where, err);
    int status = b->first && b->where ? FF_OK : FF_E_NOMEM;
    for (size_t k = 0; k < functions && status == FF_OK; k++)
        status = add_entries(b, k, err);
    if (status != FF_OK)
        return status;
    b->first[functions * species] = b->entries;
    b->place = ff_new_array(b->entries, sizeof *b->place, err);
    return b->place ? ff_slices_init(&b->graph->slices, functions, species, b->first, b->row,
                                     b->place, err)
                    : FF_E_NOMEM;
}

/* Nodes. */

/* Couples two nodes to a rank; the node is always made with its factors in the same order, which
 * may change the sign of the coefficient. */
static int couple(layout *b, uint32_t *out, double *coefficient, uint32_t left, uint32_t right,
                  int rank, ff_error *err)
{
    const ff_ace_node *l = &b->graph->node[left], *r = &b->graph->node[right];
    bool exchange = l->coupling || r->coupling ? left < right : left > right;
    if (exchange && (l->rank + r->rank + rank) % 2)
        *coefficient = -*coefficient;
    return exchange ? ff_ace_graph_find_node(b->builder, out, right, left, rank, err)
                    : ff_ace_graph_find_node(b->builder, out, left, right, rank, err);
}

/* Adds a node to the derivative of a function by a factor; equal ones become one. */
static int add_part(layout *b, size_t function, int factor, uint32_t node, double coefficient,
                    ff_error *err)
{
    const uint32_t *where = b->where[function];
    for (size_t i = b->parts; i-- > 0 && b->part[i].function == function;) {
        part *p = &b->part[i];
        if (where[p->factor] == where[factor] && p->node == node) {
            p->coefficient += coefficient;
            return FF_OK;
        }
    }
    int status = ff_reserve(&b->part, &b->part_capacity, b->parts + 1, sizeof *b->part, err);
    if (status == FF_OK)
        b->part[b->parts++] = (part){(uint32_t)function, factor, node, coefficient};
    return status;
}

/* The derivatives by the factors first..last of a half; that by the half is coefficient * seed. */
static int descend(layout *b, size_t function, int first, int last, uint32_t seed, ff_error *err)
{
    const ff_ace_product *product = &b->products[function];
    double coefficient = product->path.scale;
    int status = FF_OK;
    for (int i = last; i > first && status == FF_OK; i--) {
        int above = product->path.rank[i], below = product->path.rank[i - 1];
        int l = product->factor[i].l;
        double by_factor = coefficient * sqrt((2 * above + 1) / (2.0 * l + 1));
        uint32_t rest, node;
        status = ff_ace_graph_chain_node(b->builder, &rest, product, first, i - 1, err);
        if (status == FF_OK)
            status = couple(b, &node, &by_factor, seed, rest, l, err);
        if (status == FF_OK)
            status = add_part(b, function, i, node, by_factor, err);
        coefficient *= sqrt((2 * above + 1) / (2.0 * below + 1));
        if ((above + below + l) % 2)
            coefficient = -coefficient;
        if (status == FF_OK)
            status = couple(b, &seed, &coefficient, seed,
                            ff_ace_graph_factor_node(b->builder, &product->factor[i]), below, err);
    }
    return status == FF_OK ? add_part(b, function, first, seed, coefficient, err) : status;
}

static int add_derivatives(layout *b, size_t function, ff_error *err)
{
    const ff_ace_product *product = &b->products[function];
    int half = ff_coupling_half(product->order), last = product->order - 1;
    uint32_t left, right;
    int status = ff_ace_graph_chain_node(b->builder, &left, product, 0, half - 1, err);
    if (status == FF_OK)
        status = ff_ace_graph_chain_node(b->builder, &right, product, half, last, err);
    if (status == FF_OK)
        status = descend(b, function, 0, half - 1, right, err);
    return status == FF_OK ? descend(b, function, half, last, left, err) : status;
}

/* Entries from nodes. */

static int add_addend(ff_ace_graph *graph, size_t *capacity, ff_ace_addend addend, ff_error *err)
{
    int status =
        ff_reserve(&graph->addend, capacity, graph->addends + 1, sizeof *graph->addend, err);
    if (status == FF_OK)
        graph->addend[graph->addends++] = addend;
    return status;
}

/* The first part of a derivative is the entry, others are added to it. */
static int set_entries(layout *b, ff_error *err)
{
    ff_ace_graph *graph = b->graph;
    size_t steps = graph->slices.steps, capacity = 0;
    graph->jacobian_coefficient = ff_new_array(steps, sizeof *graph->jacobian_coefficient, err);
    graph->jacobian_from = ff_new_array(steps, sizeof *graph->jacobian_from, err);
    bool *taken = ff_new_array(b->entries, sizeof *taken, err);
    int status = graph->jacobian_coefficient && graph->jacobian_from && taken ? FF_OK : FF_E_NOMEM;
    for (size_t i = 0; i < b->parts && status == FF_OK; i++) {
        const part *p = &b->part[i];
        const ff_ace_node *node = &graph->node[p->node];
        uint32_t entry = b->where[p->function][p->factor], to = b->place[entry];
        for (uint32_t c = 0; c <= 2 * (uint32_t)node->rank && status == FF_OK; c++, to += FF_PACK)
            if (taken[entry]) {
                const ff_ace_addend addend = {p->coefficient, node->offset + c, to};
                status = add_addend(graph, &capacity, addend, err);
            } else {
                graph->jacobian_coefficient[to / FF_PACK][to % FF_PACK] = p->coefficient;
                graph->jacobian_from[to / FF_PACK][to % FF_PACK] = node->offset + c;
            }
        taken[entry] = true;
    }
    free(taken);
    return status;
}

int ff_ace_graph_add_jacobian(ff_ace_graph_builder *builder, ff_error *err)
{
    layout b = {.builder = builder, .graph = builder->graph, .products = builder->products};
    int status = lay_out_entries(&b, err);
    for (size_t k = 0; k < b.graph->functions && status == FF_OK; k++)
        status = add_derivatives(&b, k, err);
    if (status == FF_OK)
        status = set_entries(&b, err);
    free(b.part);
    free(b.first);
    free(b.row);
    free(b.place);
    free(b.where);
    return status;
}
