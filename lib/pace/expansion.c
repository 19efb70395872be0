#include "lib/pace/expansion.h"

#include "lib/base/memory.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_coupling.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Terms this much smaller than the largest of a function vanish but for rounding. */
static const double NEGLIGIBLE = 1e-15;

/* Components of the coupling of two complex tensors to a third. */
typedef struct table {
    int left, right, out;
    double *value; /* [2 left + 1][2 right + 1] by the m of left and right */
} table;

/* A product of components of the factors of half a product. */
typedef struct partial {
    int m[FF_ACE_MAX_ORDER], sum; /* sum: their sum */
    double value;
} partial;

typedef struct partials {
    partial *entry;
    size_t count, capacity;
} partials;

struct ff_ace_expansion {
    table *tables;
    size_t table_count, table_capacity;
    partials left, right, scratch;
    double *terms; /* by the m of all factors */
    size_t term_capacity;
    int16_t *m;
    size_t m_capacity;
    double *coefficient;
    size_t coefficient_capacity;
};

int ff_ace_expansion_new(ff_ace_expansion **out, ff_error *err)
{
    *out = ff_new_array(1, sizeof **out, err);
    return *out ? FF_OK : FF_E_NOMEM;
}

void ff_ace_expansion_free(ff_ace_expansion *expansion)
{
    if (!expansion)
        return;
    for (size_t i = 0; i < expansion->table_count; i++)
        free(expansion->tables[i].value);
    free(expansion->tables);
    free(expansion->left.entry);
    free(expansion->right.entry);
    free(expansion->scratch.entry);
    free(expansion->terms);
    free(expansion->m);
    free(expansion->coefficient);
    free(expansion);
}

size_t ff_ace_products_alike(const ff_ace_product *products, size_t count)
{
    size_t alike = count > 0;
    while (alike < count && products[alike].order == products->order &&
           memcmp(products[alike].factor, products->factor,
                  (size_t)products->order * sizeof *products->factor) == 0)
        alike++;
    return alike;
}

/* Couplings. */

static int fill_table(table *t, ff_error *err)
{
    int width = 2 * t->right + 1;
    for (int m1 = -t->left; m1 <= t->left; m1++)
        for (int m2 = -t->right; m2 <= t->right; m2++) {
            gsl_sf_result symbol = {0};
            int m = m1 + m2;
            int status = abs(m) > t->out
                             ? GSL_SUCCESS
                             : gsl_sf_coupling_3j_e(2 * t->left, 2 * t->right, 2 * t->out, 2 * m1,
                                                    2 * m2, -2 * m, &symbol);
            if (status != GSL_SUCCESS)
                return ff_fail(err, FF_E_INTERNAL, "3j symbol of %d, %d, %d: %s", t->left, t->right,
                               t->out, gsl_strerror(status));
            double sign = m % 2 ? -1.0 : 1.0;
            t->value[(m1 + t->left) * width + m2 + t->right] =
                sign * sqrt(2.0 * t->out + 1.0) * symbol.val;
        }
    return FF_OK;
}

static int find_table(ff_ace_expansion *e, const table **out, int left, int right, int rank,
                      ff_error *err)
{
    for (size_t i = 0; i < e->table_count; i++) {
        const table *t = &e->tables[i];
        if (t->left == left && t->right == right && t->out == rank) {
            *out = t;
            return FF_OK;
        }
    }
    table made = {.left = left, .right = right, .out = rank};
    int status =
        ff_reserve(&e->tables, &e->table_capacity, e->table_count + 1, sizeof *e->tables, err);
    if (status != FF_OK)
        return status;
    made.value = ff_new_array((size_t)((2 * left + 1) * (2 * right + 1)), sizeof *made.value, err);
    if (!made.value)
        return FF_E_NOMEM;
    e->tables[e->table_count] = made;
    *out = &e->tables[e->table_count++];
    return fill_table(&e->tables[e->table_count - 1], err);
}

/* Halves of products. */

static int append(partials *to, const partial *entry, ff_error *err)
{
    int status = ff_reserve(&to->entry, &to->capacity, to->count + 1, sizeof *to->entry, err);
    if (status == FF_OK)
        to->entry[to->count++] = *entry;
    return status;
}

/* Couples one more factor, of rank l and at `place`, to every partial product of rank `before`. */
static int extend(ff_ace_expansion *e, partials *half, int before, int l, int rank, int place,
                  ff_error *err)
{
    const table *t = NULL;
    int status = find_table(e, &t, before, l, rank, err);
    e->scratch.count = 0;
    for (size_t i = 0; i < half->count && status == FF_OK; i++)
        for (int m = -l; m <= l && status == FF_OK; m++) {
            partial longer = half->entry[i];
            double factor = t->value[(longer.sum + before) * (2 * l + 1) + m + l];
            longer.m[place] = m;
            longer.sum += m;
            longer.value *= factor;
            if (factor != 0)
                status = append(&e->scratch, &longer, err);
        }
    partials other = *half;
    *half = e->scratch;
    e->scratch = other;
    return status;
}

/* All partial products of the factors first .. end - 1; *odd counts the couplings divided by i. */
static int couple_half(ff_ace_expansion *e, partials *half, const ff_ace_product *product,
                       int first, int end, int *odd, ff_error *err)
{
    int l = product->factor[first].l, status = FF_OK;
    half->count = 0;
    for (int m = -l; m <= l && status == FF_OK; m++) {
        partial start = {.sum = m, .value = 1};
        start.m[first] = m;
        status = append(half, &start, err);
    }
    for (int i = first + 1; i < end && status == FF_OK; i++) {
        int before = product->path.rank[i - 1], rank = product->path.rank[i];
        l = product->factor[i].l;
        *odd += (before + l + rank) % 2;
        status = extend(e, half, before, l, rank, i, err);
    }
    return status;
}

/* Terms. */

/* Where the factors of a product go: ordered by species, n, l; equal ones keep their order. */
static void sort_factors(const ff_ace_product *product, int *place)
{
    for (int i = 0; i < product->order; i++) {
        const ff_ace_factor *f = &product->factor[i];
        place[i] = 0;
        for (int j = 0; j < product->order; j++) {
            const ff_ace_factor *g = &product->factor[j];
            const int a[3] = {g->species, g->n, g->l}, b[3] = {f->species, f->n, f->l};
            int k = 0;
            while (k < 2 && a[k] == b[k])
                k++;
            place[i] += a[k] < b[k] || (a[k] == b[k] && j < i);
        }
    }
}

static bool equal_factors(const ff_pace_function *f, int i, int j)
{
    return f->species[i] == f->species[j] && f->n[i] == f->n[j] && f->l[i] == f->l[j];
}

/* The m's of equal factors in decreasing order. */
static void order_equal(const ff_pace_function *f, int *m)
{
    for (int i = 1; i < f->order; i++)
        for (int j = i; j > 0 && equal_factors(f, j - 1, j) && m[j] > m[j - 1]; j--) {
            int other = m[j];
            m[j] = m[j - 1];
            m[j - 1] = other;
        }
}

/* Index in the dense array of terms of the one that stands for m and for all its equals. */
static size_t term_index(const ff_pace_function *f, const int *m)
{
    int plus[FF_PACE_MAX_ORDER] = {0}, minus[FF_PACE_MAX_ORDER] = {0}, k = 0;
    for (int i = 0; i < f->order; i++) {
        plus[i] = m[i];
        minus[i] = -m[i];
    }
    order_equal(f, plus);
    order_equal(f, minus);
    while (k + 1 < f->order && plus[k] == minus[k])
        k++;
    const int *chosen = plus[k] >= minus[k] ? plus : minus;
    size_t index = 0;
    for (int i = 0; i < f->order; i++)
        index = index * (size_t)(2 * f->l[i] + 1) + (size_t)(chosen[i] + f->l[i]);
    return index;
}

static int add_product(ff_ace_expansion *e, const ff_pace_function *f, const int *place,
                       const ff_ace_product *product, double coefficient, ff_error *err)
{
    int half = ff_coupling_half(product->order), odd = 0;
    int status = couple_half(e, &e->left, product, 0, half, &odd, err);
    if (status == FF_OK)
        status = couple_half(e, &e->right, product, half, product->order, &odd, err);
    if (status != FF_OK)
        return status;
    /* The sum of all l is even, so odd is, and i^-odd is a sign. sqrt(4 pi): y_lm of pace.h. */
    double scale = coefficient * product->path.scale * (odd % 4 ? -1.0 : 1.0) *
                   pow(4.0 * M_PI, -0.5 * product->order);
    for (size_t i = 0; i < e->left.count; i++)
        for (size_t j = 0; j < e->right.count; j++) {
            const partial *a = &e->left.entry[i], *b = &e->right.entry[j];
            int m[FF_PACE_MAX_ORDER] = {0};
            if (a->sum != -b->sum)
                continue;
            for (int k = 0; k < product->order; k++)
                m[place[k]] = k < half ? a->m[k] : b->m[k];
            double sign = a->sum % 2 ? -1.0 : 1.0;
            e->terms[term_index(f, m)] += sign * scale * a->value * b->value;
        }
    return FF_OK;
}

/* Moves what is in the dense array to the element. */
static int store(ff_ace_expansion *e, ff_pace_element *element, ff_pace_function *f, size_t size,
                 ff_error *err)
{
    double largest = 0;
    int status = FF_OK;
    for (size_t i = 0; i < size; i++)
        largest = fmax(largest, fabs(e->terms[i]));
    for (size_t i = 0; i < size && status == FF_OK; i++) {
        size_t order = (size_t)f->order, at = f->terms, rest = i;
        if (fabs(e->terms[i]) <= NEGLIGIBLE * largest)
            continue;
        status = ff_reserve(&e->m, &e->m_capacity, (at + 1) * order, sizeof *e->m, err);
        if (status == FF_OK)
            status = ff_reserve(&e->coefficient, &e->coefficient_capacity, at + 1,
                                sizeof *e->coefficient, err);
        if (status != FF_OK)
            break;
        for (size_t k = order; k-- > 0;) {
            size_t width = (size_t)(2 * f->l[k] + 1);
            e->m[at * order + k] = (int16_t)((int)(rest % width) - f->l[k]);
            rest /= width;
        }
        e->coefficient[at] = e->terms[i];
        f->terms++;
    }
    if (status == FF_OK && f->terms > 0)
        status = ff_pace_element_add(element, f, e->m, e->coefficient, err);
    return status;
}

int ff_ace_expand(ff_ace_expansion *e, ff_pace_element *element, const ff_ace_product *products,
                  size_t count, const double *coefficients, ff_error *err)
{
    int place[FF_ACE_MAX_ORDER] = {0};
    ff_pace_function f = {.order = products->order};
    size_t size = 1;
    sort_factors(products, place);
    for (int i = 0; i < f.order; i++) {
        f.species[place[i]] = products->factor[i].species;
        f.n[place[i]] = products->factor[i].n;
        f.l[place[i]] = products->factor[i].l;
        size *= (size_t)(2 * products->factor[i].l + 1);
    }
    int status = ff_reserve(&e->terms, &e->term_capacity, size, sizeof *e->terms, err);
    if (status != FF_OK)
        return status;
    memset(e->terms, 0, size * sizeof *e->terms);
    for (size_t k = 0; k < count && status == FF_OK; k++)
        status = add_product(e, &f, place, &products[k], coefficients[k], err);
    return status == FF_OK ? store(e, element, &f, size, err) : status;
}
