/* Building the polynomials of polynomial.h. */

#include "lib/pace/polynomial.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = FF_POLYNOMIAL_MAX_ORDER };

/* A product of variables and conjugates: their codes (as in ff_polynomial_term), increasing. Of it
 * and its conjugate, the one of positive weight is the canonical one, or that with the smaller
 * codes. */
typedef struct monomial {
    int size;
    uint32_t code[MOST];
} monomial;

typedef struct node {
    monomial key;
    uint32_t left, right;
    bool left_conjugate, right_conjugate;
} node;

/* A merged term: Re(left conj(right)), or Re(left right). */
typedef struct entry {
    uint32_t left, right;
    bool direct;
    double coefficient;
} entry;

typedef struct builder {
    const int *weights;
    size_t variables;
    node *nodes; /* variables first */
    size_t count, capacity;
    uint32_t *slot; /* hash table of node index + 1; 0: empty */
    size_t slots;   /* a power of two */
    entry *entries;
    size_t entry_count;
} builder;

/* Monomials. */

static void sort_codes(monomial *m)
{
    for (int i = 1; i < m->size; i++)
        for (int j = i; j > 0 && m->code[j] < m->code[j - 1]; j--) {
            uint32_t other = m->code[j];
            m->code[j] = m->code[j - 1];
            m->code[j - 1] = other;
        }
}

static int compare_monomials(const monomial *a, const monomial *b)
{
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    for (int i = 0; i < a->size; i++)
        if (a->code[i] != b->code[i])
            return a->code[i] < b->code[i] ? -1 : 1;
    return 0;
}

static int weight_of(const builder *b, const monomial *m)
{
    int sum = 0;
    for (int i = 0; i < m->size; i++) {
        int weight = b->weights[m->code[i] / 2];
        sum += m->code[i] % 2 ? -weight : weight;
    }
    return sum;
}

/* Makes m canonical; true when that took the conjugate. */
static bool make_canonical(const builder *b, monomial *m)
{
    monomial conjugate = *m;
    for (int i = 0; i < m->size; i++)
        if (b->weights[m->code[i] / 2] != 0)
            conjugate.code[i] ^= 1u;
        else
            m->code[i] = conjugate.code[i] = m->code[i] & ~1u;
    sort_codes(m);
    sort_codes(&conjugate);
    int weight = weight_of(b, m);
    bool other = weight < 0 || (weight == 0 && compare_monomials(&conjugate, m) < 0);
    if (other)
        *m = conjugate;
    return other;
}

/* Cuts m by the bits of a mask. */
static void cut(const monomial *m, unsigned mask, monomial *in, monomial *out)
{
    in->size = out->size = 0;
    for (int i = 0; i < m->size; i++) {
        monomial *to = mask >> i & 1u ? in : out;
        to->code[to->size++] = m->code[i];
    }
}

static int bits(unsigned mask)
{
    int count = 0;
    for (; mask; mask &= mask - 1)
        count++;
    return count;
}

/* Whether a mask takes the larger half of size factors; of two equal halves the one with the first
 * factor. */
static bool is_half(unsigned mask, int size)
{
    return bits(mask) == (size + 1) / 2 && (size % 2 || mask & 1u);
}

/* The table of nodes. */

static size_t hash_of(const monomial *m)
{
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < m->size; i++)
        hash = (hash ^ m->code[i]) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32);
}

/* The slot of a key, or the empty one where it would go. */
static uint32_t *find_slot(const builder *b, const monomial *key)
{
    size_t at = hash_of(key) & (b->slots - 1);
    while (b->slot[at] && compare_monomials(&b->nodes[b->slot[at] - 1].key, key) != 0)
        at = (at + 1) & (b->slots - 1);
    return &b->slot[at];
}

static int grow_table(builder *b, ff_error *err)
{
    if (2 * (b->count + 1) <= b->slots)
        return FF_OK;
    size_t slots = b->slots ? 2 * b->slots : 1024;
    uint32_t *slot = ff_new_array(slots, sizeof *slot, err);
    if (!slot)
        return FF_E_NOMEM;
    free(b->slot);
    b->slot = slot;
    b->slots = slots;
    for (size_t i = 0; i < b->count; i++)
        *find_slot(b, &b->nodes[i].key) = (uint32_t)(i + 1);
    return FF_OK;
}

static int add_node(builder *b, const node *added, ff_error *err)
{
    if (b->count >= UINT32_MAX / 2)
        return ff_fail(err, FF_E_RANGE, "a polynomial of more than %zu products", b->count);
    int status = ff_reserve(&b->nodes, &b->capacity, b->count + 1, sizeof *b->nodes, err);
    if (status == FF_OK)
        status = grow_table(b, err);
    if (status != FF_OK)
        return status;
    *find_slot(b, &added->key) = (uint32_t)(b->count + 1);
    b->nodes[b->count++] = *added;
    return FF_OK;
}

/* Cutting terms. */

static unsigned best_cut(const builder *b, const monomial *m, int *cost);

/* Nodes that would have to be made for a monomial, itself included. */
static int cost_of(const builder *b, monomial m)
{
    int cost = 0;
    (void)make_canonical(b, &m);
    if (m.size == 1 || *find_slot(b, &m))
        return 0;
    (void)best_cut(b, &m, &cost);
    return cost + 1;
}

/* The cut in two halves that takes the fewest new nodes, the first of those. */
static unsigned best_cut(const builder *b, const monomial *m, int *cost)
{
    unsigned best = 0;
    *cost = 1 << MOST;
    for (unsigned mask = 1; mask < 1u << m->size && *cost > 0; mask++) {
        monomial in, out;
        if (!is_half(mask, m->size))
            continue;
        cut(m, mask, &in, &out);
        int found = cost_of(b, in) + cost_of(b, out);
        if (found < *cost) {
            *cost = found;
            best = mask;
        }
    }
    return best;
}

/* The node of a monomial or its conjugate, made if there is none yet. */
static int find_node(builder *b, monomial m, uint32_t *index, bool *conjugate, ff_error *err)
{
    *conjugate = make_canonical(b, &m);
    uint32_t found = *find_slot(b, &m);
    if (found) {
        *index = found - 1;
        return FF_OK;
    }
    int cost;
    monomial in, out;
    node made = {.key = m};
    cut(&m, best_cut(b, &m, &cost), &in, &out);
    int status = find_node(b, in, &made.left, &made.left_conjugate, err);
    if (status == FF_OK)
        status = find_node(b, out, &made.right, &made.right_conjugate, err);
    *index = (uint32_t)b->count;
    return status == FF_OK ? add_node(b, &made, err) : status;
}

static int add_entry(builder *b, const ff_polynomial_term *term, ff_error *err)
{
    int cost;
    bool conjugate[2] = {false, false};
    monomial m = {.size = term->order}, in, out;
    entry *e = &b->entries[b->entry_count++];
    memcpy(m.code, term->factor, sizeof m.code);
    e->coefficient = term->coefficient;
    cut(&m, best_cut(b, &m, &cost), &in, &out);
    int status = find_node(b, in, &e->left, &conjugate[0], err);
    if (status == FF_OK)
        status = find_node(b, out, &e->right, &conjugate[1], err);
    e->direct = conjugate[0] == conjugate[1];
    return status;
}

/* Terms. */

static int compare_terms(const void *left, const void *right)
{
    const ff_polynomial_term *a = left, *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    for (int i = 0; i < a->order; i++)
        if (a->factor[i] != b->factor[i])
            return a->factor[i] < b->factor[i] ? -1 : 1;
    /* Sums of equal terms do not depend on the order they come in. */
    return a->coefficient < b->coefficient ? -1 : a->coefficient > b->coefficient;
}

/* Sorts terms and merges those that are the same; returns how many remain. */
static int merge_terms(const builder *b, ff_polynomial_term *terms, size_t *count, ff_error *err)
{
    size_t kept = 0;
    for (size_t t = 0; t < *count; t++) {
        monomial m = {.size = terms[t].order};
        memcpy(m.code, terms[t].factor, (size_t)m.size * sizeof *m.code);
        (void)make_canonical(b, &m);
        if (weight_of(b, &m) != 0)
            return ff_fail(err, FF_E_RANGE, "a term whose m do not add up to zero");
        memcpy(terms[t].factor, m.code, sizeof m.code);
    }
    qsort(terms, *count, sizeof *terms, compare_terms);
    for (size_t t = 0; t < *count; t++) {
        ff_polynomial_term *last = kept > 0 ? &terms[kept - 1] : NULL;
        if (last && last->order == terms[t].order &&
            memcmp(last->factor, terms[t].factor, (size_t)last->order * sizeof *last->factor) == 0)
            last->coefficient += terms[t].coefficient;
        else
            terms[kept++] = terms[t];
    }
    *count = kept;
    return FF_OK;
}

/* Laying out what was built. */

static int run_of(const node *n)
{
    return 4 * n->key.size + 2 * n->left_conjugate + n->right_conjugate;
}

/* Products go by size, then by which factors are conjugated: place[old] = new. */
static int lay_out_nodes(ff_polynomial *p, const builder *b, uint32_t *place, ff_error *err)
{
    uint32_t next = (uint32_t)b->variables;
    int status = FF_OK;
    for (uint32_t i = 0; i < next; i++)
        place[i] = i;
    for (int run = 8; run < 4 * MOST && status == FF_OK; run++) {
        ff_polynomial_run made = {
            .first = next, .left_sign = run & 2 ? -1.0 : 1.0, .right_sign = run & 1 ? -1.0 : 1.0};
        for (size_t i = b->variables; i < b->count; i++)
            if (run_of(&b->nodes[i]) == run)
                place[i] = next++;
        made.count = next - made.first;
        if (made.count > 0)
            status = ff_reserve(&p->run, &p->run_capacity, p->runs + 1, sizeof *p->run, err);
        if (made.count > 0 && status == FF_OK)
            p->run[p->runs++] = made;
    }
    for (size_t i = b->variables; i < b->count; i++) {
        p->left[place[i]] = place[b->nodes[i].left];
        p->right[place[i]] = place[b->nodes[i].right];
    }
    return status;
}

static int compare_entries(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    if (a->left != b->left)
        return a->left < b->left ? -1 : 1;
    if (a->direct != b->direct)
        return a->direct ? -1 : 1;
    return a->right < b->right ? -1 : a->right > b->right;
}

static void lay_out_entries(ff_polynomial *p, builder *b, const uint32_t *place)
{
    for (size_t t = 0; t < b->entry_count; t++) {
        b->entries[t].left = place[b->entries[t].left];
        b->entries[t].right = place[b->entries[t].right];
    }
    qsort(b->entries, b->entry_count, sizeof *b->entries, compare_entries);
    for (size_t t = 0; t < b->entry_count; t++) {
        const entry *e = &b->entries[t];
        p->column[t] = e->right;
        p->coefficient[t] = e->coefficient;
        p->row[e->left + 1] = (uint32_t)(t + 1);
        p->direct[e->left] += e->direct;
    }
    for (size_t a = 1; a <= p->nodes; a++)
        if (p->row[a] < p->row[a - 1])
            p->row[a] = p->row[a - 1];
}

static int lay_out(ff_polynomial *p, builder *b, ff_error *err)
{
    p->variables = b->variables;
    p->nodes = b->count;
    p->left = ff_new_array(p->nodes, sizeof *p->left, err);
    p->right = ff_new_array(p->nodes, sizeof *p->right, err);
    p->row = ff_new_array(p->nodes + 1, sizeof *p->row, err);
    p->direct = ff_new_array(p->nodes, sizeof *p->direct, err);
    p->column = ff_new_array(b->entry_count, sizeof *p->column, err);
    p->coefficient = ff_new_array(b->entry_count, sizeof *p->coefficient, err);
    uint32_t *place = ff_new_array(b->count, sizeof *place, err);
    int status = p->left && p->right && p->row && p->direct && p->column && p->coefficient && place
                     ? lay_out_nodes(p, b, place, err)
                     : FF_E_NOMEM;
    if (status == FF_OK)
        lay_out_entries(p, b, place);
    free(place);
    return status;
}

static int add_variables(builder *b, ff_error *err)
{
    int status = FF_OK;
    for (size_t v = 0; v < b->variables && status == FF_OK; v++) {
        node variable = {.key = {.size = 1, .code = {(uint32_t)(2 * v)}}};
        status = add_node(b, &variable, err);
    }
    return status;
}

int ff_polynomial_init(ff_polynomial *polynomial, size_t variables, const int *weights,
                       ff_polynomial_term *terms, size_t count, ff_error *err)
{
    builder b = {.weights = weights, .variables = variables};
    memset(polynomial, 0, sizeof *polynomial);
    if (count >= UINT32_MAX)
        return ff_fail(err, FF_E_RANGE, "a polynomial of %zu terms", count);
    int status = grow_table(&b, err);
    if (status == FF_OK)
        status = add_variables(&b, err);
    if (status == FF_OK)
        status = merge_terms(&b, terms, &count, err);
    if (status == FF_OK) {
        b.entries = ff_new_array(count, sizeof *b.entries, err);
        status = b.entries ? FF_OK : FF_E_NOMEM;
    }
    for (size_t t = 0; t < count && status == FF_OK; t++)
        status = add_entry(&b, &terms[t], err);
    if (status == FF_OK)
        status = lay_out(polynomial, &b, err);
    if (status != FF_OK)
        ff_polynomial_clear(polynomial);
    free(b.nodes);
    free(b.slot);
    free(b.entries);
    return status;
}

void ff_polynomial_clear(ff_polynomial *polynomial)
{
    free(polynomial->left);
    free(polynomial->right);
    free(polynomial->run);
    free(polynomial->row);
    free(polynomial->direct);
    free(polynomial->column);
    free(polynomial->coefficient);
    memset(polynomial, 0, sizeof *polynomial);
}
