/* Sections bonds and embeddings of .yace. */

#include "formats/yace_parts.h"

#include "lib/ace/harmonics.h"

#include <stdlib.h>
#include <string.h>

static int shown(size_t length)
{
    return (int)(length < 40 ? length : 40);
}

/* Embeddings. */

typedef struct embedding {
    int element, densities;
    double core_cutoff, core_width;
    double parameter[2 * FF_YACE_MOST_DENSITIES]; /* weight, exponent, .. */
    size_t parameters;
} embedding;

static int read_function_name(ff_yace_reader *r, void *context, ff_error *err)
{
    (void)context;
    if (ff_yaml_is(r->yaml, "FinnisSinclair") || ff_yaml_is(r->yaml, "FinnisSinclairShiftedScaled"))
        return FF_OK;
    int status = ff_yaml_expect(r->yaml, FF_YAML_SCALAR, "the name of an embedding", err);
    if (status != FF_OK)
        return status;
    size_t length;
    const char *text = ff_yaml_text(r->yaml, &length);
    return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                        "embedding %.*s, expected FinnisSinclair or FinnisSinclairShiftedScaled",
                        shown(length), text);
}

/* Both are the identity when the exponent is 1, and only then is the potential linear. */
static int read_parameters(ff_yace_reader *r, void *context, ff_error *err)
{
    embedding *e = context;
    r->reals.count = 0;
    int status = ff_yaml_real_list(r->yaml, &r->reals, "weights and exponents", err);
    if (status != FF_OK)
        return status;
    if (r->reals.count == 0 || r->reals.count > sizeof e->parameter / sizeof *e->parameter)
        return ff_yaml_fail(r->yaml, err, FF_E_RANGE, "%zu parameters, expected 2 to %zu",
                            r->reals.count, sizeof e->parameter / sizeof *e->parameter);
    e->parameters = r->reals.count;
    memcpy(e->parameter, r->reals.value, e->parameters * sizeof *e->parameter);
    for (size_t p = 1; p < e->parameters; p += 2)
        if (e->parameter[p] != 1)
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                                "an embedding with the exponent %g: only linear potentials, with "
                                "exponents 1, are supported",
                                e->parameter[p]);
    return FF_OK;
}

static int read_embedding(ff_yace_reader *r, int element, ff_error *err)
{
    embedding e = {.element = element};
    const ff_yace_key keys[] = {
        {.name = "ndensity", .integer = &e.densities, .low = 1, .high = FF_YACE_MOST_DENSITIES},
        {.name = "FS_parameters", .read = read_parameters},
        {.name = "npoti", .read = read_function_name},
        {.name = "rho_core_cutoff", .real = &e.core_cutoff},
        {.name = "drho_core_cutoff", .real = &e.core_width},
    };
    int status = ff_yace_read_mapping(r, keys, sizeof keys / sizeof *keys, &e,
                                      "an embedding (a mapping)", err);
    if (status == FF_OK && e.parameters != 2 * (size_t)e.densities)
        status = ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                              "%zu FS_parameters for %d densities, expected two each", e.parameters,
                              e.densities);
    if (status != FF_OK)
        return status;
    r->pace->element[element].core_cutoff = e.core_cutoff;
    r->pace->element[element].core_width = e.core_width;
    r->embedding[element].densities = e.densities;
    for (int p = 0; p < e.densities; p++)
        r->embedding[element].weight[p] = e.parameter[2 * p];
    return FF_OK;
}

int ff_yace_read_embeddings(ff_yace_reader *r, void *unused, ff_error *err)
{
    (void)unused;
    int status = ff_yaml_expect(r->yaml, FF_YAML_MAPPING, "embeddings by element", err);
    while (status == FF_OK && (status = ff_yaml_next(r->yaml, err)) == FF_OK &&
           ff_yaml_at(r->yaml) != FF_YAML_END) {
        int64_t element;
        status = ff_yaml_integer(r->yaml, &element, 0, FF_PACE_MAX_SPECIES - 1,
                                 "the number of an element", err);
        if (status == FF_OK && r->embedding[element].densities > 0)
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "a second embedding of element %d",
                                (int)element);
        if (status == FF_OK)
            status = ff_yaml_next(r->yaml, err);
        if (status == FF_OK)
            status = read_embedding(r, (int)element, err);
    }
    return status;
}

/* Bonds. */

/* A bond and the numbers of its coefficients as they are nested. */
typedef struct bond {
    ff_pace_bond *to;
    size_t rows, columns, width, count;
    double *coefficient;
    bool core_given;
    ff_pace_core core;
} bond;

static int read_form(ff_yace_reader *r, void *context, ff_error *err)
{
    bond *b = context;
    for (int form = 0; form < FF_PACE_FORMS; form++)
        if (ff_yaml_is(r->yaml, ff_pace_form_name((ff_pace_form)form))) {
            b->to->form = (ff_pace_form)form;
            return FF_OK;
        }
    int status = ff_yaml_expect(r->yaml, FF_YAML_SCALAR, "the name of a radial basis", err);
    if (status != FF_OK)
        return status;
    size_t length;
    const char *text = ff_yaml_text(r->yaml, &length);
    return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                        "radial basis %.*s, expected ChebExpCos, ChebPow, ChebLinear or SBessel",
                        shown(length), text);
}

static int read_lambda(ff_yace_reader *r, void *context, ff_error *err)
{
    bond *b = context;
    r->reals.count = 0;
    int status = ff_yaml_real_list(r->yaml, &r->reals, "radial parameters", err);
    if (status == FF_OK && r->reals.count == 0)
        status = ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "no radial parameter, expected lambda");
    if (status == FF_OK)
        b->to->lambda = r->reals.value[0];
    return status;
}

static int read_core(ff_yace_reader *r, void *context, ff_error *err)
{
    bond *b = context;
    for (int core = 0; core < FF_PACE_CORES; core++)
        if (ff_yaml_is(r->yaml, ff_pace_core_name((ff_pace_core)core))) {
            b->core = (ff_pace_core)core;
            return FF_OK;
        }
    int status = ff_yaml_expect(r->yaml, FF_YAML_SCALAR, "an inner cutoff type", err);
    if (status != FF_OK)
        return status;
    size_t length;
    const char *text = ff_yaml_text(r->yaml, &length);
    return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                        "inner cutoff type %.*s, expected distance, density or zbl", shown(length),
                        text);
}

/* The lists of one n: one for each l. *all is the number of lists or numbers they must be, set by
 * the first. */
static int check_same(const ff_yace_reader *r, size_t *all, size_t found, const char *what,
                      ff_error *err)
{
    if (*all == 0)
        *all = found;
    if (found == 0 || *all != found)
        return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "%zu %s, expected %zu as before", found,
                            what, *all);
    return FF_OK;
}

static int read_row(ff_yace_reader *r, bond *b, ff_error *err)
{
    size_t columns = 0;
    int status = ff_yaml_expect(r->yaml, FF_YAML_LIST, "a list for every l", err);
    while (status == FF_OK && (status = ff_yaml_next(r->yaml, err)) == FF_OK &&
           ff_yaml_at(r->yaml) != FF_YAML_END) {
        size_t before = r->reals.count;
        status = ff_yaml_real_list(r->yaml, &r->reals, "radial coefficients", err);
        if (status == FF_OK)
            status = check_same(r, &b->width, r->reals.count - before, "radial coefficients", err);
        columns++;
    }
    return status == FF_OK ? check_same(r, &b->columns, columns, "lists of coefficients", err)
                           : status;
}

static int read_coefficients(ff_yace_reader *r, void *context, ff_error *err)
{
    bond *b = context;
    r->reals.count = 0;
    int status = ff_yaml_expect(r->yaml, FF_YAML_LIST, "a list for every n", err);
    while (status == FF_OK && (status = ff_yaml_next(r->yaml, err)) == FF_OK &&
           ff_yaml_at(r->yaml) != FF_YAML_END) {
        status = read_row(r, b, err);
        b->rows++;
    }
    if (status != FF_OK)
        return status;
    b->coefficient = r->reals.value;
    b->count = r->reals.count;
    r->reals = (ff_yaml_reals){0};
    return FF_OK;
}

static int read_bond(ff_yace_reader *r, ff_pace_bond *to, ff_error *err)
{
    bond b = {.to = to, .core = FF_PACE_DENSITY};
    const ff_yace_key keys[] = {
        {.name = "nradmax", .integer = &to->radials, .low = 1, .high = FF_PACE_MAX_RADIALS},
        {.name = "lmax", .integer = &to->largest, .low = 0, .high = FF_HARMONICS_MAX},
        {.name = "nradbasemax", .integer = &to->bases, .low = 1, .high = FF_PACE_MAX_BASES},
        {.name = "radbasename", .read = read_form},
        {.name = "radparameters", .read = read_lambda},
        {.name = "radcoefficients", .read = read_coefficients},
        {.name = "prehc", .real = &to->strength},
        {.name = "lambdahc", .real = &to->exponent},
        {.name = "rcut", .real = &to->cutoff},
        {.name = "dcut", .real = &to->width},
        {.name = "rcut_in", .optional = true, .real = &to->inner},
        {.name = "dcut_in", .optional = true, .real = &to->inner_width},
        {.name = "inner_cutoff_type", .optional = true, .read = read_core},
    };
    int status =
        ff_yace_read_mapping(r, keys, sizeof keys / sizeof *keys, &b, "a bond (a mapping)", err);
    to->coefficient = b.coefficient;
    if (status == FF_OK && (b.rows != (size_t)to->radials || b.columns != (size_t)to->largest + 1 ||
                            b.width != (size_t)to->bases))
        status = ff_yaml_fail(
            r->yaml, err, FF_E_FORMAT,
            "%zu x %zu x %zu radcoefficients, expected nradmax x (lmax + 1) x nradbasemax, %d x %d "
            "x %d",
            b.rows, b.columns, b.width, to->radials, to->largest + 1, to->bases);
    if (status == FF_OK && r->core_known && r->pace->core != b.core)
        status =
            ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                         "inner cutoff type %s after a bond with %s, expected the same for all",
                         ff_pace_core_name(b.core), ff_pace_core_name(r->pace->core));
    r->core_known = true;
    r->pace->core = b.core;
    return status;
}

int ff_yace_read_bonds(ff_yace_reader *r, void *unused, ff_error *err)
{
    (void)unused;
    int status = ff_yaml_expect(r->yaml, FF_YAML_MAPPING, "bonds by pair of elements", err);
    while (status == FF_OK && (status = ff_yaml_next(r->yaml, err)) == FF_OK &&
           ff_yaml_at(r->yaml) != FF_YAML_END) {
        status = ff_yaml_integer_list(r->yaml, &r->integers, 0, FF_PACE_MAX_SPECIES - 1,
                                      "the numbers of two elements", err);
        if (status != FF_OK)
            break;
        if (r->integers.count != 2)
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT,
                                "a bond of %zu elements, expected [centre, neighbour]",
                                r->integers.count);
        int i = r->integers.value[0], j = r->integers.value[1];
        if (r->bond_known[i][j])
            return ff_yaml_fail(r->yaml, err, FF_E_FORMAT, "a second bond [%d, %d]", i, j);
        r->bond_known[i][j] = true;
        status = ff_yaml_next(r->yaml, err);
        if (status == FF_OK)
            status = read_bond(r, &r->pace->bond[i][j], err);
    }
    return status;
}
