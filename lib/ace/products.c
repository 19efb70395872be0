#include "lib/ace/products.h"

#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Degrees are sums of few multiples of l_weight: they are compared with this slack. */
static const double SLACK = 1e-9;

/* The couplings depend on the ranks and on which factors are equal only, so each pattern is worked
 * out once. */
typedef struct pattern {
    int order, l[FF_ACE_MAX_ORDER], same[FF_ACE_MAX_ORDER];
    size_t first, count; /* in paths */
} pattern;

typedef struct listing {
    const ff_ace_options *options;
    ff_ace_factor *factor; /* all one-particle functions, increasing */
    size_t factor_count, factor_capacity;
    pattern *pattern;
    size_t pattern_count, pattern_capacity;
    ff_coupling_path *path;
    size_t path_count, path_capacity;
    ff_ace_product *product;
    size_t product_count, product_capacity;
} listing;

static double degree_of(const ff_ace_options *options, const ff_ace_factor *factor)
{
    return factor->n + options->l_weight * factor->l;
}

/* All factors that fit beside order - 1 factors of degree 1 in some order. */
static int list_factors(listing *list, ff_error *err)
{
    const ff_ace_options *options = list->options;
    double most = 0;
    for (int order = 2; order <= options->order; order++) {
        double room = options->degree[order - 1] - (order - 1);
        most = room > most ? room : most;
    }
    for (int l = 0; 1 + options->l_weight * l <= most + SLACK; l++)
        for (int z = 0; z < (int)options->species_count; z++)
            for (int n = 1; n + options->l_weight * l <= most + SLACK; n++) {
                int status = ff_reserve(&list->factor, &list->factor_capacity,
                                        list->factor_count + 1, sizeof *list->factor, err);
                if (status != FF_OK)
                    return status;
                list->factor[list->factor_count++] = (ff_ace_factor){z, n, l};
            }
    return FF_OK;
}

static int find_pattern(listing *list, pattern *wanted, ff_error *err)
{
    for (size_t i = 0; i < list->pattern_count; i++) {
        const pattern *p = &list->pattern[i];
        if (p->order == wanted->order && memcmp(p->l, wanted->l, sizeof p->l) == 0 &&
            memcmp(p->same, wanted->same, sizeof p->same) == 0) {
            *wanted = *p;
            return FF_OK;
        }
    }
    wanted->first = list->path_count;
    int status = ff_reserve(&list->path, &list->path_capacity, list->path_count + FF_COUPLING_PATHS,
                            sizeof *list->path, err);
    if (status == FF_OK)
        status = ff_coupling_invariants(list->path + list->path_count, &wanted->count,
                                        wanted->order, wanted->l, wanted->same, err);
    if (status == FF_OK)
        status = ff_reserve(&list->pattern, &list->pattern_capacity, list->pattern_count + 1,
                            sizeof *list->pattern, err);
    if (status != FF_OK)
        return status;
    list->path_count += wanted->count;
    list->pattern[list->pattern_count++] = *wanted;
    return FF_OK;
}

/* Adds the functions of one product of factors. */
static int add_products(listing *list, const ff_ace_product *product, ff_error *err)
{
    pattern wanted = {.order = product->order};
    int sum = 0;
    for (int i = 0; i < product->order; i++) {
        wanted.l[i] = product->factor[i].l;
        sum += wanted.l[i];
        if (i + 1 < product->order)
            wanted.same[i] = memcmp(&product->factor[i], &product->factor[i + 1],
                                    sizeof product->factor[i]) == 0;
    }
    if (sum % 2)
        return FF_OK;
    int status = find_pattern(list, &wanted, err);
    if (status == FF_OK)
        status = ff_reserve(&list->product, &list->product_capacity,
                            list->product_count + wanted.count, sizeof *list->product, err);
    if (status != FF_OK)
        return status;
    for (size_t k = 0; k < wanted.count; k++) {
        list->product[list->product_count] = *product;
        list->product[list->product_count++].path = list->path[wanted.first + k];
    }
    return FF_OK;
}

static bool beyond_limits(const ff_ace_options *options, int order, const ff_ace_factor *factor)
{
    int most_n = options->most_n[order - 1], most_l = options->most_l[order - 1];
    return (most_n > 0 && factor->n > most_n) || (most_l > 0 && factor->l > most_l);
}

/* Extends a product by factors from `first` on until it has `order` of them. */
static int extend(listing *list, ff_ace_product *product, int order, size_t first, ff_error *err)
{
    const ff_ace_options *options = list->options;
    if (product->order == order)
        return add_products(list, product, err);
    double room = options->degree[order - 1] - (order - product->order - 1);
    for (size_t i = first; i < list->factor_count; i++) {
        double degree = product->degree + degree_of(options, &list->factor[i]);
        if (degree > room + SLACK || beyond_limits(options, order, &list->factor[i]))
            continue;
        ff_ace_product longer = *product;
        longer.factor[longer.order++] = list->factor[i];
        longer.degree = degree;
        int status = extend(list, &longer, order, i, err);
        if (status != FF_OK)
            return status;
    }
    return FF_OK;
}

static int compare_integers(const int *a, const int *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int compare_products(const void *left, const void *right)
{
    const ff_ace_product *a = left, *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    if (a->degree < b->degree - SLACK || a->degree > b->degree + SLACK)
        return a->degree < b->degree ? -1 : 1;
    for (int i = 0; i < a->order; i++) {
        const ff_ace_factor *f = &a->factor[i], *g = &b->factor[i];
        int order = compare_integers((const int[3]){f->l, f->species, f->n},
                                     (const int[3]){g->l, g->species, g->n}, 3);
        if (order)
            return order;
    }
    return compare_integers(a->path.rank, b->path.rank, FF_COUPLING_FACTORS);
}

int ff_ace_products_list(ff_ace_product **out, size_t *count, const ff_ace_options *options,
                         ff_error *err)
{
    listing list = {.options = options};
    *out = NULL;
    *count = 0;
    int status = list_factors(&list, err);
    for (int order = 2; order <= options->order && status == FF_OK; order++) {
        ff_ace_product empty = {0};
        if (options->degree[order - 1] > 0)
            status = extend(&list, &empty, order, 0, err);
    }
    if (status == FF_OK && list.product_count > 0) {
        qsort(list.product, list.product_count, sizeof *list.product, compare_products);
        *out = list.product;
        *count = list.product_count;
        list.product = NULL;
    }
    free(list.factor);
    free(list.pattern);
    free(list.path);
    free(list.product);
    return status;
}
