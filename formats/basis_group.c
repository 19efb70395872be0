#include "formats/features_file.h"
#include "formats/radial_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Limits, forms and ranges came after the first files: those have none of them. */

static size_t pair_count(const ff_ace_options *basis)
{
    return basis->species_count * (basis->species_count + 1) / 2;
}

/* One length of every pair of species: 0 cutoff, 1 inner, 2 nearest. */
enum { LENGTHS = 3 };
static const struct {
    const char *name, *description;
} lengths[LENGTHS] = {
    {"pair_cutoff", "cutoff of each pair of species: (0,0) (0,1) .. (1,1) .."},
    {"pair_inner", "inner radius of each pair of species"},
    {"pair_nearest", "nearest-neighbour distance of each pair of species"},
};

static double *range_length(ff_radial_range *range, int which)
{
    return which == 0 ? &range->cutoff : which == 1 ? &range->inner : &range->nearest;
}

static int write_limits(hid_t group, const ff_ace_options *basis, ff_error *err)
{
    int32_t most_n[FF_ACE_MAX_ORDER], most_l[FF_ACE_MAX_ORDER];
    const size_t orders = (size_t)basis->order;
    for (size_t i = 0; i < orders; i++) {
        most_n[i] = basis->most_n[i];
        most_l[i] = basis->most_l[i];
    }
    int status = ff_array_write(group, "most_n", FF_ELEMENT_INT32, 1, &orders, most_n, "",
                                "largest n in functions of order 1, 2, ...; 0: no limit", err);
    if (status == FF_OK)
        status = ff_array_write(group, "most_l", FF_ELEMENT_INT32, 1, &orders, most_l, "",
                                "largest l in functions of order 1, 2, ...; 0: no limit", err);
    return status;
}

static int write_radial(hid_t group, ff_ace_options *basis, ff_error *err)
{
    const size_t pairs = pair_count(basis);
    char radial[FF_RADIAL_NAME_SIZE], pair_radial[FF_RADIAL_NAME_SIZE];
    ff_radial_name_format(radial, &basis->radial);
    ff_radial_name_format(pair_radial, &basis->pair_radial);
    int status = ff_attribute_write_text(group, "radial", radial, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(group, "pair_radial", pair_radial, err);
    for (int which = 0; which < LENGTHS && status == FF_OK; which++) {
        double values[FF_ACE_MAX_PAIRS];
        for (size_t p = 0; p < pairs; p++)
            values[p] = *range_length(&basis->range[p], which);
        status = ff_array_write(group, lengths[which].name, FF_ELEMENT_DOUBLE, 1, &pairs, values,
                                "angstrom", lengths[which].description, err);
    }
    return status;
}

static int write_lists(hid_t group, const ff_ace_options *basis, ff_error *err)
{
    int32_t species[FF_ACE_MAX_BASIS_SPECIES] = {0};
    const size_t species_count = basis->species_count, orders = (size_t)basis->order;
    for (size_t i = 0; i < species_count; i++)
        species[i] = basis->species[i];
    int status = ff_array_write(group, "species", FF_ELEMENT_INT32, 1, &species_count, species, "",
                                "atomic numbers, increasing", err);
    if (status == FF_OK)
        status = ff_array_write(group, "degree", FF_ELEMENT_DOUBLE, 1, &orders, basis->degree, "",
                                "largest total degree of correlation order 1, 2, ...", err);
    return status;
}

int ff_basis_write(hid_t location, const ff_ace_options *basis, ff_error *err)
{
    hid_t group = -1;
    ff_ace_options resolved = *basis;
    ff_ace_options_resolve(&resolved);
    int status = ff_group_create(&group, location, "basis", err);
    if (status == FF_OK)
        status = write_lists(group, &resolved, err);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"l_weight", resolved.l_weight},
                   {"cutoff_A", resolved.cutoff},
                   {"inner_A", resolved.inner},
                   {"nearest_A", resolved.nearest}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == FF_OK; i++)
        status = ff_attribute_write_number(group, numbers[i].name, numbers[i].value, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(group, "pair_degree", resolved.pair_degree, err);
    if (status == FF_OK)
        status = write_limits(group, &resolved, err);
    if (status == FF_OK)
        status = write_radial(group, &resolved, err);
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

static int read_limit(hid_t group, const char *name, int order, int *limits, ff_error *err)
{
    void *values = NULL;
    size_t orders = (size_t)order;
    int status = ff_array_read(group, name, FF_ELEMENT_INT32, 1, &orders, &values, err);
    for (int i = 0; i < order && status == FF_OK; i++)
        limits[i] = ((const int32_t *)values)[i];
    free(values);
    return status;
}

static int read_form(hid_t group, const char *name, ff_radial_form *form, ff_error *err)
{
    char *text = NULL;
    ff_error inner = {0};
    int status = ff_attribute_read_text(group, name, &text, err);
    if (status == FF_OK && ff_radial_name_parse(form, text, &inner) != FF_OK)
        status = ff_fail(err, FF_E_FORMAT, "has a basis whose '%s' is not known here: %s", name,
                         inner.message);
    free(text);
    return status;
}

static int read_ranges(hid_t group, ff_ace_options *basis, ff_error *err)
{
    int status = FF_OK;
    for (int which = 0; which < LENGTHS && status == FF_OK; which++) {
        void *values = NULL;
        size_t pairs = pair_count(basis);
        status =
            ff_array_read(group, lengths[which].name, FF_ELEMENT_DOUBLE, 1, &pairs, &values, err);
        for (size_t p = 0; p < pairs && status == FF_OK; p++)
            *range_length(&basis->range[p], which) = ((const double *)values)[p];
        free(values);
    }
    return status;
}

/* All of what the first files lack, or none of it. */
static int read_additions(hid_t group, ff_ace_options *basis, ff_error *err)
{
    bool any = ff_attribute_exists(group, "radial") || ff_attribute_exists(group, "pair_radial") ||
               ff_link_exists(group, "most_n") || ff_link_exists(group, "most_l");
    for (int which = 0; which < LENGTHS; which++)
        any = any || ff_link_exists(group, lengths[which].name);
    if (!any)
        return FF_OK;
    int status = read_limit(group, "most_n", basis->order, basis->most_n, err);
    if (status == FF_OK)
        status = read_limit(group, "most_l", basis->order, basis->most_l, err);
    if (status == FF_OK)
        status = read_form(group, "radial", &basis->radial, err);
    if (status == FF_OK)
        status = read_form(group, "pair_radial", &basis->pair_radial, err);
    if (status == FF_OK)
        status = read_ranges(group, basis, err);
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
    if (status == FF_OK)
        status = read_additions(group, basis, err);
    ff_group_close(group);
    if (status != FF_OK)
        return status;
    if (pair_degree < 0 || pair_degree > 1000)
        return ff_fail(err, FF_E_RANGE, "has a pair basis of %lld functions",
                       (long long)pair_degree);
    basis->pair_degree = (int)pair_degree;
    status = ff_ace_options_check(basis, err);
    if (status == FF_OK)
        ff_ace_options_resolve(basis);
    return status;
}
