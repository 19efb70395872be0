#include "lib/ace/basis_parts.h"
#include "lib/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t ff_ace_pair_columns(const ff_ace_basis *basis, int centre)
{
    return (basis->options.species_count - (size_t)centre) * (size_t)basis->pairs;
}

static void radial_functions(const void *context, int centre, int neighbour, const double *distance,
                             double (*values)[FF_LANES], double (*derivatives)[FF_LANES],
                             double (*second)[FF_LANES])
{
    const ff_ace_basis *basis = context;
    size_t pair = ff_ace_pair_index(&basis->options, centre, neighbour);
    int first = basis->pair_first;
    ff_radial_evaluate(&basis->radial[pair], distance, values, derivatives, second);
    if (basis->pair_radial)
        ff_radial_evaluate(&basis->pair_radial[pair], distance, values + first, derivatives + first,
                           second ? second + first : NULL);
}

/* One set of radial functions for each pair of species. */
static int make_radial(ff_radial **out, const ff_ace_options *options, const ff_radial_form *form,
                       int count, ff_error *err)
{
    size_t pairs = options->species_count * (options->species_count + 1) / 2;
    ff_radial *radial = ff_new_array(pairs, sizeof *radial, err);
    int status = radial ? FF_OK : FF_E_NOMEM;
    for (size_t pair = 0; pair < pairs && status == FF_OK; pair++)
        status = ff_radial_init(&radial[pair], count, form, &options->range[pair], err);
    *out = radial;
    return status;
}

static int make_one_particle(ff_ace_basis *basis, ff_error *err)
{
    const ff_ace_options *o = &basis->options;
    ff_one_particle *p = &basis->one_particle;
    p->shape = basis->graph.shape;
    basis->pairs = o->pair_degree > 0 ? o->pair_degree : (int)floor(o->degree[0] + 1e-9);
    bool same = o->pair_degree == 0 || memcmp(&o->radial, &o->pair_radial, sizeof o->radial) == 0;
    int many = p->shape.radial_count;
    if (same && basis->pairs > many)
        many = basis->pairs;
    basis->pair_first = same ? 0 : many;
    int status = make_radial(&basis->radial, o, &o->radial, many, err);
    if (status == FF_OK && !same)
        status = make_radial(&basis->pair_radial, o, &o->pair_radial, basis->pairs, err);
    if (status != FF_OK)
        return status;
    p->functions = same ? many : many + basis->pairs;
    p->radial = radial_functions;
    p->context = basis;
    p->cutoff = basis->cutoff;
    ff_harmonics_init(&p->harmonics, p->shape.largest);
    memset(p->index, -1, sizeof p->index);
    int species = (int)o->species_count;
    for (int a = 0; a < species; a++) {
        p->species[a] = o->species[a];
        p->index[o->species[a]] = (signed char)a;
        for (int b = 0; b < species; b++)
            basis->cutoff[a * species + b] = o->range[ff_ace_pair_index(o, a, b)].cutoff;
    }
    return FF_OK;
}

/* Each pair function is one row of the gradients, after those that make A. */
static int make_pair_slices(ff_ace_basis *basis, ff_error *err)
{
    size_t pairs = (size_t)basis->pairs;
    size_t *first = ff_new_array(pairs + 1, sizeof *first, err);
    uint32_t *row = ff_new_array(pairs, sizeof *row, err);
    uint32_t *place = ff_new_array(pairs, sizeof *place, err);
    int status = first && row && place ? FF_OK : FF_E_NOMEM;
    if (status == FF_OK) {
        for (size_t n = 0; n < pairs; n++) {
            first[n + 1] = n + 1;
            row[n] = (uint32_t)(basis->graph.shape.rows + n);
        }
        status = ff_slices_init(&basis->pair_slices, pairs, 1, first, row, place, err);
    }
    if (status == FF_OK) {
        basis->pair_values =
            ff_new_array(FF_PACK * basis->pair_slices.steps, sizeof *basis->pair_values, err);
        status = basis->pair_values ? FF_OK : FF_E_NOMEM;
    }
    for (size_t n = 0; n < pairs && status == FF_OK; n++)
        basis->pair_values[place[n]] = 1.0;
    free(first);
    free(row);
    free(place);
    return status;
}

int ff_ace_basis_new(ff_ace_basis **out, const ff_ace_options *options, ff_error *err)
{
    *out = NULL;
    int status = ff_ace_options_check(options, err);
    if (status != FF_OK)
        return status;
    ff_ace_basis *basis = ff_new_array(1, sizeof *basis, err);
    if (!basis)
        return FF_E_NOMEM;
    basis->options = *options;
    ff_ace_options_resolve(&basis->options);
    size_t products = 0;
    status = ff_ace_products_list(&basis->product, &products, &basis->options, err);
    if (status == FF_OK)
        status =
            ff_ace_graph_init(&basis->graph, basis->product, products, options->species_count, err);
    if (status == FF_OK)
        status = make_one_particle(basis, err);
    if (status == FF_OK)
        status = make_pair_slices(basis, err);
    if (status != FF_OK) {
        ff_ace_basis_free(basis);
        return status;
    }
    for (size_t c = 0; c < options->species_count; c++)
        basis->first[c + 1] = basis->first[c] + ff_ace_pair_columns(basis, (int)c) + products;
    if (ff_ace_basis_size(basis) == 0) {
        ff_ace_basis_free(basis);
        return ff_fail(err, FF_E_RANGE, "these degrees leave no function in the basis");
    }
    *out = basis;
    return FF_OK;
}

void ff_ace_basis_free(ff_ace_basis *basis)
{
    if (!basis)
        return;
    free(basis->radial);
    free(basis->pair_radial);
    free(basis->product);
    ff_ace_graph_clear(&basis->graph);
    ff_slices_clear(&basis->pair_slices);
    free(basis->pair_values);
    free(basis);
}

const ff_ace_options *ff_ace_basis_options(const ff_ace_basis *basis)
{
    return &basis->options;
}

size_t ff_ace_basis_size(const ff_ace_basis *basis)
{
    return basis->first[basis->options.species_count];
}

size_t ff_ace_basis_site_size(const ff_ace_basis *basis)
{
    return basis->first[1]; /* the first centre has the most pair functions */
}

ff_ace_function ff_ace_basis_function(const ff_ace_basis *basis, size_t index)
{
    assert(index < ff_ace_basis_size(basis));
    int centre = 0;
    while (index >= basis->first[centre + 1])
        centre++;
    const int *species = basis->options.species;
    ff_ace_function function = {.centre = species[centre]};
    size_t column = index - basis->first[centre], pairs = ff_ace_pair_columns(basis, centre);
    if (column < pairs) {
        size_t count = (size_t)basis->pairs;
        function.order = 1;
        function.pair = basis->options.pair_degree > 0;
        function.species[0] = species[(size_t)centre + column / count];
        function.n[0] = (int)(column % count) + 1;
        function.degree = function.n[0];
        return function;
    }
    const ff_ace_product *product = &basis->product[column - pairs];
    function.order = product->order;
    function.degree = product->degree;
    for (int i = 0; i < product->order; i++) {
        function.species[i] = species[product->factor[i].species];
        function.n[i] = product->factor[i].n;
        function.l[i] = product->factor[i].l;
    }
    return function;
}
