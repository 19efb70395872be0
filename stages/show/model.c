#include "stages/show/show.h"

#include "formats/model_file.h"
#include "lib/base/memory.h"
#include "lib/structure/elements.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A family of basis functions: of one centre and one correlation order, or the pairs (order 0). */
typedef struct family {
    size_t count;
    double square, largest; /* of the coefficients */
} family;

static void add_coefficient(family *members, double coefficient)
{
    members->count++;
    members->square += coefficient * coefficient;
    members->largest = fmax(members->largest, fabs(coefficient));
}

static int sort_into_families(family families[][FF_ACE_MAX_ORDER + 1], const ff_ace_model *model,
                              ff_error *err)
{
    ff_ace_basis *basis = NULL;
    int status = ff_ace_basis_new(&basis, &model->basis, err);
    if (status != FF_OK)
        return status;
    if (ff_ace_basis_size(basis) != model->count)
        status = ff_fail(err, FF_E_FORMAT, "has %zu coefficients, but its basis %zu functions",
                         model->count, ff_ace_basis_size(basis));
    for (size_t i = 0; i < model->count && status == FF_OK; i++) {
        ff_ace_function function = ff_ace_basis_function(basis, i);
        add_coefficient(&families[function.centre][function.pair ? 0 : function.order],
                        model->coefficients[i]);
    }
    ff_ace_basis_free(basis);
    return status;
}

static int show_coefficients(const ff_ace_model *model, ff_error *err)
{
    family families[FF_MAX_SPECIES + 1][FF_ACE_MAX_ORDER + 1] = {0};
    ff_table table;
    ff_table_init(&table);
    ff_table_add_column(&table, "centre", "centre", "", false);
    ff_table_add_column(&table, "order", "functions of", "", false);
    ff_table_add_column(&table, "count", "count", "", true);
    ff_table_add_column(&table, "rms", "rms coefficient", "eV", true);
    ff_table_add_column(&table, "largest", "largest", "eV", true);
    int status = sort_into_families(families, model, err);
    for (int z = 1; z <= FF_MAX_SPECIES && status == FF_OK; z++)
        for (int order = 0; order <= FF_ACE_MAX_ORDER; order++) {
            const family *members = &families[z][order];
            char name[32] = "the pair basis";
            if (members->count == 0)
                continue;
            if (order)
                (void)snprintf(name, sizeof name, "order %d", order);
            ff_table_add_text(&table, ff_element_symbol(z));
            ff_table_add_text(&table, name);
            ff_table_add_number(&table, (double)members->count);
            ff_table_add_number(&table, sqrt(members->square / (double)members->count));
            ff_table_add_number(&table, members->largest);
        }
    if (status == FF_OK)
        status = show_table("Coefficients", &table, err);
    ff_table_clear(&table);
    return status;
}

int show_model(ff_container *container, ff_error *err)
{
    ff_ace_model model;
    ff_fit_report fit;
    int status = ff_model_read(&model, &fit, container, err);
    if (status != FF_OK)
        return status;
    show_fact("functions", "%zu", model.count);
    show_basis(&model.basis);
    show_energies("one-body energies", model.basis.species, model.basis.species_count,
                  model.one_body);
    if (fit.rows) {
        show_fact("observations", "%zu", fit.observations);
        show_number("ridge", fit.ridge, "");
        show_number("condition", fit.condition, "");
    }
    status = show_uncertainty(container, model.count, err);
    if (status == FF_OK)
        status = show_coefficients(&model, err);
    if (status == FF_OK && fit.rows)
        status = show_fit(container, &fit, err);
    if (status != FF_OK)
        ff_error_in_file(err, ff_container_name(container));
    ff_ace_model_clear(&model);
    ff_fit_report_clear(&fit);
    return status;
}
