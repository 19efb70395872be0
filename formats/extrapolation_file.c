#include "formats/extrapolation_file.h"

#include "formats/comparison_file.h"
#include "formats/struct_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A size as it is stored: everything is a number. */
typedef struct stored_size {
    size_t cells[3], atoms, sites;
    uint8_t converged;
    double energy, without_images, volume, geometry;
} stored_size;

static const ff_field size_fields[] = {
    {"cells_1", FF_FIELD_SIZE, offsetof(stored_size, cells[0]), "", "unit cells along vector 1"},
    {"cells_2", FF_FIELD_SIZE, offsetof(stored_size, cells[1]), "", "unit cells along vector 2"},
    {"cells_3", FF_FIELD_SIZE, offsetof(stored_size, cells[2]), "", "unit cells along vector 3"},
    {"atoms", FF_FIELD_SIZE, offsetof(stored_size, atoms), "", "atoms in the supercell"},
    {"sites", FF_FIELD_SIZE, offsetof(stored_size, sites), "", "sites of the perfect supercell"},
    {"converged", FF_FIELD_UINT8, offsetof(stored_size, converged), "",
     "1: used for the limits; 0: the relaxation did not converge"},
    {"energy", FF_FIELD_DOUBLE, offsetof(stored_size, energy), "eV",
     "formation energy at fixed cell"},
    {"energy_without_images", FF_FIELD_DOUBLE, offsetof(stored_size, without_images), "eV",
     "the same without what the periodic images are estimated to have added; NaN: unknown"},
    {"relaxation_volume", FF_FIELD_DOUBLE, offsetof(stored_size, volume), "angstrom^3",
     "relaxation volume; NaN: unknown"},
    {"geometry", FF_FIELD_DOUBLE, offsetof(stored_size, geometry), "angstrom",
     "l2 norm over bonds of the difference to the largest supercell; NaN: for that itself"}};
static const ff_struct_form size_form = {.size = sizeof(stored_size),
                                         .fields = sizeof size_fields / sizeof *size_fields,
                                         .field = size_fields};

/* A limit as it is stored. */
typedef struct stored_limit {
    char quantity[FF_FIELD_TEXT_SIZE];
    size_t sizes, terms;
    double value, factor, exponent, low, high, scatter, smallest_left_out, uncertainty;
} stored_limit;

static const ff_field limit_fields[] = {
    {"quantity", FF_FIELD_TEXT, offsetof(stored_limit, quantity), "",
     "energy, energy, energy_without_images, relaxation_volume"},
    {"sizes", FF_FIELD_SIZE, offsetof(stored_limit, sizes), "", "sizes used"},
    {"terms", FF_FIELD_SIZE, offsetof(stored_limit, terms), "", "vanishing terms fitted"},
    {"value", FF_FIELD_DOUBLE, offsetof(stored_limit, value), "eV, eV, eV, angstrom^3",
     "for an infinite crystal"},
    {"factor", FF_FIELD_DOUBLE, offsetof(stored_limit, factor), "eV, eV, eV, angstrom^3",
     "of the leading term, sites^(-exponent/3)"},
    {"exponent", FF_FIELD_DOUBLE, offsetof(stored_limit, exponent), "",
     "of the leading term, per edge of the cell"},
    {"low", FF_FIELD_DOUBLE, offsetof(stored_limit, low), "",
     "95 % confidence interval of a fitted exponent, its lower end; NaN: assumed or unknown"},
    {"high", FF_FIELD_DOUBLE, offsetof(stored_limit, high), "", "its upper end"},
    {"scatter", FF_FIELD_DOUBLE, offsetof(stored_limit, scatter), "eV, eV, eV, angstrom^3",
     "half the 95 % confidence interval of value, from the residuals"},
    {"smallest_left_out", FF_FIELD_DOUBLE, offsetof(stored_limit, smallest_left_out),
     "eV, eV, eV, angstrom^3", "value without the smallest cell"},
    {"uncertainty", FF_FIELD_DOUBLE, offsetof(stored_limit, uncertainty), "eV, eV, eV, angstrom^3",
     "the larger of scatter and what leaving out the smallest cell changes"}};
static const ff_struct_form limit_form = {.size = sizeof(stored_limit),
                                          .fields = sizeof limit_fields / sizeof *limit_fields,
                                          .field = limit_fields};

enum { LIMITS = 4 };
static const char *const quantities[LIMITS] = {"energy", "energy", "energy_without_images",
                                               "relaxation_volume"};

static ff_limit *limit_of(ff_extrapolation *e, int which)
{
    ff_limit *const all[LIMITS] = {&e->energy, &e->energy_fitted, &e->without_images, &e->volume};
    return all[which];
}

static int write_sizes(hid_t root, const ff_extrapolation *e, ff_error *err)
{
    stored_size *sizes = calloc(e->sizes + 1, sizeof *sizes);
    if (!sizes)
        return ff_fail(err, FF_E_NOMEM, "out of memory for %zu sizes", e->sizes);
    for (size_t i = 0; i < e->sizes; i++) {
        const ff_extrapolated_size *from = &e->size[i];
        sizes[i] = (stored_size){.atoms = from->atoms,
                                 .sites = from->sites,
                                 .converged = from->converged,
                                 .energy = from->energy,
                                 .without_images = from->without_images,
                                 .volume = from->volume,
                                 .geometry = from->geometry};
        for (int k = 0; k < 3; k++)
            sizes[i].cells[k] = (size_t)from->cells[k];
    }
    int status = ff_structs_write(root, "sizes", &size_form, e->sizes, sizes, err);
    free(sizes);
    return status;
}

static int write_limits(hid_t root, const ff_extrapolation *e, ff_error *err)
{
    ff_extrapolation copy = *e;
    stored_limit limits[LIMITS] = {0};
    for (int i = 0; i < LIMITS; i++) {
        const ff_limit *from = limit_of(&copy, i);
        limits[i] = (stored_limit){.sizes = from->sizes,
                                   .terms = from->terms,
                                   .value = from->value,
                                   .factor = from->factor,
                                   .exponent = from->exponent,
                                   .low = from->low,
                                   .high = from->high,
                                   .scatter = from->scatter,
                                   .smallest_left_out = from->smallest_left_out,
                                   .uncertainty = from->uncertainty};
        memcpy(limits[i].quantity, quantities[i], strlen(quantities[i]) + 1);
    }
    return ff_structs_write(root, "limits", &limit_form, LIMITS, limits, err);
}

/* The power law of the geometry's error. */
static const struct {
    const char *name;
    size_t offset;
} law_numbers[] = {{"geometry_exponent", offsetof(ff_power_law, exponent)},
                   {"geometry_exponent_low", offsetof(ff_power_law, low)},
                   {"geometry_exponent_high", offsetof(ff_power_law, high)},
                   {"geometry_factor_A", offsetof(ff_power_law, factor)}};
enum { LAW_NUMBERS = sizeof law_numbers / sizeof *law_numbers };

int ff_extrapolation_write(ff_container *container, const ff_extrapolation *extrapolation,
                           const ff_tags *tags, ff_error *err)
{
    hid_t root = ff_container_root(container);
    int status = ff_tags_write(root, tags, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(root, "crystal", extrapolation->crystal, err);
    if (status == FF_OK)
        status = ff_attribute_write_text(root, "defect", extrapolation->defect, err);
    if (status == FF_OK)
        status = ff_attribute_write_number(root, "lattice_constant_A",
                                           extrapolation->lattice_constant, err);
    if (status == FF_OK)
        status = ff_attribute_write_integer(root, "geometry_sizes",
                                            (int64_t)extrapolation->geometry.points, err);
    for (int i = 0; i < LAW_NUMBERS && status == FF_OK; i++)
        status = ff_attribute_write_number(
            root, law_numbers[i].name,
            *(const double *)((const char *)&extrapolation->geometry + law_numbers[i].offset), err);
    if (status == FF_OK)
        status = write_sizes(root, extrapolation, err);
    return status == FF_OK ? write_limits(root, extrapolation, err) : status;
}

/* Reading. */

static int check_size(const stored_size *from, ff_error *err)
{
    for (int k = 0; k < 3; k++)
        if (from->cells[k] < 1 || from->cells[k] > 100000)
            return ff_fail(err, FF_E_RANGE, "has a size of %zu cells along axis %d", from->cells[k],
                           k + 1);
    if (from->sites < 1 || from->converged > 1 || !isfinite(from->energy))
        return ff_fail(err, FF_E_RANGE, "has a size of %zu sites with the energy %g eV",
                       from->sites, from->energy);
    return FF_OK;
}

static int read_sizes(hid_t root, ff_extrapolation *e, ff_error *err)
{
    void *stored = NULL;
    size_t count = 0;
    int status = ff_structs_read(root, "sizes", &size_form, &count, &stored, err);
    if (status == FF_OK && !(e->size = calloc(count + 1, sizeof *e->size)))
        status = ff_fail(err, FF_E_NOMEM, "out of memory for %zu sizes", count);
    for (size_t i = 0; i < count && status == FF_OK; i++) {
        const stored_size *from = (const stored_size *)stored + i;
        status = check_size(from, err);
        if (status != FF_OK)
            break;
        e->size[i] = (ff_extrapolated_size){.atoms = from->atoms,
                                            .sites = from->sites,
                                            .converged = from->converged != 0,
                                            .energy = from->energy,
                                            .without_images = from->without_images,
                                            .volume = from->volume,
                                            .geometry = from->geometry};
        for (int k = 0; k < 3; k++)
            e->size[i].cells[k] = (int)from->cells[k];
    }
    e->sizes = status == FF_OK ? count : 0;
    free(stored);
    return status;
}

static int read_limits(hid_t root, ff_extrapolation *e, ff_error *err)
{
    void *stored = NULL;
    size_t count = 0;
    int status = ff_structs_read(root, "limits", &limit_form, &count, &stored, err);
    if (status == FF_OK && count != LIMITS)
        status = ff_fail(err, FF_E_FORMAT, "has %zu limits, expected %d", count, LIMITS);
    for (int i = 0; i < LIMITS && status == FF_OK; i++) {
        const stored_limit *from = (const stored_limit *)stored + i;
        *limit_of(e, i) = (ff_limit){.sizes = from->sizes,
                                     .terms = from->terms,
                                     .value = from->value,
                                     .factor = from->factor,
                                     .exponent = from->exponent,
                                     .low = from->low,
                                     .high = from->high,
                                     .scatter = from->scatter,
                                     .smallest_left_out = from->smallest_left_out,
                                     .uncertainty = from->uncertainty};
    }
    free(stored);
    return status;
}

static int read_attributes(hid_t root, ff_extrapolation *e, ff_error *err)
{
    int64_t points = 0;
    int status = ff_attribute_read_text_into(root, "crystal", e->crystal, sizeof e->crystal, err);
    if (status == FF_OK)
        status = ff_attribute_read_text_into(root, "defect", e->defect, sizeof e->defect, err);
    if (status == FF_OK)
        status = ff_attribute_read_number(root, "lattice_constant_A", &e->lattice_constant, err);
    if (status == FF_OK)
        status = ff_attribute_read_integer(root, "geometry_sizes", &points, err);
    if (status == FF_OK && points < 0)
        status = ff_fail(err, FF_E_RANGE, "has %lld sizes", (long long)points);
    e->geometry.points = (size_t)points;
    for (int i = 0; i < LAW_NUMBERS && status == FF_OK; i++)
        status =
            ff_attribute_read_number(root, law_numbers[i].name,
                                     (double *)((char *)&e->geometry + law_numbers[i].offset), err);
    return status;
}

int ff_extrapolation_read(ff_extrapolation *extrapolation, ff_tags *tags, ff_container *container,
                          ff_error *err)
{
    hid_t root = ff_container_root(container);
    ff_extrapolation_init(extrapolation);
    int status = ff_tags_read(root, tags, err);
    if (status == FF_OK)
        status = read_attributes(root, extrapolation, err);
    if (status == FF_OK)
        status = read_sizes(root, extrapolation, err);
    if (status == FF_OK)
        status = read_limits(root, extrapolation, err);
    if (status != FF_OK) {
        ff_error_in_file(err, ff_container_name(container));
        ff_extrapolation_clear(extrapolation);
        ff_tags_clear(tags);
    }
    return status;
}
