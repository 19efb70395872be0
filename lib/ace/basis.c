#include "lib/ace/basis_parts.h"
#include "lib/base/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

int ff_ace_species_index(const ff_ace_basis *basis, int atomic_number)
{
    for (size_t i = 0; i < basis->options.species_count; i++)
        if (basis->options.species[i] == atomic_number)
            return (int)i;
    return -1;
}

size_t ff_ace_pair_columns(const ff_ace_basis *basis, int centre)
{
    return (basis->options.species_count - (size_t)centre) * (size_t)basis->pairs;
}

static int make_radial(ff_ace_basis *basis, ff_error *err)
{
    const ff_ace_options *o = &basis->options;
    basis->pairs = o->pair_degree > 0 ? o->pair_degree : (int)floor(o->degree[0] + 1e-9);
    int count = basis->pairs > basis->graph.radial_count ? basis->pairs : basis->graph.radial_count;
    return ff_radial_init(&basis->radial, count, o->cutoff, o->inner, o->nearest, err);
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
    size_t products = 0;
    status = ff_ace_products_list(&basis->product, &products, options, err);
    if (status == FF_OK)
        status =
            ff_ace_graph_init(&basis->graph, basis->product, products, options->species_count, err);
    if (status == FF_OK)
        status = make_radial(basis, err);
    if (status != FF_OK) {
        ff_ace_basis_free(basis);
        return status;
    }
    ff_harmonics_init(&basis->harmonics, basis->graph.largest);
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
    free(basis->product);
    ff_ace_graph_clear(&basis->graph);
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
