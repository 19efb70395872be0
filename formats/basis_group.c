#include "formats/features_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int ff_basis_write(hid_t location, const ff_ace_options *basis, ff_error *err)
{
    hid_t group = -1;
    int32_t species[FF_ACE_MAX_BASIS_SPECIES] = {0};
    const size_t species_count = basis->species_count, orders = (size_t)basis->order;
    for (size_t i = 0; i < species_count; i++)
        species[i] = basis->species[i];
    int status = ff_group_create(&group, location, "basis", err);
    if (status == FF_OK)
        status = ff_array_write(group, "species", FF_ELEMENT_INT32, 1, &species_count, species, "",
                                "atomic numbers, increasing", err);
    if (status == FF_OK)
        status = ff_array_write(group, "degree", FF_ELEMENT_DOUBLE, 1, &orders, basis->degree, "",
                                "largest total degree of correlation order 1, 2, ...", err);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"l_weight", basis->l_weight},
                   {"cutoff_A", basis->cutoff},
                   {"inner_A", basis->inner},
                   {"nearest_A", basis->nearest}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == FF_OK; i++)
        status = ff_attribute_write_number(group, numbers[i].name, numbers[i].value, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(group, "pair_degree", basis->pair_degree, err);
    ff_group_close(group);
    return status;
}

static int read_lists(hid_t group, ff_ace_options *basis, ff_error *err)
{
    void *species = NULL, *degree = NULL;
    size_t species_count = SIZE_MAX, orders = SIZE_MAX;
    int status =
        ff_array_read(group, "species", FF_ELEMENT_INT32, 1, &species_count, &species, err);
    if (status == FF_OK)
        status = ff_array_read(group, "degree", FF_ELEMENT_DOUBLE, 1, &orders, &degree, err);
    if (status == FF_OK && (species_count > FF_ACE_MAX_BASIS_SPECIES || orders > FF_ACE_MAX_ORDER))
        status =
            ff_fail(err, FF_E_FORMAT, "has a basis of %zu species and order %zu: at most %d and %d",
                    species_count, orders, FF_ACE_MAX_BASIS_SPECIES, FF_ACE_MAX_ORDER);
    if (status == FF_OK) {
        basis->species_count = species_count;
        basis->order = (int)orders;
        for (size_t i = 0; i < species_count; i++)
            basis->species[i] = ((const int32_t *)species)[i];
        memcpy(basis->degree, degree, orders * sizeof *basis->degree);
    }
    free(species);
    free(degree);
    return status;
}

int ff_basis_read(hid_t location, ff_ace_options *basis, ff_error *err)
{
    hid_t group = -1;
    int64_t pair_degree = 0;
    *basis = (ff_ace_options){0};
    int status = ff_group_open(&group, location, "basis", err);
    if (status == FF_OK)
        status = read_lists(group, basis, err);
    const struct {
        const char *name;
        double *value;
    } numbers[] = {{"l_weight", &basis->l_weight},
                   {"cutoff_A", &basis->cutoff},
                   {"inner_A", &basis->inner},
                   {"nearest_A", &basis->nearest}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == FF_OK; i++)
        status = ff_attribute_read_number(group, numbers[i].name, numbers[i].value, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(group, "pair_degree", &pair_degree, err);
    ff_group_close(group);
    if (status != FF_OK)
        return status;
    if (pair_degree < 0 || pair_degree > 1000)
        return ff_fail(err, FF_E_RANGE, "has a pair basis of %lld functions",
                       (long long)pair_degree);
    basis->pair_degree = (int)pair_degree;
    return ff_ace_options_check(basis, err);
}
