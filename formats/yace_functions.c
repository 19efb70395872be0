/* Section functions of .yace. */

#include "formats/yace_parts.h"

#include "lib/ace/harmonics.h"
#include "lib/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A function as it is read. */
typedef struct function {
    int centre, order, densities, terms;
    ff_pace_function made;
    int counts[3]; /* of mus, ns, ls */
    size_t ms, coefficients;
} function;

/* A list of one integer per factor; the rank may come later. */
static int read_factors(ff_yace_reader *r, int *to, int *count, int low, int high, const char *what,
                        ff_error *err)
{
    int status = ff_yaml_integer_list(r->yaml, &r->integers, low, high, what, err);
    if (status == FF_OK && (r->integers.count < 1 || r->integers.count > FF_PACE_MAX_ORDER))
        status = ff_yaml_fail(r->yaml, err, FF_E_RANGE, "%zu of %s, expected 1 to %d",
                              r->integers.count, what, FF_PACE_MAX_ORDER);
    if (status != FF_OK)
        return status;
    *count = (int)r->integers.count;
    memcpy(to, r->integers.value, r->integers.count * sizeof *to);
    return FF_OK;
}

static int read_species(ff_yace_reader *r, void *context, ff_error *err)
{
    function *f = context;
    return read_factors(r, f->made.species, &f->counts[0], 0, FF_PACE_MAX_SPECIES - 1, "mus", err);
}

static int read_n(ff_yace_reader *r, void *context, ff_error *err)
{
    function *f = context;
    return read_factors(r, f->made.n, &f->counts[1], 1, FF_PACE_MAX_BASES, "ns", err);
}

static int read_l(ff_yace_reader *r, void *context, ff_error *err)
{
    function *f = context;
    return read_factors(r, f->made.l, &f->counts[2], 0, FF_HARMONICS_MAX, "ls", err);
}

static int read_m(ff_yace_reader *r, void *context, ff_error *err)
{
    function *f = context;
    int status = ff_yaml_integer_list(r->yaml, &r->integers, -FF_HARMONICS_MAX, FF_HARMONICS_MAX,
                                      "ms_combs", err);
    if (status == FF_OK)
        status = ff_reserve(&r->m, &r->m_capacity, r->integers.count, sizeof *r->m, err);
    for (size_t i = 0; i < r->integers.count && status == FF_OK; i++)
        r->m[i] = (int16_t)r->integers.value[i];
    f->ms = r->integers.count;
    return status;
}

static int read_coefficients(ff_yace_reader *r, void *context, ff_error *err)
{
    function *f = context;
    r->reals.count = 0;
    int status = ff_yaml_real_list(r->yaml, &r->reals, "ctildes", err);
    f->coefficients = r->reals.count;
    return status;
}

/* Whether the lists are as long as the numbers say. Ends at the end of the function. */
static int check_lengths(const ff_yace_reader *r, const function *f, int element, ff_error *err)
{
    static const char *const names[] = {"mus", "ns", "ls"};
    int densities = r->embedding[element].densities;
    for (int i = 0; i < 3; i++)
        if (f->counts[i] != f->order)
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "%d %s for rank %d", f->counts[i],
                                names[i], f->order);
    if (f->centre != element)
        return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "mu0 %d among functions of element %d",
                            f->centre, element);
    if (f->densities != densities)
        return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "ndensity %d, expected %d as embedded",
                            f->densities, densities);
    if (f->order == 1 && f->terms != 1)
        return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                            "%d terms of a function of rank 1, expected 1", f->terms);
    if (f->ms != (size_t)f->terms * (size_t)f->order)
        return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "%zu ms_combs for %d terms of rank %d",
                            f->ms, f->terms, f->order);
    if (f->coefficients != (size_t)f->terms * (size_t)densities)
        return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "%zu ctildes for %d terms of %d densities",
                            f->coefficients, f->terms, densities);
    return FF_OK;
}

static int check_terms(const ff_yace_reader *r, const function *f, ff_error *err)
{
    for (int t = 0; t < f->terms; t++) {
        int sum = 0;
        for (int a = 0; a < f->order; a++) {
            int m = r->m[t * f->order + a];
            sum += m;
            if (abs(m) > f->made.l[a])
                return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "m %d of an l %d in ms_combs", m,
                                    f->made.l[a]);
        }
        if (sum != 0)
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                                "m that add up to %d in ms_combs: the function depends on how the "
                                "axes are turned",
                                sum);
    }
    return FF_OK;
}

static int read_function(ff_yace_reader *r, int element, ff_error *err)
{
    enum { MOST_TERMS = 10000000 };
    function f = {0};
    const ff_yace_key keys[] = {
        {.name = "mu0", .integer = &f.centre, .low = 0, .high = FF_PACE_MAX_SPECIES - 1},
        {.name = "rank", .integer = &f.order, .low = 1, .high = FF_PACE_MAX_ORDER},
        {.name = "ndensity", .integer = &f.densities, .low = 1, .high = FF_YACE_MOST_DENSITIES},
        {.name = "num_ms_combs", .integer = &f.terms, .low = 0, .high = MOST_TERMS},
        {.name = "mus", .read = read_species},
        {.name = "ns", .read = read_n},
        {.name = "ls", .read = read_l},
        {.name = "ms_combs", .read = read_m},
        {.name = "ctildes", .read = read_coefficients},
    };
    int status = ff_yace_read_mapping(r, keys, sizeof keys / sizeof *keys, &f,
                                      "a function (a mapping)", err);
    if (status == FF_OK)
        status = check_lengths(r, &f, element, err);
    if (status == FF_OK)
        status = check_terms(r, &f, err);
    if (status == FF_OK)
        status = ff_reserve(&r->coefficient, &r->coefficient_capacity, (size_t)f.terms,
                            sizeof *r->coefficient, err);
    if (status != FF_OK || f.terms == 0)
        return status;
    for (int t = 0; t < f.terms; t++) {
        r->coefficient[t] = 0;
        for (int p = 0; p < f.densities; p++)
            r->coefficient[t] +=
                r->embedding[element].weight[p] * r->reals.value[t * f.densities + p];
    }
    f.made.order = f.order;
    f.made.terms = (size_t)f.terms;
    return ff_pace_element_add(&r->pace->element[element], &f.made, r->m, r->coefficient, err);
}

static int read_list(ff_yace_reader *r, int element, ff_error *err)
{
    int status = ff_yaml_expect(r->yaml, FF_YAML_LIST, "a list of functions", err);
    while (status == FF_OK && (status = ff_yaml_next(r->yaml, err)) == FF_OK &&
           ff_yaml_at(r->yaml) != FF_YAML_END)
        status = read_function(r, element, err);
    return status;
}

int ff_yace_read_functions(ff_yace_reader *r, void *unused, ff_error *err)
{
    (void)unused;
    int status = ff_yaml_expect(r->yaml, FF_YAML_MAPPING, "functions by element", err);
    while (status == FF_OK && (status = ff_yaml_next(r->yaml, err)) == FF_OK &&
           ff_yaml_at(r->yaml) != FF_YAML_END) {
        int64_t element;
        status = ff_yaml_integer(r->yaml, &element, 0, FF_PACE_MAX_SPECIES - 1,
                                 "the number of an element", err);
        if (status != FF_OK)
            break;
        if (r->functions_known[element])
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                                "functions of element %d for the second time", (int)element);
        if (r->embedding[element].densities == 0)
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                                "functions of element %d before its embedding", (int)element);
        r->functions_known[element] = true;
        status = ff_yaml_next(r->yaml, err);
        if (status == FF_OK)
            status = read_list(r, (int)element, err);
    }
    return status;
}
